#include "tensor/cpu_ops.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/cache_sizes.h"
#include "base/memory_nodes.h"
#include "kernels/dispatch.h"
#include "tensor/cpu_state.h"

namespace reckon {
namespace {

int kernel_index(DType type, const char* op) {
  const int index = block_index(type);
  if (index < 0) throw Error(ErrorCode::unsupported, fmt::format("no kernel computes on block type {}", name_of(type)), op);
  return index;
}

// How many times faster a packed weight is multiplied, by ActivationKind.
constexpr std::array<std::int64_t, kActivationKinds> kPackedSpeeds = {4, 2, 1};

std::size_t activation_index(DType weights) {
  return static_cast<std::size_t>(kernels().panels[block_index(weights)].activations);
}

// Of the first level, weights get what activations and sums leave; of the second, activations a part that the weights passing
// by do not push out (bench_kernels).
CacheRoom room_in(const CacheSizes& caches) noexcept {
  return {.weights = caches.first * 5 / 8, .activations = caches.second / 4};
}

// Rows whose arithmetic hides that each of two cores reads all weights (bench/kernels: four bits and a half at 4 rows, eight bits
// and bf16 at 16), or decodes them, where they are not packed. More cores share one memory and need as many more.
std::int64_t rows_worth_reading(std::span<const LinearProduct> products) {
  constexpr double kSmall = 0.75;  // bytes of a weight
  std::int64_t rows = 4;
  for (const LinearProduct& product : products) {
    if (product.weight.panels == nullptr) return 128;
    const PanelKernels& kernel = kernels().panels[block_index(product.weight.type)];
    if (kernel.block_bytes > kSmall * kernel.block_inputs) rows = 16;
  }
  return rows;
}

void require_rope(ConstMatrixView x, ConstMatrixView angles, int head_dim, const char* op) {
  require(head_dim > 0 && x.cols % head_dim == 0, op, "{} columns are no whole number of heads of {}", x.cols, head_dim);
  require(angles.cols % 2 == 0 && angles.cols <= head_dim, op, "{} rotary dimensions in heads of {}", angles.cols, head_dim);
  require_shape(x, op, "x", angles.rows, x.cols);
  require_shape(angles, op, "angles", x.rows, angles.cols);
}

}  // namespace

CpuOps::CpuOps(ThreadPool& pool, std::int64_t worth_sharing) : state_(std::make_unique<State>(pool, worth_sharing)) {}
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
  const State::Home home = state_->cut(x.rows, products);
  const auto compute = [&](std::int64_t item, float* scratch) {
    const State::Piece& piece = state_->pieces[static_cast<std::size_t>(item)];
    const LinearProduct& product = products[static_cast<std::size_t>(piece.product)];
    if (product.weight.panels != nullptr) {
      state_->multiply_packed(product, piece);
    } else {
      State::multiply_stored(x, product, piece, scratch);
    }
  };
  state_->take_turns(work, linear_scratch(x.cols), home, compute);
}

void CpuOps::State::prepare(ConstMatrixView x, std::size_t kind) {
  const ActivationKernel& kernel = kernels().activations[kind];
  const std::int64_t row_floats = activation_blocks(x.cols) * kernel.block_bytes / static_cast<std::int64_t>(sizeof(float));
  float* rows = activations[kind].reserve(x.rows * row_floats);
  split(x.rows, x.rows * x.cols * kCostOfElement, 0,
        [&](std::int64_t row, float*) { kernel.make(x.row(row), x.cols, rows + row * row_floats); });
}

// Many rows are shared out by rows, as other ops share them out: then hardly a number crosses from one core to another, and what
// weights are read more than once hides behind the arithmetic. Few rows share the outputs, so that weights are read once.
CpuOps::State::Home CpuOps::State::cut(std::int64_t rows, std::span<const LinearProduct> products) {
  constexpr std::int64_t kTile = 8;  // rows of the largest tile
  const std::int64_t threads = pool.threads();
  const std::int64_t parts = std::clamp<std::int64_t>(2 * rows / (rows_worth_reading(products) * threads), 1, threads);
  const std::int64_t workers = (threads + parts - 1) / parts;
  const std::int64_t step = rows < parts * kTile ? 1 : kTile;
  pieces.clear();
  ends.clear();
  for (std::int64_t part = 0; part < parts; ++part) {
    const std::int64_t end = part + 1 < parts ? rows * (part + 1) / parts / step * step : rows;
    cut_rows(rows * part / parts / step * step, end, workers, products);
    ends.push_back(std::ssize(pieces));
  }
  return parts == 1 && sort_by_node(products) ? Home::node : Home::worker;
}

// Several pieces per worker, so that a slow worker holds nobody up, and none so small that claiming it costs more than it.
void CpuOps::State::cut_rows(std::int64_t row, std::int64_t row_end, std::int64_t workers,
                             std::span<const LinearProduct> products) {
  std::int64_t outputs = 0;
  for (const LinearProduct& product : products) outputs += product.weight.rows;
  const std::int64_t wanted = (outputs + 8 * workers - 1) / (8 * workers);
  const std::int64_t length = std::clamp<std::int64_t>((wanted + 31) / 32 * 32, 32, 512);  // whole tiles of panels
  for (std::size_t p = 0; p < products.size(); ++p) {
    const std::int64_t rows = products[p].weight.rows;
    for (std::int64_t first = 0; first < rows; first += length) {
      pieces.push_back({.product = static_cast<std::int32_t>(p),
                        .first = first,
                        .end = std::min(first + length, rows),
                        .row = row,
                        .row_end = row_end});
    }
  }
}

