// Evaluating strategies on a task: the same problems for every strategy, several at a time in one engine.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/runtime.h"
#include "app/solve.h"
#include "tasks/statistics.h"
#include "tasks/task.h"
#include "tasks/verifier_report.h"

namespace reckon {

struct EvaluationRequest {
  std::string task;                     // "countdown:level=3"
  std::vector<std::string> strategies;  // at least one
  std::vector<std::string> ensemble;    // as SolveRequest::ensemble, for those strategies that ask for models
  std::string verifier;                 // as SolveRequest::verifier
  Split split = Split::test;
  std::int64_t limit = 100;  // problems; a task file may hold fewer
  std::int64_t offset = 0;   // index of the first
  Budget budget;             // of each problem
  std::optional<ThinkingRequest> thinking;
  std::uint64_t seed = 0;  // problem i is solved with seed + i
  int parallel = 8;        // problems under way at once; changes no answer
  bool chat = true;
  std::string system;
  std::function<void(std::int64_t done, std::int64_t total)> on_progress;
  // As each problem finishes, in that order; on the thread of evaluate(). What it throws ends the evaluation.
  std::function<void(const std::string& strategy, const Instance& instance, const SolveResult& result)> on_result;
};

struct StrategyScore {
  std::string strategy;
  std::int64_t problems = 0;
  double accuracy = 0;
  ConfidenceInterval interval;  // 95 %, Wilson
  double tokens_mean = 0;
  double flops_mean = 0;
  double seconds_mean = 0;
  double peak_kv_bytes_mean = 0;
  std::vector<std::pair<std::int64_t, double>> pass_at;  // k and the unbiased estimate, powers of two up to the paths drawn
  std::vector<std::pair<int, double>> accuracy_by_level;
  // Of the scores of all finished paths, against the task's checker; nothing where the strategy uses no verifier, or none
  // finished.
  std::optional<VerifierReport> verifier;
  // On the same paths: of the answers that best, weighted and majority select, and the share of problems with a right path.
  std::vector<std::pair<std::string, double>> accuracy_by_selector;
  double coverage = 0;
  std::int64_t most_paths = 0;  // of one problem
};

// Throws Error bad_argument before anything is run when a strategy, the task or a number is not valid.
std::vector<StrategyScore> evaluate(Runtime& runtime, const EvaluationRequest& request);
void validate(const EvaluationRequest& request);

}  // namespace reckon
