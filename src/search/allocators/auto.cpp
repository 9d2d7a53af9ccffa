// Auto: the strategy, with its parameters and allocator, that was best in earlier evaluations of such a task, verifier and
// budget. Without any it goes by a rule. Ours.
#include <fmt/format.h>

#include "search/allocator.h"
#include "search/allocators/measurements.h"

namespace reckon {
namespace {

std::string known_tasks(const Measurements& measurements, const std::string& task) {
  for (const MeasuredStrategy& row : measurements.strategies) {
    if (row.task == task) return task;
  }
  return "the tasks measured";
}

// Checked or scored by a model, or by nobody: each wants another way to make an answer of several paths.
ChosenStrategy by_rule(const AllocatorResources& resources, const std::string& why) {
  if (resources.verifier.empty()) return {"majority:n=16@adaptive", why + ", and nobody checks answers"};
  if (resources.checks) return {"best_of_n:n=16", why + ", and answers are checked"};
  return {"weighted_majority:n=16", why + ", and answers are scored"};
}

ChosenStrategy choose(const Parameters& parameters, const AllocatorResources& resources) {
  if (!resources.measurements) return by_rule(resources, "nothing was measured with this model");
  const Measurements& measurements = *resources.measurements;
  MeasuredSituation situation;
  situation.task = resources.task;
  situation.verifier = resources.verifier;
  situation.budget = resources.budget;
  const std::vector<RankedStrategy> ranked = ranked_strategies(measurements, situation);
  if (ranked.empty()) {
    return by_rule(resources, fmt::format("nothing was measured with a budget like {}", to_string(resources.budget)));
  }
  const RankedStrategy& best = cheapest_of_best(ranked, parameters.number("slack"));
  std::string reason = fmt::format("expected to be right {:.1f} % of the time, by {} problems of {}, under {}, for {:.0f} tokens",
                                   100 * best.accuracy, best.problems, known_tasks(measurements, resources.task),
                                   to_string(resources.budget), best.tokens);
  const RankedStrategy& last = ranked.back();
  reason += ranked.size() == 1 ? "; nothing else was measured"
                               : fmt::format("; of {} strategies from {:.1f} % ({}) to {:.1f} %", ranked.size(),
                                             100 * last.accuracy, last.strategy, 100 * ranked.front().accuracy);
  return {best.strategy, std::move(reason)};
}

}  // namespace

AllocatorEntry auto_entry() {
  return {.name = "auto",
          .summary = "chooses strategy, parameters and allocator by what was measured for such a task, verifier and budget",
          .source = "ours",
          .parameters = {{"slack", 0.005, "accuracy given up for fewer tokens", 0, 1}},
          .chooses_strategy = true,
          .uses_verifier = true,
          .asks_measurements = true,
          .choose = choose};
}

}  // namespace reckon
