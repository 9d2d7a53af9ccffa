// Min-p: keeps tokens with at least m times the probability of the most likely one. Nguyen et al. 2024, arXiv:2407.01082.
#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/sampling/sampler.h"

namespace reckon {
namespace {

bool min_p_active(const SamplingOptions& options) { return options.min_p > 0.0; }

void apply_min_p(SamplingRow& row, const SamplingOptions& options) {
  const float top = *std::max_element(row.logits.begin(), row.logits.end());
  // p_i >= m * p_max  <=>  logit_i >= logit_max + ln m; m = 1 keeps exactly the maxima.
  const float threshold = top + static_cast<float>(std::log(options.min_p));
  for (float& logit : row.logits) {
    if (logit < threshold) logit = -std::numeric_limits<float>::infinity();
  }
}

}  // namespace

SamplerStage min_p_stage() { return {"min_p", "keeps tokens near enough to the most likely one", min_p_active, apply_min_p}; }

}  // namespace reckon
