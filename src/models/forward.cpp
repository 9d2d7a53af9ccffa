#include "models/forward.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <variant>

#include "base/error.h"

namespace reckon {
namespace {

MatrixView matrix(std::vector<float>& memory, int rows, std::int64_t cols) { return {memory.data(), rows, cols}; }

LinearProduct product(const LinearWeights& weights, MatrixView y) { return {weights.matrix, weights.bias, y}; }

// Behind it rows do not see each other any more. Null where a model has no attention.
const ResidualWeights* last_attention(const Weights& weights) {
  const ResidualWeights* last = nullptr;
  for (const std::vector<ResidualWeights>& layer : weights.layers) {
    for (const ResidualWeights& residual : layer) {
      if (std::holds_alternative<AttentionWeights>(residual.block)) last = &residual;
    }
  }
  return last;
}

[[noreturn]] void refuse(std::size_t row, const std::string& message) {
  throw Error(ErrorCode::bad_argument, fmt::format("row {}: {}", row, message), "batch");
}

}  // namespace

Forward::Forward(std::shared_ptr<const Model> model, Ops& ops, const KvView& kv, int max_rows)
    : model_(std::move(model)), ops_(ops), kv_(kv), max_rows_(max_rows) {
  if (kv.layout != model_->kv_layout(kv.layout.type, kv.layout.slots_per_page)) {
    throw Error(ErrorCode::bad_argument, "the KV layout is not this model's", model_->info().name);
  }
  if (max_rows < 1) throw Error(ErrorCode::bad_argument, fmt::format("max_rows is {}; expected at least 1", max_rows), "forward");
  const HyperParameters& sizes = model_->sizes();
  const auto rows = static_cast<std::size_t>(max_rows);
  const auto times = [&](std::int64_t cols) { return rows * static_cast<std::size_t>(cols); };
  tokens_.resize(rows);
  positions_.resize(rows);
  slots_.resize(rows);
  attention_rows_.resize(rows);
  for (std::vector<float>* memory : {&hidden_, &normed_, &block_out_}) memory->resize(times(sizes.width));
  for (std::vector<float>* memory : {&q_, &attended_}) memory->resize(times(std::int64_t{sizes.heads} * sizes.head_dim));
  for (std::vector<float>* memory : {&k_, &v_}) memory->resize(times(std::int64_t{sizes.kv_heads} * sizes.head_dim));
  for (std::vector<float>* memory : {&gate_, &up_})
    memory->resize(times(std::max(sizes.feed_forward, sizes.expert_feed_forward)));
  if (sizes.experts > 0) {
    router_.resize(times(sizes.experts));
    for (std::vector<float>* memory : {&chosen_weights_, &expert_scales_}) memory->resize(times(sizes.experts_used));
    for (std::vector<std::int32_t>* memory : {&chosen_, &expert_rows_}) memory->resize(times(sizes.experts_used));
    expert_first_.resize(static_cast<std::size_t>(sizes.experts) + 1);
    for (std::vector<float>* memory : {&expert_in_, &expert_out_}) memory->resize(times(sizes.width));
  }
  angles_.resize(times(sizes.rotary_dims));
}

void Forward::check(const Batch& batch) const {
  const HyperParameters& sizes = model_->sizes();
  if (batch.rows.empty() || batch.rows.size() > static_cast<std::size_t>(max_rows_)) {
    throw Error(ErrorCode::bad_argument, fmt::format("{} rows; expected 1..{}", batch.rows.size(), max_rows_), "batch");
  }
  for (std::size_t i = 0; i < batch.rows.size(); ++i) {
    const BatchRow& row = batch.rows[i];
    if (row.token < 0 || row.token >= sizes.vocabulary) {
      refuse(i, fmt::format("token {} is outside the vocabulary of {}", row.token, sizes.vocabulary));
    }
    if (row.position < 0 || row.position >= sizes.context_length) {
      refuse(i, fmt::format("position {} is outside the context of {}", row.position, sizes.context_length));
    }
    if (row.sequence < 0 || static_cast<std::size_t>(row.sequence) >= batch.sequences.size()) {
      refuse(i, fmt::format("sequence {} is not among the batch's {}", row.sequence, batch.sequences.size()));
    }
    const std::span<const PageId> pages = batch.sequences[static_cast<std::size_t>(row.sequence)].pages;
    const auto needed = static_cast<std::size_t>(row.position / kv_.layout.slots_per_page) + 1;
    if (pages.size() < needed) {
      refuse(i, fmt::format("position {} needs {} pages, its sequence has {}", row.position, needed, pages.size()));
    }
  }
}

// Tells the ops where each row's keys and values go, and what it attends to.
void Forward::place(const Batch& batch) {
  const int slots = kv_.layout.slots_per_page;
  for (std::size_t i = 0; i < batch.rows.size(); ++i) {
    const BatchRow& row = batch.rows[i];
    const std::span<const PageId> pages = batch.sequences[static_cast<std::size_t>(row.sequence)].pages;
    tokens_[i] = row.token;
    positions_[i] = row.position;
    slots_[i] = KvSlot{pages[static_cast<std::size_t>(row.position / slots)], row.position % slots};
    attention_rows_[i] = AttentionRow{row.position + 1, pages.data()};
  }
}

void Forward::run(const Batch& batch) {
  wanted_ = 0;
  check(batch);
  place(batch);
  const HyperParameters& sizes = model_->sizes();
  const Weights& weights = model_->weights();
  const auto wanted = static_cast<int>(std::ranges::count_if(batch.rows, &BatchRow::wants_logits));
  const ResidualWeights* const last = last_attention(weights);
  int rows = static_cast<int>(batch.rows.size());
  bool first = true;  // each later residual begins by adding what the one before computed

  ops_.rope_angles(std::span(positions_).first(batch.rows.size()), sizes.rope_frequencies, sizes.rope_magnitude,
                   matrix(angles_, rows, sizes.rotary_dims));
  ops_.embed(weights.embedding, std::span(tokens_).first(batch.rows.size()), matrix(hidden_, rows, sizes.width));
  for (int layer = 0; layer < sizes.layers; ++layer) {
    for (const ResidualWeights& residual : weights.layers[static_cast<std::size_t>(layer)]) {
      const MatrixView hidden = matrix(hidden_, rows, sizes.width);
      const MatrixView normed = matrix(normed_, rows, sizes.width);
      if (std::exchange(first, false)) {
        ops_.rms_norm(hidden, residual.norm, sizes.rms_epsilon, normed);
      } else {
        ops_.add_norm(hidden, matrix(block_out_, rows, sizes.width), residual.norm, sizes.rms_epsilon, normed);
      }
      if (const auto* attention = std::get_if<AttentionWeights>(&residual.block)) {
        if (wanted == rows || batch.whole_last_layer || &residual != last) {
          attend(*attention, layer, rows);
        } else {
          attend_wanted(*attention, layer, batch, wanted);
          rows = wanted;
          if (rows == 0) return;
        }
      }
      if (const auto* block = std::get_if<FeedForwardWeights>(&residual.block)) feed_forward(*block, rows);
      if (const auto* block = std::get_if<ExpertWeights>(&residual.block)) mix_experts(*block, rows);
    }
  }
  ops_.add(matrix(hidden_, rows, sizes.width), matrix(block_out_, rows, sizes.width));
  if (wanted < rows) keep_wanted(batch);
  wanted_ = wanted;
  if (wanted > 0) compute_logits();
}

// block_out = out(attention(q, k, v of normed)).
void Forward::attend(const AttentionWeights& weights, int layer, int rows) {
  const HyperParameters& sizes = model_->sizes();
  const std::array products = {product(weights.q, matrix(q_, rows, std::int64_t{sizes.heads} * sizes.head_dim)),
                               product(weights.k, matrix(k_, rows, std::int64_t{sizes.kv_heads} * sizes.head_dim)),
                               product(weights.v, matrix(v_, rows, std::int64_t{sizes.kv_heads} * sizes.head_dim))};
  ops_.linear(matrix(normed_, rows, sizes.width), products);
  store_keys_and_values(weights, layer, rows);
  attend_stored(weights, layer, rows);
}

// The same where nobody reads what comes behind it but of rows that want logits: of the others only keys and values are needed.
void Forward::attend_wanted(const AttentionWeights& weights, int layer, const Batch& batch, int wanted) {
  const HyperParameters& sizes = model_->sizes();
  const int rows = static_cast<int>(batch.rows.size());
  const std::array products = {product(weights.k, matrix(k_, rows, std::int64_t{sizes.kv_heads} * sizes.head_dim)),
                               product(weights.v, matrix(v_, rows, std::int64_t{sizes.kv_heads} * sizes.head_dim))};
  ops_.linear(matrix(normed_, rows, sizes.width), products);
  store_keys_and_values(weights, layer, rows);
  if (wanted == 0) return;
  keep_wanted(batch);
  ops_.linear(weights.q.matrix, weights.q.bias, matrix(normed_, wanted, sizes.width),
              matrix(q_, wanted, std::int64_t{sizes.heads} * sizes.head_dim));
  attend_stored(weights, layer, wanted);
}

// Moves the rows that want logits to the front.
void Forward::keep_wanted(const Batch& batch) {
  const HyperParameters& sizes = model_->sizes();
  const auto move = [](std::vector<float>& memory, std::int64_t cols, std::size_t from, std::size_t to) {
    const auto count = static_cast<std::size_t>(cols);
    std::copy_n(memory.data() + from * count, count, memory.data() + to * count);
  };
  std::size_t kept = 0;
  for (std::size_t i = 0; i < batch.rows.size(); ++i) {
    if (!batch.rows[i].wants_logits) continue;
    if (kept < i) {
      move(hidden_, sizes.width, i, kept);
      move(normed_, sizes.width, i, kept);
      move(angles_, sizes.rotary_dims, i, kept);
      attention_rows_[kept] = attention_rows_[i];
    }
    ++kept;
  }
}

void Forward::rotate(const AttentionWeights& weights, std::span<const float> norm, MatrixView x) {
  const HyperParameters& sizes = model_->sizes();
  const MatrixView angles = matrix(angles_, static_cast<int>(x.rows), sizes.rotary_dims);
  if (norm.empty()) {
    ops_.rope(x, angles, weights.pairing, sizes.head_dim);
  } else {
    ops_.norm_rope(x, norm, sizes.rms_epsilon, angles, weights.pairing, sizes.head_dim);
  }
}

// Before any row reads them, so that rows see each other.
void Forward::store_keys_and_values(const AttentionWeights& weights, int layer, int rows) {
  const std::int64_t cols = std::int64_t{model_->sizes().kv_heads} * model_->sizes().head_dim;
  const MatrixView k = matrix(k_, rows, cols);
  rotate(weights, weights.k_norm, k);
  ops_.store_kv(k, matrix(v_, rows, cols), kv_, layer, std::span(slots_).first(static_cast<std::size_t>(rows)));
}

void Forward::attend_stored(const AttentionWeights& weights, int layer, int rows) {
  const HyperParameters& sizes = model_->sizes();
  const MatrixView q = matrix(q_, rows, std::int64_t{sizes.heads} * sizes.head_dim);
  const MatrixView attended = matrix(attended_, rows, q.cols);
  rotate(weights, weights.q_norm, q);
  ops_.attention(q, kv_, layer, std::span(attention_rows_).first(static_cast<std::size_t>(rows)), sizes.attention_scale,
                 attended);
  ops_.linear(weights.out.matrix, weights.out.bias, attended, matrix(block_out_, rows, sizes.width));
}

// block_out = down(silu(gate(normed)) * up(normed)).
void Forward::feed_forward(const FeedForwardWeights& weights, int rows) {
  const HyperParameters& sizes = model_->sizes();
  const MatrixView normed = matrix(normed_, rows, sizes.width);
  const MatrixView gate = matrix(gate_, rows, sizes.feed_forward);
  const MatrixView up = matrix(up_, rows, sizes.feed_forward);

  const std::array products = {product(weights.gate, gate), product(weights.up, up)};
  ops_.linear(normed, products);
  ops_.silu_multiply(gate, up, gate);
  ops_.linear(weights.down.matrix, weights.down.bias, gate, matrix(block_out_, rows, sizes.width));
}

void Forward::compute_logits() {
  const HyperParameters& sizes = model_->sizes();
  const Weights& weights = model_->weights();
  const std::int64_t outputs = weights.output.matrix.rows;
  const std::size_t needed = static_cast<std::size_t>(wanted_) * static_cast<std::size_t>(outputs);
  if (logits_.size() < needed) logits_.resize(needed);
  MatrixView normed = matrix(normed_, wanted_, sizes.width);
  ops_.rms_norm(matrix(hidden_, wanted_, sizes.width), weights.output_norm, sizes.rms_epsilon, normed);
  if (weights.hidden) normed = hidden_layer(*weights.hidden, normed);
  ops_.linear(weights.output.matrix, weights.output.bias, normed, matrix(logits_, wanted_, outputs));
}

// Of a classifier head; few rows ever go through one.
MatrixView Forward::hidden_layer(const HiddenWeights& weights, MatrixView normed) {
  const MatrixView out = matrix(block_out_, wanted_, model_->sizes().width);  // what was there has been added to the residuals
  ops_.linear(weights.linear.matrix, weights.linear.bias, normed, out);
  for (std::int64_t row = 0; row < out.rows; ++row) {
    for (float& value : out.row_span(row)) {
      value = weights.activation == HeadActivation::tanh ? std::tanh(value) : std::max(value, 0.0F);
    }
  }
  return out;
}

void Forward::require_wanted(int i) const {
  if (i >= 0 && i < wanted_) return;
  throw Error(ErrorCode::internal, fmt::format("logits of row {} asked; {} rows wanted any", i, wanted_), "forward");
}

std::span<const float> Forward::hidden(int i) const {
  require_wanted(i);
  const auto width = static_cast<std::size_t>(model_->sizes().width);
  return std::span(normed_).subspan(static_cast<std::size_t>(i) * width, width);
}

std::span<const float> Forward::logits(int i) const {
  require_wanted(i);
  const auto outputs = static_cast<std::size_t>(model_->weights().output.matrix.rows);
  return std::span(logits_).subspan(static_cast<std::size_t>(i) * outputs, outputs);
}

}  // namespace reckon
