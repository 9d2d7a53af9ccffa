// What a language model's space keeps back of tokens and operations while paths are drawn, so that a verifier can score them.
#include <algorithm>
#include <cmath>
#include <limits>

#include "search/spaces/language_model_space.h"

namespace reckon {

// Of scoring one token of a path of so many slots. Who runs several for each of a path stands as many times further behind.
double LanguageModelSpace::verifying_flops(double slots) const {
  const TokenCost& cost = options_.verifier_cost != nullptr ? *options_.verifier_cost : engine_->model().cost();
  const double rate = options_.verifier_tokens;
  return rate * (cost.flops(0, true) + cost.slot_flops * std::max(rate, 1.0) * slots);
}

// `count` tokens from the place `first` of a path on.
void LanguageModelSpace::note_to_verify(std::int64_t first, std::int64_t count) {
  counts_->to_verify += count;
  counts_->to_verify_flops +=
      static_cast<double>(count) * verifying_flops(static_cast<double>(first) + static_cast<double>(count + 1) / 2);
  counts_->longest = std::max(counts_->longest, first + count);
}

void LanguageModelSpace::note_judged(const Ledger& before) {
  const Ledger now = request_->ledger();
  counts_->judged += now.verified - before.verified;
  counts_->judged_flops += now.verified_flops - before.verified_flops;
}

double LanguageModelSpace::owed_tokens() const {
  const auto scored = static_cast<double>(request_->ledger().verified - counts_->judged);
  return std::max(0.0, options_.verifier_tokens * static_cast<double>(counts_->to_verify) - scored);
}

double LanguageModelSpace::owed_flops() const {
  return std::max(0.0, counts_->to_verify_flops - (request_->ledger().verified_flops - counts_->judged_flops));
}

// Tokens that may be drawn when all that was drawn so far, and they, must still be scored: d with left - d = owed + rate * d. Of
// operations, as many as are sure to be paid behind the longest path.
std::int64_t LanguageModelSpace::drawable() const {
  double drawable = std::numeric_limits<double>::infinity();
  if (request_->budget().tokens && reserve_suspended_) return request_->tokens_left();
  if (request_->budget().tokens) {
    drawable = (static_cast<double>(request_->tokens_left()) - owed_tokens()) / (1 + options_.verifier_tokens);
  }
  if (request_->budget().flops && options_.verifier_tokens > 0 && !reserve_suspended_) {
    const double each = engine_->model().cost().flops(counts_->longest + 1, true) * (1 + flops_per_drawn_);
    drawable = std::min(drawable, (request_->flops_left() - owed_flops()) / each);
  }
  if (drawable >= 0x1p63) return std::numeric_limits<std::int64_t>::max();
  return std::max<std::int64_t>(static_cast<std::int64_t>(drawable), 0);
}

// Tells the engine, which ends what is drawn in time, what comes then.
void LanguageModelSpace::note_unscored() {
  if (options_.verifier_tokens <= 0 || !request_->budget().seconds) return;
  const double row = engine_->model().cost().flops(counts_->longest + 1, true);
  request_->note_unscored({owed_flops() / row, flops_per_drawn_});
}

void LanguageModelSpace::give_up_reserve() {
  options_.verifier_tokens = 0;
  flops_per_drawn_ = 0;
  request_->note_unscored({});
}

void LanguageModelSpace::suspend_reserve(bool suspended) { reserve_suspended_ = suspended; }

Lease LanguageModelSpace::keep_for_verifier(bool drawn_too) {
  Lease lease;
  if (options_.verifier_tokens <= 0 || reserve_suspended_) return lease;
  const double next_tokens = drawn_too ? options_.verifier_tokens : 0;
  if (request_->budget().tokens) {
    const double left = static_cast<double>(request_->tokens_left());
    const auto drawable = static_cast<std::int64_t>(std::max(0.0, (left - owed_tokens()) / (1 + next_tokens)));
    lease.tokens = request_->tokens_left() - drawable;
  }
  if (request_->budget().flops) {
    const double left = request_->flops_left();
    lease.flops = left - std::max(0.0, (left - owed_flops()) / (1 + (drawn_too ? flops_per_drawn_ : 0)));
  }
  if (!request_->lease_exactly(lease.tokens, lease.flops)) lease = Lease();
  return lease;
}

}  // namespace reckon
