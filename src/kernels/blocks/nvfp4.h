// NVFP4: 64 values of E2M1 in 4 sub-blocks of 16, each with an unsigned E4M3 scale. Scales at 0..3, codes at 4..35, 8 bytes per
// sub-block (low nibbles are its elements 0..7); value scale * e2m1[code]. The tensor's f32 scale of the full scheme is not in
// the block. Source: specs card 1.2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/blocks/codebooks.h"
#include "kernels/dtype.h"

namespace reckon::blocks {

struct NVFP4 {
  static constexpr DType type = DType::nvfp4;
  static constexpr int elements = 64;
  static constexpr int bytes = 36;

  template <typename Lanes>
  static void unpack(const std::byte* block, float* out) noexcept {
    const auto grid = Lanes::load(kTwiceE2M1);
    for (int j = 0; j < 4; ++j) {
      std::uint64_t packed;
      std::memcpy(&packed, block + 4 + 8 * j, sizeof packed);
      constexpr std::uint64_t kNibbles = 0x0F0F0F0F0F0F0F0Fu;
      const std::uint64_t codes[2] = {packed & kNibbles, (packed >> 4) & kNibbles};  // elements 0..7, then 8..15
      const auto scale = Lanes::broadcast(half_scale(static_cast<std::uint32_t>(block[j])));
      const auto values = Lanes::pick(grid, Lanes::load_u8(reinterpret_cast<const std::byte*>(codes)));
      Lanes::store(out + 16 * j, Lanes::multiply(scale, values));
    }
  }

 private:
  // Half of what the E4M3 bits mean, because the grid is doubled; the sign bit is ignored, and 0x7F (NaN) counts as 0.
  [[gnu::always_inline]] static float half_scale(std::uint32_t bits) noexcept {
    const std::uint32_t exponent = (bits >> 3) & 15u, mantissa = bits & 7u;
    if (bits == 0x7Fu) return 0.0f;
    if (exponent == 0) return static_cast<float>(mantissa) * 0x1p-10f;
    return __builtin_bit_cast(float, ((exponent + 119u) << 23) | (mantissa << 20));
  }
};

}  // namespace reckon::blocks
