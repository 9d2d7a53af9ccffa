// Keys and values of the CPU: storing them into pages, and attention over the pages. What a type of theirs means is known to its
// kernels alone (kernels/kv_types.h).
#include <algorithm>

#include "kernels/dispatch.h"
#include "tensor/cpu_state.h"

namespace reckon {
namespace {

// The kernels of the view's type.
const KvKernels& require_kv(const KvView& kv, int layer, const char* op) {
  const KvLayout& layout = kv.layout;
  const int index = kv_type_index(layout.type);
  if (index < 0) {
    throw Error(ErrorCode::unsupported, fmt::format("no kernel computes on keys and values of {}", name_of(layout.type)), op);
  }
  require(layout.kv_heads > 0 && layout.head_dim > 0 && layout.slots_per_page > 0, op, "a page of {} heads, {} values, {} slots",
          layout.kv_heads, layout.head_dim, layout.slots_per_page);
  require(layer >= 0 && layer < layout.layers, op, "layer {} of {}", layer, layout.layers);
  return kernels().kv[static_cast<std::size_t>(index)];
}

constexpr std::int64_t kMostSharingRows = 32;  // of attention, in one call of the kernel

}  // namespace

void CpuOps::State::collect_runs(std::span<const KvSlot> where) {
  runs.clear();
  for (std::size_t row = 0; row < where.size(); ++row) {
    const bool joins = row > 0 && where[row].page == where[row - 1].page && runs.back().count < kMostStoreRows;
    if (!joins) runs.push_back({static_cast<std::int64_t>(row), 0});
    ++runs.back().count;
  }
}

void CpuOps::store_kv(ConstMatrixView k, ConstMatrixView v, const KvView& kv, int layer, std::span<const KvSlot> where) {
  const char* op = "store_kv";
  const KvLayout& layout = kv.layout;
  const auto kernel = require_kv(kv, layer, op).store;
  const std::int64_t cols = std::int64_t{layout.kv_heads} * layout.head_dim;
  require_shape(k, op, "k", static_cast<std::int64_t>(where.size()), cols);
  require_shape(v, op, "v", static_cast<std::int64_t>(where.size()), cols);
  for (const KvSlot& slot : where) {
    require(slot.page < kv.pages && slot.slot >= 0 && slot.slot < layout.slots_per_page, op,
            "slot {} of page {}: there are {} "
            "pages of {}",
            slot.slot, slot.page, kv.pages, layout.slots_per_page);
  }
  state_->collect_runs(where);
  const std::int64_t heads = layout.kv_heads;
  const auto items = static_cast<std::int64_t>(state_->runs.size()) * heads;
  const auto store = [&](std::int64_t item, float* scratch) {
    const State::Run& run = state_->runs[static_cast<std::size_t>(item / heads)];
    const int head = static_cast<int>(item % heads);
    const std::int64_t column = std::int64_t{head} * layout.head_dim;
    const KvSlot* slots = where.data() + run.first;
    std::byte* page = kv.page(slots->page);
    kernel(KvStoreArguments{.k = k.row(run.first) + column,
                            .v = v.row(run.first) + column,
                            .k_stride = k.stride,
                            .v_stride = v.stride,
                            .where = slots,
                            .rows = run.count,
                            .head_dim = layout.head_dim,
                            .slots_per_page = layout.slots_per_page,
                            .keys = page + layout.offset(layer, KvLayout::Part::key, head),
                            .values = page + layout.offset(layer, KvLayout::Part::value, head),
                            .scale_offset = layout.scale_offset(),
                            .scratch = scratch});
  };
  state_->split(items, 2 * k.rows * cols * kCostOfElement, kMostStoreRows * layout.head_dim, store);
}

void CpuOps::attention(ConstMatrixView q, const KvView& kv, int layer, std::span<const AttentionRow> rows, float scale,
                       MatrixView out) {
  const char* op = "attention";
  const KvLayout& layout = kv.layout;
  const auto kernel = require_kv(kv, layer, op).attention;
  const std::int64_t group_cols = std::int64_t{layout.kv_heads} * layout.head_dim;
  require(q.cols > 0 && q.cols % group_cols == 0, op, "{} query columns for {} KV heads of {}", q.cols, layout.kv_heads,
          layout.head_dim);
  require_shape(q, op, "q", static_cast<std::int64_t>(rows.size()), q.cols);
  require_shape(out, op, "out", q.rows, q.cols);
  std::int64_t slots = 0;
  for (const AttentionRow& row : rows) {
    require(row.length > 0 && row.pages != nullptr, op, "a row over {} slots", row.length);
    const std::int64_t pages = (std::int64_t{row.length} + layout.slots_per_page - 1) / layout.slots_per_page;
    for (std::int64_t i = 0; i < pages; ++i) {
      require(row.pages[i] < kv.pages, op, "page {} of {}", row.pages[i], kv.pages);
    }
    slots += row.length;
  }
  const int group = static_cast<int>(q.cols / group_cols);
  // Rows per call: enough to share pages, few enough to give every worker something.
  const auto count = static_cast<std::int64_t>(rows.size());
  const std::int64_t shared = count * layout.kv_heads / (4 * state_->pool.threads());
  const std::int64_t tile = std::clamp<std::int64_t>(shared, 1, kMostSharingRows);
  const auto attend = [&](std::int64_t item, float* scratch) {
    const std::int64_t first = item / layout.kv_heads * tile;
    const int head = static_cast<int>(item % layout.kv_heads);
    const std::int64_t column = std::int64_t{head} * group * layout.head_dim;
    kernel(AttentionArguments{.q = q.row(first) + column,
                              .out = out.row(first) + column,
                              .q_stride = q.stride,
                              .out_stride = out.stride,
                              .row = rows.data() + first,
                              .rows = static_cast<int>(std::min(tile, count - first)),
                              .group = group,
                              .head_dim = layout.head_dim,
                              .base = kv.base,
                              .page_bytes = layout.page_bytes(),
                              .key_offset = layout.offset(layer, KvLayout::Part::key, head),
                              .value_offset = layout.offset(layer, KvLayout::Part::value, head),
                              .scale_offset = layout.scale_offset(),
                              .slots_per_page = layout.slots_per_page,
                              .scale = scale,
                              .scratch = scratch});
  };
  state_->split((count + tile - 1) / tile * layout.kv_heads, 4 * slots * q.cols,
                attention_scratch(static_cast<int>(tile), group, layout.slots_per_page), attend);
}

}  // namespace reckon
