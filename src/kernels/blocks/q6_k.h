// Q6_K: 256 six-bit values in 16 sub-blocks of 16, each with a signed 8-bit scale. Low nibbles at 0..127, upper bit pairs at
// 128..191, scales i8 at 192..207, d f16 at 208; value (d * scale) * (q - 32). Source: specs cards 1.2 and 1.3.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cpu/panel_fields.h"
#include "kernels/dtype.h"

namespace reckon::blocks {

struct Q6_K {
  static constexpr DType type = DType::q6_k;
  static constexpr int elements = 256;
  static constexpr int bytes = 210;

  template <typename Lanes>
  static void unpack(const std::byte* block, float* out) noexcept {
    for (int half = 0; half < 2; ++half) {  // 128 elements: 64 bytes of nibbles, 32 bytes of bit pairs
      for (int i = 0; i < 32; i += 16) {
        const auto first = Lanes::load_u8(block + 64 * half + i);
        const auto second = Lanes::load_u8(block + 64 * half + 32 + i);
        const auto pairs = Lanes::load_u8(block + 128 + 32 * half + i);
        const auto nibble = Lanes::broadcast_int(15);
        const int at = 128 * half + i;
        store<Lanes, 0>(block, at, Lanes::bit_and(first, nibble), pairs, out);
        store<Lanes, 1>(block, at, Lanes::bit_and(second, nibble), pairs, out);
        store<Lanes, 2>(block, at, Lanes::template shift_right<4>(first), pairs, out);
        store<Lanes, 3>(block, at, Lanes::template shift_right<4>(second), pairs, out);
      }
    }
  }

  static void encode(const float* in, const float* importance, std::byte* block);  // importance: [256] or null

  // Words lie in the order in which they are first read, or hardware does not fetch them in time: the scales, then of each 128
  // elements eight words of nibbles and of bit pairs in turns, and the eight other words of nibbles.
  struct Panel {
    static constexpr int halves[] = {208};
    static constexpr int first_word = 0;
    static constexpr int sub_block = 16;
    static constexpr int unpacked_from = 32;
    static constexpr int offset_bits = 5;
    static constexpr bool signed_codes = false;

    static std::uint32_t pack_word(int index, const std::byte* block) noexcept {
      if (index < kScaleWords) return stored_word(block + 192 + 4 * index);
      const int half = (index - kScaleWords) / kHalfWords, word = (index - kScaleWords) % kHalfWords;
      const std::byte* low = block + 64 * half;
      if (word >= 16) return stored_word(low + 32 + 4 * (word - 16));
      return stored_word((word % 2 == 0 ? low : block + 128 + 32 * half) + 4 * (word / 2));
    }
    template <typename W, int S, int G>
    static typename W::Words codes(const std::byte* panel) noexcept {
      constexpr int kQuarter = S % 8 / 2, kWord = S % 2 * 4 + G;  // of 32, of 4 elements
      constexpr int kFirst = kScaleWords + S / 8 * kHalfWords;
      const auto low =
          nibbles<W, (kQuarter / 2 != 0)>(panel_word<W, 1>(panel, kFirst + (kQuarter % 2 == 0 ? 2 * kWord : 16 + kWord)));
      const auto pairs = panel_word<W, 1>(panel, kFirst + 2 * kWord + 1);
      return W::bit_or(low, W::bit_and(W::template shift<2 * kQuarter - 4>(pairs), W::set(0x30303030)));
    }
    template <typename W, int S>
    static typename W::Floats scale(const std::byte* panel) noexcept {
      return W::multiply(panel_half<W>(panel, 0), W::to_float(signed_scale<W, S>(panel)));
    }
    template <typename W, int S>
    static typename W::Words signed_scale(const std::byte* panel) noexcept {
      return W::template shift_signed<24>(W::template shift<8 * (S % 4) - 24>(panel_word<W, 1>(panel, S / 4)));
    }

   private:
    static constexpr int kScaleWords = 4, kHalfWords = 24;
  };

 private:
  // Sixteen elements from at + 32 * Quarter on: one sub-block.
  template <typename Lanes, int Quarter>
  static void store(const std::byte* block, int at, typename Lanes::Ints nibbles, typename Lanes::Ints pairs,
                    float* out) noexcept {
    const int first = at + 32 * Quarter;
    const auto scale = static_cast<float>(static_cast<std::int8_t>(block[192 + first / 16]));
    const auto d = Lanes::broadcast(Lanes::f16(block + 208) * scale);
    const auto upper = Lanes::bit_and(Lanes::template shift_right<2 * Quarter>(pairs), Lanes::broadcast_int(3));
    const auto q = Lanes::to_float(Lanes::bit_or(nibbles, Lanes::template shift_left<4>(upper)));
    Lanes::store(out + first, Lanes::multiply(d, Lanes::subtract(q, Lanes::broadcast(32.0f))));
  }
};

}  // namespace reckon::blocks