// Whether weights lie on several nodes; then `pieces` are sorted into a queue for each.
bool CpuOps::State::sort_by_node(std::span<const LinearProduct> products) {
  int nodes = 1;
  for (const LinearProduct& product : products) {
    if (product.weight.nodes != nullptr) nodes = std::max(nodes, product.weight.nodes->nodes());
  }
  if (nodes == 1) return false;
  for (Piece& piece : pieces) {
    const WeightView& weight = products[static_cast<std::size_t>(piece.product)].weight;
    if (weight.nodes == nullptr) continue;
    const PanelKernels& kernel = kernels().panels[block_index(weight.type)];
    piece.node = weight.nodes->node_of(weight.panels + piece.first * kernel.blocks(weight.cols) * kernel.block_bytes);
  }
  std::ranges::stable_sort(pieces, {}, &Piece::node);
  ends.clear();
  for (int node = 0; node < nodes; ++node) {
    ends.push_back(std::ranges::upper_bound(pieces, node, {}, &Piece::node) - pieces.begin());
  }
  return true;
}

void CpuOps::State::multiply_packed(const LinearProduct& product, const Piece& piece) {
  const WeightView& weight = product.weight;
  const std::int64_t width = weight.panel_outputs;
  const PanelKernels& kernel = kernels().panels[block_index(weight.type)];
  const std::size_t kind = activation_index(weight.type);
  const std::int64_t x_stride = activation_blocks(weight.cols);
  const std::int64_t row_floats = x_stride * kernels().activations[kind].block_bytes / static_cast<std::int64_t>(sizeof(float));
  kernel.linear(PanelArguments{.panels = weight.panels,
                               .blocks = kernel.blocks(weight.cols),
                               .first_panel = piece.first / width,
                               .end_panel = (piece.end + width - 1) / width,
                               .outputs = weight.rows,
                               .bias = product.bias.empty() ? nullptr : product.bias.data(),
                               .x = activations[kind].data() + piece.row * row_floats,
                               .x_stride = x_stride,
                               .rows = piece.row_end - piece.row,
                               .y = product.y.row(piece.row),
                               .y_stride = product.y.stride,
                               .room = room_in(cache_sizes())});
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
                      .x = x.row(piece.row),
                      .x_stride = x.stride,
                      .rows = piece.row_end - piece.row,
                      .y = product.y.row(piece.row) + piece.first,
                      .y_stride = product.y.stride,
                      .scratch = scratch,
                      .room = room_in(cache_sizes())});
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
  require_rope(x, angles, head_dim, "rope");
  const auto kernel = pairing == Pairing::adjacent ? kernels().rope_adjacent : kernels().rope_half_split;
  const int heads = static_cast<int>(x.cols / head_dim);
  state_->split(x.rows, x.rows * x.cols * kCostOfElement, 0, [&](std::int64_t row, float*) {
    kernel(x.row(row), angles.row(row), heads, head_dim, static_cast<int>(angles.cols / 2));
  });
}

void CpuOps::norm_rope(MatrixView x, std::span<const float> weight, float epsilon, ConstMatrixView angles, Pairing pairing,
                       int head_dim) {
  const char* op = "norm_rope";
  require_rope(x, angles, head_dim, op);
  require(std::ssize(weight) == head_dim, op, "{} weights for heads of {}", weight.size(), head_dim);
  const auto norm = kernels().rms_norm;
  const auto rotate = pairing == Pairing::adjacent ? kernels().rope_adjacent : kernels().rope_half_split;
  const int heads = static_cast<int>(x.cols / head_dim);
  state_->split(x.rows, 2 * x.rows * x.cols * kCostOfElement, 0, [&](std::int64_t row, float*) {
    for (int head = 0; head < heads; ++head) {
      float* values = x.row(row) + std::int64_t{head} * head_dim;
      norm(values, weight.data(), epsilon, head_dim, values);
    }
    rotate(x.row(row), angles.row(row), heads, head_dim, static_cast<int>(angles.cols / 2));
  });
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

void CpuOps::add_norm(MatrixView x, ConstMatrixView y, std::span<const float> weight, float epsilon, MatrixView out) {
  const char* op = "add_norm";
  require_shape(y, op, "y", x.rows, x.cols);
  require_shape(out, op, "out", x.rows, x.cols);
  require(std::ssize(weight) == x.cols, op, "{} weights for {} columns", weight.size(), x.cols);
  const auto add = kernels().add;
  const auto norm = kernels().rms_norm;
  state_->split(x.rows, 2 * x.rows * x.cols * kCostOfElement, 0, [&](std::int64_t row, float*) {
    add(x.row(row), y.row(row), x.cols);
    norm(x.row(row), weight.data(), epsilon, x.cols, out.row(row));
  });
}

}  // namespace reckon
