// Documents of evaluations (json.h).
#include <fmt/format.h>

#include <algorithm>

#include "app/json.h"

namespace reckon {
namespace {

Json interval_json(const ConfidenceInterval& interval) { return Json{interval.low, interval.high}; }

Json rate_json(const Rate& rate) {
  return Json{{"rate", rate.rate}, {"ci95", {rate.interval.low, rate.interval.high}}, {"count", rate.count}, {"of", rate.of}};
}

Json report_json(const VerifierReport& report) {
  Json bins = Json::array();
  for (const CalibrationBin& bin : report.bins)
    bins.push_back(Json{{"paths", bin.paths}, {"score", bin.score}, {"right", bin.right}});
  return Json{{"paths", report.paths},
              {"right", report.right},
              {"threshold", report.threshold},
              {"false_accepts", rate_json(report.false_accepts)},
              {"false_rejects", rate_json(report.false_rejects)},
              {"auroc", report.auroc},
              {"brier", report.brier},
              {"calibration_error", report.calibration_error},
              {"bins", std::move(bins)}};
}

Json families_json(const StrategyScore& score) {
  Json families = Json::object();
  for (const FamilyScore& family : score.families) {
    families[family.family] =
        Json{{"n", family.problems}, {"accuracy", family.accuracy}, {"ci95", interval_json(family.interval)}};
  }
  return families;
}

Json measure_json(const MeasureScore& score) {
  Json document{{"n", score.problems}, {"value", score.value}, {"ci95", interval_json(score.interval)}};
  if (score.baseline) document["baseline"] = *score.baseline;
  return document;
}

Json purposes_json(const StrategyScore& score) {
  const auto n = static_cast<double>(std::max<std::int64_t>(score.problems, 1));
  const Ledger& spent = score.spent;
  return Json{{"prompt", static_cast<double>(spent.prompt_computed) / n},
              {"cached", static_cast<double>(spent.prompt_cached) / n},
              {"generated", static_cast<double>(spent.generated) / n},
              {"drafted", static_cast<double>(spent.drafted) / n},
              {"verified", static_cast<double>(spent.verified) / n}};
}

Json paired_json(const PairedComparison& paired) {
  return Json{{"n", paired.problems},
              {"difference", paired.difference.mean},
              {"ci95", interval_json(paired.difference.interval)},
              {"standard_error", paired.difference.standard_error},
              {"won", paired.only_first},
              {"lost", paired.only_second},
              {"p", paired.p}};
}

Json pool_json(const PoolCurves& pool) {
  Json curve = Json::array();
  for (const PoolCurves::At& at : pool.curve) {
    curve.push_back(Json{{"k", at.k},
                         {"pass", at.pass},
                         {"pass_ci95", interval_json(at.pass_interval)},
                         {"majority", at.majority},
                         {"weighted", at.weighted},
                         {"best", at.best}});
  }
  Json document{{"curve", std::move(curve)}, {"worst", pool.worst}, {"mean", pool.mean}, {"best", pool.best}};
  if (pool.tokens_right) document["tokens_right"] = *pool.tokens_right;
  if (pool.tokens_wrong) document["tokens_wrong"] = *pool.tokens_wrong;
  if (const auto& law = pool.coverage_law) {
    document["coverage_law"] = Json{{"a", law->a}, {"b", law->b}, {"r_squared", law->r_squared}, {"k", {law->from, law->to}}};
  }
  if (const auto& law = pool.difficulty_law) document["difficulty_law"] = Json{{"alpha", law->alpha}, {"beta", law->beta}};
  return document;
}

Json side_json(const StoredRun& run, const StrategyScore& score) {
  Json document = to_json(run);
  document["accuracy"] = score.accuracy;
  document["ci95"] = interval_json(score.interval);
  document["tokens_mean"] = score.tokens_mean;
  document["flops_mean"] = score.flops_mean;
  document["seconds_mean"] = score.seconds_mean;
  return document;
}

}  // namespace

Json to_json(const std::string& task, const StrategyScore& score, const std::optional<PoolCurves>& pool) {
  Json pass_at = Json::object();
  for (const auto& [k, value] : score.pass_at) pass_at[std::to_string(k)] = value;
  Json selectors = Json::object();
  for (const auto& [name, value] : score.accuracy_by_selector) selectors[name] = value;
  Json levels = Json::object();
  for (const auto& [level, value] : score.accuracy_by_level) levels[std::to_string(level)] = value;
  Json document{{"task", task},
                {"strategy", score.strategy},
                {"n", score.problems},
                {"accuracy", score.accuracy},
                {"ci95", {score.interval.low, score.interval.high}},
                {"tokens_mean", score.tokens_mean},
                {"flops_mean", score.flops_mean},
                {"seconds_mean", score.seconds_mean},
                {"pass_at", std::move(pass_at)},
                {"peak_kv_bytes_mean", score.peak_kv_bytes_mean},
                {"coverage", score.coverage},
                {"accuracy_by_selector", std::move(selectors)},
                {"accuracy_by_level", std::move(levels)}};
  for (const MeasureScore& one : score.measures) document["measures"][one.name] = measure_json(one);
  if (score.too_long > 0) document["too_long"] = score.too_long;
  if (score.families.size() > 1) document["families"] = families_json(score);
  document["tokens_by_purpose_mean"] = purposes_json(score);
  if (to_string(score.cell.budget) != to_string(Budget{})) document["budget"] = to_string(score.cell.budget);
  if (score.over) {
    document["over_first"] = paired_json(*score.over);
    document["over_first"]["p_adjusted"] = score.over_p;
  }
  if (pool) document["pool"] = pool_json(*pool);
  if (!score.no_samples.empty()) document["no_pool"] = score.no_samples;
  if (score.confidence) {
    document["confidence"] = report_json(*score.confidence);
    document["confidence"]["risk_coverage_area"] = score.risk_coverage_area;
  }
  if (score.verifier) document["verifier"] = report_json(*score.verifier);
  return document;
}

Json to_json(const StoredRun& run) {
  Json document{{"run", run.id}, {"label", run.label}, {"begun", run.begun}, {"n", run.problems}, {"right", run.right}};
  RunIdentity identity = run.identity;
  for (const auto& [name, value] : identity.fields()) document[std::string(name)] = *value;
  return document;
}

Json to_json(const RunComparison& comparison) {
  Json families = Json::array();
  for (const FamilyComparison& family : comparison.families) {
    Json one{{"family", family.family}, {"first", family.first}, {"second", family.second}};
    one.update(paired_json(family.paired));
    one["p_adjusted"] = family.p;
    families.push_back(std::move(one));
  }
  Json document{{"first", side_json(comparison.first_run, comparison.first)},
                {"second", side_json(comparison.second_run, comparison.second)}};
  document.update(paired_json(comparison.paired));
  document["families"] = std::move(families);
  return document;
}

}  // namespace reckon
