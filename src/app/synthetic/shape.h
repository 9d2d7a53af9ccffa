// Sizes of published models, for random weights in their shape: speed depends on sizes and types, not on values.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace reckon {

struct SyntheticShape {
  std::string_view name;           // as `--synthetic` takes it
  std::string_view architecture;   // GGUF name of a row of models/architectures
  std::string_view pre_tokenizer;  // tokenizer.ggml.pre
  int layers, width, heads, kv_heads, head_dim, feed_forward, vocabulary, context;
  double rope_base, rms_epsilon;
  bool tied;                                                   // the embedding table is the output matrix too
  int experts = 0, experts_used = 0, expert_feed_forward = 0;  // of a mixture of experts
};

std::span<const SyntheticShape> synthetic_shapes() noexcept;

// Throws Error not_found that lists the known ones.
const SyntheticShape& find_synthetic_shape(std::string_view name);

}  // namespace reckon
