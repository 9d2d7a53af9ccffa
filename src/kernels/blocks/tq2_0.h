// TQ2_0: 256 trits in bit pairs and one scale. Pairs at 0..63, d f16 at 64; value d * (q - 1). Source: specs cards 1.2 and 1.3.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/blocks/rounding.h"
#include "kernels/blocks/scale_search.h"
#include "kernels/cpu/panel_fields.h"
#include "kernels/dtype.h"
#include "kernels/half.h"

namespace reckon::blocks {

struct TQ2_0 {
  static constexpr DType type = DType::tq2_0;
  static constexpr int elements = 256;
  static constexpr int bytes = 66;

  template <typename Lanes>
  static void unpack(const std::byte* block, float* out) noexcept {
    const auto d = Lanes::broadcast(Lanes::f16(block + 64));
    for (int half = 0; half < 2; ++half) {  // 32 bytes hold four runs of 32 elements, one per bit pair
      for (int i = 0; i < 32; i += 16) {
        const auto pairs = Lanes::load_u8(block + 32 * half + i);
        float* to = out + 128 * half + i;
        store<Lanes, 0>(d, pairs, to);
        store<Lanes, 1>(d, pairs, to);
        store<Lanes, 2>(d, pairs, to);
        store<Lanes, 3>(d, pairs, to);
      }
    }
  }

  // The largest magnitude is the scale: exact for weights that are ternary already. With `importance` [256], the scale that
  // loses least.
  static void encode(const float* in, const float* importance, std::byte* block) {
    const float largest = std::fabs(extreme_of(in, elements));
    const float d = importance == nullptr ? largest : best_ternary_scale({in, elements}, importance);
    const float inverse = inverse_or_zero(d);
    const std::uint16_t scale = f32_to_f16(d);
    std::memcpy(block + 64, &scale, sizeof scale);
    const auto trit = [&](int i) { return static_cast<int>(std::round(std::clamp(in[i] * inverse, -1.0f, 1.0f))) + 1; };
    for (int i = 0; i < 64; ++i) {
      const int first = 128 * (i / 32) + i % 32;
      block[i] =
          static_cast<std::byte>(trit(first) | (trit(first + 32) << 2) | (trit(first + 64) << 4) | (trit(first + 96) << 6));
    }
  }

  struct Panel : HalfScalePanel {
    static constexpr int halves[] = {64};
    static constexpr int first_word = 0;
    static constexpr int offset_bits = 0;

    template <typename W, int S, int G>
    static typename W::Words codes(const std::byte* panel) noexcept {
      return bit_pairs<W, 2 * (S % 4)>(panel_word<W, 1>(panel, S / 4 * 8 + G));
    }
  };

 private:
  template <typename Lanes, int Quarter>
  static void store(typename Lanes::Vector d, typename Lanes::Ints pairs, float* to) noexcept {
    const auto q = Lanes::to_float(Lanes::bit_and(Lanes::template shift_right<2 * Quarter>(pairs), Lanes::broadcast_int(3)));
    Lanes::store(to + 32 * Quarter, Lanes::multiply(d, Lanes::subtract(q, Lanes::broadcast(1.0f))));
  }
};

}  // namespace reckon::blocks
