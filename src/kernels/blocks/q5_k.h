// Q5_K: Q4_K with a fifth bit. d f16 at 0, dmin f16 at 2, scales at 4..15, fifth bits at 16..47 (bit j of byte i belongs to
// element i of sub-block j), nibbles at 48..175; value (d * scale) * q - dmin * min. Source: specs cards 1.2 and 1.3.
#pragma once

#include <cstddef>

#include "kernels/blocks/k_scales.h"
#include "kernels/cpu/panel_fields.h"
#include "kernels/dtype.h"

namespace reckon::blocks {

struct Q5_K {
  static constexpr DType type = DType::q5_k;
  static constexpr int elements = 256;
  static constexpr int bytes = 176;

  template <typename Lanes>
  static void unpack(const std::byte* block, float* out) noexcept {
    unpack_pair<Lanes, 0>(block, out);
    unpack_pair<Lanes, 1>(block, out);
    unpack_pair<Lanes, 2>(block, out);
    unpack_pair<Lanes, 3>(block, out);
  }

  static void encode(const float* in, const float* importance, std::byte* block);  // importance: [256] or null

  struct Panel : KPanel {
    static constexpr int unpacked_from = 32;

    template <typename W, int S, int G>
    static typename W::Words codes(const std::byte* panel) noexcept {
      const auto fifth = fifth_bits<W, S>(panel_word<W, 2>(panel, 3 + G));
      return W::bit_or(nibbles<W, (S % 2 != 0)>(panel_word<W, 2>(panel, 11 + S / 2 * 8 + G)), fifth);
    }
  };

 private:
  template <typename Lanes, int Pair>
  static void unpack_pair(const std::byte* block, float* out) noexcept {
    const float d = Lanes::f16(block);
    const float dmin = Lanes::f16(block + 2);
    const KScale even = k_scale(block + 4, 2 * Pair);
    const KScale odd = k_scale(block + 4, 2 * Pair + 1);
    const auto even_scale = Lanes::broadcast(d * static_cast<float>(even.scale));
    const auto even_min = Lanes::broadcast(dmin * static_cast<float>(even.min));
    const auto odd_scale = Lanes::broadcast(d * static_cast<float>(odd.scale));
    const auto odd_min = Lanes::broadcast(dmin * static_cast<float>(odd.min));
    const auto sixteen = Lanes::broadcast_int(16);
    for (int i = 0; i < 32; i += 16) {
      const auto fifth = Lanes::template shift_left<4>(Lanes::load_u8(block + 16 + i));
      const auto q = Lanes::load_u8(block + 48 + 32 * Pair + i);
      const auto low = Lanes::bit_or(Lanes::bit_and(q, Lanes::broadcast_int(15)),
                                     Lanes::bit_and(Lanes::template shift_right<2 * Pair>(fifth), sixteen));
      const auto high = Lanes::bit_or(Lanes::template shift_right<4>(q),
                                      Lanes::bit_and(Lanes::template shift_right<2 * Pair + 1>(fifth), sixteen));
      Lanes::store(out + 64 * Pair + i, Lanes::subtract(Lanes::multiply(even_scale, Lanes::to_float(low)), even_min));
      Lanes::store(out + 64 * Pair + 32 + i, Lanes::subtract(Lanes::multiply(odd_scale, Lanes::to_float(high)), odd_min));
    }
  }
};

}  // namespace reckon::blocks
