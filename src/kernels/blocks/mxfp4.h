// MXFP4: 32 values of E2M1 and one power of two. Exponent u8 at 0, codes at 1..16 (low nibbles are elements 0..15);
// value 2^(exponent - 127) * e2m1[code]. Source: OCP Microscaling Formats 1.0; byte order as in specs card 1.2.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/blocks/codebooks.h"
#include "kernels/cpu/panel_fields.h"
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

  // The scale becomes a bfloat16, two bytes for one.
  struct Panel {
    static constexpr int half_count = 1;
    static constexpr int word_count = 4;
    static constexpr int sub_block = 32;
    static constexpr int offset_bits = -1;
    static constexpr bool signed_codes = true;

    static std::uint16_t pack_half(int, const std::byte* block) noexcept {
      return static_cast<std::uint16_t>(__builtin_bit_cast(std::uint32_t, half_scale(static_cast<std::uint32_t>(block[0]))) >>
                                        16);
    }
    static std::uint32_t pack_word(int index, const std::byte* block) noexcept { return stored_word(block + 1 + 4 * index); }
    template <typename W, int S, int G>
    static typename W::Words codes(const std::byte* panel) noexcept {
      return W::lookup(kTwiceE2M1Bytes, nibbles<W, (G >= 4)>(panel_word<W, 1>(panel, G % 4)));
    }
    template <typename W, int S>
    static typename W::Floats scale(const std::byte* panel) noexcept {
      return W::from_bits(W::template shift<-16>(W::load_u16(panel)));
    }
  };

 private:
  // 2^(exponent - 128), because the grid is doubled. Exponents 0 and 1 make the subnormals 2^-128 and 2^-127.
  [[gnu::always_inline]] static float half_scale(std::uint32_t exponent) noexcept {
    const std::uint32_t bits = exponent < 2 ? 0x00200000u << exponent : (exponent - 1) << 23;
    return __builtin_bit_cast(float, bits);
  }
};

}  // namespace reckon::blocks
