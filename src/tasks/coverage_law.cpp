#include "tasks/coverage_law.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.h"

namespace reckon {
namespace {

constexpr double kLeastCoverage = 0.02;  // card S5: nearer to 0 or 1 the double logarithm is all noise
constexpr double kMostCoverage = 0.98;
constexpr std::int64_t kMostSamples = 1 << 20;
constexpr int kMostIterations = 20'000;
constexpr double kAlikeProblems = 1e5;  // alpha + beta beyond which problems differ by less than can be told

void require_law(bool condition, const std::string& message) {
  if (!condition) throw Error(ErrorCode::bad_argument, message, "coverage law");
}

double log_beta(double a, double b) { return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b); }

// Of all problems, how many have more than j of something, for j = 0, 1 …
class MoreThan {
 public:
  void add(std::int64_t count) {
    if (problems_.size() < static_cast<std::size_t>(count)) problems_.resize(static_cast<std::size_t>(count));
    for (std::int64_t j = 0; j < count; ++j) problems_[static_cast<std::size_t>(j)] += 1;
  }
  // Sum over problems of digamma(x + count) - digamma(x).
  double digamma_steps(double x) const {
    double sum = 0;
    for (std::size_t j = 0; j < problems_.size(); ++j) sum += problems_[j] / (x + static_cast<double>(j));
    return sum;
  }
  bool none() const { return problems_.empty(); }

 private:
  std::vector<double> problems_;
};

}  // namespace

double CoverageLaw::at(double k) const {
  require_law(k >= 1, fmt::format("k is {}, expected at least 1", k));
  return std::exp(-a * std::pow(k, -b));
}

std::optional<CoverageLaw> fit_coverage_law(std::span<const CoveragePoint> points) {
  std::vector<double> x, y;
  CoverageLaw law{.from = HUGE_VAL};
  for (const CoveragePoint& point : points) {
    require_law(point.k >= 1, fmt::format("k is {}, expected at least 1", point.k));
    if (!(point.coverage > kLeastCoverage && point.coverage < kMostCoverage)) continue;
    x.push_back(std::log(point.k));
    y.push_back(std::log(-std::log(point.coverage)));
    law.from = std::min(law.from, point.k);
    law.to = std::max(law.to, point.k);
  }
  const auto n = static_cast<double>(x.size());
  if (x.size() < 3) return std::nullopt;
  double mean_x = 0, mean_y = 0;
  for (std::size_t i = 0; i < x.size(); ++i) mean_x += x[i] / n, mean_y += y[i] / n;
  double xx = 0, xy = 0, yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    xy += (x[i] - mean_x) * (y[i] - mean_y);
    yy += (y[i] - mean_y) * (y[i] - mean_y);
  }
  if (!(xx > 0) || !(xy < 0)) return std::nullopt;
  law.b = -xy / xx;
  law.a = std::exp(mean_y + law.b * mean_x);
  law.r_squared = xy * xy / (xx * yy);
  return law;
}

double DifficultyLaw::coverage_at(double k) const {
  require_law(k >= 0, fmt::format("k is {}, expected at least 0", k));
  return 1.0 - std::exp(log_beta(alpha, beta + k) - log_beta(alpha, beta));
}

std::optional<DifficultyLaw> fit_difficulty_law(std::span<const SampleCount> problems) {
  MoreThan right, wrong, samples;
  for (const SampleCount& problem : problems) {
    require_law(problem.right >= 0 && problem.right <= problem.samples && problem.samples <= kMostSamples,
                fmt::format("{} of {} samples right, expected 0..n of n <= {}", problem.right, problem.samples, kMostSamples));
    right.add(problem.right);
    wrong.add(problem.samples - problem.right);
    samples.add(problem.samples);
  }
  if (right.none() || wrong.none()) return std::nullopt;
  DifficultyLaw law;
  for (int i = 0; i < kMostIterations; ++i) {
    const double both = samples.digamma_steps(law.alpha + law.beta);
    const double alpha = law.alpha * right.digamma_steps(law.alpha) / both;
    const double beta = law.beta * wrong.digamma_steps(law.beta) / both;
    const bool settled = std::abs(alpha - law.alpha) <= 1e-10 * alpha && std::abs(beta - law.beta) <= 1e-10 * beta;
    law = {alpha, beta};
    if (alpha + beta > kAlikeProblems) return std::nullopt;
    if (settled) return law;
  }
  return std::nullopt;  // still on its way to where problems are all alike
}

}  // namespace reckon
