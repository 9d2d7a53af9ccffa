// Random numbers without hidden state.
// CounterRng: Philox4x32-10 (Salmon et al., SC 2011): a pure function of (key, counter), so that a draw depends on the seed,
// path and position it belongs to, and never on what else ran. SplitMix64 + FNV-1a: the task generators' streams.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace reckon {

// Philox4x32-10: four 32-bit words from a 128-bit counter and a 64-bit key.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) noexcept;

// The uniform in [0, 1) (53 bits) that belongs to one (seed, path, position, draw). Pure; any thread.
double uniform_at(std::uint64_t seed, std::uint64_t path, std::uint32_t position, std::uint32_t draw = 0) noexcept;

// FNV-1a, 64 bits: offset basis 0xcbf29ce484222325, prime 0x100000001b3.
std::uint64_t fnv1a(std::string_view bytes) noexcept;

// A sequential stream for generators: Steele, Lea, Flood, OOPSLA 2014.
class SplitMix64 {
 public:
  explicit SplitMix64(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() noexcept;
  // Uniform in [0, n): high 64 bits of next() * n; bias below 2^-50 for the n used here. n > 0.
  std::uint64_t below(std::uint64_t n) noexcept;
  // Uniform in [low, high], both inclusive.
  std::int64_t range(std::int64_t low, std::int64_t high) noexcept;

 private:
  std::uint64_t state_;
};

// Fisher–Yates from the last index down, j = below(i + 1): part of the generators' contract, do not change.
template <typename Container>
void shuffle(Container& items, SplitMix64& rng) {
  for (std::size_t i = items.size(); i-- > 1;) {
    std::swap(items[i], items[rng.below(i + 1)]);
  }
}

}  // namespace reckon
