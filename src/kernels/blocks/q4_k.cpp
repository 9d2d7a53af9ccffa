#include "kernels/blocks/q4_k.h"

#include <cstring>

#include "kernels/blocks/k_search.h"

namespace reckon::blocks {

void Q4_K::encode(const float* in, const float* importance, std::byte* block) {
  const KBlock found = search_k_block(in, importance, MinSearch{.levels = 15, .first = -1, .steps = 20});
  std::memcpy(block, &found.d, 2);
  std::memcpy(block + 2, &found.dmin, 2);
  pack_k_scales(found.codes, block + 4);
  for (int i = 0; i < 128; ++i) {
    const std::uint8_t* low = found.levels + 64 * (i / 32) + i % 32;
    block[16 + i] = static_cast<std::byte>(low[0] | (low[32] << 4));
  }
}

}  // namespace reckon::blocks
