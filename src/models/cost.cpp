#include "models/cost.h"

#include <cmath>

#include "kernels/kv_types.h"
#include "models/hyper_parameters.h"
#include "models/weights.h"

namespace reckon {
namespace {

double bytes_of(std::span<const float> values) { return static_cast<double>(values.size_bytes()); }
double bytes_of(const WeightView& matrix) { return static_cast<double>(row_bytes(matrix.type, matrix.cols) * matrix.rows); }
double bytes_of(const LinearWeights& linear) { return bytes_of(linear.matrix) + bytes_of(linear.bias); }
double flops_of(const LinearWeights& linear) { return 2.0 * static_cast<double>(linear.matrix.rows * linear.matrix.cols); }

void charge(const AttentionWeights& block, TokenCost& cost) {
  for (const LinearWeights* linear : {&block.q, &block.k, &block.v, &block.out}) {
    cost.row_flops += flops_of(*linear);
    cost.weight_bytes += bytes_of(*linear);
  }
  cost.weight_bytes += bytes_of(block.q_norm) + bytes_of(block.k_norm);
}

void charge(const FeedForwardWeights& block, TokenCost& cost) {
  for (const LinearWeights* linear : {&block.gate, &block.up, &block.down}) {
    cost.row_flops += flops_of(*linear);
    cost.weight_bytes += bytes_of(*linear);
  }
}

// Experts are alike: a row is multiplied with some of them, whichever.
void charge(const ExpertWeights& block, TokenCost& cost) {
  cost.row_flops += flops_of(block.router);
  cost.weight_bytes += bytes_of(block.router);
  const FeedForwardWeights& expert = block.experts.front();
  for (const LinearWeights* linear : {&expert.gate, &expert.up, &expert.down}) {
    cost.row_flops += cost.experts_used * flops_of(*linear);
    cost.expert_bytes += bytes_of(*linear);
  }
}

// What comes behind the keys and values of the last attention.
void note_spared(const Weights& weights, const HyperParameters& sizes, TokenCost& cost) {
  TokenCost last;
  last.experts_used = sizes.experts_used;
  double needed = 0;
  for (const ResidualWeights& residual : weights.layers.back()) {
    std::visit([&](const auto& block) { charge(block, last); }, residual.block);
    if (const auto* attention = std::get_if<AttentionWeights>(&residual.block)) {
      needed = flops_of(attention->k) + flops_of(attention->v);
    }
  }
  cost.spared_row_flops = last.row_flops - needed;
  cost.spared_slot_flops = cost.slot_flops / sizes.layers;
}

}  // namespace

TokenCost cost_of(const Weights& weights, const HyperParameters& sizes) {
  TokenCost cost;
  cost.experts = sizes.experts;
  cost.experts_used = sizes.experts_used;
  for (const std::vector<ResidualWeights>& layer : weights.layers) {
    for (const ResidualWeights& residual : layer) {
      cost.weight_bytes += bytes_of(residual.norm);
      std::visit([&](const auto& block) { charge(block, cost); }, residual.block);
    }
  }
  cost.logits_flops = flops_of(weights.output) + (weights.hidden ? flops_of(weights.hidden->linear) : 0);
  cost.logits_weight_bytes =
      bytes_of(weights.output_norm) + bytes_of(weights.output) + (weights.hidden ? bytes_of(weights.hidden->linear) : 0);
  cost.embedding_bytes = static_cast<double>(row_bytes(weights.embedding.type, weights.embedding.cols));
  cost.slot_flops = 4.0 * sizes.layers * sizes.heads * sizes.head_dim;
  cost.kv_vectors = 2.0 * sizes.layers * sizes.kv_heads;
  cost.kv_elements = cost.kv_vectors * sizes.head_dim;
  note_spared(weights, sizes, cost);
  return cost;
}

double TokenCost::flops(std::int64_t slots, bool wants_logits) const noexcept {
  return row_flops + slot_flops * static_cast<double>(slots) + (wants_logits ? logits_flops : 0);
}

double TokenCost::slot_bytes(DType kv_type) const noexcept {
  const KvType* type = find_kv_type(kv_type);
  return type == nullptr ? 0 : kv_elements * type->element_bytes + kv_vectors * type->scale_bytes;
}

double TokenCost::kv_bytes(std::int64_t slots, DType kv_type) const noexcept {
  return slot_bytes(kv_type) * static_cast<double>(slots + 1);
}

double TokenCost::step_bytes(std::int64_t rows, bool some_row_wants_logits) const noexcept {
  double chosen = 0;
  if (experts > 0) chosen = experts * (1 - std::pow(1 - static_cast<double>(experts_used) / experts, static_cast<double>(rows)));
  return weight_bytes + chosen * expert_bytes + (some_row_wants_logits ? logits_weight_bytes : 0);
}

}  // namespace reckon
