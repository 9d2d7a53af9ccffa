// Matrix product of int8 activations with quantised weights that were packed into panels (cpu/pack.h). A panel holds one block
// of every one of its outputs side by side, a word of four codes each, so that one broadcast of four activations meets all
// outputs and nothing is summed across lanes. A tile is kTileRows rows by kTilePanels panels: its rows share each weight that was
// unpacked, its panels each broadcast. All tiles of rows pass over a piece of the panels while that is in the first-level cache,
// and take turns at fetching the next piece into the second.
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

// Part `Part` of `Parts` of a block's cache lines: asked for all at once, they would wait for each other.
template <typename W, int Bytes, int Parts, int Part>
[[gnu::always_inline]] inline void prefetch_part(const std::byte* from, typename W::Words& after) noexcept {
  constexpr int kLines = (Bytes + 63) / 64;
  for (int line = kLines * Part / Parts; line < kLines * (Part + 1) / Parts; ++line) W::prefetch(from + 64 * line, after);
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
  constexpr bool kShifted = Panel::signed_codes && W::kUnsignedCodes;  // codes + 128
  constexpr int kOffsetBits = kShifted ? 7 : Panel::offset_bits;
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
    for (int p = 0; p < Panels; ++p) {
      codes[p] = Panel::template codes<W, S, G>(panel[p]);
      if constexpr (kShifted) codes[p] = W::bit_xor(codes[p], W::set(static_cast<std::int32_t>(0x80808080u)));
    }
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
        prefetch_part<W, PackedFields<Block>::kBytes * W::kOutputs, kSlots, S * kGroups + G>(ahead[p], sums[p][Rows - 1]);
      }
    }
  });
  for (int p = 0; p < Panels; ++p) {
    const auto scale = Panel::template scale<W, S>(panel[p]);
    for (int r = 0; r < Rows; ++r) part[p][r] = W::fma(W::to_float(sums[p][r]), scale, part[p][r]);
  }
}

// One tile's part in a product: `blocks` blocks of every panel from `panel` on times those of `x`, added to `y`.
struct PanelTile {
  const std::byte* panel;    // the tile's first; the others follow, panel_bytes apart
  const std::byte* ahead;    // of the piece that is read next
  std::int64_t panel_bytes;  // of a whole panel
  std::int64_t blocks;
  std::int64_t turn, turns;  // the tile fetches what is ahead of its activation blocks turn, turn + turns, …
  const ActivationBlock* x;
  float* y;
  const float* bias;  // null but for the last blocks of a row
  bool first;         // blocks of a row: y is not read
  int outputs;        // of the tile's last panel
};

template <typename W, typename Block, int Rows, int Panels>
void panel_tile(const PanelArguments& a, const PanelTile& t) noexcept {
  using Panel = typename Block::Panel;
  constexpr int kSubBlocks = Block::elements / Panel::sub_block;
  constexpr int kBlocks = kActivationBlock / Block::elements;
  constexpr int kBytes = PackedFields<Block>::kBytes * W::kOutputs;
  const ActivationBlock* x[Rows];
  const std::byte* panel[Panels];
  const std::byte* ahead[Panels];
  typename W::Floats totals[Panels][Rows];
  const auto outputs = [&](int p) __attribute__((always_inline)) { return p + 1 < Panels ? W::kOutputs : t.outputs; };
  const auto at = [&](int r, int p) __attribute__((always_inline)) { return t.y + r * a.y_stride + p * W::kOutputs; };
  for (int p = 0; p < Panels; ++p) {
    panel[p] = t.panel + p * t.panel_bytes;
    ahead[p] = t.ahead + p * t.panel_bytes;
    for (int r = 0; r < Rows; ++r) totals[p][r] = t.first ? W::zero_floats() : W::load_floats(at(r, p), outputs(p));
  }
  for (int r = 0; r < Rows; ++r) x[r] = t.x + r * a.x_stride;
  std::int64_t fetched = t.turn;
  for (std::int64_t left = t.blocks, block = 0; left > 0; left -= kBlocks, ++block) {
    typename W::Floats parts[Panels][Rows];
    for (int p = 0; p < Panels; ++p) {
      for (int r = 0; r < Rows; ++r) parts[p][r] = W::zero_floats();
    }
    const bool prefetch = block == fetched;
    if (prefetch) fetched += t.turns;
    const int blocks = static_cast<int>(left < kBlocks ? left : kBlocks);
    for (int b = 0; b < blocks; ++b) {
      if constexpr (requires { Panel::template add_minima<W, Rows>(panel[0], x, b, parts[0]); }) {
        for (int p = 0; p < Panels; ++p) Panel::template add_minima<W, Rows>(panel[p], x, b, parts[p]);
      }
      unrolled<kSubBlocks>([&](auto sub) __attribute__((always_inline)) {
        panel_sub_block<W, Block, decltype(sub)::value, Rows, Panels>(panel, x, b * kSubBlocks, ahead, prefetch, parts);
      });
      for (int p = 0; p < Panels; ++p) {
        panel[p] += kBytes;
        ahead[p] += kBytes;
      }
    }
    for (int r = 0; r < Rows; ++r) {
      const auto scale = W::broadcast_float(x[r]->scale);
      for (int p = 0; p < Panels; ++p) totals[p][r] = W::fma(parts[p][r], scale, totals[p][r]);
      ++x[r];
    }
  }
  for (int p = 0; p < Panels; ++p) {
    for (int r = 0; r < Rows; ++r) {
      if (t.bias != nullptr) totals[p][r] = W::add(totals[p][r], W::load_floats(t.bias + p * W::kOutputs, outputs(p)));
      W::store(at(r, p), totals[p][r], outputs(p));
    }
  }
}

