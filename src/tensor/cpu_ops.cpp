#include "tensor/cpu_ops.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstring>
#include <vector>

#include "base/error.h"
#include "base/thread_pool.h"
#include "kernels/dispatch.h"

namespace reckon {
namespace {

template <typename... Values>
void require(bool holds, const char* op, fmt::format_string<const Values&...> message, const Values&... values) {
  if (!holds) throw Error(ErrorCode::bad_argument, fmt::format(message, values...), op);
}

void require_shape(ConstMatrixView view, const char* op, const char* name, std::int64_t rows, std::int64_t cols) {
  require(view.rows == rows && view.cols == cols, op, "{} is [{}, {}], expected [{}, {}]", name, view.rows, view.cols, rows,
          cols);
  require(view.stride >= view.cols, op, "{} has stride {} below its {} columns", name, view.stride, view.cols);
}

int kernel_index(DType type, const char* op) {
  const int index = block_index(type);
  if (index < 0) throw Error(ErrorCode::unsupported, fmt::format("no kernel computes on block type {}", name_of(type)), op);
  return index;
}

void require_kv(const KvView& kv, int layer, const char* op) {
  const KvLayout& layout = kv.layout;
  if (layout.type != DType::f16 && layout.type != DType::f32) {
    throw Error(ErrorCode::unsupported, fmt::format("keys and values are F16 or F32, not {}", name_of(layout.type)), op);
  }
  require(layout.kv_heads > 0 && layout.head_dim > 0 && layout.slots_per_page > 0, op, "a page of {} heads, {} values, {} slots",
          layout.kv_heads, layout.head_dim, layout.slots_per_page);
  require(layer >= 0 && layer < layout.layers, op, "layer {} of {}", layer, layout.layers);
}

// What else takes as long as that many multiply-adds (bench/kernels, AVX-512, to the next power of two).
constexpr std::int64_t kCostOfElement = 16;  // load, a few operations, store
constexpr std::int64_t kCostOfSilu = 32;
constexpr std::int64_t kCostOfSine = 512;
constexpr std::int64_t kMostSharingRows = 32;  // of attention, in one call of the kernel
// How many times faster a packed weight is multiplied, by ActivationKind.
constexpr std::array<std::int64_t, kActivationKinds> kPackedSpeeds = {4, 2, 1};

std::size_t activation_index(DType weights) {
  return static_cast<std::size_t>(kernels().panels[block_index(weights)].activations);
}

constexpr std::int64_t kKeyRun = 16;  // rows whose keys are transposed together

// One head of one row, element after element.
void store_elements(const KvLayout& layout, const float* from, std::byte* to) {
  if (layout.type == DType::f16) return kernels().store_f16(from, layout.head_dim, to);
  std::memcpy(to, from, sizeof(float) * static_cast<std::size_t>(layout.head_dim));
}

// `rows` [where.size(), head_dim] into the columns of their slots.
template <int Bytes>
void transpose_keys(const KvLayout& layout, const std::byte* rows, std::span<const KvSlot> where, std::byte* keys) {
  std::byte* to[kKeyRun];
  std::int64_t stride[kKeyRun];
  for (std::size_t r = 0; r < where.size(); ++r) {
    to[r] = keys + Bytes * layout.key_begin(where[r].slot);
    stride[r] = Bytes * layout.key_stride(where[r].slot);
  }
  for (std::int64_t c = 0; c < layout.head_dim; ++c) {
    for (std::size_t r = 0; r < where.size(); ++r) {
      std::memcpy(to[r] + c * stride[r], rows + (static_cast<std::int64_t>(r) * layout.head_dim + c) * Bytes, Bytes);
    }
  }
}

// One worker's memory, aligned so that no vector of a panel straddles two cache lines.
class Scratch {
 public:
  float* reserve(std::int64_t floats) {
    const auto needed = static_cast<std::size_t>(floats) + kAlignment / sizeof(float);
    if (memory_.size() < needed) memory_.resize(needed);
    return data();
  }
  float* data() {
    const auto address = reinterpret_cast<std::uintptr_t>(memory_.data());
    return memory_.data() + (kAlignment - address % kAlignment) % kAlignment / sizeof(float);
  }

 private:
  static constexpr std::size_t kAlignment = 64;
  std::vector<float> memory_;
};

}  // namespace

struct CpuOps::State {
  explicit State(ThreadPool& workers) : pool(workers), scratch(static_cast<std::size_t>(workers.threads())) {}

