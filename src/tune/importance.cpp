#include "tune/importance.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/thread_pool.h"
#include "kernels/blocks/registry.h"
#include "kv/block_table.h"
#include "kv/page_pool.h"
#include "models/forward.h"
#include "tensor/cpu_ops.h"
#include "tune/finite_weights.h"
#include "tune/observing_ops.h"

namespace reckon {
namespace {

constexpr int kSlotsPerPage = 16;
constexpr int kRowsPerLogits = 8;  // the output matrix sees every eighth row: it costs as much as many layers

void read_chunk(Forward& forward, PagePool& pool, TokenSpan tokens) {
  BlockTable table(pool, nullptr);
  if (!table.reserve(static_cast<std::int64_t>(tokens.size()))) {
    throw Error(ErrorCode::internal, "the pages of a chunk were not free", "calibration");
  }
  std::vector<BatchRow> rows;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const bool last = i + 1 == tokens.size();
    rows.push_back({.token = tokens[i],
                    .position = static_cast<std::int32_t>(i),
                    .sequence = 0,
                    .wants_logits = last || i % kRowsPerLogits == kRowsPerLogits - 1});
  }
  const BatchSequence sequence{table.pages()};
  forward.run({.rows = rows, .sequences = {&sequence, 1}, .whole_last_layer = true});
}

// Of all matrices that a tensor holds: experts are stacked in one, and weighted alike because each alone sees few rows.
ObservingOps::Squares squares_within(const ObservingOps& ops, std::span<const std::byte> tensor) {
  ObservingOps::Squares all;
  const auto end = ops.squares().lower_bound(tensor.data() + tensor.size());
  for (auto found = ops.squares().lower_bound(tensor.data()); found != end; ++found) {
    const ObservingOps::Squares& squares = found->second;
    all.rows += squares.rows;
    all.sums.resize(squares.sums.size());
    for (std::size_t i = 0; i < squares.sums.size(); ++i) all.sums[i] += squares.sums[i];
  }
  return all;
}

// `name` is the matrix that it flows into.
std::vector<float> weights_of(const ObservingOps::Squares& squares, const std::string& name) {
  std::vector<double> means = squares.sums;
  for (double& mean : means) mean /= static_cast<double>(squares.rows);
  const double average = std::accumulate(means.begin(), means.end(), 0.0) / static_cast<double>(means.size());
  if (!std::isfinite(average)) {
    throw Error(ErrorCode::bad_argument, "what flows into it overflows on this text, though all weights are numbers",
                fmt::format("tensor '{}'", name));
  }
  const double floor = average > 0 ? average / 1000 : 1.0;
  std::vector<float> weights;
  for (const double mean : means) weights.push_back(static_cast<float>(std::clamp(mean, floor, 1e30)));
  return weights;
}

}  // namespace

Importance measure_importance(std::shared_ptr<const Model> model, TokenSpan tokens, int chunk, ThreadPool& threads,
                              const std::function<void(std::int64_t, std::int64_t)>& on_progress) {
  if (tokens.empty()) throw Error(ErrorCode::bad_argument, "the calibration text has no token");
  refuse_non_finite(model->file(), threads);
  chunk = std::clamp(chunk, 1, model->info().context_length);
  const KvLayout layout = model->kv_layout(DType::f32, kSlotsPerPage);
  PagePool pool({.page_bytes = layout.page_bytes(), .slots_per_page = kSlotsPerPage, .pages = chunk / kSlotsPerPage + 1});
  CpuOps cpu(threads);
  ObservingOps ops(cpu);
  Forward forward(model, ops, KvView{layout, pool.base(), pool.capacity()}, chunk);

  const auto total = static_cast<std::int64_t>(tokens.size());
  for (std::size_t done = 0; done < tokens.size();) {
    const std::size_t count = std::min(static_cast<std::size_t>(chunk), tokens.size() - done);
    read_chunk(forward, pool, tokens.subspan(done, count));
    done += count;
    if (on_progress) on_progress(static_cast<std::int64_t>(done), total);
  }

  Importance importance{{}, total};
  for (const TensorInfo& tensor : model->file().tensors()) {
    const ObservingOps::Squares squares = squares_within(ops, tensor.data);
    if (squares.rows > 0) importance.inputs.emplace(tensor.name, weights_of(squares, tensor.name));
  }
  return importance;
}

}  // namespace reckon
