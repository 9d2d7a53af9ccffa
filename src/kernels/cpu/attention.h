// Attention of one row and one KV head over pages, with a running softmax. The page is the unit of reduction: scores, maximum,
// sum and weighted values of a page are computed alone and merged into the running ones in ascending page order, so a result
// depends on the row's own slots only, never on chunking, batch or threads. Source: online softmax, arXiv:1805.02867.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cpu/exp.h"
#include "kernels/cpu/linear.h"
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

// out[h] = out[h] * correction[h] + sum over slots of weights[h][s] * values[s], for Chunks * 16 columns of Heads heads.
template <typename Lanes, typename Element, int Heads, int Chunks>
[[gnu::always_inline]] inline void weigh_columns(const float* weights, std::int64_t weights_stride, const float* correction,
                                                 const std::byte* values, int slots, int head_dim, float* out) noexcept {
  typename Lanes::Vector sums[Heads][Chunks];
  for (int h = 0; h < Heads; ++h) {
    const auto factor = Lanes::broadcast(correction[h]);
    for (int c = 0; c < Chunks; ++c) sums[h][c] = Lanes::multiply(Lanes::load(out + h * head_dim + 16 * c), factor);
  }
  for (int s = 0; s < slots; ++s) {
    const std::byte* value = values + std::int64_t{s} * head_dim * Element::bytes;
    typename Lanes::Vector lanes[Chunks];
    for (int c = 0; c < Chunks; ++c) lanes[c] = Element::template load<Lanes>(value + 16 * c * Element::bytes);
    for (int h = 0; h < Heads; ++h) {
      const auto weight = Lanes::broadcast(weights[h * weights_stride + s]);
      for (int c = 0; c < Chunks; ++c) sums[h][c] = Lanes::fma(weight, lanes[c], sums[h][c]);
    }
  }
  for (int h = 0; h < Heads; ++h) {
    for (int c = 0; c < Chunks; ++c) Lanes::store(out + h * head_dim + 16 * c, sums[h][c]);
  }
}

// The same for the last columns, fewer than sixteen, of one head.
template <typename Lanes, typename Element>
void weigh_last_columns(const float* weights, float correction, const std::byte* values, int slots, int head_dim, int columns,
                        float* out) noexcept {
  auto sum = Lanes::multiply(Lanes::load_first(out, columns), Lanes::broadcast(correction));
  for (int s = 0; s < slots; ++s) {
    const auto value = Element::template load_first<Lanes>(values + std::int64_t{s} * head_dim * Element::bytes, columns);
    sum = Lanes::fma(Lanes::broadcast(weights[s]), value, sum);
  }
  Lanes::store_first(out, sum, columns);
}

template <typename Lanes, typename Element, int Heads>
void weigh_values(const float* weights, std::int64_t weights_stride, const float* correction, const std::byte* values, int slots,
                  int head_dim, float* out) noexcept {
  int column = 0;
  for (; column + 32 <= head_dim; column += 32) {
    weigh_columns<Lanes, Element, Heads, 2>(weights, weights_stride, correction, values + column * Element::bytes, slots,
                                            head_dim, out + column);
  }
  for (; column + 16 <= head_dim; column += 16) {
    weigh_columns<Lanes, Element, Heads, 1>(weights, weights_stride, correction, values + column * Element::bytes, slots,
                                            head_dim, out + column);
  }
  if (column == head_dim) return;
  for (int h = 0; h < Heads; ++h) {
    weigh_last_columns<Lanes, Element>(weights + h * weights_stride, correction[h], values + column * Element::bytes, slots,
                                       head_dim, head_dim - column, out + h * head_dim + column);
  }
}

template <typename Lanes, typename Element>
void attention(const AttentionArguments& a) noexcept {
  const std::int64_t stride = padded_slots(a.slots_per_page);
  float* weights = a.scratch;  // [group, stride]
  float* maximum = weights + a.group * stride;
  float* sum = maximum + a.group;
  float* correction = sum + a.group;
  for (int h = 0; h < a.group; ++h) {
    maximum[h] = -__builtin_inff();
    sum[h] = 0.0f;
  }
  for (std::int64_t i = 0; i < std::int64_t{a.group} * a.head_dim; ++i) a.out[i] = 0.0f;

  LinearArguments scores{};
  scores.weight_stride = std::int64_t{a.head_dim} * Element::bytes;
  scores.inputs = scores.x_stride = a.head_dim;
  scores.x = a.q;
  scores.rows = a.group;
  scores.y = weights;
  scores.y_stride = stride;
  for (int first = 0, page = 0; first < a.length; first += a.slots_per_page, ++page) {
    const int slots = a.length - first < a.slots_per_page ? a.length - first : a.slots_per_page;
    const std::byte* at = a.base + std::int64_t{a.pages[page]} * a.page_bytes;
    scores.weight = at + a.key_offset;
    scores.outputs = slots;
    linear_direct<Lanes, Element>(scores);
    for (int h = 0; h < a.group; ++h) {
      correction[h] = softmax_page<Lanes>(weights + h * stride, slots, a.scale, maximum[h], sum[h]);
    }
    int h = 0;
    for (; h + 4 <= a.group; h += 4) {
      weigh_values<Lanes, Element, 4>(weights + h * stride, stride, correction + h, at + a.value_offset, slots, a.head_dim,
                                      a.out + h * a.head_dim);
    }
    for (; h < a.group; ++h) {
      weigh_values<Lanes, Element, 1>(weights + h * stride, stride, correction + h, at + a.value_offset, slots, a.head_dim,
                                      a.out + h * a.head_dim);
    }
  }
  for (int h = 0; h < a.group; ++h) {
    for (int c = 0; c < a.head_dim; ++c) a.out[h * a.head_dim + c] = a.out[h * a.head_dim + c] / sum[h];
  }
}

}  // namespace reckon
