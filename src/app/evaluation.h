// Evaluating strategies on a task: the same problems with the same seeds for every strategy, several at a time in one engine.
// With a store, results are kept as they come and what it holds is not solved again.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/grid.h"
#include "app/result_store.h"
#include "app/runtime.h"
#include "app/solve.h"
#include "app/strategy_score.h"
#include "tasks/task.h"

namespace reckon {

struct EvaluationRequest {
  std::string task;                                  // "countdown:level=3"
  std::vector<std::string> strategies;               // at least one, as SolveRequest::strategy
  std::shared_ptr<const Measurements> measurements;  // as SolveRequest::measurements
  std::vector<std::string> ensemble;                 // as SolveRequest::ensemble, for those strategies that ask for models
  std::vector<GridAxis> grid;                        // what is varied besides
  std::string verifier;                              // as SolveRequest::verifier
  Split split = Split::test;
  std::int64_t limit = 100;  // problems; a task file may hold fewer
  std::int64_t offset = 0;   // index of the first
  Budget budget;             // of each problem
  std::optional<ThinkingRequest> thinking;
  std::uint64_t seed = 0;  // problem i is solved with seed + i
  // Problems under way at once; changes no answer and no cost. One, where an allocator moves budget from problem to problem.
  int parallel = 8;
  bool chat = true;
  std::string system;
  // With a store: solve nothing; judge anew what it holds, whatever version of the program drew it, and keep the new verdicts.
  bool rescore = false;
  std::function<void(std::int64_t done, std::int64_t total)> on_progress;
  // As each problem finishes, in that order, or is read from the store; on the thread of evaluate(). What it throws ends the
  // evaluation.
  std::function<void(const std::string& strategy, const Instance& instance, const SolveResult& result)> on_result;
  bool names_models = false;  // on_result wants SolveResult::models of what is stored too: that loads them
};

struct Evaluation {
  std::vector<EvaluatedCell> cells;  // strategy by strategy, each over its grid

  std::vector<StrategyScore> scores() const;  // in the same order
};

// Throws Error bad_argument before anything is run when a strategy, the task or a number is not valid.
Evaluation evaluate(Runtime& runtime, const EvaluationRequest& request);
void validate(const EvaluationRequest& request);

// The same with a store. `options` are what `runtime` loads; it is called when the first problem has to be solved.
// Throws Error not_found for results to score anew that the store does not hold.
Evaluation evaluate(const RuntimeOptions& options, const std::function<Runtime&()>& runtime, const EvaluationRequest& request,
                    ResultStore& store);

}  // namespace reckon
