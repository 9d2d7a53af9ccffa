// Frequencies of rotary position embeddings, with the scalings that extend a model's context: linear, YaRN
// (arXiv:2309.00071), and explicit divisors per pair (llama3's, and whatever else a converter wrote down).
// Source: specs card 2.1.
#pragma once

#include <string>
#include <vector>

#include "formats/gguf/gguf_file.h"

namespace reckon {

struct RopeTable {
  std::vector<double> frequencies;  // radians per position of each pair of elements, [rotary_dims / 2]
  double magnitude = 1;             // on cosines and sines
};

// Reads "<prefix>.rope.*" and the tensor "rope_freqs.weight". rotary_dims is even and > 0. Throws Error bad_file or unsupported.
RopeTable read_rope(const GgufFile& file, const std::string& prefix, int rotary_dims);

// The linear ramp of YaRN for pair i: 1 where the trained frequency is kept, 0 where it is divided by the factor.
double yarn_ramp(int pair, int rotary_dims, double base, double original_context, double beta_fast, double beta_slow);

}  // namespace reckon
