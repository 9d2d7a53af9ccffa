// Top-p (nucleus): keeps the smallest set of most likely tokens whose mass reaches p, always at least one; among equals lower
// ids come first. Holtzman et al. 2019, arXiv:1904.09751.
#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/sampling/sampler.h"

namespace reckon {
namespace {

bool active(const SamplingOptions& options) { return options.top_p < 1.0; }

void apply(SamplingRow& row, const SamplingOptions& options) {
  std::size_t count = 0;  // tokens that earlier stages left
  for (std::size_t i = 0; i < row.logits.size(); ++i) {
    if (row.logits[i] > -std::numeric_limits<float>::infinity()) row.order[count++] = static_cast<Token>(i);
  }
  if (count == 0) return;
  const std::span<Token> order = row.order.first(count);
  const auto logit = [&row](Token token) { return row.logits[static_cast<std::size_t>(token)]; };
  std::sort(order.begin(), order.end(), [&](Token a, Token b) { return logit(a) != logit(b) ? logit(a) > logit(b) : a < b; });
  const double top = logit(order.front());
  double total = 0;  // f64: a float sum over 150 000 tokens loses the tail
  for (const Token token : order) total += std::exp(logit(token) - top);
  double mass = 0;
  std::size_t kept = 0;
  while (kept < count && (kept == 0 || mass < options.top_p * total)) mass += std::exp(logit(order[kept++]) - top);
  for (const Token token : order.subspan(kept)) {
    row.logits[static_cast<std::size_t>(token)] = -std::numeric_limits<float>::infinity();
  }
}

}  // namespace

SamplerStage top_p_stage() { return {"top_p", "keeps the most likely tokens up to a mass of p", active, apply}; }

}  // namespace reckon
