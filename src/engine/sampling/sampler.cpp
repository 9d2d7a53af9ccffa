#include "engine/sampling/sampler.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace reckon {
namespace {

// ln of the sum of exp(logit), in f64 and in order of id: the same value whatever else happens.
double log_sum_exp(std::span<const float> logits) {
  const double top = *std::max_element(logits.begin(), logits.end());
  double total = 0;
  for (const float logit : logits) total += std::exp(static_cast<double>(logit) - top);
  return top + std::log(total);
}

Token most_likely(std::span<const float> logits) {  // ties go to the lowest id
  return static_cast<Token>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

// Inverse CDF in order of token id: independent of how any stage sorts.
Token draw(std::span<const float> logits, double log_total, double uniform) {
  double mass = 0;
  Token last_possible = most_likely(logits);
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const double probability = std::exp(static_cast<double>(logits[i]) - log_total);
    if (probability <= 0) continue;
    mass += probability;
    last_possible = static_cast<Token>(i);
    if (uniform < mass) return last_possible;
  }
  return last_possible;  // rounding left the total just below `uniform`
}

}  // namespace

float Sampler::log_probability(std::span<const float> logits, Token token) {
  return static_cast<float>(logits[static_cast<std::size_t>(token)] - log_sum_exp(logits));
}

std::vector<LikelyToken> Sampler::likely_tokens(std::span<const float> logits, std::int64_t count) {
  std::vector<Token> order(logits.size());
  std::iota(order.begin(), order.end(), Token{0});
  const auto kept = order.begin() + std::clamp<std::int64_t>(count, 0, static_cast<std::int64_t>(order.size()));
  const auto at = [logits](Token token) { return logits[static_cast<std::size_t>(token)]; };
  std::partial_sort(order.begin(), kept, order.end(),
                    [&at](Token a, Token b) { return at(a) > at(b) || (at(a) == at(b) && a < b); });
  order.erase(kept, order.end());
  const double log_total = log_sum_exp(logits);
  std::vector<LikelyToken> likely;
  for (const Token token : order) likely.push_back({token, static_cast<float>(at(token) - log_total)});
  return likely;
}

SampledToken Sampler::sample(std::span<const float> logits, TokenSpan history, std::int64_t prompt_length,
                             const SamplingOptions& options, double uniform) {
  logits_.assign(logits.begin(), logits.end());
  order_.resize(logits.size());
  SamplingRow row{logits_, history.first(static_cast<std::size_t>(prompt_length)),
                  history.subspan(static_cast<std::size_t>(prompt_length)), order_};
  for (const SamplerStage& stage : sampler_stages()) {
    if (stage.active(options)) stage.apply(row, options);
  }
  if (options.temperature == 0) {
    const Token token = most_likely(row.logits);
    return {token, log_probability(logits, token), 0.0F};
  }
  const double log_total = log_sum_exp(row.logits);
  const Token token = draw(row.logits, log_total, uniform);
  return {token, log_probability(logits, token), static_cast<float>(row.logits[static_cast<std::size_t>(token)] - log_total)};
}

}  // namespace reckon
