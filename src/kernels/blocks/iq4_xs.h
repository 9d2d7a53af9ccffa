// IQ4_XS: 256 four-bit codes of an uneven grid in 8 sub-blocks of 32, each with a signed 6-bit scale. d f16 at 0, upper bit
// pairs of the scales u16 at 2, their low nibbles at 4..7, codes at 8..135; value (d * scale) * grid[code].
// Source: specs card 1.2.
#pragma once

#include <cstddef>

#include "kernels/blocks/codebooks.h"
#include "kernels/cpu/panel_fields.h"
#include "kernels/dtype.h"

namespace reckon::blocks {

struct IQ4_XS {
  static constexpr DType type = DType::iq4_xs;
  static constexpr int elements = 256;
  static constexpr int bytes = 136;

  template <typename Lanes>
  static void unpack(const std::byte* block, float* out) noexcept {
    const auto grid = Lanes::load(kNonLinear4);
    const float d = Lanes::f16(block);
    for (int j = 0; j < 8; ++j) {
      const auto scale = Lanes::broadcast(d * static_cast<float>(sub_scale(block, j)));
      const auto codes = Lanes::load_u8(block + 8 + 16 * j);
      const auto low = Lanes::pick(grid, Lanes::bit_and(codes, Lanes::broadcast_int(15)));
      const auto high = Lanes::pick(grid, Lanes::template shift_right<4>(codes));
      Lanes::store(out + 32 * j, Lanes::multiply(scale, low));
      Lanes::store(out + 32 * j + 16, Lanes::multiply(scale, high));
    }
  }

  struct Panel {
    static constexpr int halves[] = {0, 2};
    static constexpr int first_word = 4;
    static constexpr int sub_block = 32;
    static constexpr int unpacked_from = 32;
    static constexpr int offset_bits = -1;
    static constexpr bool signed_codes = true;

    template <typename W, int S, int G>
    static typename W::Words codes(const std::byte* panel) noexcept {
      return W::lookup(kNonLinear4Bytes, nibbles<W, (G >= 4)>(panel_word<W, 2>(panel, 1 + 4 * S + G % 4)));
    }
    template <typename W, int S>
    static typename W::Floats scale(const std::byte* panel) noexcept {
      const auto low = W::bit_and(W::template shift<4 * S>(panel_word<W, 2>(panel, 0)), W::set(15));
      const auto high = W::bit_and(W::template shift<2 * S - 4>(W::load_u16(panel + 2 * W::kOutputs)), W::set(48));
      const auto code = W::add(W::to_float(W::bit_or(low, high)), W::broadcast_float(-32.0f));
      return W::multiply(panel_half<W>(panel, 0), code);
    }
  };

 private:
  [[gnu::always_inline]] static int sub_scale(const std::byte* block, int j) noexcept {
    const int low = (static_cast<int>(block[4 + j / 2]) >> (4 * (j % 2))) & 15;
    const int high = (static_cast<int>(block[2 + j / 4]) >> (2 * (j % 4))) & 3;
    return (low | (high << 4)) - 32;
  }
};

}  // namespace reckon::blocks
