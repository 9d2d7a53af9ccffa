#include "kernels/blocks/q6_k.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "kernels/blocks/scale_search.h"
#include "kernels/half.h"

namespace reckon::blocks {
namespace {

constexpr int kQ6SubBlocks = 16, kQ6SubSize = 16, kHalf = 32;

// Where the card takes the nearest code of a sub-block's scale, we also look at its two neighbours.
int best_code(std::span<const float> x, const float* weights, double d, int nearest) {
  int best = nearest;
  double least_loss = loss_at(x, weights, d * nearest, 0, -kHalf, kHalf - 1);
  for (const int code : {nearest - 1, nearest + 1}) {
    if (code < -128 || code > 127) continue;
    const double loss = loss_at(x, weights, d * code, 0, -kHalf, kHalf - 1);
    if (loss >= least_loss) continue;
    least_loss = loss;
    best = code;
  }
  return best;
}

void pack(const std::uint8_t (&levels)[256], std::byte* block) {
  for (int i = 0; i < 64; ++i) {  // 32 bytes of bit pairs serve 128 elements, in four runs of 32
    const int half = i / 32, l = i % 32;
    const std::uint8_t* q = levels + 128 * half + l;
    block[64 * half + l] = static_cast<std::byte>((q[0] & 15) | ((q[64] & 15) << 4));
    block[64 * half + 32 + l] = static_cast<std::byte>((q[32] & 15) | ((q[96] & 15) << 4));
    block[128 + i] = static_cast<std::byte>((q[0] >> 4) | ((q[32] >> 4) << 2) | ((q[64] >> 4) << 4) | ((q[96] >> 4) << 6));
  }
}

}  // namespace

void Q6_K::encode(const float* in, const float* importance, std::byte* block) {
  float squares[256];
  for (int i = 0; i < 256; ++i) squares[i] = std::min(in[i] * in[i], 1e38f);
  const float* weights = importance == nullptr ? squares : importance;
  float scales[kQ6SubBlocks];
  float extreme = 0;
  for (int j = 0; j < kQ6SubBlocks; ++j) {
    scales[j] = search_scale({in + kQ6SubSize * j, kQ6SubSize}, weights + kQ6SubSize * j, kHalf);
    if (std::fabs(scales[j]) > std::fabs(extreme)) extreme = scales[j];
  }

  const std::uint16_t stored = f32_to_f16(extreme / -128.0f);
  const double d = f16_to_f32(stored);
  std::memcpy(block + 208, &stored, sizeof stored);
  std::uint8_t levels[256];
  const Leveller nearest_code(d, 0, -128, 127);  // d as stored: for small weights its rounding is coarse
  for (int j = 0; j < kQ6SubBlocks; ++j) {
    const std::span<const float> x(in + kQ6SubSize * j, kQ6SubSize);
    const int code = best_code(x, weights + kQ6SubSize * j, d, nearest_code(scales[j]));
    block[192 + j] = static_cast<std::byte>(static_cast<std::int8_t>(code));
    const Leveller level(d * code, 0, -kHalf, kHalf - 1);
    for (int i = 0; i < kQ6SubSize; ++i) levels[kQ6SubSize * j + i] = static_cast<std::uint8_t>(kHalf + level(x[i]));
  }
  pack(levels, block);
}

}  // namespace reckon::blocks
