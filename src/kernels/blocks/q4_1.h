// Q4_1: 32 nibbles, a scale and a minimum. d f16 at 0, m f16 at 2, q at 4..19; value d * q + m. Source: specs card 1.2.
#pragma once

#include <cstddef>

#include "kernels/cpu/panel_fields.h"
#include "kernels/dtype.h"

namespace reckon::blocks {

struct Q4_1 {
  static constexpr DType type = DType::q4_1;
  static constexpr int elements = 32;
  static constexpr int bytes = 20;

  template <typename Lanes>
  static void unpack(const std::byte* block, float* out) noexcept {
    const auto d = Lanes::broadcast(Lanes::f16(block));
    const auto m = Lanes::broadcast(Lanes::f16(block + 2));
    const auto q = Lanes::load_u8(block + 4);
    const auto low = Lanes::to_float(Lanes::bit_and(q, Lanes::broadcast_int(15)));
    const auto high = Lanes::to_float(Lanes::template shift_right<4>(q));
    Lanes::store(out, Lanes::add(Lanes::multiply(d, low), m));
    Lanes::store(out + 16, Lanes::add(Lanes::multiply(d, high), m));
  }

  struct Panel : HalfMinimumPanel {
    template <typename W, int S, int G>
    static typename W::Words codes(const std::byte* panel) noexcept {
      return nibbles<W, (G >= 4)>(panel_word<W, 2>(panel, G % 4));
    }
  };
};

}  // namespace reckon::blocks
