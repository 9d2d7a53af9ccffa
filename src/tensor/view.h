// Views of memory that somebody else owns: matrices of activations in f32, and weights as their file stores them.
// Row-major, last index fastest. A view is a plain value; it must not outlive the memory it looks at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "kernels/dtype.h"

namespace reckon {

class NodeMap;

// [rows, cols] of f32; row r begins at data + r * stride (in floats, stride >= cols).
template <typename Float>
struct BasicMatrixView {
  Float* data = nullptr;
  std::int64_t rows = 0;
  std::int64_t cols = 0;
  std::int64_t stride = 0;

  BasicMatrixView() = default;
  BasicMatrixView(Float* first, std::int64_t row_count, std::int64_t col_count)
      : BasicMatrixView(first, row_count, col_count, col_count) {}
  BasicMatrixView(Float* first, std::int64_t row_count, std::int64_t col_count, std::int64_t row_stride)
      : data(first), rows(row_count), cols(col_count), stride(row_stride) {}

  Float* row(std::int64_t r) const noexcept { return data + r * stride; }
  std::span<Float> row_span(std::int64_t r) const noexcept { return {row(r), static_cast<std::size_t>(cols)}; }
  // Rows [first, first + count).
  BasicMatrixView middle_rows(std::int64_t first, std::int64_t count) const noexcept { return {row(first), count, cols, stride}; }
  // Columns [first, first + count) of every row.
  BasicMatrixView middle_cols(std::int64_t first, std::int64_t count) const noexcept {
    return {data + first, rows, count, stride};
  }

  operator BasicMatrixView<const Float>() const noexcept  // NOLINT(google-explicit-constructor): reading is always allowed
    requires(!std::is_const_v<Float>)
  {
    return {data, rows, cols, stride};
  }
};
using MatrixView = BasicMatrixView<float>;
using ConstMatrixView = BasicMatrixView<const float>;

// A weight matrix [rows = outputs, cols = inputs] in its stored type; rows are contiguous, each row_bytes(type, cols) long.
// No alignment is assumed (a memory-mapped file gives 32 bytes, a test may give 1).
struct WeightView {
  DType type{};
  std::int64_t rows = 0;
  std::int64_t cols = 0;
  const std::byte* data = nullptr;
  const std::byte* panels = nullptr;  // the same matrix packed (tensor/packing.h), or null
  int panel_outputs = 0;              // rows of a panel
  const NodeMap* nodes = nullptr;     // where the panels lie, on a machine whose memory is in several nodes
};

}  // namespace reckon
