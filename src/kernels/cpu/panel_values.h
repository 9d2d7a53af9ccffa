// What one tile of panel_linear.h does with plain weights: products in f32, or of bf16 pairs, summed in f32.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cpu/pack.h"
#include "kernels/cpu/unrolled.h"

namespace reckon {

// sums[p][r] += weights of `blocks` packed blocks of panel p times activations of row r, one after the other. Beside blocks turn,
// turn + turns, … what lies ahead of them is fetched.
template <typename W, typename Block, int Rows, int Panels>
[[gnu::always_inline]] inline void add_values(const std::byte* (&panel)[Panels], const std::byte* (&ahead)[Panels],
                                              const ActivationsOf<W, Block::Panel::activations>* const (&x)[Rows], int blocks,
                                              std::int64_t turn, std::int64_t turns,
                                              typename W::Floats (&sums)[Panels][Rows]) noexcept {
  using Panel = typename Block::Panel;
  constexpr int kBytes = PackedFields<Block>::kBytes * W::kOutputs;
  constexpr int kSteps = Panel::inputs / Panel::step_inputs;
  typename W::Floats local[Panels][Rows];  // arrays that others see are kept in memory
  unrolled<Rows * Panels>([&](auto i) __attribute__((always_inline)) { local[i / Rows][i % Rows] = W::zero_floats(); });
  for (int b = 0; b < blocks; ++b) {
    const bool prefetch = b == turn;
    if (prefetch) turn += turns;
    unrolled<kSteps>([&](auto step) __attribute__((always_inline)) {
      constexpr int S = decltype(step)::value;
      typename Panel::template Weights<W> weights[Panels];
      for (int p = 0; p < Panels; ++p) weights[p] = Panel::template weights<W, S>(panel[p]);
      unrolled<Rows>([&](auto row) __attribute__((always_inline)) {
        constexpr int R = decltype(row)::value;
        const auto inputs = Panel::template inputs_of<W>(x[R]->value + b * Panel::inputs + S * Panel::step_inputs);
        unrolled<Panels>([&](auto p) __attribute__((always_inline)) {
          local[p][R] = Panel::template multiply<W>(weights[p], inputs, local[p][R]);
        });
      });
      if (Rows > 1 && prefetch) {
        unrolled<Panels>([&](auto p) __attribute__((always_inline)) { prefetch_part<W, kBytes, kSteps, S>(ahead[p]); });
      }
    });
    for (int p = 0; p < Panels; ++p) {
      panel[p] += kBytes;
      ahead[p] += kBytes;
    }
  }
  unrolled<Rows * Panels>([&](auto i) __attribute__((always_inline)) { sums[i / Rows][i % Rows] = local[i / Rows][i % Rows]; });
}

}  // namespace reckon
