// Q4_0: 32 nibbles and one scale. d f16 at 0, q at 2..17 (low nibbles are elements 0..15); value d * (q - 8).
// Source: specs cards 1.2 and 1.3.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/blocks/rounding.h"
#include "kernels/blocks/scale_search.h"
#include "kernels/cpu/panel_fields.h"
#include "kernels/dtype.h"
#include "kernels/half.h"

namespace reckon::blocks {

struct Q4_0 {
  static constexpr DType type = DType::q4_0;
  static constexpr int elements = 32;
  static constexpr int bytes = 18;

  template <typename Lanes>
  static void unpack(const std::byte* block, float* out) noexcept {
    const auto d = Lanes::broadcast(Lanes::f16(block));
    const auto eight = Lanes::broadcast(8.0f);
    const auto q = Lanes::load_u8(block + 2);
    const auto low = Lanes::to_float(Lanes::bit_and(q, Lanes::broadcast_int(15)));
    const auto high = Lanes::to_float(Lanes::template shift_right<4>(q));
    Lanes::store(out, Lanes::multiply(d, Lanes::subtract(low, eight)));
    Lanes::store(out + 16, Lanes::multiply(d, Lanes::subtract(high, eight)));
  }

  // The element of largest magnitude, with its sign, becomes -8: one level more on the side that needs it.
  static void encode(const float* in, const float* importance, std::byte* block) {
    const float d = importance == nullptr ? extreme_of(in, elements) / -8.0f : search_scale({in, elements}, importance, 8);
    const float inverse = inverse_or_zero(d);
    const std::uint16_t scale = f32_to_f16(d);
    std::memcpy(block, &scale, sizeof scale);
    const auto quant = [&](int i) { return whole_level(in[i] * inverse + 8.5f, 15); };
    for (int i = 0; i < 16; ++i) block[2 + i] = static_cast<std::byte>(quant(i) | (quant(i + 16) << 4));
  }

  struct Panel : HalfScalePanel {
    static constexpr int offset_bits = 3;

    template <typename W, int S, int G>
    static typename W::Words codes(const std::byte* panel) noexcept {
      return nibbles<W, (G >= 4)>(panel_word<W, 1>(panel, G % 4));
    }
  };
};

}  // namespace reckon::blocks
