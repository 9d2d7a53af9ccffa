// Keys and values of one KV head into a page: rounded by the page's type, values slot after slot, keys turned so that a column of
// sixteen slots lies together (tensor/kv_view.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/cpu/table.h"

namespace reckon {

// Rounded keys [rows, head_dim] of a.scratch into the columns of their slots. Rows go together column by column, because
// neighbours write to the same line.
template <typename Lanes, typename Element>
void store_columns(const KvStoreArguments& a) noexcept {
  const auto* rows = reinterpret_cast<const std::byte*>(a.scratch);
  std::byte* to[kMostStoreRows];
  std::int64_t stride[kMostStoreRows];
  for (int r = 0; r < a.rows; ++r) {
    const int first = a.where[r].slot / 16 * 16, left = a.slots_per_page - first;  // of the run of slots
    to[r] = a.keys + (std::int64_t{first} * a.head_dim + a.where[r].slot - first) * Element::bytes;
    stride[r] = std::int64_t{left < 16 ? left : 16} * Element::bytes;
  }
  for (std::int64_t c = 0; c < a.head_dim; ++c) {
    for (int r = 0; r < a.rows; ++r) {
      std::memcpy(to[r] + c * stride[r], rows + (std::int64_t{r} * a.head_dim + c) * Element::bytes, Element::bytes);
    }
  }
}

template <typename Lanes, typename Element>
void store_kv(const KvStoreArguments& a) noexcept {
  const std::int64_t row_bytes = std::int64_t{a.head_dim} * Element::bytes;
  auto* rounded = reinterpret_cast<std::byte*>(a.scratch);
  for (int r = 0; r < a.rows; ++r) {
    const std::int64_t slot = a.where[r].slot, scale = a.scale_offset + slot * Element::scale_bytes;
    Element::template store<Lanes>(a.v + r * a.v_stride, a.head_dim, a.values + slot * row_bytes, a.values + scale);
    Element::template store<Lanes>(a.k + r * a.k_stride, a.head_dim, rounded + r * row_bytes, a.keys + scale);
  }
  store_columns<Lanes, Element>(a);
}

}  // namespace reckon
