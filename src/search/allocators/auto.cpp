// Auto: the strategy, with its parameters and allocator, that was best in earlier evaluations of the task, with that verifier and
// under such a budget. Of a task that was not measured the others say little (docs/allocation.md): there it goes by a rule. Ours.
#include <fmt/format.h>

#include <algorithm>

#include "search/allocator.h"
#include "search/allocators/measurements.h"
#include "search/allocators/unmeasured.h"

namespace reckon {
namespace {

template <typename Value>
bool measured(const Measurements& measurements, Value MeasuredStrategy::* column, const Value& value) {
  return std::ranges::find(measurements.strategies, value, column) != measurements.strategies.end();
}

// Checked or scored by a model, or by nobody: each wants another way to make an answer of several paths.
ChosenStrategy by_rule(const AllocatorResources& resources, const std::string& why) {
  if (resources.verifier.empty()) return {unmeasured_vote(resources.budget) + "@adaptive", why + ", and nobody checks answers"};
  if (resources.checks) return {unmeasured_checked(resources.budget), why + ", and answers are checked"};
  return {"compute_optimal:by=agreement", why + ", and answers are scored"};
}

ChosenStrategy choose(const Parameters& parameters, const AllocatorResources& resources) {
  if (!resources.measurements) return by_rule(resources, "nothing was measured with this model");
  const Measurements& measurements = *resources.measurements;
  if (!measured(measurements, &MeasuredStrategy::task, resources.task)) {
    return by_rule(resources, (resources.task.empty() ? "a problem of no task" : resources.task) + " was not measured");
  }
  // Who can check answers should: what was measured without says nothing of that.
  if (resources.checks && !measured(measurements, &MeasuredStrategy::verifier, resources.verifier)) {
    return by_rule(resources, "nothing was measured with such a checker");
  }
  MeasuredSituation situation;
  situation.task = resources.task;
  situation.verifier = resources.verifier;
  situation.budget = resources.budget;
  situation.level = resources.level;
  const std::vector<RankedStrategy> ranked = ranked_strategies(measurements, situation);
  if (ranked.empty()) {
    return by_rule(resources, fmt::format("nothing was measured with a budget like {}", to_string(resources.budget)));
  }
  const RankedStrategy& best = cheapest_of_best(ranked, parameters.number("slack"));
  std::string reason = fmt::format("expected to be right {:.1f} % of the time, {}, for {:.0f} tokens", 100 * best.accuracy,
                                   grounds_of(best, measurements, situation), best.tokens);
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
