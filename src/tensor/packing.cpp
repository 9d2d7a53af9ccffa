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

WeightView pack(const WeightView& weight, std::byte* to, ThreadPool& pool) {
  const KernelTable& table = kernels();
  const std::int64_t stride = row_bytes(weight.type, weight.cols);
  const PanelKernels& kernel = table.panels[block_index(weight.type)];
  const std::int64_t panel_bytes = table.panel_outputs * kernel.blocks(weight.cols) * kernel.block_bytes;
  const std::int64_t panels = panels_of(weight);
  constexpr std::int64_t kRun = 16;  // panels that a worker takes at a time
  pool.parallel_for(static_cast<int>((panels + kRun - 1) / kRun), [&](int run) {
    for (std::int64_t p = run * kRun; p < std::min(panels, (run + 1) * kRun); ++p) {
      const std::int64_t first = p * table.panel_outputs;
      const auto rows = static_cast<int>(std::min<std::int64_t>(table.panel_outputs, weight.rows - first));
      kernel.pack(weight.data + first * stride, stride, rows, weight.cols, to + p * panel_bytes);
    }
  });
  WeightView packed = weight;
  packed.panels = to;
  packed.panel_outputs = table.panel_outputs;
  return packed;
}

}  // namespace reckon
