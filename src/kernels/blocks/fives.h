// How Q5_0 and Q5_1 store 32 five-bit levels: u32 of fifth bits (bit i is element i), then 16 bytes of nibbles (low nibbles are
// elements 0..15). Source: specs card 1.2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace reckon::blocks {

template <typename LevelOf>
void put_fives(LevelOf level_of, std::byte* to) {
  std::uint32_t fifth = 0;
  for (int i = 0; i < 16; ++i) {
    const unsigned low = level_of(i), high = level_of(i + 16);
    to[4 + i] = static_cast<std::byte>((low & 15u) | ((high & 15u) << 4));
    fifth |= (low >> 4) << i | (high >> 4) << (i + 16);
  }
  std::memcpy(to, &fifth, sizeof fifth);
}

}  // namespace reckon::blocks
