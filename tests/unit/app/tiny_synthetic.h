// A synthetic model of two layers, small enough to be made and computed in a moment.
#pragma once

#include <string_view>

#include "app/synthetic/model.h"

namespace reckon {

inline SyntheticModel tiny_synthetic(std::string_view architecture, DType type, bool tied) {
  const int experts = architecture.ends_with("moe") ? 4 : 0;
  return {{.name = "tiny",
           .architecture = architecture,
           .pre_tokenizer = "qwen2",
           .layers = 2,
           .width = 256,
           .heads = 4,
           .kv_heads = 2,
           .head_dim = 64,
           .feed_forward = 512,
           .vocabulary = 300,
           .context = 128,
           .rope_base = 1e4,
           .rms_epsilon = 1e-5,
           .tied = tied,
           .experts = experts,
           .experts_used = experts / 2,
           .expert_feed_forward = experts > 0 ? 256 : 0},
          type};
}

}  // namespace reckon
