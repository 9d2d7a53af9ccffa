// Kernels that touch each element of a row once: norm, rotation, gate, sum.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cpu/exp.h"

namespace reckon {

template <typename Lanes>
void rms_norm(const float* x, const float* weight, float epsilon, std::int64_t cols, float* y) noexcept {
  auto squares = Lanes::zero();
  std::int64_t c = 0;
  for (; c + 16 <= cols; c += 16) {
    const auto lanes = Lanes::load(x + c);
    squares = Lanes::fma(lanes, lanes, squares);
  }
  const int rest = static_cast<int>(cols - c);
  if (rest > 0) {
    const auto lanes = Lanes::load_first(x + c, rest);
    squares = Lanes::fma(lanes, lanes, squares);
  }
  const float mean = Lanes::fold(squares) / static_cast<float>(cols);
  const float factor = 1.0f / __builtin_sqrtf(mean + epsilon);
  for (std::int64_t i = 0; i < cols; ++i) y[i] = x[i] * factor * weight[i];
}

// (a, b) -> (a cos - b sin, a sin + b cos), each product rounded: the rounding must not depend on the instruction set.
template <typename Lanes>
void rope_adjacent(float* x, const float* angles, int heads, int head_dim, int pairs) noexcept {
  const float* cosines = angles;
  const float* sines = angles + pairs;
  for (int h = 0; h < heads; ++h, x += head_dim) {
    for (int i = 0; i < pairs; ++i) {
      const float a = x[2 * i];
      const float b = x[2 * i + 1];
      x[2 * i] = a * cosines[i] - b * sines[i];
      x[2 * i + 1] = a * sines[i] + b * cosines[i];
    }
  }
}

template <typename Lanes>
void rope_half_split(float* x, const float* angles, int heads, int head_dim, int pairs) noexcept {
  const float* cosines = angles;
  const float* sines = angles + pairs;
  for (int h = 0; h < heads; ++h, x += head_dim) {
    for (int i = 0; i < pairs; ++i) {
      const float a = x[i];
      const float b = x[i + pairs];
      x[i] = a * cosines[i] - b * sines[i];
      x[i + pairs] = a * sines[i] + b * cosines[i];
    }
  }
}

// gate / (1 + e^-gate) * up
template <typename Lanes>
[[gnu::always_inline]] inline typename Lanes::Vector silu_multiply_lanes(typename Lanes::Vector gate,
                                                                         typename Lanes::Vector up) noexcept {
  const auto decay = exp_lanes<Lanes>(Lanes::subtract(Lanes::zero(), gate));
  return Lanes::multiply(Lanes::divide(gate, Lanes::add(Lanes::broadcast(1.0f), decay)), up);
}

template <typename Lanes>
void silu_multiply(const float* gate, const float* up, std::int64_t count, float* out) noexcept {
  std::int64_t i = 0;
  for (; i + 16 <= count; i += 16) {
    Lanes::store(out + i, silu_multiply_lanes<Lanes>(Lanes::load(gate + i), Lanes::load(up + i)));
  }
  const int rest = static_cast<int>(count - i);
  if (rest == 0) return;
  const auto result = silu_multiply_lanes<Lanes>(Lanes::load_first(gate + i, rest), Lanes::load_first(up + i, rest));
  Lanes::store_first(out + i, result, rest);
}

template <typename Lanes>
void add(float* x, const float* y, std::int64_t count) noexcept {
  for (std::int64_t i = 0; i < count; ++i) x[i] = x[i] + y[i];
}

template <typename Lanes>
void exp(const float* x, std::int64_t count, float* out) noexcept {
  std::int64_t i = 0;
  for (; i + 16 <= count; i += 16) Lanes::store(out + i, exp_lanes<Lanes>(Lanes::load(x + i)));
  const int rest = static_cast<int>(count - i);
  if (rest > 0) Lanes::store_first(out + i, exp_lanes<Lanes>(Lanes::load_first(x + i, rest)), rest);
}

}  // namespace reckon
