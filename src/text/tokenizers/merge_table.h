// (left id, right id) -> (rank, merged id) of byte-level BPE: one flat open-addressing array, because it is asked about every
// pair of neighbours of every text and a node-based map would miss the cache each time.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "base/token.h"

namespace reckon {

class MergeTable {
 public:
  struct Merge {
    std::uint32_t rank;
    Token merged;
  };

  explicit MergeTable(std::size_t merges) : slots_(std::bit_ceil(2 * merges + 2)) {}

  // The first of several merges of one pair counts. At most as many calls as the constructor was told.
  void add(Token left, Token right, Merge merge) {
    const std::uint64_t key = key_of(left, right);
    for (std::size_t at = home_of(key);; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at].key == key) return;
      if (slots_[at].key == kEmpty) {
        slots_[at] = {key, merge};
        return;
      }
    }
  }

  // Null if the pair does not merge.
  const Merge* find(Token left, Token right) const noexcept {
    const std::uint64_t key = key_of(left, right);
    for (std::size_t at = home_of(key);; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at].key == key) return &slots_[at].merge;
      if (slots_[at].key == kEmpty) return nullptr;
    }
  }

 private:
  static constexpr std::uint64_t kEmpty = ~std::uint64_t{0};  // ids are never negative, so no pair has this key
  struct Slot {
    std::uint64_t key = kEmpty;
    Merge merge{};
  };

  static std::uint64_t key_of(Token left, Token right) noexcept {
    return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32) | static_cast<std::uint32_t>(right);
  }
  std::size_t home_of(std::uint64_t key) const noexcept {
    key = (key ^ (key >> 29)) * 0xBF58476D1CE4E5B9u;  // a step of SplitMix64
    return static_cast<std::size_t>(key ^ (key >> 32)) & (slots_.size() - 1);
  }

  std::vector<Slot> slots_;  // a power of two, at least half of them empty
};

}  // namespace reckon
