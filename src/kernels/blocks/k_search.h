// The scales of a block of Q4_K or Q5_K: eight sub-blocks of 32, x ≈ (d * scale) * q - dmin * min. Source: specs card 1.3; the
// last step, which tries the neighbours of each pair of 6-bit codes, is ours.
#pragma once

#include <cstdint>

#include "kernels/blocks/k_scales.h"
#include "kernels/blocks/scale_search.h"

namespace reckon::blocks {

struct KBlock {
  std::uint16_t d, dmin;     // f16
  KScale codes[8];           // of the sub-blocks
  std::uint8_t levels[256];  // 0..search.levels, in element order
};

// `importance` [256] or null.
KBlock search_k_block(const float* in, const float* importance, const MinSearch& search);

}  // namespace reckon::blocks
