// Fills a kernel table for one lanes type. Included by one source file per instruction set, compiled with that set's flags.
// Everything below is a template over the lanes type, so the linker can never take one set's code for another's.
#pragma once

#include "kernels/cpu/attention.h"
#include "kernels/cpu/ceilings.h"
#include "kernels/cpu/elementwise.h"
#include "kernels/cpu/kv_store.h"
#include "kernels/cpu/linear.h"
#include "kernels/cpu/pack.h"
#include "kernels/cpu/panel_linear.h"
#include "kernels/cpu/table.h"
#include "kernels/cpu/unpack.h"

namespace reckon {

template <typename Words, typename Block>
constexpr PanelKernels panel_kernels() {
  if constexpr (requires { typename Block::Panel; }) {
    using Fields = PackedFields<Block>;
    return {Fields::kInputs, Fields::kBytes, Fields::kActivations, pack_panel<Words, Block>, panel_linear<Words, Block>};
  } else {
    return {1, 0, ActivationKind::int8, nullptr, nullptr};
  }
}

template <typename Lanes, typename Words>
constexpr ActivationKernel bf16_activations() {
  using Block = ActivationsOf<Words, ActivationKind::bf16>;
  return {sizeof(Block), round_activations<Lanes, Block>};
}

template <typename Lanes, typename... Types>
constexpr std::array<KvKernels, sizeof...(Types)> kv_kernels(TypeList<Types...>) {
  return {KvKernels{attention<Lanes, Types>, store_kv<Lanes, Types>}...};
}

template <typename Lanes, typename Words, typename... Blocks>
constexpr KernelTable kernel_table(Isa isa, TypeList<Blocks...>) {
  static_assert(Lanes::kTileOutputs <= kLargestTileOutputs && Lanes::kTileQueries <= kMostTileQueries);
  return KernelTable{
      .isa = isa,
      .linear = {linear<Lanes, Blocks>...},
      .panel_outputs = Words::kOutputs,
      .panels = {panel_kernels<Words, Blocks>()...},
      .activations = {{sizeof(ActivationBlock), quantise_activations<Lanes>},
                      bf16_activations<Lanes, Words>(),
                      {sizeof(FloatBlock), copy_activations<Lanes>}},
      .unpack_row = {unpack_row<Lanes, Blocks>...},
      .kv = kv_kernels<Lanes>(KvTypeList{}),
      .rms_norm = rms_norm<Lanes>,
      .rope_adjacent = rope_adjacent<Lanes>,
      .rope_half_split = rope_half_split<Lanes>,
      .silu_multiply = silu_multiply<Lanes>,
      .add = add<Lanes>,
      .exp = exp<Lanes>,
      .read_memory = read_memory<Lanes>,
      .multiply_add = multiply_add<Lanes>,
      .multiply_add_bf16 = multiply_add_bf16<Lanes, Words>,
      .multiply_add_int8 = multiply_add_int8<Words>,
  };
}

}  // namespace reckon
