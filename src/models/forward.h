// The eager forward pass over a flattened batch: rows of any mixture of sequences, prompts and single steps, layer by layer.
// A row's result is the same bits whatever else is in the batch and however its sequence was cut into batches (invariant 1).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/token.h"
#include "kv/page_pool.h"
#include "models/model.h"
#include "tensor/kv_view.h"
#include "tensor/ops.h"

namespace reckon {

struct BatchSequence {
  std::span<const PageId> pages;  // its block table; slots of the new rows are reserved and in pages that nobody else holds
};

struct BatchRow {
  Token token = 0;
  std::int32_t position = 0;  // slot `position` of its sequence is written, slots 0..position are attended to
  std::int32_t sequence = 0;  // index into Batch::sequences
  bool wants_logits = false;
};

// Rows of one sequence need not be neighbours, but every position below a row's own is either in this batch or was run before.
struct Batch {
  std::span<const BatchRow> rows;
  std::span<const BatchSequence> sequences;
  // Of rows that want no logits nothing is needed of the last layer but their keys and values, and nothing else is computed; with
  // this, all is, for those who watch the ops.
  bool whole_last_layer = false;
};

class Forward {  // scratch memory of one engine; one thread at a time
 public:
  // `ops` and the memory behind `kv` outlive this; `kv.layout` is one of the model's. Batches have 1..max_rows rows.
  // Throws Error bad_argument when the layout is not the model's.
  Forward(std::shared_ptr<const Model> model, Ops& ops, const KvView& kv, int max_rows);

  // Writes K and V of every row and computes the logits of the rows that want them. Nothing is allocated once the largest
  // number of wanted logits was seen. Throws Error bad_argument (too many rows, token or position out of range, a position
  // without a page), before anything is written.
  void run(const Batch& batch);

  // Of the i-th row that wanted logits in the last run, in batch order; [vocabulary], or what a classifier head has, valid until
  // the next run.
  std::span<const float> logits(int i) const;
  int logits_count() const noexcept { return wanted_; }
  // Of the same row, what those are products of: the last layer's output behind the last norm, as transformers'
  // last_hidden_state; [width], valid until the next run.
  std::span<const float> hidden(int i) const;

 private:
  void check(const Batch& batch) const;
  void place(const Batch& batch);
  void attend(const AttentionWeights& weights, int layer, int rows);
  void attend_wanted(const AttentionWeights& weights, int layer, const Batch& batch, int wanted);
  void keep_wanted(const Batch& batch);
  void rotate(const AttentionWeights& weights, std::span<const float> norm, MatrixView x);
  void store_keys_and_values(const AttentionWeights& weights, int layer, int rows);
  void attend_stored(const AttentionWeights& weights, int layer, int rows);
  void feed_forward(const FeedForwardWeights& weights, int rows);
  void mix_experts(const ExpertWeights& weights, int rows);
  void sort_by_expert(int rows);
  void compute_logits();
  void require_wanted(int i) const;
  MatrixView hidden_layer(const HiddenWeights& weights, MatrixView normed);

  std::shared_ptr<const Model> model_;
  Ops& ops_;
  KvView kv_;
  int max_rows_;
  int wanted_ = 0;

  std::vector<Token> tokens_;  // [max_rows], as are the next three
  std::vector<std::int32_t> positions_;
  std::vector<KvSlot> slots_;
  std::vector<AttentionRow> attention_rows_;
  std::vector<float> hidden_;  // [max_rows, width], as are the next two
  std::vector<float> normed_;
  std::vector<float> block_out_;
  std::vector<float> q_;         // [max_rows, heads * head_dim]
  std::vector<float> attended_;  // [max_rows, heads * head_dim]
  std::vector<float> k_;         // [max_rows, kv_heads * head_dim]
  std::vector<float> v_;         // [max_rows, kv_heads * head_dim]
  std::vector<float> gate_;      // [max_rows, feed_forward], or an expert's
  std::vector<float> up_;        // as gate_
  // Of a mixture of experts.
  std::vector<float> router_;               // [max_rows, experts]
  std::vector<std::int32_t> chosen_;        // [max_rows, experts_used]
  std::vector<float> chosen_weights_;       // [max_rows, experts_used]
  std::vector<std::int32_t> expert_first_;  // [experts + 1]: where each expert's rows begin in the next two
  std::vector<std::int32_t> expert_rows_;   // [max_rows * experts_used], ascending for each expert
  std::vector<float> expert_scales_;        // [max_rows * experts_used]
  std::vector<float> expert_in_;            // [max_rows, width], as is the next
  std::vector<float> expert_out_;
  std::vector<float> angles_;  // [max_rows, rotary dimensions]
  std::vector<float> logits_;  // [rows that wanted logits, rows of the output matrix], grows
};

}  // namespace reckon
