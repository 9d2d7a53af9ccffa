// Q5_0: 32 five-bit values and one scale. d f16 at 0, fifth bits u32 at 2 (bit i is element i), nibbles at 6..21;
// value d * (q - 16). Source: specs cards 1.2 and 1.3.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/blocks/fives.h"
#include "kernels/blocks/rounding.h"
#include "kernels/blocks/scale_search.h"
#include "kernels/cpu/panel_fields.h"
#include "kernels/dtype.h"
#include "kernels/half.h"

namespace reckon::blocks {

struct Q5_0 {
  static constexpr DType type = DType::q5_0;
  static constexpr int elements = 32;
  static constexpr int bytes = 22;

  template <typename Lanes>
  static void unpack(const std::byte* block, float* out) noexcept {
    const auto d = Lanes::broadcast(Lanes::f16(block));
    const auto sixteen = Lanes::broadcast(16.0f);
    std::uint32_t fifth;
    std::memcpy(&fifth, block + 2, sizeof fifth);
    const auto q = Lanes::load_u8(block + 6);
    const auto low = Lanes::bit_or(Lanes::bit_and(q, Lanes::broadcast_int(15)),
                                   Lanes::template shift_left<4>(Lanes::spread_bits(fifth & 0xFFFFu)));
    const auto high =
        Lanes::bit_or(Lanes::template shift_right<4>(q), Lanes::template shift_left<4>(Lanes::spread_bits(fifth >> 16)));
    Lanes::store(out, Lanes::multiply(d, Lanes::subtract(Lanes::to_float(low), sixteen)));
    Lanes::store(out + 16, Lanes::multiply(d, Lanes::subtract(Lanes::to_float(high), sixteen)));
  }

  // As Q4_0, with the extreme at -16.
  static void encode(const float* in, const float* importance, std::byte* block) {
    const float d = importance == nullptr ? extreme_of(in, elements) / -16.0f : search_scale({in, elements}, importance, 16);
    const float inverse = inverse_or_zero(d);
    const std::uint16_t scale = f32_to_f16(d);
    std::memcpy(block, &scale, sizeof scale);
    put_fives([&](int i) { return static_cast<unsigned>(whole_level(in[i] * inverse + 16.5f, 31)); }, block + 2);
  }

  struct Panel : HalfScalePanel, FifthBitCodes<1> {
    static constexpr int offset_bits = 4;
  };
};

}  // namespace reckon::blocks
