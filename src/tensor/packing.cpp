#include "tensor/packing.h"

#include <algorithm>

#include "base/thread_pool.h"
#include "kernels/dispatch.h"

namespace reckon {
namespace {

std::int64_t panels_of(const WeightView& weight) {
  const std::int64_t width = kernels().panel_outputs;
  return (weight.rows + width - 1) / width;
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
                const std::function<void(std::span<const std::byte>)>& packed) {
  const KernelTable& table = kernels();
  const std::int64_t stride = row_bytes(weight.type, weight.cols);
  const PanelKernels& kernel = table.panels[block_index(weight.type)];
  const std::int64_t panel_bytes = table.panel_outputs * kernel.blocks(weight.cols) * kernel.block_bytes;
  const std::int64_t panels = panels_of(weight);
  const auto pack_panels = [&](std::int64_t first, std::int64_t end) {
    for (std::int64_t p = first; p < end; ++p) {
      const std::int64_t row = p * table.panel_outputs;
      const auto rows = static_cast<int>(std::min<std::int64_t>(table.panel_outputs, weight.rows - row));
      kernel.pack(weight.data + row * stride, stride, rows, weight.cols, to + p * panel_bytes);
    }
  };
  constexpr std::int64_t kPartBytes = std::int64_t{32} << 20;
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
  with_panels.panels = to;
  with_panels.panel_outputs = table.panel_outputs;
  return with_panels;
}

}  // namespace reckon
