// Penalties on tokens that were seen. Repetition: Keskar et al. 2019, arXiv:1909.05858, section 4.1, over the last
// `penalty_window` tokens, prompt included. Presence and frequency: over generated tokens only, as OpenAI's API defines them.
#include <algorithm>

#include "engine/sampling/sampler.h"

namespace reckon {
namespace {

bool penalties_active(const SamplingOptions& options) {
  return options.repetition_penalty != 1.0 || options.presence_penalty != 0.0 || options.frequency_penalty != 0.0;
}

TokenSpan last(TokenSpan tokens, std::int64_t window) {
  if (window < 0 || static_cast<std::size_t>(window) >= tokens.size()) return tokens;
  return tokens.last(static_cast<std::size_t>(window));
}

// Applies `change(logit, occurrences)` once per distinct token of two spans. `order` is the scratch that holds them sorted.
template <typename Change>
void for_each_distinct(SamplingRow& row, TokenSpan first, TokenSpan second, Change change) {
  // Spans longer than the vocabulary are cut to their last tokens: the scratch holds [vocabulary] ids.
  second = last(second, static_cast<std::int64_t>(row.order.size()));
  first = last(first, static_cast<std::int64_t>(row.order.size() - second.size()));
  auto end = std::copy(first.begin(), first.end(), row.order.begin());
  end = std::copy(second.begin(), second.end(), end);
  std::sort(row.order.begin(), end);
  for (auto at = row.order.begin(); at != end;) {
    const auto next = std::upper_bound(at, end, *at);
    change(row.logits[static_cast<std::size_t>(*at)], static_cast<float>(next - at));
    at = next;
  }
}

void apply_penalties(SamplingRow& row, const SamplingOptions& options) {
  if (options.repetition_penalty != 1.0) {
    const auto penalty = static_cast<float>(options.repetition_penalty);
    const TokenSpan generated = last(row.generated, options.penalty_window);
    const std::int64_t rest =
        options.penalty_window < 0 ? -1 : options.penalty_window - static_cast<std::int64_t>(generated.size());
    for_each_distinct(row, last(row.prompt, rest), generated,
                      [penalty](float& logit, float) { logit = logit > 0 ? logit / penalty : logit * penalty; });
  }
  if (options.presence_penalty != 0.0 || options.frequency_penalty != 0.0) {
    const auto presence = static_cast<float>(options.presence_penalty);
    const auto frequency = static_cast<float>(options.frequency_penalty);
    for_each_distinct(row, {}, row.generated,
                      [presence, frequency](float& logit, float count) { logit -= presence + frequency * count; });
  }
}

}  // namespace

SamplerStage penalties_stage() {
  return {"penalties", "repetition, presence and frequency penalties on tokens seen before", penalties_active, apply_penalties};
}

}  // namespace reckon
