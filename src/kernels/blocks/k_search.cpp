#include "kernels/blocks/k_search.h"

#include <algorithm>
#include <cmath>

#include "kernels/half.h"

namespace reckon::blocks {
namespace {

constexpr int kSubBlocks = 8, kSubSize = 32, kHighestCode = 63;

// Without measured importance: root mean square + |x|, which favours large weights over the noise around zero.
void default_weights(std::span<const float> x, float* weights) {
  double squares = 0;
  for (const float value : x) squares += double{value} * value;
  const double rms = std::sqrt(squares / static_cast<double>(x.size()));
  for (std::size_t i = 0; i < x.size(); ++i) weights[i] = static_cast<float>(std::min(rms + std::fabs(x[i]), 1e38));
}

// The pair of codes, at most one off the given one each, that loses least.
KScale best_neighbour(std::span<const float> x, const float* weights, KScale around, double d, double dmin, int levels) {
  KScale best = around;
  double least_loss = loss_at(x, weights, d * around.scale, dmin * around.min, 0, levels);
  for (int scale = std::max(0, around.scale - 1); scale <= std::min(kHighestCode, around.scale + 1); ++scale) {
    for (int min = std::max(0, around.min - 1); min <= std::min(kHighestCode, around.min + 1); ++min) {
      const double loss = loss_at(x, weights, d * scale, dmin * min, 0, levels);
      if (loss >= least_loss) continue;
      least_loss = loss;
      best = {scale, min};
    }
  }
  return best;
}

}  // namespace

KBlock search_k_block(const float* in, const float* importance, const MinSearch& search) {
  float defaults[kSubBlocks * kSubSize];
  ScaleAndMin fits[kSubBlocks];
  float largest_scale = 0, largest_min = 0;
  const auto sub_block = [&](int j) { return std::span(in + kSubSize * j, kSubSize); };
  if (importance == nullptr) {
    for (int j = 0; j < kSubBlocks; ++j) default_weights(sub_block(j), defaults + kSubSize * j);
  }
  const float* weights = importance == nullptr ? defaults : importance;
  for (int j = 0; j < kSubBlocks; ++j) {
    fits[j] = search_scale_and_min(sub_block(j), weights + kSubSize * j, search);
    largest_scale = std::max(largest_scale, fits[j].scale);
    largest_min = std::max(largest_min, fits[j].min);
  }

  KBlock block{};
  block.d = f32_to_f16(largest_scale / kHighestCode);
  block.dmin = f32_to_f16(largest_min / kHighestCode);
  const double d = f16_to_f32(block.d), dmin = f16_to_f32(block.dmin);  // codes and quants fit the scales as stored
  const Leveller scale_code(d, 0, 0, kHighestCode), min_code(dmin, 0, 0, kHighestCode);
  for (int j = 0; j < kSubBlocks; ++j) {
    const KScale nearest{scale_code(fits[j].scale), min_code(fits[j].min)};
    block.codes[j] = best_neighbour(sub_block(j), weights + kSubSize * j, nearest, d, dmin, search.levels);
    const Leveller level(d * block.codes[j].scale, dmin * block.codes[j].min, 0, search.levels);
    for (int i = 0; i < kSubSize; ++i) block.levels[kSubSize * j + i] = static_cast<std::uint8_t>(level(sub_block(j)[i]));
  }
  return block;
}

}  // namespace reckon::blocks
