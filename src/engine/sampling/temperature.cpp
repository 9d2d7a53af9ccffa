// Temperature: divides every logit. Temperature 0 means the maximum, which the sampler takes by itself.
#include <algorithm>

#include "engine/sampling/sampler.h"

namespace reckon {
namespace {

bool temperature_active(const SamplingOptions& options) { return options.temperature != 1.0 && options.temperature != 0.0; }

// Below it only the largest logits count, as at 0; much below, products would overflow.
constexpr double kLeastTemperature = 1e-30;

void apply_temperature(SamplingRow& row, const SamplingOptions& options) {
  const auto inverse = static_cast<float>(1.0 / std::max(options.temperature, kLeastTemperature));
  for (float& logit : row.logits) logit *= inverse;
}

}  // namespace

SamplerStage temperature_stage() {
  return {"temperature", "divides the logits by the temperature", temperature_active, apply_temperature};
}

}  // namespace reckon
