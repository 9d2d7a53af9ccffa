// The stages a row of logits goes through, in this order: the one most servers use, penalties before temperature before the
// truncations.
#include <array>

#include "engine/sampling/sampler.h"

namespace reckon {

SamplerStage bias_stage();
SamplerStage penalties_stage();
SamplerStage temperature_stage();
SamplerStage top_k_stage();
SamplerStage top_p_stage();
SamplerStage min_p_stage();

std::span<const SamplerStage> sampler_stages() {
  static const std::array table{bias_stage(),  penalties_stage(), temperature_stage(),
                                top_k_stage(), top_p_stage(),     min_p_stage()};
  return table;
}

}  // namespace reckon
