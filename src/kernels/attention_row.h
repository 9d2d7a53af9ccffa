// What one query row looks at: the first `length` slots of its sequence (its own included: length = position + 1 while nothing
// was evicted), found through the sequence's block table, pages[0 .. ceil(length / slots_per_page)).
#pragma once

#include <cstdint>

namespace reckon {

// Slots whose scores are normalised together: enough that this is cheap beside the products.
inline constexpr int kUnitSlots = 64;

struct AttentionRow {
  std::int32_t length = 0;
  const std::uint32_t* pages = nullptr;
};

// Where the K and V of one row go.
struct KvSlot {
  std::uint32_t page = 0;
  std::int32_t slot = 0;  // 0..slots_per_page-1
};

}  // namespace reckon
