// How coverage (pass@k) grows with k, from what was measured: a power law, and a law of how hard problems are.
// Source: Brown et al. 2024, "Large Language Monkeys"; specs cards S5 (evaluation) and B4 (search). Pure functions; any thread.
// Arguments out of range throw Error(bad_argument).
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace reckon {

// Further than this beyond the largest k measured, a fitted law is known to promise too much (card S5: fine at 8 times,
// optimistic at 64).
inline constexpr double kFarthestPrediction = 8;

struct CoveragePoint {
  double k = 1;         // >= 1
  double coverage = 0;  // in [0, 1]
};

// c(k) = exp(-a k^-b): straight in ln(-ln c) against ln k. It has no reason of its own: each problem's failure falls
// exponentially in k, and the power law comes of the heavy tail of hard problems.
struct CoverageLaw {
  double a = 0;
  double b = 0;
  double r_squared = 0;  // of the straight line; 1 = exact
  double from = 0;       // least and largest k it was fitted on
  double to = 0;

  double at(double k) const;
};

// Least squares over the points with .02 < coverage < .98, all of one weight. Nothing for fewer than three of these, or a
// coverage that does not grow.
std::optional<CoverageLaw> fit_coverage_law(std::span<const CoveragePoint> points);

// Samples of one problem.
struct SampleCount {
  std::int64_t samples = 0;
  std::int64_t right = 0;
};

// Chances of solving a problem with one sample, over problems: Beta(alpha, beta). c(k) = 1 - B(alpha, beta + k) / B(alpha, beta).
struct DifficultyLaw {
  double alpha = 1;
  double beta = 1;

  double coverage_at(double k) const;
};

// Maximum likelihood of the beta-binomial. Source: Minka 2000, "Estimating a Dirichlet distribution": its fixed-point iteration,
// which never lowers the likelihood; sums of reciprocals stand for differences of digamma. Nothing where no law is likeliest: all
// samples right, all wrong, or problems less different than chance makes them.
std::optional<DifficultyLaw> fit_difficulty_law(std::span<const SampleCount> problems);

}  // namespace reckon
