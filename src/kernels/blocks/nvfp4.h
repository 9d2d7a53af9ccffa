// NVFP4: 64 values of E2M1 in 4 sub-blocks of 16, each with an unsigned E4M3 scale. Scales at 0..3, codes at 4..35, 8 bytes per
// sub-block (low nibbles are its elements 0..7); value scale * e2m1[code]. The tensor's f32 scale of the full scheme is not in
// the block. Source: specs card 1.2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/blocks/codebooks.h"
#include "kernels/cpu/panel_fields.h"
#include "kernels/dtype.h"

namespace reckon::blocks {

struct NVFP4 {
  static constexpr DType type = DType::nvfp4;
  static constexpr int elements = 64;
  static constexpr int bytes = 36;

  template <typename Lanes>
  static void unpack(const std::byte* block, float* out) noexcept {
    const auto grid = Lanes::load(kTwiceE2M1);
    for (int j = 0; j < 4; ++j) {
      std::uint64_t packed;
      std::memcpy(&packed, block + 4 + 8 * j, sizeof packed);
      constexpr std::uint64_t kNibbles = 0x0F0F0F0F0F0F0F0Fu;
      const std::uint64_t codes[2] = {packed & kNibbles, (packed >> 4) & kNibbles};  // elements 0..7, then 8..15
      const auto scale = Lanes::broadcast(half_scale(static_cast<std::uint32_t>(block[j])));
      const auto values = Lanes::pick(grid, Lanes::load_u8(reinterpret_cast<const std::byte*>(codes)));
      Lanes::store(out + 16 * j, Lanes::multiply(scale, values));
    }
  }

  struct Panel {
    static constexpr int half_count = 0;
    static constexpr int word_count = 9;  // the scales, then two words of codes for each
    static constexpr int sub_block = 16;
    static constexpr int unpacked_from = 32;
    static constexpr int offset_bits = -1;
    static constexpr bool signed_codes = true;

    static std::uint16_t pack_half(int, const std::byte*) noexcept { return 0; }
    static std::uint32_t pack_word(int index, const std::byte* block) noexcept {
      std::uint32_t word = stored_word(block + 4 * index);
      if (index > 0) return word;
      for (int shift = 0; shift < 32; shift += 8) {  // as half_scale: NaN counts as 0, the sign is ignored
        if (((word >> shift) & 0xFFu) == 0x7Fu) word &= ~(0xFFu << shift);
      }
      return word & 0x7F7F7F7Fu;
    }
    template <typename W, int S, int G>
    static typename W::Words codes(const std::byte* panel) noexcept {
      return W::lookup(kTwiceE2M1Bytes, nibbles<W, (G >= 2)>(panel_word<W, 0>(panel, 1 + 2 * S + G % 2)));
    }
    template <typename W, int S>
    static typename W::Floats scale(const std::byte* panel) noexcept {
      // Exponent and mantissa at their places in an f32 make the scale times 2^-120, subnormals included; the grid is doubled.
      const auto bits = W::bit_and(W::template shift<8 * S - 20>(panel_word<W, 0>(panel, 0)), W::set(0x7F << 20));
      return W::multiply(W::from_bits(bits), W::broadcast_float(0x1p119f));
    }
  };

 private:
  // Half of what the E4M3 bits mean, because the grid is doubled; the sign bit is ignored, and 0x7F (NaN) counts as 0.
  [[gnu::always_inline]] static float half_scale(std::uint32_t bits) noexcept {
    const std::uint32_t exponent = (bits >> 3) & 15u, mantissa = bits & 7u;
    if (bits == 0x7Fu) return 0.0f;
    if (exponent == 0) return static_cast<float>(mantissa) * 0x1p-10f;
    return __builtin_bit_cast(float, ((exponent + 119u) << 23) | (mantissa << 20));
  }
};

}  // namespace reckon::blocks
