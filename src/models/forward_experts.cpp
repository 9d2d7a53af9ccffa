// A mixture of experts over a batch: rows are grouped by expert, each expert that anybody chose runs once over its rows, and what
// it says is added to them. Experts go in ascending order, so that a row's sum has the same order whatever else is in the batch.
#include <algorithm>
#include <array>

#include "models/forward.h"

namespace reckon {

// Counting sort of the rows' choices: for each expert its rows in ascending order, and their weights.
void Forward::sort_by_expert(int rows) {
  const auto used = static_cast<std::size_t>(model_->sizes().experts_used);
  const std::size_t choices = static_cast<std::size_t>(rows) * used;
  std::ranges::fill(expert_first_, 0);
  for (std::size_t i = 0; i < choices; ++i) ++expert_first_[static_cast<std::size_t>(chosen_[i]) + 1];
  for (std::size_t expert = 1; expert < expert_first_.size(); ++expert) expert_first_[expert] += expert_first_[expert - 1];
  for (std::size_t i = choices; i-- > 0;) {  // from the back: first_[e + 1] walks down to where e + 1 begins, first_[e] stays
    const auto place = static_cast<std::size_t>(--expert_first_[static_cast<std::size_t>(chosen_[i]) + 1]);
    expert_rows_[place] = static_cast<std::int32_t>(i / used);
    expert_scales_[place] = chosen_weights_[i];
  }
  // Every entry has walked to the beginning of the expert before it: shift them back.
  std::shift_left(expert_first_.begin(), expert_first_.end(), 1);
  expert_first_.back() = static_cast<std::int32_t>(choices);
}

// block_out = sum over a row's experts of weight * down(silu(gate(normed)) * up(normed)).
void Forward::mix_experts(const ExpertWeights& weights, int rows) {
  const HyperParameters& sizes = model_->sizes();
  const auto choices = static_cast<std::size_t>(rows) * static_cast<std::size_t>(sizes.experts_used);
  const MatrixView normed(normed_.data(), rows, sizes.width);
  const MatrixView out(block_out_.data(), rows, sizes.width);
  const MatrixView router(router_.data(), rows, sizes.experts);
  ops_.linear(weights.router.matrix, weights.router.bias, normed, router);
  ops_.route(router, sizes.experts_used, weights.renormalised, std::span(chosen_).first(choices),
             std::span(chosen_weights_).first(choices));
  sort_by_expert(rows);
  std::fill_n(block_out_.begin(), out.rows * out.cols, 0.0F);
  for (std::size_t e = 0; e < weights.experts.size(); ++e) {
    const auto first = static_cast<std::size_t>(expert_first_[e]);
    const auto count = static_cast<std::size_t>(expert_first_[e + 1]) - first;
    if (count == 0) continue;
    const FeedForwardWeights& expert = weights.experts[e];
    const auto taken = static_cast<std::int64_t>(count);
    const std::span<const std::int32_t> of_expert = std::span(expert_rows_).subspan(first, count);
    const MatrixView in(expert_in_.data(), taken, sizes.width);
    const MatrixView gate(gate_.data(), taken, sizes.expert_feed_forward);
    const MatrixView up(up_.data(), taken, sizes.expert_feed_forward);
    const MatrixView said(expert_out_.data(), taken, sizes.width);
    ops_.gather(normed, of_expert, in);
    const std::array products = {LinearProduct{expert.gate.matrix, {}, gate}, LinearProduct{expert.up.matrix, {}, up}};
    ops_.linear(in, products);
    ops_.silu_multiply(gate, up, gate);
    ops_.linear(expert.down.matrix, {}, gate, said);
    ops_.scatter_add(out, of_expert, std::span(expert_scales_).subspan(first, count), said);
  }
}

}  // namespace reckon
