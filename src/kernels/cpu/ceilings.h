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
  constexpr std::int64_t kAhead = 4096;  // hardware begins anew at every page; fetching beyond the end does no harm
  for (std::int64_t i = 0; i + 256 <= bytes; i += 256) {
    for (int k = 0; k < 4; ++k) {
      auto lanes = Lanes::load(from + i + 64 * k);
      Lanes::prefetch(from + i + kAhead + 64 * k, lanes);
      bits[k] = Lanes::bit_or(bits[k], Lanes::bits_of(lanes));
    }
  }
  const auto all = Lanes::bit_or(Lanes::bit_or(bits[0], bits[1]), Lanes::bit_or(bits[2], bits[3]));
  return Lanes::fold(Lanes::to_float(all));  // so that no load can be left out
}

template <typename Lanes>
float multiply_add(std::int64_t rounds) noexcept {
  constexpr int kChains = Lanes::kSumChains;
  constexpr int kRepeats = kFlopsPerRound / (kChains * 16 * 2);
  static_assert(kRepeats * kChains * 16 * 2 == kFlopsPerRound);
  typename Lanes::Vector sums[kChains];
  for (int k = 0; k < kChains; ++k) sums[k] = Lanes::broadcast(static_cast<float>(k));
  const auto factor = Lanes::broadcast(0.999f);
  for (std::int64_t i = 0; i < rounds * kRepeats; ++i) {
    for (int k = 0; k < kChains; ++k) sums[k] = Lanes::fma(factor, factor, sums[k]);
  }
  auto all = sums[0];
  for (int k = 1; k < kChains; ++k) all = Lanes::add(all, sums[k]);
  return Lanes::fold(all);
}

// Products of bf16 summed in f32. Without an instruction for them they take a multiply-add each.
template <typename Lanes, typename W>
float multiply_add_bf16(std::int64_t rounds) noexcept {
  if constexpr (!MultipliesBf16<W>) {
    static_assert(kBf16FlopsPerRound % kFlopsPerRound == 0);
    return multiply_add<Lanes>(rounds * (kBf16FlopsPerRound / kFlopsPerRound));
  } else {
    constexpr int kChains = 12;
    static_assert(kChains * W::kOutputs * 2 * 2 == kBf16FlopsPerRound);
    typename W::Floats sums[kChains];
    for (int k = 0; k < kChains; ++k) sums[k] = W::broadcast_float(static_cast<float>(k));
    const auto pairs = W::set(0x3F003F00);  // 0.5, twice
    auto x = W::set(0x3F003E80);
    for (std::int64_t i = 0; i < rounds; ++i) {
      for (int k = 0; k < kChains; ++k) sums[k] = W::dot_bf16(sums[k], pairs, x);
      x = W::bit_xor(x, W::set(0x00800000));  // so that nothing is taken out of the loop
    }
    auto all = sums[0];
    for (int k = 1; k < kChains; ++k) all = W::add(all, sums[k]);
    float lanes[W::kOutputs] = {};
    W::store(lanes, all, W::kOutputs);
    return lanes[0];
  }
}

// Products of bytes summed in 32 bits, as products with quantised weights do. Of the two ways the faster one of the set.
template <typename W>
float multiply_add_int8(std::int64_t rounds) noexcept {
  constexpr int kChains = 12;
  static_assert(kChains * 16 * 4 * 2 == kInt8OpsPerRound);
  constexpr int kRepeats = 16 / W::kOutputs;
  typename W::Words sums[kChains];
  for (int k = 0; k < kChains; ++k) sums[k] = W::set(k);
  const auto codes = W::set(0x05060708);
  auto x = W::set(0x01020304);
  for (std::int64_t i = 0; i < rounds * kRepeats; ++i) {
    for (int k = 0; k < kChains; ++k) sums[k] = W::dot(sums[k], codes, x);
    x = W::bit_xor(x, codes);  // so that nothing is taken out of the loop
  }
  auto all = sums[0];
  for (int k = 1; k < kChains; ++k) all = W::bit_xor(all, sums[k]);
  float lanes[16] = {};
  W::store(lanes, W::to_float(all), W::kOutputs);
  return lanes[0];
}

}  // namespace reckon
