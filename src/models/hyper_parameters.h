// The sizes of a model, from the metadata of its GGUF file (keys "<architecture>.…", specs card 1.4).
// Untrusted: every number is bounded here, and compared with the tensors' shapes in weights.cpp.
#pragma once

#include <span>
#include <vector>

#include "formats/gguf/gguf_file.h"
#include "models/architecture.h"

namespace reckon {

struct HyperParameters {
  int layers = 0;
  int width = 0;
  int heads = 0;
  int kv_heads = 0;  // divides heads
  int head_dim = 0;
  int feed_forward = 0;         // 0 where every layer has experts
  int experts = 0;              // of a layer; 0 = none
  int experts_used = 0;         // by a row, 1..experts
  int expert_feed_forward = 0;  // of one expert
  int vocabulary = 0;
  int context_length = 0;
  float rms_epsilon = 0;
  float attention_scale = 0;  // of q·k
  int rotary_dims = 0;        // even, <= head_dim

  // RoPE, ready for Ops::rope_angles: radians per position of each pair, and the factor on cosines and sines.
  std::vector<double> rope_frequencies;  // [rotary_dims / 2]
  double rope_magnitude = 1;
};

// Throws Error bad_file (a key missing, out of range, or contradicting another, naming both numbers) or unsupported (experts in
// an architecture without a place for them, sizes that differ per layer, keys and values of different length, unknown RoPE
// scaling).
HyperParameters read_hyper_parameters(const GgufFile& file, const Architecture& architecture);

}  // namespace reckon
