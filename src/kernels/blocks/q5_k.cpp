#include "kernels/blocks/q5_k.h"

#include <cstring>

#include "kernels/blocks/k_search.h"

namespace reckon::blocks {

void Q5_K::encode(const float* in, const float* importance, std::byte* block) {
  const KBlock found = search_k_block(in, importance, MinSearch{.levels = 31, .first = -0.5, .steps = 15});
  std::memcpy(block, &found.d, 2);
  std::memcpy(block + 2, &found.dmin, 2);
  pack_k_scales(found.codes, block + 4);
  for (int i = 0; i < 32; ++i) {
    int fifth = 0;
    for (int j = 0; j < 8; ++j) fifth |= (found.levels[32 * j + i] >> 4) << j;
    block[16 + i] = static_cast<std::byte>(fifth);
  }
  for (int i = 0; i < 128; ++i) {
    const std::uint8_t* low = found.levels + 64 * (i / 32) + i % 32;
    block[48 + i] = static_cast<std::byte>((low[0] & 15) | ((low[32] & 15) << 4));
  }
}

}  // namespace reckon::blocks
