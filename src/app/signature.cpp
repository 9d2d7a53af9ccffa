#include "app/signature.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "app/solve.h"
#include "base/error.h"
#include "base/rng.h"

namespace reckon {
namespace {

std::vector<SolveRequest> requests() {
  std::vector<SolveRequest> all;
  for (const char* name : {"countdown", "arithmetic", "linear", "procedure"}) {
    const std::shared_ptr<const Task> task = make_task(name);
    for (const StrategyEntry& strategy : strategies()) {
      SolveRequest& request = all.emplace_back();
      request.task = task;
      request.instance = task->problem(Split::validation, 0);
      request.problem = request.instance->prompt;
      request.strategy = strategy.name;
      request.budget.tokens = 1500;
    }
  }
  return all;
}

// Minutes of solving would be lost by a refusal at the last of them.
void check(const Runtime& runtime, const SolveRequest& request) {
  validate(request);
  const ModelInfo& model = runtime.model().info();
  if (runtime.chat_template().empty() && find_strategy(request.strategy).asks_further) {
    throw Error(ErrorCode::bad_argument,
                fmt::format("{} has no chat template, and strategies such as {} need one to ask the model more than the problem",
                            model.name, request.strategy),
                "--signature");
  }
  const std::size_t length = runtime.prompt(request.problem, request.chat, request.system).size();
  if (std::cmp_greater_equal(length, model.context_length)) {
    throw Error(ErrorCode::bad_argument,
                fmt::format("the problem of {} has {} tokens; {} has a context of {}", request.instance->task, length, model.name,
                            model.context_length),
                "--signature");
  }
}

}  // namespace

std::string answers_signature(Runtime& runtime) {
  const std::vector<SolveRequest> all_requests = requests();
  for (const SolveRequest& request : all_requests) check(runtime, request);
  std::string all;
  for (const SolveRequest& request : all_requests) {
    const SolveResult result = solve_now(runtime, request);
    for (const PathRecord& path : result.outcome.paths) all += path.text + '\n';
    all += result.outcome.answer.value_or("none") + '\n';
  }
  return fmt::format("{:016x}", fnv1a(all));
}

}  // namespace reckon
