#include "app/signature.h"

#include <fmt/format.h>

#include "app/solve.h"
#include "base/rng.h"

namespace reckon {

std::string answers_signature(Runtime& runtime) {
  std::string all;
  for (const char* name : {"countdown", "arithmetic", "linear", "procedure"}) {
    const std::shared_ptr<const Task> task = make_task(name);
    for (const StrategyEntry& strategy : strategies()) {
      SolveRequest request;
      request.task = task;
      request.instance = task->problem(Split::validation, 0);
      request.problem = request.instance->prompt;
      request.strategy = strategy.name;
      request.budget.tokens = 1500;
      const SolveResult result = solve_now(runtime, request);
      for (const PathRecord& path : result.outcome.paths) all += path.text + '\n';
      all += result.outcome.answer.value_or("none") + '\n';
    }
  }
  return fmt::format("{:016x}", fnv1a(all));
}

}  // namespace reckon
