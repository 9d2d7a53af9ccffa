// What the results of one strategy on many problems come to. Statistics: specs card "Evaluation tasks, scorers, statistics", S1
// to S11.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "app/measure_scores.h"
#include "app/problem_result.h"
#include "app/run_identity.h"
#include "tasks/statistics.h"
#include "tasks/verifier_report.h"

namespace reckon {

// One cell of an evaluation with what came of it, in order of problem.
struct EvaluatedCell {
  EvaluationCell cell;
  std::vector<ProblemResult> results;
};

// The same problems under two strategies.
struct PairedComparison {
  std::int64_t problems = 0;    // that both have
  std::int64_t only_first = 0;  // right under the first only
  std::int64_t only_second = 0;
  PairedDifference difference;  // accuracy of the first minus that of the second; bootstrap over problems
  double p = 1;                 // exact McNemar
};

struct FamilyScore {
  std::string family;
  std::int64_t problems = 0;
  double accuracy = 0;
  ConfidenceInterval interval;  // 95 %, Wilson
};

struct StrategyScore {
  std::string strategy;  // its label
  EvaluationCell cell;
  std::int64_t problems = 0;
  std::int64_t too_long = 0;  // of these: longer than the model's context, so without an answer
  double accuracy = 0;
  ConfidenceInterval interval;  // 95 %, Wilson
  double tokens_mean = 0;
  double flops_mean = 0;
  double seconds_mean = 0;
  double peak_kv_bytes_mean = 0;
  Ledger spent;                                          // all problems together; the peak is the largest
  std::vector<std::pair<std::int64_t, double>> pass_at;  // k and the unbiased estimate, powers of two up to the samples drawn
  std::string no_samples;                                // why that is empty, and there is no pool (samples.h); "" = it is not
  std::vector<std::pair<int, double>> accuracy_by_level;
  std::vector<MeasureScore> measures;  // of the task, on the answers; empty where it has none
  std::vector<FamilyScore> families;   // in order of name; one without a name where all problems are alike
  // Of the scores of all finished paths, against the task's checker; nothing where the strategy uses no verifier, or none
  // finished.
  std::optional<VerifierReport> verifier;
  // Of the confidence in each answer, against its being right; nothing where no problem has an answer.
  std::optional<VerifierReport> confidence;
  double risk_coverage_area = 0;  // of the same
  // On the same paths: of the answers that best, weighted and majority select, and the share of problems with a right path.
  std::vector<std::pair<std::string, double>> accuracy_by_selector;
  double coverage = 0;
  std::int64_t most_paths = 0;           // of one problem
  std::optional<PairedComparison> over;  // against the first strategy of the evaluation; nothing for itself
  double over_p = 1;                     // of `over`, adjusted for as many comparisons as the evaluation makes (Holm)
};

// `first` is what it is compared with, or null.
StrategyScore score_of(const EvaluatedCell& evaluated, const EvaluatedCell* first = nullptr);

// Pairs results by their problem. Throws Error bad_argument where no problem is in both.
PairedComparison compare(std::span<const ProblemResult> first, std::span<const ProblemResult> second);

}  // namespace reckon
