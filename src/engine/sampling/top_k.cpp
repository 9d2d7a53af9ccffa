// Top-k: keeps the k most likely tokens; among equals, lower ids are kept first. Fan et al. 2018, arXiv:1805.04833.
#include <algorithm>
#include <limits>
#include <numeric>

#include "engine/sampling/sampler.h"

namespace reckon {
namespace {

bool active(const SamplingOptions& options) { return options.top_k > 0; }

void apply(SamplingRow& row, const SamplingOptions& options) {
  const auto keep = static_cast<std::size_t>(options.top_k);
  if (keep >= row.logits.size()) return;
  std::iota(row.order.begin(), row.order.end(), Token{0});
  const auto before = [&row](Token a, Token b) {
    const float x = row.logits[static_cast<std::size_t>(a)];
    const float y = row.logits[static_cast<std::size_t>(b)];
    return x != y ? x > y : a < b;
  };
  std::nth_element(row.order.begin(), row.order.begin() + static_cast<std::ptrdiff_t>(keep), row.order.end(), before);
  for (const Token token : row.order.subspan(keep)) {
    row.logits[static_cast<std::size_t>(token)] = -std::numeric_limits<float>::infinity();
  }
}

}  // namespace

SamplerStage top_k_stage() { return {"top_k", "keeps the k most likely tokens", active, apply}; }

}  // namespace reckon
