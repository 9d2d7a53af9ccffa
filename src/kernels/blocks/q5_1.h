// Q5_1: 32 five-bit values, a scale and a minimum. d f16 at 0, m f16 at 2, fifth bits u32 at 4, nibbles at 8..23;
// value d * q + m. Source: specs cards 1.2 and 1.3.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "kernels/blocks/fives.h"
#include "kernels/blocks/rounding.h"
#include "kernels/blocks/scale_search.h"
#include "kernels/cpu/panel_fields.h"
#include "kernels/dtype.h"
#include "kernels/half.h"

namespace reckon::blocks {

struct Q5_1 {
  static constexpr DType type = DType::q5_1;
  static constexpr int elements = 32;
  static constexpr int bytes = 24;

  template <typename Lanes>
  static void unpack(const std::byte* block, float* out) noexcept {
    const auto d = Lanes::broadcast(Lanes::f16(block));
    const auto m = Lanes::broadcast(Lanes::f16(block + 2));
    std::uint32_t fifth;
    std::memcpy(&fifth, block + 4, sizeof fifth);
    const auto q = Lanes::load_u8(block + 8);
    const auto low = Lanes::bit_or(Lanes::bit_and(q, Lanes::broadcast_int(15)),
                                   Lanes::template shift_left<4>(Lanes::spread_bits(fifth & 0xFFFFu)));
    const auto high =
        Lanes::bit_or(Lanes::template shift_right<4>(q), Lanes::template shift_left<4>(Lanes::spread_bits(fifth >> 16)));
    Lanes::store(out, Lanes::add(Lanes::multiply(d, Lanes::to_float(low)), m));
    Lanes::store(out + 16, Lanes::add(Lanes::multiply(d, Lanes::to_float(high)), m));
  }

  // The levels span the block from its least to its largest element; with `importance` [32], a narrower span if it loses less.
  static void encode(const float* in, const float* importance, std::byte* block) {
    const auto [least, largest] = std::minmax_element(in, in + elements);
    float d = (*largest - *least) / 31.0f, m = *least;
    if (importance != nullptr) {
      const std::span<const float> x(in, elements);
      const ScaleAndMin fit = search_scale_and_min(x, importance, MinSearch{.levels = 31, .first = -1, .steps = 25});
      if (loss_at(x, importance, fit.scale, fit.min, 0, 31) < loss_at(x, importance, d, -m, 0, 31)) d = fit.scale, m = -fit.min;
    }
    const float inverse = inverse_or_zero(d);
    const std::uint16_t fields[2] = {f32_to_f16(d), f32_to_f16(m)};
    std::memcpy(block, fields, sizeof fields);
    put_fives([&](int i) { return static_cast<unsigned>(whole_level((in[i] - m) * inverse + 0.5f, 31)); }, block + 4);
  }

  struct Panel : HalfMinimumPanel, FifthBitCodes<2> {};
};

}  // namespace reckon::blocks
