// How K and V lie in a page, and a view of the pages. A page holds every layer of `slots_per_page` consecutive tokens:
// [layer][K, V][kv_head][…], so that the attention of one head reads one contiguous block per page. Values are [slot][head_dim].
// Keys are runs of 16 slots (the last may be shorter), each [head_dim][slots of the run]: a vector of keys is the same column of
// sixteen slots, and their scores fill its lanes. Types with scales have those of the block's slots behind its elements, as f32
// [slots]: a page is all there is to copy or to share.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "kernels/attention_row.h"
#include "kernels/dtype.h"
#include "kernels/kv_types.h"

namespace reckon {

// Slots that a page of a model's cache may have. Attention computes on any number, but of these a unit of its reduction is a
// whole number of pages, so that a result's bits do not depend on the size of pages.
inline constexpr std::array kPageSlots = {1, 2, 4, 8, 16, 32, kUnitSlots};
constexpr bool is_page_size(int slots) noexcept { return std::ranges::find(kPageSlots, slots) != kPageSlots.end(); }

struct KvLayout {
  DType type{};  // one of kernels/kv_types.h
  int layers = 0;
  int kv_heads = 0;
  int head_dim = 0;
  int slots_per_page = 0;

  enum class Part { key, value };

  std::int64_t element_bytes() const noexcept { return row().element_bytes; }
  // From the first element of a head to its first scale. With sixteen slots to a page and heads of a multiple of four, elements,
  // scales and pages all are whole cache lines.
  std::int64_t scale_offset() const noexcept {
    const std::int64_t elements = element_bytes() * head_dim * slots_per_page;
    return row().scale_bytes == 0 ? elements : (elements + 3) / 4 * 4;
  }
  std::int64_t head_bytes() const noexcept {  // one head of one part
    return scale_offset() + std::int64_t{row().scale_bytes} * slots_per_page;
  }
  std::int64_t page_bytes() const noexcept { return head_bytes() * kv_heads * 2 * layers; }
  // Byte offset in a page of the first element of a head.
  std::int64_t offset(int layer, Part part, int kv_head) const noexcept {
    return head_bytes() * ((std::int64_t{layer} * 2 + (part == Part::value ? 1 : 0)) * kv_heads + kv_head);
  }

  friend bool operator==(const KvLayout&, const KvLayout&) = default;

 private:
  KvType row() const noexcept {  // of a type that cannot be, elements without bytes
    const KvType* found = find_kv_type(type);
    return found != nullptr ? *found : KvType{};
  }
};

// Page p begins at base + p * layout.page_bytes(), p < pages. Pages never move while a view is in use. Elements are aligned to
// their size.
struct KvView {
  KvLayout layout;
  std::byte* base = nullptr;
  std::int64_t pages = 0;

  std::byte* page(std::uint32_t id) const noexcept { return base + std::int64_t{id} * layout.page_bytes(); }
};

}  // namespace reckon
