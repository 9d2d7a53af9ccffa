#include "app/json.h"

#include <cmath>

namespace reckon {
namespace {

Json value_json(const ParameterValue& value) {
  return std::visit([](const auto& held) { return Json(held); }, value);
}

const char* kind_of(const ParameterValue& value) {
  constexpr const char* kNames[] = {"integer", "number", "flag", "text"};
  return kNames[value.index()];
}

Json optional_json(const std::optional<std::string>& text) { return text ? Json(*text) : Json(nullptr); }

Json selectors_json(const Selections& selections) {
  Json document = Json::object();
  for (const SelectorAnswer& one : selections.answers) {
    Json& entry = document[std::string(one.selector)] = Json{{"answer", optional_json(one.answer)}};
    if (one.correct) entry["correct"] = *one.correct;
  }
  return document;
}

Json allocations_json(const std::vector<Allocation>& allocations) {
  Json list = Json::array();
  for (const Allocation& one : allocations) {
    Json entry{{"allocator", one.allocator}, {"strategy", one.strategy}, {"reason", one.reason}};
    if (one.samples >= 0) entry["samples"] = one.samples;
    if (one.most >= 0) entry["most"] = one.most;
    list.push_back(std::move(entry));
  }
  return list;
}

}  // namespace

Json to_json(const Receipt& receipt) {
  const Ledger& ledger = receipt.ledger;
  Json tokens = {{"prompt", ledger.prompt_computed}, {"cached", ledger.prompt_cached}, {"generated", ledger.generated},
                 {"drafted", ledger.drafted},        {"verified", ledger.verified},    {"total", ledger.total()}};
  if (ledger.recomputed > 0) tokens["recomputed"] = ledger.recomputed;
  return Json{
      {"tokens", std::move(tokens)},           {"flops", ledger.flops}, {"bytes", ledger.bytes}, {"seconds", ledger.seconds},
      {"peak_kv_bytes", ledger.peak_kv_bytes}, {"paths", receipt.paths}};
}

Json path_json(const SolveResult& result, std::size_t index) {
  const PathRecord& path = result.outcome.paths[index];
  Json document{{"id", path.id},
                {"parent", path.parent},
                {"state", name_of(path.state)},
                {"text", path.text},
                {"answer", optional_json(path.answer)},
                {"score", path.score},
                {"step_scores", path.step_scores},
                {"tokens", path.tokens},
                {"inherited_tokens", path.inherited_tokens},
                {"inherited_steps", path.inherited_steps},
                {"log_probability", path.log_probability}};
  for (const Turn& turn : path.turns) document["turns"].push_back(Json{{"role", turn.role}, {"text", turn.text}});
  if (!result.selections.correct.empty()) document["correct"] = static_cast<bool>(result.selections.correct[index]);
  if (path.weight) document["weight"] = *path.weight;
  if (path.member) document["member"] = *path.member;
  if (path.evidence) document["evidence"] = true;
  for (const JudgeVerdict& verdict : path.verdicts) {
    document["verdicts"].push_back(Json{{"judge", verdict.judge}, {"score", verdict.score}});
  }
  return document;
}

Json to_json(const SolveResult& result) {
  Json paths = Json::array();
  for (std::size_t i = 0; i < result.outcome.paths.size(); ++i) paths.push_back(path_json(result, i));
  const auto chosen = result.outcome.chosen;
  Json document{{"answer", optional_json(result.outcome.answer)},
                {"confidence", result.outcome.confidence},
                {"status", name_of(result.outcome.status)},
                {"strategy", result.strategy},
                {"seed", result.seed},
                {"receipt", to_json(result.receipt)},
                {"chosen", chosen ? Json(result.outcome.paths[*chosen].id) : Json(nullptr)},
                {"selectors", selectors_json(result.selections)},
                {"paths", std::move(paths)}};
  const std::vector<Allocation>& allocations = result.outcome.allocations;
  if (!allocations.empty()) document["receipt"]["allocation"] = allocations_json(allocations);
  if (result.correct) document["correct"] = *result.correct;
  if (const auto covered = result.selections.covered()) document["covered"] = *covered;
  if (result.outcome.log_evidence) document["log_evidence"] = *result.outcome.log_evidence;
  document["receipt"]["tokens"]["sequential"] = result.outcome.sequential_tokens;
  if (result.outcome.margin) document["margin"] = *result.outcome.margin;
  if (result.outcome.kl_bound) document["kl_bound"] = *result.outcome.kl_bound;
  return document;
}

Json to_json(const Aggregation& aggregation) {
  Json items = Json::array();
  for (const ItemTruth& item : aggregation.items) {
    items.push_back(Json{{"item", item.item}, {"label", item.label}, {"confidence", item.confidence}, {"votes", item.votes}});
  }
  Json workers = Json::array();
  for (const WorkerReliability& worker : aggregation.workers) {
    workers.push_back(Json{{"worker", worker.worker}, {"reliability", worker.reliability}, {"votes", worker.votes}});
  }
  return Json{{"method", aggregation.method},
              {"iterations", aggregation.iterations},
              {"objective", aggregation.objective},
              {"items", std::move(items)},
              {"workers", std::move(workers)}};
}

Json to_json(const BenchmarkReport& report) {
  Json rows = Json::array();
  for (const BenchmarkRow& row : report.rows) {
    Json entry{{"test", row.test},
               {"tok_s", {{"median", row.median}, {"min", row.minimum}, {"max", row.maximum}}},
               {"roofline", row.roofline},
               {"bound", row.bound}};
    if (row.prompt_seconds > 0) entry["prompt_s"] = row.prompt_seconds;
    for (const ProfileLine& line : row.profile) {
      entry["profile"].push_back(
          Json{{"name", line.name}, {"seconds", line.seconds}, {"share", line.share}, {"calls", line.calls}});
    }
    rows.push_back(std::move(entry));
  }
  Json fewer = Json::array();
  for (const Ceilings& ceilings : report.machine.fewer) {
    fewer.push_back(Json{{"threads", ceilings.threads},
                         {"read_gbps", ceilings.read_gbps},
                         {"f32_gflops", ceilings.f32_gflops},
                         {"bf16_gflops", ceilings.bf16_gflops},
                         {"int8_gops", ceilings.int8_gops}});
  }
  return Json{{"machine",
               {{"processor", report.machine.processor},
                {"isa", report.machine.isa},
                {"threads", report.machine.threads},
                {"fewer_threads", std::move(fewer)},
                {"read_gbps", report.machine.read_gbps},
                {"f32_gflops", report.machine.f32_gflops},
                {"bf16_gflops", report.machine.bf16_gflops},
                {"int8_gops", report.machine.int8_gops},
                {"peak_gops", report.machine.peak_gops}}},
              {"model", report.model},
              {"threads", report.threads},
              {"rows", std::move(rows)}};
}

Json entry_json(std::string_view name, std::string_view summary, std::string_view source,
                std::span<const ParameterSpec> parameters) {
  Json table = Json::array();
  for (const ParameterSpec& parameter : parameters) {
    Json row{
        {"name", parameter.name}, {"kind", kind_of(parameter.default_value)}, {"default", value_json(parameter.default_value)}};
    if (std::isfinite(parameter.minimum)) row["minimum"] = parameter.minimum;
    if (std::isfinite(parameter.maximum)) row["maximum"] = parameter.maximum;
    if (!parameter.choices.empty()) row["choices"] = parameter.choices;
    row["meaning"] = parameter.meaning;
    table.push_back(std::move(row));
  }
  return Json{{"name", name}, {"summary", summary}, {"source", source}, {"parameters", std::move(table)}};
}

std::string dump(const Json& document, int indent) { return document.dump(indent, ' ', false, Json::error_handler_t::replace); }

}  // namespace reckon