// One row against several panels: memory is the limit, and one panel after the other is what the hardware's prefetching likes.
template <typename W, typename Block, int Panels>
void panel_row(const PanelArguments& a, PanelTile tile) noexcept {
  const int last = tile.outputs;
  for (int p = 0; p < Panels; ++p) {
    tile.outputs = p + 1 < Panels ? W::kOutputs : last;
    panel_tile<W, Block, 1, 1>(a, tile);
    tile.panel += tile.panel_bytes;
    tile.y += W::kOutputs;
    if (tile.bias != nullptr) tile.bias += W::kOutputs;
  }
}

// `rows` rows, in the largest tiles first.
template <typename W, typename Block, int Panels, int Rows = W::kTileRows>
void panel_rows(const PanelArguments& a, PanelTile tile, std::int64_t rows) noexcept {
  for (; rows >= Rows; rows -= Rows, tile.x += Rows * a.x_stride, tile.y += Rows * a.y_stride) {
    if constexpr (Rows == 1) {
      panel_row<W, Block, Panels>(a, tile);
    } else {
      panel_tile<W, Block, Rows, Panels>(a, tile);
    }
    tile.turn = tile.turn + 1 < tile.turns ? tile.turn + 1 : 0;
  }
  if constexpr (Rows > 1) {
    if (rows > 0) panel_rows<W, Block, Panels, Rows / 2>(a, tile, rows);
  }
}

// Panels [panel, panel + Panels) for all rows, in pieces of the inputs whose weights stay in the first-level cache meanwhile.
template <typename W, typename Block, int Panels>
void panel_group(const PanelArguments& a, std::int64_t panel, const ActivationBlock* x, std::int64_t rows, float* y) noexcept {
  constexpr std::int64_t kCachedBytes = 20 * 1024;
  constexpr std::int64_t kBytes = std::int64_t{PackedFields<Block>::kBytes} * W::kOutputs;
  constexpr std::int64_t kBlocks = kActivationBlock / Block::elements;
  constexpr std::int64_t kFitting = kCachedBytes / (kBytes * kBlocks * Panels);
  constexpr std::int64_t kPiece = kBlocks * (kFitting > 1 ? kFitting : 1);
  const std::int64_t output = panel * W::kOutputs;
  const std::int64_t last_outputs = a.outputs - output - (Panels - 1) * W::kOutputs;
  const std::int64_t panel_bytes = a.blocks * kBytes;
  const std::byte* first = a.panels + panel * panel_bytes;
  const std::int64_t piece = rows == 1 ? a.blocks : kPiece;  // one row reads weights once, and fastest without a break
  for (std::int64_t block = 0; block < a.blocks; block += piece) {
    const std::int64_t next = block + piece;
    const std::int64_t blocks = next < a.blocks ? piece : a.blocks - block;
    const std::int64_t tiles = rows < W::kTileRows ? 1 : rows / W::kTileRows;
    const std::int64_t activations = (blocks + kBlocks - 1) / kBlocks;
    // A lone last panel is not worth tiles of its own.
    panel_rows<W, Block, Panels, (Panels < W::kTilePanels ? 1 : W::kTileRows)>(
        a,
        PanelTile{.panel = first + block * kBytes,
                  .ahead = next < a.blocks ? first + next * kBytes : first + Panels * panel_bytes,
                  .panel_bytes = panel_bytes,
                  .blocks = blocks,
                  .turn = 0,
                  .turns = tiles < activations ? tiles : activations,
                  .x = x + block / kBlocks,
                  .y = y + output,
                  .bias = next >= a.blocks && a.bias != nullptr ? a.bias + output : nullptr,
                  .first = block == 0,
                  .outputs = static_cast<int>(last_outputs < W::kOutputs ? last_outputs : W::kOutputs)},
        rows);
  }
}

template <typename W, typename Block>
void panel_linear(const PanelArguments& a) noexcept {
  // The activations of a block of rows stay in the second-level cache while every panel passes over them.
  constexpr std::int64_t kCachedBlocks = (std::int64_t{256} << 10) / sizeof(ActivationBlock);
  std::int64_t row_block = kCachedBlocks / a.x_stride / W::kTileRows * W::kTileRows;
  if (row_block < 32) row_block = 32;
  for (std::int64_t row = 0; row < a.rows; row += row_block) {
    const std::int64_t rows = a.rows - row < row_block ? a.rows - row : row_block;
    const ActivationBlock* x = a.x + row * a.x_stride;
    float* y = a.y + row * a.y_stride;
    std::int64_t panel = a.first_panel;
    for (; panel + W::kTilePanels <= a.end_panel; panel += W::kTilePanels) {
      panel_group<W, Block, W::kTilePanels>(a, panel, x, rows, y);
    }
    if constexpr (W::kTilePanels > 1) {
      for (; panel < a.end_panel; ++panel) panel_group<W, Block, 1>(a, panel, x, rows, y);
    }
  }
}

}  // namespace reckon
