// IQ4_NL: 32 four-bit codes of an uneven grid and one scale. d f16 at 0, codes at 2..17 (low nibbles are elements 0..15);
// value d * grid[code]. Source: specs card 1.2.
#pragma once

#include <cstddef>

#include "kernels/blocks/codebooks.h"
#include "kernels/cpu/panel_fields.h"
#include "kernels/dtype.h"

namespace reckon::blocks {

struct IQ4_NL {
  static constexpr DType type = DType::iq4_nl;
  static constexpr int elements = 32;
  static constexpr int bytes = 18;

  template <typename Lanes>
  static void unpack(const std::byte* block, float* out) noexcept {
    const auto d = Lanes::broadcast(Lanes::f16(block));
    const auto grid = Lanes::load(kNonLinear4);
    const auto codes = Lanes::load_u8(block + 2);
    const auto low = Lanes::pick(grid, Lanes::bit_and(codes, Lanes::broadcast_int(15)));
    const auto high = Lanes::pick(grid, Lanes::template shift_right<4>(codes));
    Lanes::store(out, Lanes::multiply(d, low));
    Lanes::store(out + 16, Lanes::multiply(d, high));
  }

  struct Panel : HalfScalePanel {
    static constexpr bool signed_codes = true;

    template <typename W, int S, int G>
    static typename W::Words codes(const std::byte* panel) noexcept {
      return W::lookup(kNonLinear4Bytes, nibbles<W, (G >= 4)>(panel_word<W, 1>(panel, G % 4)));
    }
  };
};

}  // namespace reckon::blocks
