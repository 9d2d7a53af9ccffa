// Attention of rows that read one KV head over pages, with a running softmax. The page is the unit of reduction: scores,
// maximum, sum and weighted values of a page are computed alone and merged into the running ones in ascending page order, so a
// result depends on the row's own slots only, never on chunking, batch or threads. Rows that hold the same page (branches of one
// prompt, rows of one prompt) read it together: a key or value on its way through the registers meets up to kTileQueries
// queries. Keys lie slot by slot in lanes (tensor/kv_view.h), so that no score is summed across lanes.
// Source: online softmax, arXiv:1805.02867.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cpu/exp.h"
#include "kernels/cpu/table.h"

namespace reckon {

// weights[s] := e^(scale * weights[s] - new maximum) for the page's slots. Updates the running maximum and sum of one query
// head; returns what its running values must be multiplied by.
template <typename Lanes>
float softmax_page(float* weights, int slots, float scale, float& maximum, float& sum) noexcept {
  const std::int64_t padded = padded_slots(slots);
  for (std::int64_t s = slots; s < padded; ++s) weights[s] = -__builtin_inff();
  const auto scales = Lanes::broadcast(scale);
  auto largest = Lanes::broadcast(maximum);
  for (std::int64_t s = 0; s < padded; s += 16) {
    const auto scaled = Lanes::multiply(Lanes::load(weights + s), scales);
    Lanes::store(weights + s, scaled);
    largest = Lanes::max(largest, scaled);
  }
  const float new_maximum = Lanes::fold_max(largest);
  const auto shift = Lanes::broadcast(new_maximum);
  auto total = Lanes::zero();
  for (std::int64_t s = 0; s < padded; s += 16) {
    const auto weight = exp_lanes<Lanes>(Lanes::subtract(Lanes::load(weights + s), shift));
    Lanes::store(weights + s, weight);
    total = Lanes::add(total, weight);
  }
  float correction[16];
  Lanes::store(correction, exp_lanes<Lanes>(Lanes::subtract(Lanes::broadcast(maximum), shift)));
  sum = sum * correction[0] + Lanes::fold(total);
  maximum = new_maximum;
  return correction[0];
}

// Queries that meet the same slots of a page: each its vector, its output, and its running maximum and sum.
template <int Queries>
struct AttentionTile {
  const float* q[Queries];
  float* out[Queries];
  float* state[Queries];  // maximum, sum
};

// weights[i][s] = q[i] · key s for `lanes` <= 16 slots of a page: the sum over the first half of the columns plus that over the
// second, each in ascending order. Two sums, because one would wait for itself where there are few queries.
template <typename Lanes, typename Element, int Queries>
[[gnu::always_inline]] inline void score_slots(const AttentionTile<Queries>& tile, const std::byte* keys, int lanes, int head_dim,
                                               float* weights, std::int64_t weights_stride) noexcept {
  typename Lanes::Vector first[Queries], second[Queries];
  for (int i = 0; i < Queries; ++i) first[i] = second[i] = Lanes::zero();
  const auto key = [&](int column) __attribute__((always_inline)) {
    const std::byte* at = keys + std::int64_t{column} * lanes * Element::bytes;
    return lanes == 16 ? Element::template load<Lanes>(at) : Element::template load_first<Lanes>(at, lanes);
  };
  const int half = head_dim / 2;
  for (int c = 0; c < half; ++c) {
    const auto low = key(c), high = key(half + c);
    for (int i = 0; i < Queries; ++i) {
      first[i] = Lanes::fma(Lanes::broadcast(tile.q[i][c]), low, first[i]);
      second[i] = Lanes::fma(Lanes::broadcast(tile.q[i][half + c]), high, second[i]);
    }
  }
  if (head_dim % 2 != 0) {
    const auto last = key(head_dim - 1);
    for (int i = 0; i < Queries; ++i) first[i] = Lanes::fma(Lanes::broadcast(tile.q[i][head_dim - 1]), last, first[i]);
  }
  for (int i = 0; i < Queries; ++i) Lanes::store(weights + i * weights_stride, Lanes::add(first[i], second[i]));
}

// out[i] = out[i] * correction[i] + sum over slots of weights[i][s] * values[s], for Chunks * 16 columns from `column` on.
template <typename Lanes, typename Element, int Queries, int Chunks>
[[gnu::always_inline]] inline void weigh_columns(const AttentionTile<Queries>& tile, int column, const float* weights,
                                                 std::int64_t weights_stride, const float* correction, const std::byte* values,
                                                 int slots, int head_dim) noexcept {
  typename Lanes::Vector sums[Queries][Chunks];
  for (int i = 0; i < Queries; ++i) {
    const auto factor = Lanes::broadcast(correction[i]);
    for (int c = 0; c < Chunks; ++c) sums[i][c] = Lanes::multiply(Lanes::load(tile.out[i] + column + 16 * c), factor);
  }
  for (int s = 0; s < slots; ++s) {
    const std::byte* value = values + (std::int64_t{s} * head_dim + column) * Element::bytes;
    typename Lanes::Vector lanes[Chunks];
    for (int c = 0; c < Chunks; ++c) lanes[c] = Element::template load<Lanes>(value + 16 * c * Element::bytes);
    for (int i = 0; i < Queries; ++i) {
      const auto weight = Lanes::broadcast(weights[i * weights_stride + s]);
      for (int c = 0; c < Chunks; ++c) sums[i][c] = Lanes::fma(weight, lanes[c], sums[i][c]);
    }
  }
  for (int i = 0; i < Queries; ++i) {
    for (int c = 0; c < Chunks; ++c) Lanes::store(tile.out[i] + column + 16 * c, sums[i][c]);
  }
}

// The same for the last columns, fewer than sixteen, of one query.
template <typename Lanes, typename Element>
void weigh_last_columns(float* out, const float* weights, float correction, const std::byte* values, int slots, int head_dim,
                        int columns) noexcept {
  auto sum = Lanes::multiply(Lanes::load_first(out, columns), Lanes::broadcast(correction));
  for (int s = 0; s < slots; ++s) {
    const auto value = Element::template load_first<Lanes>(values + std::int64_t{s} * head_dim * Element::bytes, columns);
    sum = Lanes::fma(Lanes::broadcast(weights[s]), value, sum);
  }
  Lanes::store_first(out, sum, columns);
}

// One page for one tile of queries, `slots` of its slots.
template <typename Lanes, typename Element, int Queries>
void attend_page(const AttentionArguments& a, const AttentionTile<Queries>& tile, const std::byte* page, int slots,
                 float* weights) noexcept {
  const std::int64_t stride = padded_slots(a.slots_per_page);
  for (int s = 0; s < slots; s += 16) {
    const int lanes = a.slots_per_page - s < 16 ? a.slots_per_page - s : 16;
    score_slots<Lanes, Element>(tile, page + a.key_offset + std::int64_t{s} * a.head_dim * Element::bytes, lanes, a.head_dim,
                                weights + s, stride);
  }
  float correction[Queries];
  for (int i = 0; i < Queries; ++i) {
    correction[i] = softmax_page<Lanes>(weights + i * stride, slots, a.scale, tile.state[i][0], tile.state[i][1]);
  }
  const std::byte* values = page + a.value_offset;
  int column = 0;
  for (; column + 32 <= a.head_dim; column += 32) {
    weigh_columns<Lanes, Element, Queries, 2>(tile, column, weights, stride, correction, values, slots, a.head_dim);
  }
  for (; column + 16 <= a.head_dim; column += 16) {
    weigh_columns<Lanes, Element, Queries, 1>(tile, column, weights, stride, correction, values, slots, a.head_dim);
  }
  if (column == a.head_dim) return;
  for (int i = 0; i < Queries; ++i) {
    weigh_last_columns<Lanes, Element>(tile.out[i] + column, weights + i * stride, correction[i],
                                       values + std::int64_t{column} * Element::bytes, slots, a.head_dim, a.head_dim - column);
  }
}

// Queries [query, end) of the call, which meet the same slots of `page`, in the largest tiles first.
template <typename Lanes, typename Element, int Queries = Lanes::kTileQueries>
void attend_queries(const AttentionArguments& a, const std::byte* page, int slots, int query, int end) noexcept {
  float* weights = a.scratch + 2 * a.rows * a.group;
  for (; query + Queries <= end; query += Queries) {
    AttentionTile<Queries> tile;
    for (int i = 0; i < Queries; ++i) {
      const std::int64_t row = (query + i) / a.group, head = (query + i) % a.group;
      tile.q[i] = a.q + row * a.q_stride + head * a.head_dim;
      tile.out[i] = a.out + row * a.out_stride + head * a.head_dim;
      tile.state[i] = a.scratch + 2 * (query + i);
    }
    attend_page<Lanes, Element>(a, tile, page, slots, weights);
  }
  if constexpr (Queries > 1) {
    if (query < end) attend_queries<Lanes, Element, Queries / 2>(a, page, slots, query, end);
  }
}

template <typename Lanes, typename Element>
void attention(const AttentionArguments& a) noexcept {
  int longest = 0;
  for (int r = 0; r < a.rows; ++r) {
    if (a.row[r].length > longest) longest = a.row[r].length;
    for (std::int64_t i = 0; i < std::int64_t{a.group} * a.head_dim; ++i) a.out[r * a.out_stride + i] = 0.0f;
  }
  for (int i = 0; i < a.rows * a.group; ++i) {
    a.scratch[2 * i] = -__builtin_inff();
    a.scratch[2 * i + 1] = 0.0f;
  }
  for (int first = 0, p = 0; first < longest; first += a.slots_per_page, ++p) {
    const auto slots_of = [&](int r) __attribute__((always_inline)) {  // that row r looks at in its page p
      const int left = a.row[r].length - first;
      return left < a.slots_per_page ? left : a.slots_per_page;
    };
    for (int r = 0; r < a.rows;) {
      const int slots = slots_of(r), begin = r++;
      if (slots <= 0) continue;
      const std::uint32_t page = a.row[begin].pages[p];
      while (r < a.rows && slots_of(r) == slots && a.row[r].pages[p] == page) ++r;
      attend_queries<Lanes, Element>(a, a.base + std::int64_t{page} * a.page_bytes, slots, begin * a.group, r * a.group);
    }
  }
  for (int i = 0; i < a.rows * a.group; ++i) {
    float* out = a.out + i / a.group * a.out_stride + std::int64_t{i % a.group} * a.head_dim;
    for (int c = 0; c < a.head_dim; ++c) out[c] = out[c] / a.scratch[2 * i + 1];
  }
}

}  // namespace reckon
