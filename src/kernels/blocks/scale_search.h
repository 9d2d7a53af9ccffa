// Searches for the scale (and minimum) of a sub-block that lose least: sum over i of weight[i] * (x[i] - decoded[i])².
// A scale is tried around the one that spans the values; each try rounds the values to levels and then takes the best scale for
// those levels in closed form. Source: specs card 1.3. Sums in f64, so that no finite input overflows.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/blocks/rounding.h"

namespace reckon::blocks {

// x ≈ scale * q with q whole in -half..half-1. The scale may be negative: it then reaches the positive side one level further.
float search_scale(std::span<const float> x, const float* weights, int half);

struct ScaleAndMin {
  float scale = 0, min = 0;  // both >= 0
};
struct MinSearch {
  int levels;    // x ≈ scale * q - min with q whole in 0..levels
  double first;  // the inverse scales tried are (levels + first + t / 10) / (max - min), t = 0..steps
  int steps;
};
ScaleAndMin search_scale_and_min(std::span<const float> x, const float* weights, const MinSearch& search);

// x ≈ d * t with t in {-1, 0, 1}; weights null: all equal. Exact: the best non-zero set is always that of the largest |x|.
float best_ternary_scale(std::span<const float> x, const float* weights);

// Values to levels lowest..highest: the nearest whole number to (x + min) / scale, ties upwards; the level of 0 where scale is 0.
class Leveller {
 public:
  Leveller(double scale, double min, int lowest, int highest) noexcept
      : inverse_(scale == 0 ? 0.0 : 1 / scale),
        shift_(min * inverse_ - lowest + 0.5),
        lowest_(lowest),
        range_(highest - lowest) {}
  int operator()(double x) const noexcept { return lowest_ + whole_level(x * inverse_ + shift_, range_); }

 private:
  double inverse_, shift_;
  int lowest_, range_;
};

// Loss of `x` at a given scale and minimum, every value at its nearest level lowest..highest.
double loss_at(std::span<const float> x, const float* weights, double scale, double min, int lowest, int highest);

}  // namespace reckon::blocks
