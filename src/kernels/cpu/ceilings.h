// What the machine could do at best: streams memory, and multiplies and adds in registers. Only for measuring.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cpu/table.h"

namespace reckon {

template <typename Lanes>
float read_memory(const std::byte* from, std::int64_t bytes) noexcept {
  typename Lanes::Ints bits[4] = {Lanes::broadcast_int(0), Lanes::broadcast_int(0), Lanes::broadcast_int(0),
                                  Lanes::broadcast_int(0)};
  for (std::int64_t i = 0; i + 256 <= bytes; i += 256) {
    for (int k = 0; k < 4; ++k) bits[k] = Lanes::bit_or(bits[k], Lanes::bits_of(Lanes::load(from + i + 64 * k)));
  }
  const auto all = Lanes::bit_or(Lanes::bit_or(bits[0], bits[1]), Lanes::bit_or(bits[2], bits[3]));
  return Lanes::fold(Lanes::to_float(all));  // so that no load can be left out
}

template <typename Lanes>
float multiply_add(std::int64_t rounds) noexcept {
  constexpr int kChains = 12;  // independent sums: more than latency times units, fewer than registers
  static_assert(kChains * 16 * 2 == kFlopsPerRound);
  typename Lanes::Vector sums[kChains];
  for (int k = 0; k < kChains; ++k) sums[k] = Lanes::broadcast(static_cast<float>(k));
  const auto factor = Lanes::broadcast(0.999f);
  for (std::int64_t i = 0; i < rounds; ++i) {
    for (int k = 0; k < kChains; ++k) sums[k] = Lanes::fma(sums[k], factor, factor);
  }
  auto all = sums[0];
  for (int k = 1; k < kChains; ++k) all = Lanes::add(all, sums[k]);
  return Lanes::fold(all);
}

}  // namespace reckon
