// Q8_0: 32 signed bytes and one scale. d f16 at 0, q i8 at 2..33; value d * q. Source: specs cards 1.2 and 1.3.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/blocks/rounding.h"
#include "kernels/cpu/panel_fields.h"
#include "kernels/dtype.h"
#include "kernels/half.h"

namespace reckon::blocks {

struct Q8_0 {
  static constexpr DType type = DType::q8_0;
  static constexpr int elements = 32;
  static constexpr int bytes = 34;

  template <typename Lanes>
  static void unpack(const std::byte* block, float* out) noexcept {
    const auto d = Lanes::broadcast(Lanes::f16(block));
    for (int i = 0; i < elements; i += 16) {
      Lanes::store(out + i, Lanes::multiply(d, Lanes::to_float(Lanes::load_i8(block + 2 + i))));
    }
  }

  // d = largest magnitude / 127, quants rounded half away from zero.
  static void encode(const float* in, std::byte* block) noexcept {
    float largest = 0.0f;
    for (int i = 0; i < elements; ++i) largest = std::max(largest, std::fabs(in[i]));
    const float d = largest / 127.0f;
    const float inverse = inverse_or_zero(d);
    const std::uint16_t scale = f32_to_f16(d);
    std::memcpy(block, &scale, sizeof scale);
    for (int i = 0; i < elements; ++i)
      block[2 + i] = static_cast<std::byte>(static_cast<std::int8_t>(std::round(in[i] * inverse)));
  }

  struct Panel : HalfScalePanel {
    static constexpr bool signed_codes = true;

    template <typename W, int S, int G>
    static typename W::Words codes(const std::byte* panel) noexcept {
      return panel_word<W, 1>(panel, G);
    }
  };
};

}  // namespace reckon::blocks
