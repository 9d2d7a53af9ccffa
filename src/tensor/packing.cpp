#include "tensor/packing.h"

#include <algorithm>
#include <vector>

#include "base/thread_pool.h"
#include "kernels/blocks/registry.h"
#include "kernels/dispatch.h"

namespace reckon {
namespace {

std::int64_t panels_of(const WeightView& weight) {
  const std::int64_t width = kernels().panel_outputs;
  return (weight.rows + width - 1) / width;
}

// Rows [first, first + count) of a weight, rounded to `type`.
std::vector<std::byte> rounded_rows(const WeightView& weight, std::int64_t first, int count, DType type) {
  const auto from_bytes = static_cast<std::size_t>(row_bytes(weight.type, weight.cols));
  const auto to_bytes = static_cast<std::size_t>(row_bytes(type, weight.cols));
  std::vector<float> values(static_cast<std::size_t>(weight.cols));
  std::vector<std::byte> rows(static_cast<std::size_t>(count) * to_bytes);
  for (int row = 0; row < count; ++row) {
    const std::byte* from = weight.data + static_cast<std::size_t>(first + row) * from_bytes;
    dequantize_row(weight.type, {from, from_bytes}, values);
    quantize_row(type, values, std::span(rows).subspan(static_cast<std::size_t>(row) * to_bytes, to_bytes));
  }
  return rows;
}

}  // namespace

std::int64_t packed_bytes(const WeightView& weight) {
  const int index = block_index(weight.type);
  if (index < 0 || kernels().panels[index].pack == nullptr) return 0;
  const PanelKernels& kernel = kernels().panels[index];
  const std::int64_t bytes = panels_of(weight) * kernels().panel_outputs * kernel.blocks(weight.cols) * kernel.block_bytes;
  return (bytes + 63) / 64 * 64;
}

WeightView pack(const WeightView& weight, std::byte* to, ThreadPool& pool,
                const std::function<void(std::span<const std::byte>)>& packed, std::optional<DType> as) {
  const KernelTable& table = kernels();
  const DType type = as.value_or(weight.type);
  const std::int64_t stride = row_bytes(weight.type, weight.cols);
  const PanelKernels& kernel = table.panels[block_index(type)];
  const std::int64_t panel_bytes = table.panel_outputs * kernel.blocks(weight.cols) * kernel.block_bytes;
  const std::int64_t panels = panels_of(weight);
  const auto pack_panels = [&](std::int64_t first, std::int64_t end) {
    for (std::int64_t p = first; p < end; ++p) {
      const std::int64_t row = p * table.panel_outputs;
      const auto rows = static_cast<int>(std::min<std::int64_t>(table.panel_outputs, weight.rows - row));
      if (type == weight.type) {
        kernel.pack(weight.data + row * stride, stride, rows, weight.cols, to + p * panel_bytes);
      } else {
        const std::vector<std::byte> rounded = rounded_rows(weight, row, rows, type);
        kernel.pack(rounded.data(), row_bytes(type, weight.cols), rows, weight.cols, to + p * panel_bytes);
      }
    }
  };
  constexpr std::int64_t kPartBytes = std::int64_t{8} << 20;
  constexpr std::int64_t kRun = 16;  // panels that a worker takes at a time
  const std::int64_t part = std::max<std::int64_t>(1, kPartBytes / (panel_bytes * kRun)) * kRun;
  for (std::int64_t first = 0; first < panels; first += part) {
    const std::int64_t end = std::min(panels, first + part);
    pool.parallel_for(static_cast<int>((end - first + kRun - 1) / kRun),
                      [&](int run) { pack_panels(first + run * kRun, std::min(end, first + (run + 1) * kRun)); });
    const std::int64_t begin = first * table.panel_outputs * stride;
    const std::int64_t stop = std::min(weight.rows, end * table.panel_outputs) * stride;
    if (packed) packed({weight.data + begin, static_cast<std::size_t>(stop - begin)});
  }
  WeightView with_panels = weight;
  if (type != weight.type) with_panels.data = nullptr;
  with_panels.type = type;
  with_panels.panels = to;
  with_panels.panel_outputs = table.panel_outputs;
  return with_panels;
}

}  // namespace reckon