  // Calls body(item, scratch) for every item. `cost` is the whole work in multiply-adds of `linear`, of which a core does some
  // thirty in a nanosecond: little work stays on the calling thread, because sharing it out takes microseconds. Which worker
  // gets an item cannot change its result.
  template <typename Body>
  void split(std::int64_t items, std::int64_t cost, std::int64_t scratch_floats, Body&& body) {
    constexpr std::int64_t kWorthSharing = 1 << 18;
    if (pool.threads() == 1 || items <= 1 || cost < kWorthSharing) {
      float* floats = scratch[0].reserve(scratch_floats);
      for (std::int64_t item = 0; item < items; ++item) body(item, floats);
      return;
    }
    // Items of a few nanoseconds are claimed several at a time, so that claiming does not cost more than the work.
    constexpr std::int64_t kWorthClaiming = 1 << 13;
    const std::int64_t run = std::max<std::int64_t>(1, kWorthClaiming * items / cost);
    for (Scratch& memory : scratch) memory.reserve(scratch_floats);  // here, because a worker must not throw
    std::atomic<std::int64_t> next{0};
    pool.parallel_for(pool.threads(), [&](int worker) {
      float* floats = scratch[static_cast<std::size_t>(worker)].reserve(scratch_floats);
      for (std::int64_t first = 0; (first = next.fetch_add(run, std::memory_order_relaxed)) < items;) {
        for (std::int64_t item = first; item < std::min(first + run, items); ++item) body(item, floats);
      }
    });
  }

  // What one claim of `store_kv` stores: rows [first, first + count), all into one page, so that no two workers write to a line.
  struct Run {
    std::int64_t first = 0, count = 0;
  };
  void collect_runs(std::span<const KvSlot> where);

  // What one claim of `linear` computes: outputs [first, end) of a product, for all rows.
  struct Piece {
    std::int32_t product = 0;
    std::int64_t first = 0, end = 0;
  };
  void prepare(ConstMatrixView x, std::size_t kind);
  void cut(std::span<const LinearProduct> products);
  void multiply_packed(ConstMatrixView x, const LinearProduct& product, const Piece& piece);
  static void multiply_stored(ConstMatrixView x, const LinearProduct& product, const Piece& piece, float* scratch);

