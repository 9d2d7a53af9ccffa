#include "tune/finite_weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.h"
#include "base/thread_pool.h"
#include "kernels/blocks/registry.h"

namespace reckon {
namespace {

// The first value of a tensor that is infinite or none, by its place; -1: there is none.
std::int64_t first_non_finite(const TensorInfo& tensor, ThreadPool& threads) {
  constexpr std::int64_t kChunkElements = 1 << 16;
  const std::int64_t columns = tensor.dims[0], stride = row_bytes(tensor.type, columns);
  const std::int64_t rows_per_chunk = std::max<std::int64_t>(1, kChunkElements / columns);
  std::vector<std::int64_t> found(static_cast<std::size_t>((tensor.rows() + rows_per_chunk - 1) / rows_per_chunk), -1);
  threads.parallel_for(static_cast<int>(found.size()), [&](int chunk) {
    const std::int64_t first = chunk * rows_per_chunk, end = std::min(tensor.rows(), first + rows_per_chunk);
    std::vector<float> row(static_cast<std::size_t>(columns));
    for (std::int64_t r = first; r < end; ++r) {
      const auto begin = static_cast<std::size_t>(r * stride);
      dequantize_row(tensor.type, tensor.data.subspan(begin, static_cast<std::size_t>(stride)), row);
      const auto bad = std::ranges::find_if(row, [](float value) { return !std::isfinite(value); });
      if (bad == row.end()) continue;
      found[static_cast<std::size_t>(chunk)] = r * columns + (bad - row.begin());
      return;
    }
  });
  const auto bad = std::ranges::find_if(found, [](std::int64_t place) { return place >= 0; });
  return bad == found.end() ? -1 : *bad;
}

}  // namespace

void refuse_non_finite(const GgufFile& file, ThreadPool& threads) {
  for (const TensorInfo& tensor : file.tensors()) {
    if (block_index(tensor.type) < 0) continue;  // a table of whole numbers
    const std::int64_t place = first_non_finite(tensor, threads);
    if (place < 0) continue;
    throw Error(ErrorCode::bad_argument,
                fmt::format("row {}: element {} is infinite or no number (NaN)", place / tensor.dims[0], place % tensor.dims[0]),
                fmt::format("tensor '{}'", tensor.name));
  }
}

}  // namespace reckon
