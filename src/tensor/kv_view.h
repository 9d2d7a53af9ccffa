// How K and V lie in a page, and a view of the pages. A page holds every layer of `slots_per_page` consecutive tokens:
// [layer][K, V][kv_head][slot][head_dim], so that the attention of one head reads one contiguous block per page.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/dtype.h"

namespace reckon {

struct KvLayout {
  DType type{};  // f16 or f32
  int layers = 0;
  int kv_heads = 0;
  int head_dim = 0;
  int slots_per_page = 0;

  enum class Part { key, value };

  std::int64_t element_bytes() const noexcept { return type == DType::f32 ? 4 : 2; }
  std::int64_t head_bytes() const noexcept { return element_bytes() * head_dim * slots_per_page; }  // one head of one part
  std::int64_t page_bytes() const noexcept { return head_bytes() * kv_heads * 2 * layers; }
  // Byte offset in a page of [slot = 0][0] of a head; slot s begins s * head_dim elements later.
  std::int64_t offset(int layer, Part part, int kv_head) const noexcept {
    return head_bytes() * ((std::int64_t{layer} * 2 + (part == Part::value ? 1 : 0)) * kv_heads + kv_head);
  }

  friend bool operator==(const KvLayout&, const KvLayout&) = default;
};

// Page p begins at base + p * layout.page_bytes(), p < pages. Pages never move while a view is in use. Elements are aligned to
// their size.
struct KvView {
  KvLayout layout;
  std::byte* base = nullptr;
  std::int64_t pages = 0;

  std::byte* page(std::uint32_t id) const noexcept { return base + std::int64_t{id} * layout.page_bytes(); }
};

// Where the K and V of one row go.
struct KvSlot {
  std::uint32_t page = 0;
  std::int32_t slot = 0;  // 0..slots_per_page-1
};

// What one query row looks at: the first `length` slots of its sequence (its own included: length = position + 1 while nothing
// was evicted), found through the sequence's block table, pages[0 .. ceil(length / slots_per_page)).
struct AttentionRow {
  std::int32_t length = 0;
  const std::uint32_t* pages = nullptr;
};

}  // namespace reckon
