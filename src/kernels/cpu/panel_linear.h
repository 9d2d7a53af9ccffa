// Matrix product with weights that were packed into panels (cpu/pack.h). A panel holds one block of every one of its outputs side
// by side, a word of four codes each (or a value, or two), so that one broadcast of four activations meets all outputs and
// nothing is summed across lanes. A tile is tile_rows rows by kTilePanels panels: its rows share each weight that was unpacked,
// its panels each broadcast. All tiles of rows pass over a piece of the panels while that is in the first-level cache, and take
// turns at fetching the next piece into the second. Bits: per row and output, integer sums over the inputs of one scale, then
// float sums over scales and blocks in ascending order (panel_codes.h), or float sums over 256 inputs, then over these
// (panel_values.h), whatever the other rows, the tile, and the thread are.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cpu/activations.h"
#include "kernels/cpu/pack.h"
#include "kernels/cpu/panel_codes.h"
#include "kernels/cpu/panel_unpacked.h"
#include "kernels/cpu/panel_values.h"
#include "kernels/cpu/table.h"
#include "kernels/cpu/unrolled.h"

namespace reckon {

// What a row's activations are made into for these weights.
template <typename W, typename Block>
using PanelActivations = ActivationsOf<W, PackedFields<Block>::kActivations>;

template <typename W, typename Block>
constexpr int tile_rows() noexcept {
  return PackedFields<Block>::kValues ? W::kValueTileRows : W::kTileRows;
}

// One tile's part in a product: `blocks` blocks of every panel from `panel` on times those of `x`, added to `y`.
template <typename Activations>
struct PanelTile {
  const std::byte* panel;    // the tile's first; the others follow, panel_bytes apart
  const std::byte* ahead;    // of the piece that is read next
  std::int64_t panel_bytes;  // from one panel to the next
  std::int64_t ahead_bytes;
  std::int64_t blocks;
  std::int64_t turn, turns;  // the tile fetches what is ahead of its activation blocks turn, turn + turns, …
  const Activations* x;
  float* y;
  const float* bias;  // null but for the last blocks of a row
  bool first;         // blocks of a row: y is not read
  int outputs;        // of the tile's last panel
};

template <typename W, typename Block, int Rows, int Panels>
void panel_tile(const PanelArguments& a, const PanelTile<PanelActivations<W, Block>>& t) noexcept {
  const PanelActivations<W, Block>* x[Rows];
  const std::byte* panel[Panels];
  const std::byte* ahead[Panels];
  typename W::Floats totals[Panels][Rows];
  const auto outputs = [&](int p) __attribute__((always_inline)) { return p + 1 < Panels ? W::kOutputs : t.outputs; };
  const auto at = [&](int r, int p) __attribute__((always_inline)) { return t.y + r * a.y_stride + p * W::kOutputs; };
  const auto before = [&](int r, int p) __attribute__((always_inline)) {
    return t.first ? W::zero_floats() : W::load_floats(at(r, p), outputs(p));
  };
  for (int p = 0; p < Panels; ++p) {
    panel[p] = t.panel + p * t.panel_bytes;
    ahead[p] = t.ahead + p * t.ahead_bytes;
  }
  unrolled<Rows * Panels>([&](auto i) __attribute__((always_inline)) {
    constexpr int P = i / Rows, R = i % Rows;
    totals[P][R] = PackedFields<Block>::kValues ? W::zero_floats() : before(R, P);
  });
  for (int r = 0; r < Rows; ++r) x[r] = t.x + r * a.x_stride;
  if constexpr (PackedFields<Block>::kValues) {
    add_values<W, Block, Rows, Panels>(panel, ahead, x, static_cast<int>(t.blocks), t.turn, t.turns, totals);
  } else {
    add_codes<W, Block, Rows, Panels>(panel, ahead, x, t.blocks, t.turn, t.turns, totals);
  }
  unrolled<Rows * Panels>([&](auto i) __attribute__((always_inline)) {
    constexpr int P = i / Rows, R = i % Rows;
    if constexpr (PackedFields<Block>::kValues) totals[P][R] = W::add(before(R, P), totals[P][R]);
    if (t.bias != nullptr) totals[P][R] = W::add(totals[P][R], W::load_floats(t.bias + P * W::kOutputs, outputs(P)));
    W::store(at(R, P), totals[P][R], outputs(P));
  });
}

// One row against several panels: memory is the limit, and one panel after the other is what the hardware's prefetching likes.
template <typename W, typename Block, int Panels>
void panel_row(const PanelArguments& a, PanelTile<PanelActivations<W, Block>> tile) noexcept {
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
template <typename W, typename Block, int Panels, int Rows>
void panel_rows(const PanelArguments& a, PanelTile<PanelActivations<W, Block>> tile, std::int64_t rows) noexcept {
  for (; rows >= Rows; rows -= Rows, tile.x += Rows * a.x_stride, tile.y += Rows * a.y_stride) {
    if constexpr (Rows == 1 && !PackedFields<Block>::kValues) {
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

// The tile of the first rows for a piece: blocks [block, block + piece) of panels [panel, panel + Panels), as far as there are.
template <typename W, typename Block, int Panels, int Rows>
PanelTile<PanelActivations<W, Block>> piece_tile(const PanelArguments& a, std::int64_t panel, std::int64_t block,
                                                 std::int64_t piece, const PanelActivations<W, Block>* x, std::int64_t rows,
                                                 float* y) noexcept {
  constexpr std::int64_t kBytes = std::int64_t{PackedFields<Block>::kBytes} * W::kOutputs;
  constexpr std::int64_t kBlocks = kActivationBlock / PackedFields<Block>::kInputs;
  const std::int64_t output = panel * W::kOutputs;
  const std::int64_t last_outputs = a.outputs - output - (Panels - 1) * W::kOutputs;
  const std::int64_t panel_bytes = a.blocks * kBytes;
  const std::byte* first = a.panels + panel * panel_bytes;
  const std::int64_t next = block + piece;
  const std::int64_t blocks = next < a.blocks ? piece : a.blocks - block;
  const std::int64_t tiles = rows < Rows ? 1 : rows / Rows;
  const std::int64_t turns = PackedFields<Block>::kValues ? blocks : (blocks + kBlocks - 1) / kBlocks;
  return {.panel = first + block * kBytes,
          .ahead = next < a.blocks ? first + next * kBytes : first + Panels * panel_bytes,
          .panel_bytes = panel_bytes,
          .ahead_bytes = panel_bytes,
          .blocks = blocks,
          .turn = 0,
          .turns = tiles < turns ? tiles : turns,
          .x = x + block / kBlocks,
          .y = y + output,
          .bias = next >= a.blocks && a.bias != nullptr ? a.bias + output : nullptr,
          .first = block == 0,
          .outputs = static_cast<int>(last_outputs < W::kOutputs ? last_outputs : W::kOutputs)};
}

// Panels [panel, panel + Panels) for all rows, in pieces of the inputs whose weights stay in the first-level cache meanwhile.
template <typename W, typename Block, int Panels, int Rows>
void panel_group(const PanelArguments& a, std::int64_t panel, const PanelActivations<W, Block>* x, std::int64_t rows,
                 float* y) noexcept {
  constexpr std::int64_t kBytes = std::int64_t{PackedFields<Block>::kBytes} * W::kOutputs;
  constexpr std::int64_t kBlocks = kActivationBlock / PackedFields<Block>::kInputs;
  // Sums of plain weights begin anew with every block of activations, whatever the tile.
  const std::int64_t fitting = PackedFields<Block>::kValues ? 1 : a.room.weights / (kBytes * kBlocks * Panels);
  // One row reads weights once, and fastest without a break.
  const std::int64_t piece = rows == 1 && !PackedFields<Block>::kValues ? a.blocks : kBlocks * (fitting > 1 ? fitting : 1);
  for (std::int64_t block = 0; block < a.blocks; block += piece) {
    panel_rows<W, Block, Panels, Rows>(a, piece_tile<W, Block, Panels, Rows>(a, panel, block, piece, x, rows, y), rows);
  }
}

// As panel_group for a multiple of Rows rows, with each piece of the panels unpacked before the rows pass over it.
template <typename W, typename Block, int Panels, int Rows>
void unpacked_group(const PanelArguments& a, std::int64_t panel, const ActivationBlock* x, std::int64_t rows, float* y) noexcept {
  using Open = Unpacked<W, Block>;
  constexpr std::int64_t kBytes = std::int64_t{PackedFields<Block>::kBytes} * W::kOutputs;
  constexpr std::int64_t kOpenBytes = std::int64_t{PackedFields<Open>::kBytes} * W::kOutputs;
  // 16 to 20 KiB of both panels: the first-level cache holds them and a tile's rows.
  constexpr std::int64_t kPiece = 2 * kActivationBlock / Block::elements;
  alignas(64) std::byte open[Panels * kPiece * kOpenBytes];
  for (std::int64_t block = 0; block < a.blocks; block += kPiece) {
    auto tile = piece_tile<W, Block, Panels, Rows>(a, panel, block, kPiece, x, rows, y);
    for (int p = 0; p < Panels; ++p) {
      const std::byte* packed = tile.panel + p * tile.panel_bytes;
      for (std::int64_t b = 0; b < tile.blocks; ++b) Open::unpack(packed + b * kBytes, open + (p * kPiece + b) * kOpenBytes);
    }
    tile.panel = open;
    tile.panel_bytes = kPiece * kOpenBytes;
    for (std::int64_t row = 0; row < rows; row += Rows, tile.x += Rows * a.x_stride, tile.y += Rows * a.y_stride) {
      panel_tile<W, Open, Rows, Panels>(a, tile);
      tile.turn = tile.turn + 1 < tile.turns ? tile.turn + 1 : 0;
    }
  }
}

// Panels [panel, panel + W::kTilePanels) for all rows, unpacked first where that is worth its time.
template <typename W, typename Block>
void panel_tiles(const PanelArguments& a, std::int64_t panel, const PanelActivations<W, Block>* x, std::int64_t rows,
                 float* y) noexcept {
  constexpr int kRows = tile_rows<W, Block>();
  std::int64_t unpacked = 0;
  if constexpr (requires { Block::Panel::unpacked_from; }) {
    if (rows >= Block::Panel::unpacked_from * W::kUnpackingCost) {
      unpacked = rows / kRows * kRows;
      unpacked_group<W, Block, W::kTilePanels, kRows>(a, panel, x, unpacked, y);
    }
  }
  if (unpacked < rows) {
    panel_group<W, Block, W::kTilePanels, kRows>(a, panel, x + unpacked * a.x_stride, rows - unpacked, y + unpacked * a.y_stride);
  }
}

template <typename W, typename Block>
void panel_linear(const PanelArguments& a) noexcept {
  constexpr int kRows = tile_rows<W, Block>();
  const std::int64_t row_bytes = a.x_stride * static_cast<std::int64_t>(sizeof(PanelActivations<W, Block>));
  std::int64_t row_block = a.room.activations / row_bytes / kRows * kRows;
  if (row_block < 32) row_block = 32;
  for (std::int64_t row = 0; row < a.rows; row += row_block) {
    const std::int64_t rows = a.rows - row < row_block ? a.rows - row : row_block;
    const auto* x = static_cast<const PanelActivations<W, Block>*>(a.x) + row * a.x_stride;
    float* y = a.y + row * a.y_stride;
    std::int64_t panel = a.first_panel;
    if constexpr (PackedFields<Block>::kValues) {
      // Each sum waits for its last multiply-add: one row needs more of them at a time than two panels have.
      constexpr int kPanels = 4;
      if (rows == 1) {
        for (; panel + kPanels <= a.end_panel; panel += kPanels) panel_group<W, Block, kPanels, 1>(a, panel, x, rows, y);
      }
    }
    for (; panel + W::kTilePanels <= a.end_panel; panel += W::kTilePanels) panel_tiles<W, Block>(a, panel, x, rows, y);
    if constexpr (W::kTilePanels > 1) {
      // A lone last panel is not worth tiles of its own.
      for (; panel < a.end_panel; ++panel) panel_group<W, Block, 1, 1>(a, panel, x, rows, y);
    }
  }
}

}  // namespace reckon
