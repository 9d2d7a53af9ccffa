// MXFP4: 32 values of E2M1 and one power of two. Exponent u8 at 0, codes at 1..16 (low nibbles are elements 0..15);
// value 2^(exponent - 127) * e2m1[code]. Source: OCP Microscaling Formats 1.0; byte order as in specs card 1.2.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/blocks/codebooks.h"
#include "kernels/dtype.h"

namespace reckon::blocks {

struct MXFP4 {
  static constexpr DType type = DType::mxfp4;
  static constexpr int elements = 32;
  static constexpr int bytes = 17;

  template <typename Lanes>
  static void unpack(const std::byte* block, float* out) noexcept {
    const auto d = Lanes::broadcast(half_scale(static_cast<std::uint32_t>(block[0])));
    const auto grid = Lanes::load(kTwiceE2M1);
    const auto codes = Lanes::load_u8(block + 1);
    const auto low = Lanes::pick(grid, Lanes::bit_and(codes, Lanes::broadcast_int(15)));
    const auto high = Lanes::pick(grid, Lanes::template shift_right<4>(codes));
    Lanes::store(out, Lanes::multiply(d, low));
    Lanes::store(out + 16, Lanes::multiply(d, high));
  }

 private:
  // 2^(exponent - 128), because the grid is doubled. Exponents 0 and 1 make the subnormals 2^-128 and 2^-127.
  [[gnu::always_inline]] static float half_scale(std::uint32_t exponent) noexcept {
    const std::uint32_t bits = exponent < 2 ? 0x00200000u << exponent : (exponent - 1) << 23;
    return __builtin_bit_cast(float, bits);
  }
};

}  // namespace reckon::blocks
