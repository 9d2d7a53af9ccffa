// Reading a packed block (cpu/pack.h): where its fields lie, and the bits that several types have in common.
// A block's Panel says how its codes and scales come out of the packed form:
//   halves, first_word   offsets in the file's block of its two-byte fields, and of its four-byte words up to the end
//   sub_block            inputs that share a scale: 16 or 32
//   offset_bits          value = scale * (code - 2^offset_bits); -1: no offset
//   signed_codes         codes are signed bytes
//   codes<W, S, G>       inputs 4G … 4G + 3 of sub-block S as bytes, for all outputs
//   scale<W, S>          of sub-block S, for all outputs
//   minimum<W>           where values have a minimum, for all outputs: that of the block, or what the next are multiples of
//   minima<W, I>         where sub-blocks have minima of their own: those of two sub-blocks as pairs of 16-bit values, in the
//                        order of ActivationBlock's pairs; minima_pairs of them
//   unpacked_from        rows from which on it is faster to take codes out of the packed form once for all (panel_unpacked.h),
//   with
//                        AVX-512; without it every tile of rows does so
//   pack_word            where a word is stored in another order of bits than the file's
// A Panel whose fields are not the file's has half_count, word_count, pack_half and pack_word instead of halves and first_word.
// The Panel of a plain type (ValuePanel) has those four and, instead of all else,
//   inputs               of a packed block
//   activations          the form of activations that its weights meet
//   step_inputs          inputs that one step multiplies
//   Weights<W>, weights<W, S>   those of step S, for all outputs
//   inputs_of<W>         the step's activations from where they lie, to all outputs
//   multiply<W>          sum + weights * inputs
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/cpu/activations.h"

namespace reckon {

template <typename Panel>
concept ValuePanel = requires { Panel::step_inputs; };

template <typename Panel>
constexpr int minima_pair_count() noexcept {
  if constexpr (requires { Panel::minima_pairs; }) {
    return Panel::minima_pairs;
  } else {
    return 0;
  }
}

}  // namespace reckon

