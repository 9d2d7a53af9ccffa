// Q4_K: 256 nibbles in 8 sub-blocks of 32, each with a 6-bit scale and min. d f16 at 0, dmin f16 at 2, scales at 4..15,
// nibbles at 16..143; value (d * scale) * q - dmin * min. Source: specs cards 1.2 and 1.3.
#pragma once

#include <cstddef>

#include "kernels/blocks/k_scales.h"
#include "kernels/cpu/panel_fields.h"
#include "kernels/dtype.h"

namespace reckon::blocks {

struct Q4_K {
  static constexpr DType type = DType::q4_k;
  static constexpr int elements = 256;
  static constexpr int bytes = 144;

  template <typename Lanes>
  static void unpack(const std::byte* block, float* out) noexcept {
    const float d = Lanes::f16(block);
    const float dmin = Lanes::f16(block + 2);
    for (int pair = 0; pair < 4; ++pair) {  // 32 bytes hold two sub-blocks: low nibbles, high nibbles
      const KScale even = k_scale(block + 4, 2 * pair);
      const KScale odd = k_scale(block + 4, 2 * pair + 1);
      const auto even_scale = Lanes::broadcast(d * static_cast<float>(even.scale));
      const auto even_min = Lanes::broadcast(dmin * static_cast<float>(even.min));
      const auto odd_scale = Lanes::broadcast(d * static_cast<float>(odd.scale));
      const auto odd_min = Lanes::broadcast(dmin * static_cast<float>(odd.min));
      for (int i = 0; i < 32; i += 16) {
        const auto q = Lanes::load_u8(block + 16 + 32 * pair + i);
        const auto low = Lanes::to_float(Lanes::bit_and(q, Lanes::broadcast_int(15)));
        const auto high = Lanes::to_float(Lanes::template shift_right<4>(q));
        Lanes::store(out + 64 * pair + i, Lanes::subtract(Lanes::multiply(even_scale, low), even_min));
        Lanes::store(out + 64 * pair + 32 + i, Lanes::subtract(Lanes::multiply(odd_scale, high), odd_min));
      }
    }
  }

  static void encode(const float* in, const float* importance, std::byte* block);  // importance: [256] or null

  struct Panel : KPanel {
    template <typename W, int S, int G>
    static typename W::Words codes(const std::byte* panel) noexcept {
      return nibbles<W, (S % 2 != 0)>(panel_word<W, 2>(panel, 3 + S / 2 * 8 + G));
    }
  };
};

}  // namespace reckon::blocks
