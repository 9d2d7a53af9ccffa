// The cost of a token: operations and bytes of one row of a batch, as the ledger charges them and `plan` predicts with them.
// Counts multiply-adds of matrices and attention as two operations; norms, RoPE and activations are left out (below 1 %).
// Source: GenZ's totals, specs card 10.1.
#pragma once

#include <cstdint>

#include "kernels/dtype.h"

namespace reckon {

struct HyperParameters;
struct Weights;

struct TokenCost {
  double row_flops = 0;            // 2 * parameters of all layers' matrices that a row is multiplied with
  double logits_flops = 0;         // 2 * parameters of the output matrix; only for rows that want logits
  double slot_flops = 0;           // per slot that a row attends to: 4 * layers * heads * head_dim
  double weight_bytes = 0;         // of all layers' weights but experts: read once per step, however many rows it has
  double expert_bytes = 0;         // of one expert in every layer
  int experts = 0;                 // of a layer
  int experts_used = 0;            // by a row
  double logits_weight_bytes = 0;  // of output norm and matrix: once per step in which some row wants logits
  double embedding_bytes = 0;      // per row: one row of the embedding table
  double kv_elements = 0;          // of one slot: 2 * layers * kv_heads * head_dim
  double kv_vectors = 0;           // of one slot, each with a scale where their type has any: 2 * layers * kv_heads

  // Of a row that wants no logits, what is charged but not computed: the last layer but for its keys and values
  // (models/forward.h).
  double spared_row_flops = 0;   // of row_flops
  double spared_slot_flops = 0;  // of slot_flops

  // Of one row that attends to `slots` slots, its own included (position + 1).
  double flops(std::int64_t slots, bool wants_logits) const noexcept;
  // Of the keys and values of one slot, stored as a type of kernels/kv_types.h.
  double slot_bytes(DType kv_type) const noexcept;
  // Keys and values that such a row reads (`slots`) and writes (one).
  double kv_bytes(std::int64_t slots, DType kv_type) const noexcept;
  // Weights that one step of so many rows reads, besides the embedding rows. Of experts, as many as rows that choose at random
  // are expected to choose.
  double step_bytes(std::int64_t rows, bool some_row_wants_logits) const noexcept;
};

TokenCost cost_of(const Weights& weights, const HyperParameters& sizes);

}  // namespace reckon
