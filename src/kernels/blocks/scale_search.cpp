#include "kernels/blocks/scale_search.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace reckon::blocks {
namespace {

// Weighted sums over a sub-block whose values have been given levels q.
struct Sums {
  double w = 0, x = 0, q = 0, xx = 0, xq = 0, qq = 0;

  void add(double weight, double value, double level) {
    w += weight;
    x += weight * value;
    q += weight * level;
    xx += weight * value * value;
    xq += weight * value * level;
    qq += weight * level * level;
  }
  // sum of w * (x - (scale * q - min))².
  double loss(double scale, double min) const {
    return xx + scale * scale * qq + min * min * w + 2 * min * x - 2 * scale * xq - 2 * scale * min * q;
  }
};

struct Fit {
  double scale = 0, min = 0;
};

// The scale and the min >= 0 that minimise loss() for the levels as they are.
Fit best_fit(const Sums& sums) {
  const double determinant = sums.w * sums.qq - sums.q * sums.q;
  if (determinant > 0) {
    const Fit fit{(sums.w * sums.xq - sums.x * sums.q) / determinant, (sums.q * sums.xq - sums.qq * sums.x) / determinant};
    if (fit.min >= 0) return fit;
  }
  return {sums.qq > 0 ? sums.xq / sums.qq : 0.0, 0.0};
}

}  // namespace

float search_scale(std::span<const float> x, const float* weights, int half) {
  double extreme = 0;
  for (const float value : x) {
    if (std::fabs(value) > std::fabs(extreme)) extreme = value;
  }
  if (extreme == 0) return 0;
  double scale = 0, most_explained = 0;  // loss = sum of w x² - (sum of w x q)² / sum of w q²
  for (int t = -9; t <= 9; ++t) {
    const double step = -extreme / (half + 0.1 * t);  // the extreme lands on level -half, or nearly so
    const Leveller level(step, 0, -half, half - 1);
    double xq = 0, qq = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double q = level(x[i]);
      xq += weights[i] * (x[i] * q);
      qq += weights[i] * (q * q);
    }
    if (qq > 0 && xq * xq > most_explained * qq) {
      most_explained = xq * xq / qq;
      scale = xq / qq;
    }
  }
  return static_cast<float>(scale);
}

ScaleAndMin search_scale_and_min(std::span<const float> x, const float* weights, const MinSearch& search) {
  const auto [least, most] = std::ranges::minmax(x);
  const double low = std::min(least, 0.0f), width = std::max(0.0, most - low);
  if (width == 0) return {0, static_cast<float>(-low)};
  Fit best{width / search.levels, -low};
  double least_loss = loss_at(x, weights, best.scale, best.min, 0, search.levels);
  for (int t = 0; t <= search.steps; ++t) {
    const double step = width / (search.levels + search.first + 0.1 * t);
    const Leveller level(step, -low, 0, search.levels);
    Sums sums;
    for (std::size_t i = 0; i < x.size(); ++i) sums.add(weights[i], x[i], level(x[i]));
    const Fit fit = best_fit(sums);
    const double loss = sums.loss(fit.scale, fit.min);
    if (loss < least_loss && fit.scale > 0) {
      least_loss = loss;
      best = fit;
    }
  }
  return {static_cast<float>(best.scale), static_cast<float>(best.min)};
}

float best_ternary_scale(std::span<const float> x, const float* weights) {
  std::vector<std::pair<double, double>> sizes;  // |x|, weight
  for (std::size_t i = 0; i < x.size(); ++i) sizes.emplace_back(std::fabs(x[i]), weights == nullptr ? 1.0 : weights[i]);
  std::ranges::stable_sort(sizes, std::ranges::greater(), &std::pair<double, double>::first);
  double scale = 0, most_explained = 0, wx = 0, w = 0;
  for (const auto& [size, weight] : sizes) {
    wx += weight * size;
    w += weight;
    if (w > 0 && wx * wx > most_explained * w) {
      most_explained = wx * wx / w;
      scale = wx / w;
    }
  }
  return static_cast<float>(scale);
}

double loss_at(std::span<const float> x, const float* weights, double scale, double min, int lowest, int highest) {
  double loss = 0;
  const Leveller level(scale, min, lowest, highest);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double error = x[i] - (scale * level(x[i]) - min);
    loss += weights[i] * (error * error);
  }
  return loss;
}

}  // namespace reckon::blocks