namespace reckon::blocks {

[[gnu::always_inline]] inline std::uint16_t stored_half(const std::byte* from) noexcept {
  std::uint16_t half;
  std::memcpy(&half, from, sizeof half);
  return half;
}
[[gnu::always_inline]] inline std::uint32_t stored_word(const std::byte* from) noexcept {
  std::uint32_t word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

template <typename W, int Halves>
[[gnu::always_inline]] inline typename W::Words panel_word(const std::byte* panel, int index) noexcept {
  return W::load(panel + (2 * Halves + 4 * index) * W::kOutputs);
}
template <typename W>
[[gnu::always_inline]] inline typename W::Floats panel_half(const std::byte* panel, int index) noexcept {
  return W::load_f16(panel + 2 * index * W::kOutputs);
}

template <typename W, bool High>
[[gnu::always_inline]] inline typename W::Words nibbles(typename W::Words bytes) noexcept {
  return W::bit_and(W::template shift<High ? 4 : 0>(bytes), W::set(0x0F0F0F0F));
}

// Bits `Bit` and `Bit` + 1 of each byte, moved to the bottom.
template <typename W, int Bit>
[[gnu::always_inline]] inline typename W::Words bit_pairs(typename W::Words bytes) noexcept {
  return W::bit_and(W::template shift<Bit>(bytes), W::set(0x03030303));
}

// Bit `Bit` of each byte, moved to bit 4: the fifth bit of a code.
template <typename W, int Bit>
[[gnu::always_inline]] inline typename W::Words fifth_bits(typename W::Words bytes) noexcept {
  return W::bit_and(W::template shift<Bit - 4>(bytes), W::set(0x10101010));
}

// The u32 of Q5_0 and Q5_1, whose bit i belongs to element i, so that bit g of byte j belongs to element 4g + j.
[[gnu::always_inline]] inline std::uint32_t fifth_bits_by_group(std::uint32_t word) noexcept {
  std::uint32_t moved = 0;
  for (int g = 0; g < 8; ++g) {
    for (int j = 0; j < 4; ++j) moved |= ((word >> (4 * g + j)) & 1u) << (8 * j + g);
  }
  return moved;
}

// Of Q4_K and Q5_K: the packed scales and minima are words 0 to 2 behind two halves, d and dmin.
template <typename W, int S>
[[gnu::always_inline]] inline typename W::Floats k_panel_scale(const std::byte* panel) noexcept {
  constexpr int kShift = 8 * (S % 4);
  typename W::Words scale;
  if constexpr (S < 4) {
    scale = W::bit_and(W::template shift<kShift>(panel_word<W, 2>(panel, 0)), W::set(63));
  } else {
    const auto low = W::bit_and(W::template shift<kShift>(panel_word<W, 2>(panel, 2)), W::set(15));
    const auto high = W::bit_and(W::template shift<kShift + 2>(panel_word<W, 2>(panel, 0)), W::set(48));
    scale = W::bit_or(low, high);
  }
  return W::multiply(panel_half<W>(panel, 0), W::to_float(scale));
}

// Of words with four minima each, those at even I bytes 0 and 2, at odd ones bytes 1 and 3, as pairs of 16-bit values.
template <typename W, int I>
[[gnu::always_inline]] inline typename W::Words minima_pair(typename W::Words four) noexcept {
  return W::bit_and(W::template shift<8 * (I % 2)>(four), W::set(0x00FF00FF));
}

template <typename W, int I>
[[gnu::always_inline]] inline typename W::Words k_panel_minima(const std::byte* panel) noexcept {
  const auto second = panel_word<W, 2>(panel, 1);
  typename W::Words four;
  if constexpr (I < 2) {
    four = W::bit_and(second, W::set(0x3F3F3F3F));
  } else {
    four = W::bit_or(W::bit_and(W::template shift<4>(panel_word<W, 2>(panel, 2)), W::set(0x0F0F0F0F)),
                     W::bit_and(W::template shift<2>(second), W::set(0x30303030)));
  }
  return minima_pair<W, I>(four);
}

// Codes as W multiplies them: signed ones, where it has products of unsigned with signed bytes alone, are 128 more.
template <typename W, typename Panel>
constexpr bool kShiftedCodes = Panel::signed_codes && W::kUnsignedCodes;
template <typename W, typename Panel, int S, int G>
[[gnu::always_inline]] inline typename W::Words multiplied_codes(const std::byte* panel) noexcept {
  const auto codes = Panel::template codes<W, S, G>(panel);
  if constexpr (kShiftedCodes<W, Panel>) {
    return W::bit_xor(codes, W::set(static_cast<std::int32_t>(0x80808080u)));
  } else {
    return codes;
  }
}

// What several Panels have in common, to derive from.
// Weights that become f32 on the way to the registers and meet f32.
struct FloatPanel {
  static constexpr int inputs = 32;
  static constexpr int step_inputs = 1;
  static constexpr ActivationKind activations = ActivationKind::f32;

  template <typename W>
  using Weights = typename W::Floats;
  template <typename W>
  static typename W::Floats inputs_of(const float* x) noexcept {
    return W::broadcast_float(*x);
  }
  template <typename W>
  static typename W::Floats multiply(typename W::Floats weights, typename W::Floats x, typename W::Floats sum) noexcept {
    return W::fma(weights, x, sum);
  }
};

// One f16 scale in front of a block of 32, or of one that has the same scale throughout.
struct HalfScalePanel {
  static constexpr int halves[] = {0};
  static constexpr int first_word = 2;
  static constexpr int sub_block = 32;
  static constexpr int offset_bits = -1;
  static constexpr bool signed_codes = false;

  template <typename W, int S>
  static typename W::Floats scale(const std::byte* panel) noexcept {
    return panel_half<W>(panel, 0);
  }
};

// The second half is the minimum.
struct SecondHalfMinimum {
  template <typename W>
  static typename W::Floats minimum(const std::byte* panel) noexcept {
    return panel_half<W>(panel, 1);
  }
};

// Behind the scale an f16 minimum.
struct HalfMinimumPanel : HalfScalePanel, SecondHalfMinimum {
  static constexpr int halves[] = {0, 2};
  static constexpr int first_word = 4;
};

// Q4_K and Q5_K.
struct KPanel : SecondHalfMinimum {
  static constexpr int halves[] = {0, 2};
  static constexpr int first_word = 4;
  static constexpr int sub_block = 32;
  static constexpr int offset_bits = -1;
  static constexpr bool signed_codes = false;

  template <typename W, int S>
  static typename W::Floats scale(const std::byte* panel) noexcept {
    return k_panel_scale<W, S>(panel);
  }
  static constexpr int minima_pairs = 4;
  template <typename W, int I>
  static typename W::Words minima(const std::byte* panel) noexcept {
    return k_panel_minima<W, I>(panel);
  }
};

// The codes of Q5_0 and Q5_1 behind `Halves` two-byte fields: the fifth bits, stored by group, then nibbles.
template <int Halves>
struct FifthBitCodes {
  static constexpr int unpacked_from = 32;

  static std::uint32_t pack_word(int index, const std::byte* block) noexcept {
    const std::uint32_t word = stored_word(block + 2 * Halves + 4 * index);
    return index == 0 ? fifth_bits_by_group(word) : word;
  }
  template <typename W, int S, int G>
  static typename W::Words codes(const std::byte* panel) noexcept {
    const auto fifth = fifth_bits<W, G>(panel_word<W, Halves>(panel, 0));
    return W::bit_or(nibbles<W, (G >= 4)>(panel_word<W, Halves>(panel, 1 + G % 4)), fifth);
  }
};

}  // namespace reckon::blocks
