// What the samples (samples.h) of an evaluation say of fewer paths, and of more. Source: specs card "Evaluation tasks, scorers,
// statistics", S1 to S3, S5, S11.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "app/strategy_score.h"
#include "tasks/coverage_law.h"
#include "tasks/statistics.h"

namespace reckon {

// What one pool of samples says of every number of paths up to its own, without drawing again (S1 to S3, S5, S11).
struct PoolCurves {
  struct At {
    std::int64_t k = 1;
    double pass = 0;                   // coverage, unbiased
    ConfidenceInterval pass_interval;  // 95 %, bootstrap over problems
    double majority = 0;
    double weighted = 0;  // majority weighted by the scores; as majority where none is above 0 or one below
    double best = 0;      // of the highest score
  };
  std::vector<At> curve;  // k = 1, 2, 4 … up to the samples of the problem with the fewest
  std::optional<CoverageLaw> coverage_law;
  std::optional<DifficultyLaw> difficulty_law;
  // Bounds on what runs of one path come to: the share of problems that all paths solve, that a path solves, that any path
  // solves.
  double worst = 0, mean = 0, best = 0;
  std::optional<double> tokens_right, tokens_wrong;  // means per path
};

// Nothing where paths are no samples: StrategyScore::no_samples says why.
std::optional<PoolCurves> pool_curves(const EvaluatedCell& evaluated);

}  // namespace reckon