  ThreadPool& pool;
  std::vector<Scratch> scratch;                       // one per worker
  std::array<Scratch, kActivationKinds> activations;  // of `linear`, [rows, activation_blocks(inputs)] of each form needed
  std::vector<Piece> pieces;
  std::vector<Run> runs;
};

CpuOps::CpuOps(ThreadPool& pool) : state_(std::make_unique<State>(pool)) {}
CpuOps::~CpuOps() = default;

void CpuOps::embed(const WeightView& table, std::span<const std::int32_t> tokens, MatrixView out) {
  const char* op = "embed";
  require_shape(out, op, "out", static_cast<std::int64_t>(tokens.size()), table.cols);
  const auto unpack = kernels().unpack_row[kernel_index(table.type, op)];
  const std::int64_t stride = row_bytes(table.type, table.cols);
  for (const std::int32_t token : tokens) {
    require(token >= 0 && token < table.rows, op, "token {} is outside the vocabulary of {}", token, table.rows);
  }
  state_->split(out.rows, out.rows * out.cols * kCostOfElement, 0, [&](std::int64_t row, float*) {
    unpack(table.data + tokens[static_cast<std::size_t>(row)] * stride, table.cols, out.row(row));
  });
}

void CpuOps::linear(ConstMatrixView x, std::span<const LinearProduct> products) {
  const char* op = "linear";
  std::int64_t work = 0;
  std::array<bool, kActivationKinds> needed{};
  for (const LinearProduct& product : products) {
    const WeightView& weight = product.weight;
    require_shape(x, op, "x", product.y.rows, weight.cols);
    require_shape(product.y, op, "y", x.rows, weight.rows);
    require(product.bias.empty() || static_cast<std::int64_t>(product.bias.size()) == weight.rows, op, "{} biases for {} outputs",
            product.bias.size(), weight.rows);
    kernel_index(weight.type, op);
    row_bytes(weight.type, weight.cols);  // throws unless rows are whole blocks
    require(weight.panels == nullptr || weight.panel_outputs == kernels().panel_outputs, op,
            "weights packed in panels of {} rows; this instruction set has panels of {}", weight.panel_outputs,
            kernels().panel_outputs);
    if (weight.panels != nullptr) needed[activation_index(weight.type)] = true;
    work += x.rows * weight.rows * weight.cols / (weight.panels != nullptr ? kPackedSpeeds[activation_index(weight.type)] : 1);
  }
  if (x.rows == 0 || work == 0) return;
  for (std::size_t kind = 0; kind < needed.size(); ++kind) {
    if (needed[kind]) state_->prepare(x, kind);
  }
  state_->cut(products);
  const auto pieces = static_cast<std::int64_t>(state_->pieces.size());
  state_->split(pieces, work, linear_scratch(x.cols), [&](std::int64_t item, float* scratch) {
    const State::Piece& piece = state_->pieces[static_cast<std::size_t>(item)];
    const LinearProduct& product = products[static_cast<std::size_t>(piece.product)];
    if (product.weight.panels != nullptr) {
      state_->multiply_packed(x, product, piece);
    } else {
      State::multiply_stored(x, product, piece, scratch);
    }
  });
}

void CpuOps::State::prepare(ConstMatrixView x, std::size_t kind) {
  const ActivationKernel& kernel = kernels().activations[kind];
  const std::int64_t row_floats = activation_blocks(x.cols) * kernel.block_bytes / static_cast<std::int64_t>(sizeof(float));
  float* rows = activations[kind].reserve(x.rows * row_floats);
  split(x.rows, x.rows * x.cols * kCostOfElement, 0,
        [&](std::int64_t row, float*) { kernel.make(x.row(row), x.cols, rows + row * row_floats); });
}

// Several pieces per worker, so that a slow worker holds nobody up, and none so small that claiming it costs more than it.
void CpuOps::State::cut(std::span<const LinearProduct> products) {
  pieces.clear();
  std::int64_t outputs = 0;
  for (const LinearProduct& product : products) outputs += product.weight.rows;
  const std::int64_t wanted = (outputs + 8 * pool.threads() - 1) / (8 * pool.threads());
  const std::int64_t length = std::clamp<std::int64_t>((wanted + 31) / 32 * 32, 32, 512);  // whole tiles of panels
  for (std::size_t p = 0; p < products.size(); ++p) {
    const std::int64_t rows = products[p].weight.rows;
    for (std::int64_t first = 0; first < rows; first += length) {
      pieces.push_back({static_cast<std::int32_t>(p), first, std::min(first + length, rows)});
    }
  }
}

void CpuOps::State::multiply_packed(ConstMatrixView x, const LinearProduct& product, const Piece& piece) {
  const WeightView& weight = product.weight;
  const std::int64_t width = weight.panel_outputs;
  const PanelKernels& kernel = kernels().panels[block_index(weight.type)];
  kernel.linear(PanelArguments{.panels = weight.panels,
                               .blocks = kernel.blocks(weight.cols),
                               .first_panel = piece.first / width,
                               .end_panel = (piece.end + width - 1) / width,
                               .outputs = weight.rows,
                               .bias = product.bias.empty() ? nullptr : product.bias.data(),
                               .x = activations[activation_index(weight.type)].data(),
                               .x_stride = activation_blocks(weight.cols),
                               .rows = x.rows,
                               .y = product.y.data,
                               .y_stride = product.y.stride});
}

void CpuOps::State::multiply_stored(ConstMatrixView x, const LinearProduct& product, const Piece& piece, float* scratch) {
  const WeightView& weight = product.weight;
  const std::int64_t stride = row_bytes(weight.type, weight.cols);
  kernels().linear[block_index(weight.type)](
      LinearArguments{.weight = weight.data + piece.first * stride,
                      .weight_stride = stride,
                      .inputs = weight.cols,
                      .outputs = piece.end - piece.first,
                      .bias = product.bias.empty() ? nullptr : product.bias.data() + piece.first,
                      .x = x.data,
                      .x_stride = x.stride,
                      .rows = x.rows,
                      .y = product.y.data + piece.first,
                      .y_stride = product.y.stride,
                      .scratch = scratch});
}

void CpuOps::rms_norm(ConstMatrixView x, std::span<const float> weight, float epsilon, MatrixView y) {
  require_shape(x, "rms_norm", "x", x.rows, static_cast<std::int64_t>(weight.size()));
  require_shape(y, "rms_norm", "y", x.rows, x.cols);
  const auto kernel = kernels().rms_norm;
  state_->split(x.rows, x.rows * x.cols * kCostOfElement, 0,
                [&](std::int64_t row, float*) { kernel(x.row(row), weight.data(), epsilon, x.cols, y.row(row)); });
}

void CpuOps::rope_angles(std::span<const std::int32_t> positions, std::span<const double> frequencies, double magnitude,
                         MatrixView angles) {
  const auto pairs = static_cast<std::int64_t>(frequencies.size());
  require_shape(angles, "rope_angles", "angles", static_cast<std::int64_t>(positions.size()), 2 * pairs);
  state_->split(angles.rows, angles.rows * angles.cols * kCostOfSine, 0, [&](std::int64_t row, float*) {
    float* cosines = angles.row(row);
    float* sines = cosines + pairs;
    for (std::int64_t i = 0; i < pairs; ++i) {
      const double angle = positions[static_cast<std::size_t>(row)] * frequencies[static_cast<std::size_t>(i)];
      cosines[i] = static_cast<float>(magnitude * std::cos(angle));
      sines[i] = static_cast<float>(magnitude * std::sin(angle));
    }
  });
}

void CpuOps::rope(MatrixView x, ConstMatrixView angles, Pairing pairing, int head_dim) {
  const char* op = "rope";
  require(head_dim > 0 && x.cols % head_dim == 0, op, "{} columns are no whole number of heads of {}", x.cols, head_dim);
  require(angles.cols % 2 == 0 && angles.cols <= head_dim, op, "{} rotary dimensions in heads of {}", angles.cols, head_dim);
  require_shape(x, op, "x", angles.rows, x.cols);
  require_shape(angles, op, "angles", x.rows, angles.cols);
  const auto kernel = pairing == Pairing::adjacent ? kernels().rope_adjacent : kernels().rope_half_split;
  const int heads = static_cast<int>(x.cols / head_dim);
  state_->split(x.rows, x.rows * x.cols * kCostOfElement, 0, [&](std::int64_t row, float*) {
    kernel(x.row(row), angles.row(row), heads, head_dim, static_cast<int>(angles.cols / 2));
  });
}

void CpuOps::State::collect_runs(std::span<const KvSlot> where) {
  runs.clear();
  for (std::size_t row = 0; row < where.size(); ++row) {
    const bool joins = row > 0 && where[row].page == where[row - 1].page && runs.back().count < kKeyRun;
    if (!joins) runs.push_back({static_cast<std::int64_t>(row), 0});
    ++runs.back().count;
  }
}

void CpuOps::store_kv(ConstMatrixView k, ConstMatrixView v, const KvView& kv, int layer, std::span<const KvSlot> where) {
  const char* op = "store_kv";
  const KvLayout& layout = kv.layout;
  require_kv(kv, layer, op);
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
  state_->split(items, 2 * k.rows * cols * kCostOfElement, kKeyRun * layout.head_dim, [&](std::int64_t item, float* scratch) {
    const State::Run& run = state_->runs[static_cast<std::size_t>(item / heads)];
    const int head = static_cast<int>(item % heads);
    const std::int64_t column = std::int64_t{head} * layout.head_dim;
    const KvSlot* slots = where.data() + run.first;
    std::byte* page = kv.page(slots->page);
    std::byte* values = page + layout.offset(layer, KvLayout::Part::value, head);
    const std::int64_t row_bytes = layout.element_bytes() * layout.head_dim;
    auto* rounded = reinterpret_cast<std::byte*>(scratch);
    for (std::int64_t r = 0; r < run.count; ++r) {
      store_elements(layout, v.row(run.first + r) + column, values + slots[r].slot * row_bytes);
      store_elements(layout, k.row(run.first + r) + column, rounded + r * row_bytes);
    }
    std::byte* keys = page + layout.offset(layer, KvLayout::Part::key, head);
    if (layout.element_bytes() == 2) {
      transpose_keys<2>(layout, rounded, {slots, static_cast<std::size_t>(run.count)}, keys);
    } else {
      transpose_keys<4>(layout, rounded, {slots, static_cast<std::size_t>(run.count)}, keys);
    }
  });
}

void CpuOps::attention(ConstMatrixView q, const KvView& kv, int layer, std::span<const AttentionRow> rows, float scale,
                       MatrixView out) {
  const char* op = "attention";
  const KvLayout& layout = kv.layout;
  require_kv(kv, layer, op);
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
  const auto kernel = layout.type == DType::f16 ? kernels().attention_f16 : kernels().attention_f32;
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
                              .slots_per_page = layout.slots_per_page,
                              .scale = scale,
                              .scratch = scratch});
  };
  state_->split((count + tile - 1) / tile * layout.kv_heads, 4 * slots * q.cols,
                attention_scratch(static_cast<int>(tile), group, layout.slots_per_page), attend);
}

void CpuOps::silu_multiply(ConstMatrixView gate, ConstMatrixView up, MatrixView out) {
  require_shape(up, "silu_multiply", "up", gate.rows, gate.cols);
  require_shape(out, "silu_multiply", "out", gate.rows, gate.cols);
  const auto kernel = kernels().silu_multiply;
  state_->split(gate.rows, gate.rows * gate.cols * kCostOfSilu, 0,
                [&](std::int64_t row, float*) { kernel(gate.row(row), up.row(row), gate.cols, out.row(row)); });
}

void CpuOps::add(MatrixView x, ConstMatrixView y) {
  require_shape(y, "add", "y", x.rows, x.cols);
  const auto kernel = kernels().add;
  state_->split(x.rows, x.rows * x.cols * kCostOfElement, 0,
                [&](std::int64_t row, float*) { kernel(x.row(row), y.row(row), x.cols); });
}

}  // namespace reckon
