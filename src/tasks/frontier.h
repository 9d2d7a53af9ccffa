// Accuracy against cost: which points nothing beats, and curves compared at equal cost or equal accuracy.
// Source: specs card "Evaluation tasks, scorers, statistics", S6. Pure functions; any thread. Arguments out of range throw
// Error(bad_argument). Costs are positive, of any one unit; accuracies lie in [0, 1].
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace reckon {

struct CostPoint {
  double cost = 1;
  double accuracy = 0;
};

// Indices of the points that no other beats at the same cost or less, cheapest first; of equals the first.
std::vector<std::size_t> frontier(std::span<const CostPoint> points);

// The best accuracy that costs no more: the frontier as a step function. Nothing below the cheapest point.
std::optional<double> accuracy_at(std::span<const CostPoint> points, double cost);

// What the accuracy costs, along the frontier, log-linear between its points. Nothing where no point reaches it.
std::optional<double> cost_to_reach(std::span<const CostPoint> points, double accuracy);

// Area under the frontier's step function over log cost between two costs, in [0, 1]; below the cheapest point it is 0.
double area_under_frontier(std::span<const CostPoint> points, double low, double high);

// What one point of the plot was measured on: of each problem, its cost and whether it was right (1 or 0).
struct MeasuredPoint {
  std::vector<double> costs;
  std::vector<double> right;
};

// Of resamples of the problems, the share in which each point is on the frontier. All points have the same problems.
std::vector<double> frontier_shares(std::span<const MeasuredPoint> points, std::uint64_t seed = 0, int resamples = 1000);

// Where costs of all curves can be compared: at most `most` of 1, 2, 5, 10 … from the first that is not below the least to the
// first that is not below the largest, which is one of them.
std::vector<double> cost_marks(double least, double largest, std::size_t most = 6);

}  // namespace reckon
