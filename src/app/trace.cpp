#include "app/trace.h"

#include "app/json.h"

namespace reckon {

void write_trace(std::ostream& out, std::string_view problem, const SolveResult& result, const Model& model) {
  Json head{{"problem", problem}};
  Json whole = to_json(result);
  whole.erase("paths");
  head.update(whole);
  out << dump(head) << '\n';
  const Ledger& ledger = result.receipt.ledger;
  const std::int64_t prompt = ledger.prompt_computed + ledger.prompt_cached;
  for (const PathRecord& path : result.outcome.paths) {
    double flops = 0;
    for (std::int64_t i = 0; i < path.tokens; ++i) flops += model.cost().flops(prompt + i + 1, /*wants_logits=*/true);
    Json line{{"problem", problem}};
    line.update(path_json(path));
    line["step_ends"] = path.step_ends;
    line["cost"] = Json{{"tokens", path.tokens}, {"flops", flops}};
    out << dump(line) << '\n';
  }
}

}  // namespace reckon
