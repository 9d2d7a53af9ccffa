// Steps that the quantisers share: they give a defined result for every finite input, however large or small.
#pragma once

#include <algorithm>
#include <cmath>

namespace reckon::blocks {

// 1 / d; 0 where that is no finite number: d is 0, or so small that its block decodes to zeros, or infinite.
inline float inverse_or_zero(float d) noexcept {
  const float inverse = 1.0f / d;
  return std::isfinite(inverse) ? inverse : 0.0f;
}

// The whole part of v, limited to 0..highest; 0 for NaN.
inline int whole_level(double v, int highest) noexcept {
  return static_cast<int>(std::min(std::max(0.0, v), static_cast<double>(highest)));  // max(0, NaN) is 0, in this order
}

// The first element of largest magnitude, with its sign.
inline float extreme_of(const float* in, int count) noexcept {
  float extreme = 0.0f;
  for (int i = 0; i < count; ++i) {
    if (std::fabs(in[i]) > std::fabs(extreme)) extreme = in[i];
  }
  return extreme;
}

}  // namespace reckon::blocks
