// Logit bias: adds a constant to chosen tokens before everything else; -infinity forbids a token.
#include "engine/sampling/sampler.h"

namespace reckon {
namespace {

bool bias_active(const SamplingOptions& options) { return !options.logit_bias.empty(); }

void apply_bias(SamplingRow& row, const SamplingOptions& options) {
  for (const auto& [token, bias] : options.logit_bias) {
    if (token >= 0 && static_cast<std::size_t>(token) < row.logits.size()) row.logits[static_cast<std::size_t>(token)] += bias;
  }
}

}  // namespace

SamplerStage bias_stage() { return {"bias", "adds logit_bias to its tokens", bias_active, apply_bias}; }

}  // namespace reckon
