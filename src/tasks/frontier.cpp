#include "tasks/frontier.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/rng.h"

namespace reckon {
namespace {

constexpr double kLeastCost = 1e-12;  // of a resample whose problems all cost nothing

void require_frontier(bool condition, const std::string& message) {
  if (!condition) throw Error(ErrorCode::bad_argument, message, "frontier");
}

void check(std::span<const CostPoint> points) {
  for (const CostPoint& point : points) {
    require_frontier(std::isfinite(point.cost) && point.cost > 0, fmt::format("a cost is {}, expected more than 0", point.cost));
    require_frontier(point.accuracy >= 0 && point.accuracy <= 1,
                     fmt::format("an accuracy is {}, expected 0 to 1", point.accuracy));
  }
}

}  // namespace

std::vector<std::size_t> frontier(std::span<const CostPoint> points) {
  check(points);
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    if (points[a].cost != points[b].cost) return points[a].cost < points[b].cost;
    return points[a].accuracy > points[b].accuracy;
  });
  std::vector<std::size_t> kept;
  for (const std::size_t i : order) {
    if (kept.empty() || points[i].accuracy > points[kept.back()].accuracy) kept.push_back(i);
  }
  return kept;
}

std::optional<double> accuracy_at(std::span<const CostPoint> points, double cost) {
  std::optional<double> best;
  for (const std::size_t i : frontier(points)) {
    if (points[i].cost <= cost) best = points[i].accuracy;
  }
  return best;
}

std::optional<double> cost_to_reach(std::span<const CostPoint> points, double accuracy) {
  const CostPoint* before = nullptr;
  for (const std::size_t i : frontier(points)) {
    const CostPoint& point = points[i];
    if (point.accuracy < accuracy) {
      before = &point;
      continue;
    }
    if (before == nullptr) return point.cost;
    const double part = (accuracy - before->accuracy) / (point.accuracy - before->accuracy);
    return before->cost * std::pow(point.cost / before->cost, part);
  }
  return std::nullopt;
}

double area_under_frontier(std::span<const CostPoint> points, double low, double high) {
  require_frontier(low > 0 && low < high && std::isfinite(high),
                   fmt::format("bounds are {} and {}, expected 0 < low < high", low, high));
  double area = 0;
  double from = low;
  double height = 0;
  for (const std::size_t i : frontier(points)) {
    const double to = std::clamp(points[i].cost, low, high);
    area += height * std::log(to / from);
    from = to;
    height = points[i].accuracy;
  }
  return (area + height * std::log(high / from)) / std::log(high / low);
}

std::vector<double> frontier_shares(std::span<const MeasuredPoint> points, std::uint64_t seed, int resamples) {
  require_frontier(resamples >= 1, fmt::format("{} resamples, expected at least 1", resamples));
  std::vector<double> shares(points.size(), 0.0);
  if (points.empty()) return shares;
  const std::size_t problems = points.front().costs.size();
  for (const MeasuredPoint& point : points) {
    require_frontier(problems > 0 && point.costs.size() == problems && point.right.size() == problems,
                     "expected the same problems for all points, at least one");
  }
  SplitMix64 rng(seed);
  std::vector<std::size_t> drawn(problems);
  std::vector<CostPoint> means(points.size());
  for (int round = 0; round < resamples; ++round) {
    for (std::size_t& problem : drawn) problem = rng.below(problems);
    for (std::size_t i = 0; i < points.size(); ++i) {
      double cost = 0, right = 0;
      for (const std::size_t problem : drawn) cost += points[i].costs[problem], right += points[i].right[problem];
      means[i] = {std::max(cost / static_cast<double>(problems), kLeastCost), right / static_cast<double>(problems)};
    }
    for (const std::size_t i : frontier(means)) shares[i] += 1.0 / resamples;
  }
  return shares;
}

std::vector<double> cost_marks(double least, double largest, std::size_t most) {
  require_frontier(least > 0 && least <= largest && std::isfinite(largest), fmt::format("costs are {} to {}", least, largest));
  require_frontier(most >= 1, "no mark is asked for, expected at least one");
  std::vector<double> marks;
  for (int exponent = static_cast<int>(std::floor(std::log10(least))); marks.empty() || marks.back() < largest; ++exponent) {
    for (const double digit : {1.0, 2.0, 5.0}) {
      const double mark = digit * std::pow(10.0, exponent);
      if (mark >= least && (marks.empty() || marks.back() < largest)) marks.push_back(mark);
    }
  }
  if (marks.size() <= most) return marks;
  std::vector<double> kept;  // evenly spread, the last one among them
  for (std::size_t i = 1; i <= most; ++i) kept.push_back(marks[i * marks.size() / most - 1]);
  return kept;
}

}  // namespace reckon
