// Panels whose codes, scales and minima have been taken out of their packed form, for products with many rows: a tile of rows
// then has nothing but products, sums and scaling to do. A panel's block is `registers` registers of W::kOutputs words: the codes
// of four inputs each, the scales of the sub-blocks, the minimum, the pairs of minima. Values, and the order in which they are
// added, are those of the packed panel (panel_fields.h), so bits do not tell which of them a row has met.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cpu/pack.h"
#include "kernels/cpu/panel_fields.h"
#include "kernels/cpu/unrolled.h"

namespace reckon {

template <typename W, typename Block>
struct Unpacked {
  using Packed = Block;
  using From = typename Block::Panel;
  static constexpr int elements = Block::elements;
  static constexpr int kGroups = From::sub_block / 4, kSubBlocks = elements / From::sub_block;
  static constexpr bool kMinimum = requires(const std::byte* panel) { From::template minimum<W>(panel); };
  static constexpr int kPairs = minima_pair_count<From>();
  static constexpr int registers = elements / 4 + kSubBlocks + (kMinimum ? 1 : 0) + kPairs;
  static constexpr int kRegisterBytes = 4 * W::kOutputs;

  static const std::byte* at(const std::byte* panel, int index) noexcept { return panel + index * kRegisterBytes; }

  struct Panel {
    static constexpr int sub_block = From::sub_block;
    static constexpr int offset_bits = blocks::kShiftedCodes<W, From> ? 7 : From::offset_bits;
    static constexpr bool signed_codes = From::signed_codes && !W::kUnsignedCodes;
    static constexpr int minima_pairs = kPairs;

    template <typename, int S, int G>
    static typename W::Words codes(const std::byte* panel) noexcept {
      return W::load(at(panel, S * kGroups + G));
    }
    template <typename, int S>
    static typename W::Floats scale(const std::byte* panel) noexcept {
      return W::from_bits(W::load(at(panel, elements / 4 + S)));
    }
    template <typename>
    static typename W::Floats minimum(const std::byte* panel) noexcept
      requires kMinimum
    {
      return W::from_bits(W::load(at(panel, elements / 4 + kSubBlocks)));
    }
    template <typename, int I>
    static typename W::Words minima(const std::byte* panel) noexcept
      requires(kPairs > 0)
    {
      return W::load(at(panel, elements / 4 + kSubBlocks + 1 + I));
    }
  };

  // One block of a panel.
  static void unpack(const std::byte* panel, std::byte* to) noexcept {
    const auto put = [&](int index, typename W::Floats v) __attribute__((always_inline)) {
      W::store(reinterpret_cast<float*>(to + index * kRegisterBytes), v, W::kOutputs);
    };
    unrolled<kSubBlocks>([&](auto sub) __attribute__((always_inline)) {
      constexpr int S = decltype(sub)::value;
      unrolled<kGroups>([&](auto group) __attribute__((always_inline)) {
        constexpr int G = decltype(group)::value;
        put(S * kGroups + G, W::from_bits(blocks::multiplied_codes<W, From, S, G>(panel)));
      });
      put(elements / 4 + S, From::template scale<W, S>(panel));
    });
    if constexpr (kMinimum) put(elements / 4 + kSubBlocks, From::template minimum<W>(panel));
    if constexpr (kPairs > 0) {
      unrolled<kPairs>([&](auto pair) __attribute__((always_inline)) {
        constexpr int I = decltype(pair)::value;
        put(elements / 4 + kSubBlocks + 1 + I, W::from_bits(From::template minima<W, I>(panel)));
      });
    }
  }
};

template <typename W, typename Block>
struct PackedFields<Unpacked<W, Block>> {
  static constexpr bool kValues = false;
  static constexpr int kBytes = 4 * Unpacked<W, Block>::registers;
  static constexpr int kInputs = Block::elements;
  static constexpr ActivationKind kActivations = ActivationKind::int8;
};

}  // namespace reckon
