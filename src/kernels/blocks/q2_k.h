// Q2_K: 256 two-bit values in 16 sub-blocks of 16, each with a 4-bit scale and min. Scales (low nibble) and mins (high) at
// 0..15, bit pairs at 16..79, d f16 at 80, dmin f16 at 82; value (d * scale) * q - dmin * min. Source: specs card 1.2.
#pragma once

#include <cstddef>

#include "kernels/cpu/panel_fields.h"
#include "kernels/dtype.h"

namespace reckon::blocks {

struct Q2_K {
  static constexpr DType type = DType::q2_k;
  static constexpr int elements = 256;
  static constexpr int bytes = 84;

  template <typename Lanes>
  static void unpack(const std::byte* block, float* out) noexcept {
    for (int half = 0; half < 2; ++half) {  // 32 bytes hold four runs of 32 elements, one per bit pair
      for (int i = 0; i < 32; i += 16) {
        const auto pairs = Lanes::load_u8(block + 16 + 32 * half + i);
        const int at = 128 * half + i;
        store<Lanes, 0>(block, at, pairs, out);
        store<Lanes, 1>(block, at, pairs, out);
        store<Lanes, 2>(block, at, pairs, out);
        store<Lanes, 3>(block, at, pairs, out);
      }
    }
  }

  struct Panel : SecondHalfMinimum {
    static constexpr int halves[] = {80, 82};
    static constexpr int first_word = 0;
    static constexpr int sub_block = 16;
    static constexpr int offset_bits = -1;
    static constexpr bool signed_codes = false;

    template <typename W, int S, int G>
    static typename W::Words codes(const std::byte* panel) noexcept {
      const auto pairs = panel_word<W, 2>(panel, 4 + S / 8 * 8 + S % 2 * 4 + G);
      return bit_pairs<W, 2 * (S % 8 / 2)>(pairs);
    }
    template <typename W, int S>
    static typename W::Floats scale(const std::byte* panel) noexcept {
      const auto packed = W::template shift<8 * (S % 4)>(panel_word<W, 2>(panel, S / 4));
      return W::multiply(panel_half<W>(panel, 0), W::to_float(W::bit_and(packed, W::set(15))));
    }
    static constexpr int minima_pairs = 8;
    template <typename W, int I>
    static typename W::Words minima(const std::byte* panel) noexcept {
      return minima_pair<W, I>(nibbles<W, true>(panel_word<W, 2>(panel, I / 2)));
    }
  };

 private:
  // Sixteen elements from at + 32 * Quarter on: one sub-block.
  template <typename Lanes, int Quarter>
  static void store(const std::byte* block, int at, typename Lanes::Ints pairs, float* out) noexcept {
    const int first = at + 32 * Quarter;
    const int packed = static_cast<int>(block[first / 16]);
    const auto scale = Lanes::broadcast(Lanes::f16(block + 80) * static_cast<float>(packed & 15));
    const auto min = Lanes::broadcast(Lanes::f16(block + 82) * static_cast<float>(packed >> 4));
    const auto q = Lanes::to_float(Lanes::bit_and(Lanes::template shift_right<2 * Quarter>(pairs), Lanes::broadcast_int(3)));
    Lanes::store(out + first, Lanes::subtract(Lanes::multiply(scale, q), min));
  }
};

}  // namespace reckon::blocks
