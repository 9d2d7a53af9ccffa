// Top-k: keeps the k most likely tokens; among equals, lower ids are kept first. Fan et al. 2018, arXiv:1805.04833.
#include <algorithm>
#include <limits>
#include <numeric>

#include "engine/sampling/sampler.h"

namespace reckon {
namespace {

bool top_k_active(const SamplingOptions& options) { return options.top_k > 0; }

void apply_top_k(SamplingRow& row, const SamplingOptions& options) {
  const auto keep = static_cast<std::size_t>(options.top_k);
  if (keep >= row.logits.size()) return;
  const auto before = [&row](Token a, Token b) {
    const float x = row.logits[static_cast<std::size_t>(a)];
    const float y = row.logits[static_cast<std::size_t>(b)];
    return x != y ? x > y : a < b;
  };
  const std::span<Token> best = row.order.first(keep);  // a heap, its last in order at the front
  std::iota(best.begin(), best.end(), Token{0});
  std::ranges::make_heap(best, before);
  for (auto token = static_cast<Token>(keep); token < static_cast<Token>(row.logits.size()); ++token) {
    if (!before(token, best.front())) continue;
    std::ranges::pop_heap(best, before);
    best.back() = token;
    std::ranges::push_heap(best, before);
  }
  const Token last = best.front();
  const float least = row.logits[static_cast<std::size_t>(last)];
  for (Token token = 0; token < static_cast<Token>(row.logits.size()); ++token) {
    float& logit = row.logits[static_cast<std::size_t>(token)];
    if (logit < least || (logit == least && token > last)) logit = -std::numeric_limits<float>::infinity();
  }
}

}  // namespace

SamplerStage top_k_stage() { return {"top_k", "keeps the k most likely tokens", top_k_active, apply_top_k}; }

}  // namespace reckon
