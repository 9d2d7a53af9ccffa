// Q3_K: 256 three-bit values in 16 sub-blocks of 16, each with a signed 6-bit scale. Upper bits at 0..31 (bit j of byte i
// belongs to element i of run j of 32), bit pairs at 32..95, scales at 96..107, d f16 at 108; value (d * scale) * (q - 4).
// Source: specs card 1.2.
#pragma once

#include <cstddef>

#include "kernels/cpu/panel_fields.h"
#include "kernels/dtype.h"

namespace reckon::blocks {

struct Q3_K {
  static constexpr DType type = DType::q3_k;
  static constexpr int elements = 256;
  static constexpr int bytes = 110;

  template <typename Lanes>
  static void unpack(const std::byte* block, float* out) noexcept {
    unpack_half<Lanes, 0>(block, out);
    unpack_half<Lanes, 1>(block, out);
  }

  // Words lie in the order in which they are first read (as those of Q6_K): the scales, eight words of upper bits and of bit
  // pairs in turns, then the bit pairs of the second half.
  struct Panel {
    static constexpr int halves[] = {108};
    static constexpr int first_word = 0;
    static constexpr int sub_block = 16;
    static constexpr int unpacked_from = 32;
    static constexpr int offset_bits = 2;
    static constexpr bool signed_codes = false;

    static std::uint32_t pack_word(int index, const std::byte* block) noexcept {
      if (index < kScaleWords) return stored_word(block + 96 + 4 * index);
      const int word = index - kScaleWords;
      if (word >= 16) return stored_word(block + 64 + 4 * (word - 16));
      return stored_word(block + (word % 2 == 0 ? 0 : 32) + 4 * (word / 2));
    }
    template <typename W, int S, int G>
    static typename W::Words codes(const std::byte* panel) noexcept {
      constexpr int kWord = S % 2 * 4 + G, kUpper = kScaleWords + 2 * kWord;
      const auto pairs = panel_word<W, 1>(panel, S < 8 ? kUpper + 1 : kScaleWords + 16 + kWord);
      const auto upper = W::template shift<S / 2 - 2>(panel_word<W, 1>(panel, kUpper));
      return W::bit_or(bit_pairs<W, 2 * (S % 8 / 2)>(pairs), W::bit_and(upper, W::set(0x04040404)));
    }
    template <typename W, int S>
    static typename W::Floats scale(const std::byte* panel) noexcept {
      const auto low = W::template shift<8 * (S % 4) + 4 * (S / 8)>(panel_word<W, 1>(panel, S % 8 / 4));
      const auto high = W::template shift<8 * (S % 4) + 2 * (S / 4) - 4>(panel_word<W, 1>(panel, 2));
      const auto code = W::bit_or(W::bit_and(low, W::set(15)), W::bit_and(high, W::set(48)));
      return W::multiply(panel_half<W>(panel, 0), W::add(W::to_float(code), W::broadcast_float(-32.0f)));
    }

   private:
    static constexpr int kScaleWords = 3;
  };

 private:
  template <typename Lanes, int Half>
  static void unpack_half(const std::byte* block, float* out) noexcept {
    for (int i = 0; i < 32; i += 16) {
      const auto upper = Lanes::load_u8(block + i);
      const auto pairs = Lanes::load_u8(block + 32 + 32 * Half + i);
      store<Lanes, Half, 0>(block, i, upper, pairs, out);
      store<Lanes, Half, 1>(block, i, upper, pairs, out);
      store<Lanes, Half, 2>(block, i, upper, pairs, out);
      store<Lanes, Half, 3>(block, i, upper, pairs, out);
    }
  }

  // Of sub-block j: the low nibbles of all lie in bytes 0..7, the upper bit pairs in bytes 8..11.
  [[gnu::always_inline]] static int scale(const std::byte* packed, int j) noexcept {
    const int low = (static_cast<int>(packed[j % 8]) >> (4 * (j / 8))) & 15;
    const int high = (static_cast<int>(packed[8 + j % 4]) >> (2 * (j / 4))) & 3;
    return (low | (high << 4)) - 32;
  }

  // Sixteen elements: one sub-block.
  template <typename Lanes, int Half, int Quarter>
  static void store(const std::byte* block, int i, typename Lanes::Ints upper, typename Lanes::Ints pairs, float* out) noexcept {
    constexpr int kRun = 4 * Half + Quarter;
    const int first = 32 * kRun + i;
    const auto d = Lanes::broadcast(Lanes::f16(block + 108) * static_cast<float>(scale(block + 96, first / 16)));
    const auto low = Lanes::bit_and(Lanes::template shift_right<2 * Quarter>(pairs), Lanes::broadcast_int(3));
    const auto high = Lanes::bit_and(Lanes::template shift_right<kRun>(upper), Lanes::broadcast_int(1));
    const auto q = Lanes::to_float(Lanes::bit_or(low, Lanes::template shift_left<2>(high)));
    Lanes::store(out + first, Lanes::multiply(d, Lanes::subtract(q, Lanes::broadcast(4.0f))));
  }
};

}  // namespace reckon::blocks
