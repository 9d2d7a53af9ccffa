// Matrix product of f32 activations with weights of any block type, in f32 on the decoded weights.
// A register tile holds sixteen-lane sums of kTileOutputs x kTileRows dot products. Few rows: weights are decoded a chunk at a
// time on the way to the registers, so that memory speed is the limit. Many rows: a panel of kTileOutputs weight rows is decoded
// once and used by all rows. Both run each dot product through the same operations, so its bits depend on nothing else.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/blocks/f32.h"
#include "kernels/cpu/table.h"
#include "kernels/cpu/unpack.h"

namespace reckon {

// sums[r][o] += weight[o] · x[r] over `count` elements of a plain element type.
template <typename Lanes, typename Element, int Rows, int Outputs>
[[gnu::always_inline]] inline void accumulate(typename Lanes::Vector (&sums)[Rows][Outputs], const std::byte* weight,
                                              std::int64_t weight_stride, const float* x, std::int64_t x_stride,
                                              std::int64_t count) noexcept {
  typename Lanes::Vector w[Outputs];
  std::int64_t i = 0;
  for (; i + 16 <= count; i += 16) {
    for (int o = 0; o < Outputs; ++o) w[o] = Element::template load<Lanes>(weight + o * weight_stride + i * Element::bytes);
    for (int r = 0; r < Rows; ++r) {
      const auto lanes = Lanes::load(x + r * x_stride + i);
      for (int o = 0; o < Outputs; ++o) sums[r][o] = Lanes::fma(w[o], lanes, sums[r][o]);
    }
  }
  const int rest = static_cast<int>(count - i);
  if (rest == 0) return;
  for (int o = 0; o < Outputs; ++o) {
    w[o] = Element::template load_first<Lanes>(weight + o * weight_stride + i * Element::bytes, rest);
  }
  for (int r = 0; r < Rows; ++r) {
    const auto lanes = Lanes::load_first(x + r * x_stride + i, rest);
    for (int o = 0; o < Outputs; ++o) sums[r][o] = Lanes::fma(w[o], lanes, sums[r][o]);
  }
}

template <typename Lanes, int Rows, int Outputs>
[[gnu::always_inline]] inline void store_folded(const typename Lanes::Vector (&sums)[Rows][Outputs], const float* bias, float* y,
                                                std::int64_t y_stride) noexcept {
  for (int r = 0; r < Rows; ++r) {
    float* to = y + r * y_stride;
    if constexpr (Outputs == 4) {
      Lanes::fold4(sums[r], to);
    } else {
      for (int o = 0; o < Outputs; ++o) to[o] = Lanes::fold(sums[r][o]);
    }
    if (bias == nullptr) continue;
    for (int o = 0; o < Outputs; ++o) to[o] = to[o] + bias[o];
  }
}

// One tile, weights decoded on the way.
template <typename Lanes, typename Block, int Rows, int Outputs>
void linear_tile(const std::byte* weight, std::int64_t weight_stride, std::int64_t inputs, const float* bias, const float* x,
                 std::int64_t x_stride, float* y, std::int64_t y_stride) noexcept {
  typename Lanes::Vector sums[Rows][Outputs];
  for (int r = 0; r < Rows; ++r) {
    for (int o = 0; o < Outputs; ++o) sums[r][o] = Lanes::zero();
  }
  if constexpr (Block::elements == 1) {
    accumulate<Lanes, Block>(sums, weight, weight_stride, x, x_stride, inputs);
  } else {
    constexpr std::int64_t kChunk = 256;  // a multiple of every block; four outputs take 4 KiB of the first-level cache
    alignas(64) float chunk[Outputs][kChunk];
    for (std::int64_t at = 0; at < inputs; at += kChunk) {
      const std::int64_t count = inputs - at < kChunk ? inputs - at : kChunk;
      for (int o = 0; o < Outputs; ++o) {
        const std::byte* from = weight + o * weight_stride + at / Block::elements * Block::bytes;
        for (std::int64_t i = 0; i < count; i += Block::elements, from += Block::bytes) {
          Block::template unpack<Lanes>(from, chunk[o] + i);
        }
      }
      accumulate<Lanes, blocks::F32>(sums, reinterpret_cast<const std::byte*>(chunk), kChunk * sizeof(float), x + at, x_stride,
                                     count);
    }
  }
  store_folded<Lanes>(sums, bias, y, y_stride);
}

// `rows` <= Rows rows against Outputs outputs.
template <typename Lanes, typename Block, int Outputs, int Rows = Lanes::kTileRows>
void linear_rows(const LinearArguments& a, std::int64_t output, std::int64_t row, std::int64_t rows) noexcept {
  if constexpr (Rows > 1) {
    if (rows < Rows) return linear_rows<Lanes, Block, Outputs, Rows - 1>(a, output, row, rows);
  }
  linear_tile<Lanes, Block, Rows, Outputs>(a.weight + output * a.weight_stride, a.weight_stride, a.inputs,
                                           a.bias == nullptr ? nullptr : a.bias + output, a.x + row * a.x_stride, a.x_stride,
                                           a.y + row * a.y_stride + output, a.y_stride);
}

// Every tile of a problem, decoding (if need be) per tile of rows.
template <typename Lanes, typename Block>
void linear_direct(const LinearArguments& a) noexcept {
  for (std::int64_t row = 0; row < a.rows; row += Lanes::kTileRows) {
    const std::int64_t rows = a.rows - row < Lanes::kTileRows ? a.rows - row : Lanes::kTileRows;
    std::int64_t output = 0;
    for (; output + Lanes::kTileOutputs <= a.outputs; output += Lanes::kTileOutputs) {
      linear_rows<Lanes, Block, Lanes::kTileOutputs>(a, output, row, rows);
    }
    for (; output < a.outputs; ++output) linear_rows<Lanes, Block, 1>(a, output, row, rows);
  }
}

// Outputs [output, output + Outputs) of rows [row, row + rows): the panel is decoded once.
template <typename Lanes, typename Block, int Outputs>
void linear_panel(const LinearArguments& a, std::int64_t output, std::int64_t row, std::int64_t rows) noexcept {
  const std::byte* weight = a.weight + output * a.weight_stride;
  LinearArguments panel = a;
  if constexpr (Block::bytes != 4 || Block::elements != 1) {
    for (int o = 0; o < Outputs; ++o) unpack_row<Lanes, Block>(weight + o * a.weight_stride, a.inputs, a.scratch + o * a.inputs);
    panel.weight = reinterpret_cast<const std::byte*>(a.scratch);
    panel.weight_stride = a.inputs * static_cast<std::int64_t>(sizeof(float));
  } else {
    panel.weight = weight;
  }
  panel.y = a.y + output;
  panel.bias = a.bias == nullptr ? nullptr : a.bias + output;
  for (const std::int64_t end = row + rows; row < end; row += Lanes::kTileRows) {
    linear_rows<Lanes, blocks::F32, Outputs>(panel, 0, row, end - row);
  }
}

template <typename Lanes, typename Block>
void linear(const LinearArguments& a) noexcept {
  if (a.rows <= Lanes::kTileRows) return linear_direct<Lanes, Block>(a);
  const std::int64_t row_bytes = a.inputs * static_cast<std::int64_t>(sizeof(float));
  std::int64_t row_block = a.room.activations / row_bytes / Lanes::kTileRows * Lanes::kTileRows;
  if (row_block < 4 * Lanes::kTileRows) row_block = 4 * Lanes::kTileRows;
  for (std::int64_t row = 0; row < a.rows; row += row_block) {
    const std::int64_t rows = a.rows - row < row_block ? a.rows - row : row_block;
    std::int64_t output = 0;
    for (; output + Lanes::kTileOutputs <= a.outputs; output += Lanes::kTileOutputs) {
      linear_panel<Lanes, Block, Lanes::kTileOutputs>(a, output, row, rows);
    }
    for (; output < a.outputs; ++output) linear_panel<Lanes, Block, 1>(a, output, row, rows);
  }
}

}  // namespace reckon
