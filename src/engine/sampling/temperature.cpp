// Temperature: divides every logit. Temperature 0 means the maximum, which the sampler takes by itself.
#include "engine/sampling/sampler.h"

namespace reckon {
namespace {

bool temperature_active(const SamplingOptions& options) { return options.temperature != 1.0 && options.temperature != 0.0; }

void apply_temperature(SamplingRow& row, const SamplingOptions& options) {
  const auto inverse = static_cast<float>(1.0 / options.temperature);
  for (float& logit : row.logits) logit *= inverse;
}

}  // namespace

SamplerStage temperature_stage() {
  return {"temperature", "divides the logits by the temperature", temperature_active, apply_temperature};
}

}  // namespace reckon
