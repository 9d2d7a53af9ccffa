// The 6-bit scales and mins that Q4_K and Q5_K pack into 12 bytes. Source: specs card 1.2.
#pragma once

#include <cstddef>
#include <cstdint>

namespace reckon::blocks {

struct KScale {
  int scale, min;  // 0..63 each
};

// Of sub-block j (0..7). The first four lie in the low 6 bits of bytes j and j + 4; the others have their low 4 bits in byte
// j + 4 and their upper 2 in the spare bits of the first eight bytes.
[[gnu::always_inline]] inline KScale k_scale(const std::byte* packed, int j) noexcept {
  const auto at = [packed](int i) __attribute__((always_inline)) { return static_cast<int>(packed[i]); };
  if (j < 4) return {at(j) & 63, at(j + 4) & 63};
  return {(at(j + 4) & 15) | ((at(j - 4) >> 6) << 4), (at(j + 4) >> 4) | ((at(j) >> 6) << 4)};
}

// The reverse, for all eight sub-blocks.
inline void pack_k_scales(const KScale (&scales)[8], std::byte* packed) noexcept {
  const auto join = [](int low, int high) { return static_cast<std::byte>(low | (high << 6)); };
  for (int j = 0; j < 4; ++j) {
    packed[j] = join(scales[j].scale, scales[j + 4].scale >> 4);
    packed[j + 4] = join(scales[j].min, scales[j + 4].min >> 4);
    packed[j + 8] = static_cast<std::byte>((scales[j + 4].scale & 15) | ((scales[j + 4].min & 15) << 4));
  }
}

}  // namespace reckon::blocks
