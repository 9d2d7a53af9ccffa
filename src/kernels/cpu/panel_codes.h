// What one tile of panel_linear.h does with quantised weights: integer sums over the inputs of one scale, then float sums.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cpu/activations.h"
#include "kernels/cpu/pack.h"
#include "kernels/cpu/panel_fields.h"
#include "kernels/cpu/panel_unpacked.h"
#include "kernels/cpu/unrolled.h"

namespace reckon {

// What a block takes of the packed panel that is fetched ahead.
template <typename W, typename Block>
constexpr int kAheadBytes = PackedFields<Block>::kBytes * W::kOutputs;
template <typename W, typename Block>
constexpr int kAheadBytes<W, Unpacked<W, Block>> = PackedFields<Block>::kBytes * W::kOutputs;

// parts[r] += the part that minima have in block `block` of row r's activation block: the block's minimum times the sum of its
// activations, or minus the minimum times the sum over sub-blocks of their minima times theirs.
template <typename W, typename Panel, int Rows>
[[gnu::always_inline]] inline void add_minima(const std::byte* panel, const ActivationBlock* const (&x)[Rows], int block,
                                              typename W::Floats (&parts)[Rows]) noexcept {
  constexpr int kPairs = minima_pair_count<Panel>();
  const auto minimum = Panel::template minimum<W>(panel);
  for (int r = 0; r < Rows; ++r) {
    auto sum = W::zero();
    if constexpr (kPairs == 0) {
      sum = W::broadcast(x[r]->minus_sum32 + block);
    } else {
      const std::int16_t* pairs = Panel::sub_block == 16 ? x[r]->pairs16 : x[r]->pairs32;
      unrolled<kPairs>([&](auto pair) __attribute__((always_inline)) {
        constexpr int I = decltype(pair)::value;
        sum = W::dot_pairs(sum, Panel::template minima<W, I>(panel), W::broadcast(pairs + 2 * I));
      });
    }
    parts[r] = W::fma_negated(minimum, W::to_float(sum), parts[r]);
  }
}

// part[p][r] += scale * (sum of codes * activations - offset * sum of activations) over the inputs of sub-block S of block b.
template <typename W, typename Block, int S, int Rows, int Panels>
[[gnu::always_inline]] inline void panel_sub_block(const std::byte* const (&panels)[Panels],
                                                   const ActivationBlock* const (&x)[Rows], int first_sub,
                                                   const std::byte* const (&ahead)[Panels], bool prefetch,
                                                   typename W::Floats (&part)[Panels][Rows]) noexcept {
  using Panel = typename Block::Panel;
  constexpr int kInputs = Panel::sub_block;
  constexpr int kGroups = kInputs / 4;
  constexpr int kOffsetBits = blocks::kShiftedCodes<W, Panel> ? 7 : Panel::offset_bits;
  const std::byte* panel[Panels];
  for (int p = 0; p < Panels; ++p) {
    panel[p] = panels[p];
    asm volatile("" : "+r"(panel[p]));  // or words with two sub-blocks would be kept in registers from one to the other
  }
  typename W::Words sums[Panels][Rows];
  for (int r = 0; r < Rows; ++r) {
    if constexpr (kOffsetBits < 0) {
      sums[0][r] = W::zero();
    } else {
      const std::int32_t* minus = kInputs == 16 ? x[r]->minus_sum16 : x[r]->minus_sum32;
      sums[0][r] = W::template shift<-kOffsetBits>(W::broadcast(minus + first_sub + S));
    }
    for (int p = 1; p < Panels; ++p) sums[p][r] = sums[0][r];
  }
  unrolled<kGroups>([&](auto group) __attribute__((always_inline)) {
    constexpr int G = decltype(group)::value;
    typename W::Words codes[Panels];
    for (int p = 0; p < Panels; ++p) codes[p] = blocks::multiplied_codes<W, Panel, S, G>(panel[p]);
    for (int r = 0; r < Rows; ++r) {
      const auto activations = W::broadcast(x[r]->quant + (first_sub + S) * kInputs + 4 * G);
      for (int p = 0; p < Panels; ++p) {
        if constexpr (Panel::signed_codes && !W::kUnsignedCodes) {
          sums[p][r] = W::dot_signed(sums[p][r], codes[p], activations);
        } else {
          sums[p][r] = W::dot(sums[p][r], codes[p], activations);
        }
      }
    }
    if (Rows > 1 && prefetch) {
      constexpr int kSlots = Block::elements / 4;
      for (int p = 0; p < Panels; ++p) {
        prefetch_part<W, kAheadBytes<W, Block>, kSlots, S * kGroups + G>(ahead[p], sums[p][Rows - 1]);
      }
    }
  });
  for (int p = 0; p < Panels; ++p) {
    const auto scale = Panel::template scale<W, S>(panel[p]);
    for (int r = 0; r < Rows; ++r) part[p][r] = W::fma(W::to_float(sums[p][r]), scale, part[p][r]);
  }
}

// totals[p][r] += weights of `blocks` packed blocks of panel p times activations of row r, by blocks of activations. Beside those
// numbered turn, turn + turns, … what lies ahead of the panels is fetched.
template <typename W, typename Block, int Rows, int Panels>
[[gnu::always_inline]] inline void add_codes(const std::byte* (&panel)[Panels], const std::byte* (&ahead)[Panels],
                                             const ActivationBlock* (&x)[Rows], std::int64_t blocks, std::int64_t turn,
                                             std::int64_t turns, typename W::Floats (&totals)[Panels][Rows]) noexcept {
  using Panel = typename Block::Panel;
  constexpr int kSubBlocks = Block::elements / Panel::sub_block;
  constexpr int kBlocks = kActivationBlock / Block::elements;
  constexpr int kBytes = PackedFields<Block>::kBytes * W::kOutputs;
  for (std::int64_t left = blocks, block = 0; left > 0; left -= kBlocks, ++block) {
    typename W::Floats parts[Panels][Rows];
    for (int p = 0; p < Panels; ++p) {
      for (int r = 0; r < Rows; ++r) parts[p][r] = W::zero_floats();
    }
    const bool prefetch = block == turn;
    if (prefetch) turn += turns;
    const int present = static_cast<int>(left < kBlocks ? left : kBlocks);
    for (int b = 0; b < present; ++b) {
      if constexpr (requires { Panel::template minimum<W>(panel[0]); }) {
        for (int p = 0; p < Panels; ++p) add_minima<W, Panel, Rows>(panel[p], x, b, parts[p]);
      }
      unrolled<kSubBlocks>([&](auto sub) __attribute__((always_inline)) {
        panel_sub_block<W, Block, decltype(sub)::value, Rows, Panels>(panel, x, b * kSubBlocks, ahead, prefetch, parts);
      });
      for (int p = 0; p < Panels; ++p) {
        panel[p] += kBytes;
        ahead[p] += kAheadBytes<W, Block>;
      }
    }
    for (int r = 0; r < Rows; ++r) {
      const auto scale = W::broadcast_float(x[r]->scale);
      for (int p = 0; p < Panels; ++p) totals[p][r] = W::fma(parts[p][r], scale, totals[p][r]);
      ++x[r];
    }
  }
}

}  // namespace reckon
