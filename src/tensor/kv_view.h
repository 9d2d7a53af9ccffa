// How K and V lie in a page, and a view of the pages. A page holds every layer of `slots_per_page` consecutive tokens:
// [layer][K, V][kv_head][…], so that the attention of one head reads one contiguous block per page. Values are [slot][head_dim].
// Keys are runs of 16 slots (the last may be shorter), each [head_dim][slots of the run]: a vector of keys is the same column of
// sixteen slots, and their scores fill its lanes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/attention_row.h"
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
  // Byte offset in a page of the first element of a head.
  std::int64_t offset(int layer, Part part, int kv_head) const noexcept {
    return head_bytes() * ((std::int64_t{layer} * 2 + (part == Part::value ? 1 : 0)) * kv_heads + kv_head);
  }
  // Elements from there to column 0 of the key of `slot`, and from a column of it to the next.
  std::int64_t key_begin(int slot) const noexcept { return std::int64_t{slot} / 16 * 16 * head_dim + slot % 16; }
  int key_stride(int slot) const noexcept {
    const int rest = slots_per_page - slot / 16 * 16;
    return rest < 16 ? rest : 16;
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

}  // namespace reckon
