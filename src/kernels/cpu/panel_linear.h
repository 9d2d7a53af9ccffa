// Matrix product of int8 activations with quantised weights that were packed into panels (cpu/pack.h). A panel holds one block
// of every one of its outputs side by side, a word of four codes each, so that one broadcast of four activations meets all
// outputs and nothing is summed across lanes. A tile of up to kTileRows rows shares each weight that was unpacked.
// Bits: per row and output, integer sums over the inputs of one scale, then float sums over scales and blocks in ascending order,
// whatever the other rows, the tile, and the thread are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "kernels/cpu/activations.h"
#include "kernels/cpu/pack.h"
#include "kernels/cpu/table.h"

namespace reckon {

// Calls function(integral_constant<int, 0>) … (N - 1): shifts inside need their counts at compile time.
template <int N, typename Function>
[[gnu::always_inline]] inline void unrolled(Function&& function) {
  [&]<int... I>(std::integer_sequence<int, I...>)
      __attribute__((always_inline)) { (function(std::integral_constant<int, I>{}), ...); }(std::make_integer_sequence<int, N>{});
}

// part[r] += scale * (sum of codes * activations - offset * sum of activations) over the inputs of sub-block S.
template <typename W, typename Panel, int S, int Rows>
[[gnu::always_inline]] inline void panel_sub_block(const std::byte* panel, const ActivationBlock* const (&x)[Rows], int first_sub,
                                                   typename W::Floats (&part)[Rows]) noexcept {
  constexpr int kInputs = Panel::sub_block;
  constexpr bool kShifted = Panel::signed_codes && W::kUnsignedCodes;  // codes + 128
  constexpr int kOffsetBits = kShifted ? 7 : Panel::offset_bits;
  typename W::Words sums[Rows];
  for (int r = 0; r < Rows; ++r) {
    if constexpr (kOffsetBits < 0) {
      sums[r] = W::zero();
    } else {
      const std::int32_t* minus = kInputs == 16 ? x[r]->minus_sum16 : x[r]->minus_sum32;
      sums[r] = W::template shift<-kOffsetBits>(W::broadcast(minus + first_sub + S));
    }
  }
  unrolled<kInputs / 4>([&](auto group) __attribute__((always_inline)) {
    constexpr int G = decltype(group)::value;
    typename W::Words codes = Panel::template codes<W, S, G>(panel);
    if constexpr (kShifted) codes = W::bit_xor(codes, W::set(static_cast<std::int32_t>(0x80808080u)));
    for (int r = 0; r < Rows; ++r) {
      const auto activations = W::broadcast(x[r]->quant + (first_sub + S) * kInputs + 4 * G);
      if constexpr (Panel::signed_codes && !W::kUnsignedCodes) {
        sums[r] = W::dot_signed(sums[r], codes, activations);
      } else {
        sums[r] = W::dot(sums[r], codes, activations);
      }
    }
  });
  const auto scale = Panel::template scale<W, S>(panel);
  for (int r = 0; r < Rows; ++r) part[r] = W::fma(W::to_float(sums[r]), scale, part[r]);
}

// Part `Part` of `Parts` of a block's cache lines: asked for all at once, they would wait for each other.
template <int Bytes, int Parts, int Part>
[[gnu::always_inline]] inline void prefetch_part(const std::byte* from) noexcept {
  constexpr int kLines = (Bytes + 63) / 64;
  for (int line = kLines * Part / Parts; line < kLines * (Part + 1) / Parts; ++line) __builtin_prefetch(from + 64 * line);
}

template <typename W, typename Block, int Rows>
void panel_tile(const PanelArguments& a, const std::byte* panel, const ActivationBlock* first, float* y, const float* bias,
                int outputs) noexcept {
  using Panel = typename Block::Panel;
  constexpr int kSubBlocks = Block::elements / Panel::sub_block;
  constexpr int kBlocks = kActivationBlock / Block::elements;
  constexpr int kBytes = PackedFields<Block>::kBytes * W::kOutputs;
  // Two activation blocks ahead: between two rows and a few dozen, the hardware's own prefetching does not hide memory latency
  // behind the arithmetic (specs card on kernels; bench/kernels).
  constexpr int kAhead = 2 * kBlocks * kBytes;
  const ActivationBlock* x[Rows];
  typename W::Floats totals[Rows];
  for (int r = 0; r < Rows; ++r) {
    x[r] = first + r * a.x_stride;
    totals[r] = W::zero_floats();
  }
  for (std::int64_t left = a.blocks; left > 0; left -= kBlocks) {
    typename W::Floats parts[Rows];
    for (int r = 0; r < Rows; ++r) parts[r] = W::zero_floats();
    const int blocks = static_cast<int>(left < kBlocks ? left : kBlocks);
    for (int b = 0; b < blocks; ++b, panel += kBytes) {
      if constexpr (requires { Panel::template add_minima<W, Rows>(panel, x, b, parts); }) {
        Panel::template add_minima<W, Rows>(panel, x, b, parts);
      }
      unrolled<kSubBlocks>([&](auto sub) __attribute__((always_inline)) {
        if constexpr (Rows > 1) prefetch_part<kBytes, kSubBlocks, decltype(sub)::value>(panel + kAhead);
        panel_sub_block<W, Panel, decltype(sub)::value, Rows>(panel, x, b * kSubBlocks, parts);
      });
    }
    for (int r = 0; r < Rows; ++r) {
      totals[r] = W::fma(parts[r], W::broadcast_float(x[r]->scale), totals[r]);
      ++x[r];
    }
  }
  for (int r = 0; r < Rows; ++r) {
    if (bias != nullptr) totals[r] = W::add(totals[r], W::load_floats(bias, outputs));
    W::store(y + r * a.y_stride, totals[r], outputs);
  }
}

// `rows` rows of one panel, in the largest tiles first.
template <typename W, typename Block, int Rows = W::kTileRows>
void panel_rows(const PanelArguments& a, const std::byte* panel, const ActivationBlock* x, std::int64_t rows, float* y,
                const float* bias, int outputs) noexcept {
  for (; rows >= Rows; rows -= Rows, x += Rows * a.x_stride, y += Rows * a.y_stride) {
    panel_tile<W, Block, Rows>(a, panel, x, y, bias, outputs);
  }
  if constexpr (Rows > 1) {
    if (rows > 0) panel_rows<W, Block, Rows / 2>(a, panel, x, rows, y, bias, outputs);
  }
}

template <typename W, typename Block>
void panel_linear(const PanelArguments& a) noexcept {
  // The activations of a block of rows stay in the second-level cache while every panel passes over them.
  constexpr std::int64_t kCachedBlocks = 640;  // of 416 bytes
  const std::int64_t blocks = a.x_stride;
  std::int64_t row_block = kCachedBlocks / blocks / W::kTileRows * W::kTileRows;
  if (row_block < 4 * W::kTileRows) row_block = 4 * W::kTileRows;
  const std::int64_t panel_bytes = a.blocks * PackedFields<Block>::kBytes * W::kOutputs;
  for (std::int64_t row = 0; row < a.rows; row += row_block) {
    const std::int64_t rows = a.rows - row < row_block ? a.rows - row : row_block;
    for (std::int64_t p = a.first_panel; p < a.end_panel; ++p) {
      const std::int64_t output = p * W::kOutputs;
      const int outputs = static_cast<int>(a.outputs - output < W::kOutputs ? a.outputs - output : W::kOutputs);
      panel_rows<W, Block>(a, a.panels + p * panel_bytes, a.x + row * a.x_stride, rows, a.y + row * a.y_stride + output,
                           a.bias == nullptr ? nullptr : a.bias + output, outputs);
    }
  }
}

}  // namespace reckon
