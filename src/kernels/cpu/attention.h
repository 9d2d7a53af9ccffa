// Attention of rows that read one KV head over pages, with a running softmax. A unit, the pages of kUnitSlots slots, is reduced
// at a time: its scores, their maximum and sum and the weighted values are merged into the running ones in ascending order of
// units, and within a unit of slots, whichever pages hold them. So a result depends on the row's own slots only, never on
// chunking, batch, threads or, where a unit is a whole number of pages, on their size. Rows that hold the same pages (branches of
// one prompt, rows of one prompt) read them together: a key or value on its way through the registers meets up to kTileQueries
// queries. Keys lie slot by slot in lanes (tensor/kv_view.h), so that no score is summed across lanes.
// Source: online softmax, arXiv:1805.02867.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cpu/exp.h"
#include "kernels/cpu/table.h"

namespace reckon {

// weights[s] := e^(scale * weights[s] - new maximum) for `lanes` scores, a multiple of 16. Updates the running maximum and sum of
// one query head; returns what its running values must be multiplied by.
template <typename Lanes>
float softmax_unit(float* weights, std::int64_t lanes, float scale, float& maximum, float& sum) noexcept {
  const auto scales = Lanes::broadcast(scale);
  auto largest = Lanes::broadcast(maximum);
  for (std::int64_t s = 0; s < lanes; s += 16) {
    const auto scaled = Lanes::multiply(Lanes::load(weights + s), scales);
    Lanes::store(weights + s, scaled);
    largest = Lanes::max(largest, scaled);
  }
  const float new_maximum = Lanes::fold_max(largest);
  const auto shift = Lanes::broadcast(new_maximum);
  auto total = Lanes::zero();
  for (std::int64_t s = 0; s < lanes; s += 16) {
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

// Queries that meet the slots of the same pages in a unit.
template <int Queries>
struct AttentionTile {
  const float* q[Queries];
  float* out[Queries];
  float* state[Queries];  // running maximum, sum
  int slots[Queries];     // of the unit, 1 and up
  const std::uint32_t* pages;
  const std::uint32_t* ahead;  // the pages to be read next, or null; fetched into the second-level cache meanwhile
  int pages_ahead;
};

// Fetches the lines of a later page that begin within `bytes` bytes from `at` on. Keys are fetched while scores are made, values
// while they are weighed: a core has only so many fetches under way, and both phases take about as long.
template <typename Lanes>
[[gnu::always_inline]] inline void prefetch_lines(const std::byte* ahead, std::int64_t at, std::int64_t bytes,
                                                  typename Lanes::Vector& after) noexcept {
  for (std::int64_t line = (at + 63) / 64 * 64; line < at + bytes; line += 64) Lanes::prefetch(ahead + line, after);
}

// weights[i][s] = q[i] · key s for `lanes` <= 16 slots of a page: the sum over the first half of the columns plus that over the
// second, each in ascending order. Two sums, because one would wait for itself where there are few queries.
template <typename Lanes, typename Element, int Queries>
[[gnu::always_inline]] inline void score_slots(const AttentionArguments& a, const AttentionTile<Queries>& tile,
                                               const std::byte* keys, int lanes, const std::byte* keys_ahead, float* weights,
                                               std::int64_t weights_stride) noexcept {
  typename Lanes::Vector first[Queries], second[Queries];
  for (int i = 0; i < Queries; ++i) first[i] = second[i] = Lanes::zero();
  const auto key = [&](int column) __attribute__((always_inline)) {
    const std::byte* at = keys + std::int64_t{column} * lanes * Element::bytes;
    return lanes == 16 ? Element::template load<Lanes>(at) : Element::template load_first<Lanes>(at, lanes);
  };
  const int half = a.head_dim / 2;
  for (int c = 0; c < half; ++c) {
    const auto low = key(c), high = key(half + c);
    for (int i = 0; i < Queries; ++i) {
      first[i] = Lanes::fma(Lanes::broadcast(tile.q[i][c]), low, first[i]);
      second[i] = Lanes::fma(Lanes::broadcast(tile.q[i][half + c]), high, second[i]);
    }
    constexpr std::int64_t kBytes = 2 * 16 * Element::bytes;  // of a column and the same one of the other half
    if (keys_ahead != nullptr) {
      prefetch_lines<Lanes>(keys_ahead, kBytes * c, kBytes, first[0]);
      if (Element::scale_bytes > 0 && c == 1) {  // odd columns of bytes begin no line
        Lanes::prefetch(keys_ahead + a.scale_offset, first[0]);
        Lanes::prefetch(keys_ahead + a.value_offset - a.key_offset + a.scale_offset, first[0]);
      }
    }
  }
  if (a.head_dim % 2 != 0) {
    const auto last = key(a.head_dim - 1);
    for (int i = 0; i < Queries; ++i) first[i] = Lanes::fma(Lanes::broadcast(tile.q[i][a.head_dim - 1]), last, first[i]);
  }
  for (int i = 0; i < Queries; ++i) Lanes::store(weights + i * weights_stride, Lanes::add(first[i], second[i]));
}

// weights[s] *= the scale of slot s, for the pages of a unit that `slots` slots lie in; `part` is key_offset or value_offset.
// What lies behind the last slot is multiplied too, by anything: nobody reads it.
template <typename Lanes>
void scale_weights(const AttentionArguments& a, const std::uint32_t* pages, std::int64_t part, int slots,
                   float* weights) noexcept {
  for (int first = 0; first < slots; first += a.slots_per_page, ++pages, weights += a.slots_per_page) {
    const std::byte* scales = a.base + std::int64_t{*pages} * a.page_bytes + part + a.scale_offset;
    for (int s = 0; s < a.slots_per_page; s += 16) {
      const std::byte* from = scales + std::int64_t{s} * 4;
      const int left = a.slots_per_page - s;
      const auto scores = Lanes::load(weights + s);
      if (left < 16) {  // the next page's scores begin here
        Lanes::store_first(weights + s, Lanes::multiply(scores, Lanes::load_first(from, left)), left);
      } else {
        Lanes::store(weights + s, Lanes::multiply(scores, Lanes::load(from)));
      }
    }
  }
}

// Slots [first, end) of a unit, to add in ascending order.
struct SlotRange {
  const std::uint32_t* pages;
  int first, end;
  const std::uint32_t* ahead = nullptr;  // pages to be read next
  int pages_ahead = 0;

  // Calls visit(slot's values, the slot, values of the same slot of the page ahead or null) for each.
  template <typename Visit>
  [[gnu::always_inline]] void each(const AttentionArguments& a, std::int64_t slot_bytes, Visit&& visit) const noexcept {
    for (int slot = first; slot < end;) {
      const int page = slot / a.slots_per_page, begin = slot - page * a.slots_per_page;
      const int left = end - page * a.slots_per_page;
      const int stop = left < a.slots_per_page ? left : a.slots_per_page;
      const std::byte* values = a.base + std::int64_t{pages[page]} * a.page_bytes + a.value_offset;
      if (page < pages_ahead) {
        const std::byte* later = a.base + std::int64_t{ahead[page]} * a.page_bytes + a.value_offset;
        for (int s = begin; s < stop; ++s) visit(values + s * slot_bytes, slot - begin + s, later + s * slot_bytes);
      } else {
        for (int s = begin; s < stop; ++s) visit(values + s * slot_bytes, slot - begin + s, nullptr);
      }
      slot += stop - begin;
    }
  }
};

// out[i] = out[i] * correction[i] + sum over slots of weights[i][s] * values[s], for Chunks * 16 columns from `column` on.
template <typename Lanes, typename Element, int Queries, int Chunks>
[[gnu::always_inline]] inline void weigh_columns(const AttentionArguments& a, float* const (&out)[Queries],
                                                 const SlotRange& range, int column, const float* weights,
                                                 std::int64_t weights_stride, const float* correction) noexcept {
  typename Lanes::Vector sums[Queries][Chunks];
  for (int i = 0; i < Queries; ++i) {
    const auto factor = Lanes::broadcast(correction[i]);
    for (int c = 0; c < Chunks; ++c) sums[i][c] = Lanes::multiply(Lanes::load(out[i] + column + 16 * c), factor);
  }
  range.each(a, std::int64_t{a.head_dim} * Element::bytes,
             [&](const std::byte* values, std::int64_t s, const std::byte* later) __attribute__((always_inline)) {
               const std::byte* value = values + std::int64_t{column} * Element::bytes;
               typename Lanes::Vector lanes[Chunks];
               for (int c = 0; c < Chunks; ++c) lanes[c] = Element::template load<Lanes>(value + 16 * c * Element::bytes);
               for (int i = 0; i < Queries; ++i) {
                 const auto weight = Lanes::broadcast(weights[i * weights_stride + s]);
                 for (int c = 0; c < Chunks; ++c) sums[i][c] = Lanes::fma(weight, lanes[c], sums[i][c]);
               }
               constexpr std::int64_t kBytes = std::int64_t{16} * Chunks * Element::bytes;
               if (later != nullptr) prefetch_lines<Lanes>(later, std::int64_t{column} * Element::bytes, kBytes, sums[0][0]);
             });
  for (int i = 0; i < Queries; ++i) {
    for (int c = 0; c < Chunks; ++c) Lanes::store(out[i] + column + 16 * c, sums[i][c]);
  }
}

// The same for the last columns, fewer than sixteen, of one query.
template <typename Lanes, typename Element>
void weigh_last_columns(const AttentionArguments& a, float* out, const SlotRange& range, int column, const float* weights,
                        float correction) noexcept {
  const int columns = a.head_dim - column;
  auto sum = Lanes::multiply(Lanes::load_first(out + column, columns), Lanes::broadcast(correction));
  range.each(a, std::int64_t{a.head_dim} * Element::bytes,
             [&](const std::byte* values, std::int64_t s, const std::byte*) __attribute__((always_inline)) {
               const auto value = Element::template load_first<Lanes>(values + std::int64_t{column} * Element::bytes, columns);
               sum = Lanes::fma(Lanes::broadcast(weights[s]), value, sum);
             });
  Lanes::store_first(out + column, sum, columns);
}

template <typename Lanes, typename Element, int Queries>
void weigh_values(const AttentionArguments& a, float* const (&out)[Queries], const SlotRange& range, const float* weights,
                  std::int64_t weights_stride, const float* correction) noexcept {
  int column = 0;
  for (; column + 32 <= a.head_dim; column += 32) {
    weigh_columns<Lanes, Element, Queries, 2>(a, out, range, column, weights, weights_stride, correction);
  }
  for (; column + 16 <= a.head_dim; column += 16) {
    weigh_columns<Lanes, Element, Queries, 1>(a, out, range, column, weights, weights_stride, correction);
  }
  if (column == a.head_dim) return;
  for (int i = 0; i < Queries; ++i) {
    weigh_last_columns<Lanes, Element>(a, out[i], range, column, weights + i * weights_stride, correction[i]);
  }
}

// One unit for one tile of queries.
template <typename Lanes, typename Element, int Queries>
void attend_unit(const AttentionArguments& a, const AttentionTile<Queries>& tile, float* weights) noexcept {
  const std::int64_t stride = unit_floats(a.slots_per_page);
  int most = tile.slots[0], common = tile.slots[0];
  for (const int slots : tile.slots) {
    if (slots > most) most = slots;
    if (slots < common) common = slots;
  }
  for (int first = 0, p = 0; first < most; first += a.slots_per_page, ++p) {
    const std::byte* keys = a.base + std::int64_t{tile.pages[p]} * a.page_bytes + a.key_offset;
    const std::byte* ahead = p < tile.pages_ahead ? a.base + std::int64_t{tile.ahead[p]} * a.page_bytes + a.key_offset : nullptr;
    const int slots = most - first < a.slots_per_page ? most - first : a.slots_per_page;
    for (int s = 0; s < slots; s += 16) {
      const int lanes = a.slots_per_page - s < 16 ? a.slots_per_page - s : 16;
      score_slots<Lanes, Element>(a, tile, keys + std::int64_t{s} * a.head_dim * Element::bytes, lanes, s == 0 ? ahead : nullptr,
                                  weights + first + s, stride);
    }
  }
  float correction[Queries];
  for (int i = 0; i < Queries; ++i) {
    float* row = weights + i * stride;
    if constexpr (Element::scale_bytes > 0) scale_weights<Lanes>(a, tile.pages, a.key_offset, tile.slots[i], row);
    const std::int64_t lanes = (std::int64_t{tile.slots[i]} + 15) / 16 * 16;
    for (std::int64_t s = tile.slots[i]; s < lanes; ++s) row[s] = -__builtin_inff();
    correction[i] = softmax_unit<Lanes>(row, lanes, a.scale, tile.state[i][0], tile.state[i][1]);
    // Once per slot, so that the loops over its columns only widen bytes.
    if constexpr (Element::scale_bytes > 0) scale_weights<Lanes>(a, tile.pages, a.value_offset, tile.slots[i], row);
  }
  weigh_values<Lanes, Element>(a, tile.out, {tile.pages, 0, common, tile.ahead, tile.pages_ahead}, weights, stride, correction);
  for (int i = 0; i < Queries && common < most; ++i) {
    float* const out[1] = {tile.out[i]};
    const float one = 1.0f;
    if (tile.slots[i] > common) {
      weigh_values<Lanes, Element>(a, out, {tile.pages, common, tile.slots[i]}, weights + i * stride, stride, &one);
    }
  }
}

// Consecutive rows that hold the same pages in a unit.
struct UnitRows {
  int begin = 0, end = 0;
  const std::uint32_t* pages = nullptr;  // of the longest row, from the unit's first page on
  int page_count = 0;
};

// Queries [query, end) of the call, in the largest tiles first; the first of them fetches what is ahead.
template <typename Lanes, typename Element, int Queries = Lanes::kTileQueries>
void attend_queries(const AttentionArguments& a, const UnitRows& run, const UnitRows& next, int first_slot, int query,
                    int end) noexcept {
  float* weights = a.scratch + 2 * a.rows * a.group;
  for (; query + Queries <= end; query += Queries) {
    AttentionTile<Queries> tile;
    tile.pages = run.pages;
    tile.ahead = next.pages;
    tile.pages_ahead = query == run.begin * a.group ? next.page_count : 0;
    for (int i = 0; i < Queries; ++i) {
      const std::int64_t row = (query + i) / a.group, head = (query + i) % a.group;
      const int left = a.row[row].length - first_slot, unit = a.slots_per_page * pages_in_unit(a.slots_per_page);
      tile.q[i] = a.q + row * a.q_stride + head * a.head_dim;
      tile.out[i] = a.out + row * a.out_stride + head * a.head_dim;
      tile.state[i] = a.scratch + 2 * (query + i);
      tile.slots[i] = left < unit ? left : unit;
    }
    attend_unit<Lanes, Element>(a, tile, weights);
  }
  if constexpr (Queries > 1) {
    if (query < end) attend_queries<Lanes, Element, Queries / 2>(a, run, next, first_slot, query, end);
  }
}

// The first run of rows from `row` on that reach into the unit of pages [first_page, …); none: begin == end.
[[gnu::always_inline]] inline UnitRows rows_of_unit(const AttentionArguments& a, int first_page, int row) noexcept {
  const auto pages_of = [&](int r) __attribute__((always_inline)) {
    const int left = (a.row[r].length + a.slots_per_page - 1) / a.slots_per_page - first_page;
    const int most = pages_in_unit(a.slots_per_page);
    return left < most ? left : most;
  };
  while (row < a.rows && pages_of(row) <= 0) ++row;
  UnitRows run{row, row};
  for (; run.end < a.rows; ++run.end) {
    const int count = pages_of(run.end);
    if (count <= 0) break;
    const std::uint32_t* pages = a.row[run.end].pages + first_page;
    const int shared = count < run.page_count ? count : run.page_count;
    bool same = true;
    for (int p = 0; p < shared; ++p) same = same && pages[p] == run.pages[p];
    if (!same) break;
    if (count > run.page_count) run.pages = pages, run.page_count = count;
  }
  return run;
}

template <typename Lanes, typename Element>
void attention(const AttentionArguments& a) noexcept {
  static_assert(Element::scale_bytes == 0 || Element::scale_bytes == sizeof(float));
  for (int r = 0; r < a.rows; ++r) {
    for (std::int64_t i = 0; i < std::int64_t{a.group} * a.head_dim; ++i) a.out[r * a.out_stride + i] = 0.0f;
  }
  for (int i = 0; i < a.rows * a.group; ++i) {
    a.scratch[2 * i] = -__builtin_inff();
    a.scratch[2 * i + 1] = 0.0f;
  }
  int page = 0;
  for (UnitRows run = rows_of_unit(a, 0, 0); run.begin < run.end;) {
    const int this_page = page;
    UnitRows next = rows_of_unit(a, page, run.end);
    if (next.begin == next.end) {
      page += pages_in_unit(a.slots_per_page);
      next = rows_of_unit(a, page, 0);
    }
    attend_queries<Lanes, Element>(a, run, next, this_page * a.slots_per_page, run.begin * a.group, run.end * a.group);
    run = next;
  }
  for (int i = 0; i < a.rows * a.group; ++i) {
    float* out = a.out + i / a.group * a.out_stride + std::int64_t{i % a.group} * a.head_dim;
    for (int c = 0; c < a.head_dim; ++c) out[c] = out[c] / a.scratch[2 * i + 1];
  }
}

}  // namespace reckon
