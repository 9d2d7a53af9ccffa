#include "app/trace.h"

#include "app/json.h"

namespace reckon {

void write_event(std::ostream& out, const SearchEvent& event) {
  Json line{{"event", name_of(event.kind)},
            {"path", event.path},
            {"parent", event.parent},
            {"steps", event.steps},
            {"tokens", event.tokens}};
  switch (event.kind) {
    case EventKind::advanced: line["drawn"] = event.drawn; [[fallthrough]];
    case EventKind::appended:
    case EventKind::replied: line["text"] = event.text; break;
    case EventKind::chosen: line["answer"] = event.text; break;
    default: break;
  }
  if (event.score) line["score"] = *event.score;
  line["spent"] = event.spent;
  if (event.tokens_left) line["tokens_left"] = *event.tokens_left;
  if (event.flops_left) line["flops_left"] = *event.flops_left;
  out << dump(line) << '\n';
}

void write_trace(std::ostream& out, std::string_view problem, const SolveResult& result) {
  Json head{{"problem", problem}};
  if (problem != result.problem) head["text"] = result.problem;
  Json whole = to_json(result);
  whole.erase("paths");
  head.update(whole);
  out << dump(head) << '\n';
  const Ledger& ledger = result.receipt.ledger;
  const std::int64_t prompt = ledger.prompt_computed + ledger.prompt_cached;
  for (std::size_t index = 0; index < result.outcome.paths.size(); ++index) {
    const PathRecord& path = result.outcome.paths[index];
    const TokenCost& cost = result.models[static_cast<std::size_t>(path.model)]->cost();
    double flops = 0;
    for (std::int64_t i = path.inherited_tokens; i < path.tokens; ++i) flops += cost.flops(prompt + i + 1, /*wants_logits=*/true);
    Json line{{"problem", problem}};
    line.update(path_json(result, index));
    line["step_ends"] = path.step_ends;
    line["cost"] = Json{{"tokens", path.tokens - path.inherited_tokens}, {"flops", flops}};
    out << dump(line) << '\n';
  }
}

}  // namespace reckon
