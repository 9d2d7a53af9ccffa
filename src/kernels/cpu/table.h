// One row of function pointers per instruction set. Kernels trust their arguments (tensor/ checks shapes), allocate nothing and
// start no thread; every one gives the same bits in every table. No pointer need be aligned beyond its element.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernels/attention_row.h"
#include "kernels/blocks/registry.h"
#include "kernels/cpu/activations.h"
#include "kernels/kv_types.h"

namespace reckon {

enum class Isa { scalar, avx2, avx512, avx512_bf16, neon };
constexpr Isa kIsas[] = {Isa::scalar, Isa::avx2, Isa::avx512, Isa::avx512_bf16, Isa::neon};

// What a product may keep in the caches of a core to read it again, in bytes. It decides the order of loops, and no bit.
struct CacheRoom {
  std::int64_t weights = std::int64_t{20} << 10;       // packed ones, in the first level, while rows pass over them
  std::int64_t activations = std::int64_t{256} << 10;  // in the second level, while the outputs pass over them
};

// y[r][o] = sum over i of x[r][i] * weight[o][i], then + bias[o]. Each of the sums runs alone: sixteen lanes over ascending i,
// then one fold, whatever `rows` and `outputs` are.
struct LinearArguments {
  const std::byte* weight;     // [outputs] rows of Block
  std::int64_t weight_stride;  // bytes
  std::int64_t inputs, outputs;
  const float* bias;  // [outputs] or null
  const float* x;     // [rows, inputs]
  std::int64_t x_stride, rows;
  float* y;  // [rows, outputs]
  std::int64_t y_stride;
  float* scratch;  // linear_scratch(inputs) floats, of this thread alone
  CacheRoom room{};
};
constexpr std::int64_t kLargestTileOutputs = 4;
constexpr std::int64_t linear_scratch(std::int64_t inputs) { return kLargestTileOutputs * inputs; }

// The same with weights packed into panels and activations in the form that these meet. Panels [first_panel, end_panel).
struct PanelArguments {
  const std::byte* panels;  // of panel 0
  std::int64_t blocks;      // packed blocks of a row
  std::int64_t first_panel, end_panel;
  std::int64_t outputs;   // of the whole matrix
  const float* bias;      // [outputs] or null
  const void* x;          // [rows, x_stride] blocks of ActivationKernel
  std::int64_t x_stride;  // activation_blocks(inputs)
  std::int64_t rows;
  float* y;  // [rows, outputs]
  std::int64_t y_stride;
  CacheRoom room{};
};

// How a type's rows become panels of `panel_outputs` rows, and products with them. Null where a type has no panels.
struct PanelKernels {
  int block_inputs;  // of a packed block; a row's last one may be filled up with zeros
  int block_bytes;   // of one output's packed block
  ActivationKind activations;
  void (*pack)(const std::byte* from, std::int64_t row_bytes, int rows, std::int64_t inputs, std::byte* to);
  void (*linear)(const PanelArguments&);

  std::int64_t blocks(std::int64_t inputs) const noexcept { return (inputs + block_inputs - 1) / block_inputs; }
};

// Makes activation_blocks(inputs) blocks of a row of activations, aligned to 64 bytes (cpu/activations.h).
struct ActivationKernel {
  int block_bytes;
  void (*make)(const float* x, std::int64_t inputs, void* out);
};

// Attention of the query heads that share one KV head, for several rows: those that follow each other and hold the same page
// read it together.
struct AttentionArguments {
  const float* q;  // [rows, group, head_dim], rows q_stride floats apart
  float* out;      // the same, out_stride floats apart; not overlapping q
  std::int64_t q_stride, out_stride;
  const AttentionRow* row;  // [rows], lengths > 0
  int rows;
  int group, head_dim;
  const std::byte* base;  // of page 0
  std::int64_t page_bytes;
  std::int64_t key_offset, value_offset;  // bytes in a page, of this layer and KV head (tensor/kv_view.h)
  std::int64_t scale_offset;              // bytes from either to the slots' scales, where the type has any
  int slots_per_page;
  float scale;
  float* scratch;  // attention_scratch(rows, group, slots_per_page) floats, of this thread alone
};
constexpr int kMostTileQueries = 8;
// Always inlined: a wide instruction set's file must not offer its copy of an ordinary function to the linker.
[[gnu::always_inline]] constexpr int pages_in_unit(int slots_per_page) {
  return slots_per_page < kUnitSlots ? kUnitSlots / slots_per_page : 1;
}
// Floats from the scores of one query over a unit, slot by slot, to those of the next. Scores are stored sixteen at a time: where
// pages are no whole number of these, what is too many lies on the next page's scores, which come later, or behind the last.
[[gnu::always_inline]] constexpr std::int64_t unit_floats(int slots_per_page) {
  const std::int64_t slots = std::int64_t{slots_per_page} * pages_in_unit(slots_per_page);
  return slots_per_page % 16 == 0 ? slots : (slots + 15) / 16 * 16 + 16;
}
constexpr std::int64_t attention_scratch(int rows, int group, int slots_per_page) {
  return std::int64_t{2} * rows * group + kMostTileQueries * unit_floats(slots_per_page);
}

// Rounds the keys and values of one KV head into a page.
struct KvStoreArguments {
  const float* k;  // [rows, head_dim], rows k_stride floats apart
  const float* v;  // the same, v_stride floats apart
  std::int64_t k_stride, v_stride;
  const KvSlot* where;  // [rows], all in one page
  int rows;             // <= kMostStoreRows
  int head_dim, slots_per_page;
  std::byte* keys;            // the head's block of the page (tensor/kv_view.h)
  std::byte* values;          // the same
  std::int64_t scale_offset;  // as in AttentionArguments
  float* scratch;             // rows * head_dim floats, of this thread alone
};
constexpr int kMostStoreRows = 16;

// By the type of K and V.
struct KvKernels {
  void (*attention)(const AttentionArguments&);
  void (*store)(const KvStoreArguments&);
};

struct KernelTable {
  Isa isa;
  void (*linear[BlockList::size])(const LinearArguments&);
  int panel_outputs;
  PanelKernels panels[BlockList::size];
  ActivationKernel activations[kActivationKinds];  // by ActivationKind
  void (*unpack_row[BlockList::size])(const std::byte* row, std::int64_t columns, float* out);
  std::array<KvKernels, KvTypeList::size> kv;
  // y = x * weight / sqrt(mean(x²) + epsilon); y may be x
  void (*rms_norm)(const float* x, const float* weight, float epsilon, std::int64_t cols, float* y);
  // Rotates pairs of each head by cosines [pairs] and sines [pairs], which follow each other in `angles`.
  void (*rope_adjacent)(float* x, const float* angles, int heads, int head_dim, int pairs);
  void (*rope_half_split)(float* x, const float* angles, int heads, int head_dim, int pairs);
  void (*silu_multiply)(const float* gate, const float* up, std::int64_t count, float* out);
  void (*add)(float* x, const float* y, std::int64_t count);
  void (*exp)(const float* x, std::int64_t count, float* out);  // see cpu/exp.h for range and error
  // Ceilings of the machine, for benchmarks: reads `bytes` (a multiple of 64) once; does `rounds` * kFlopsPerRound flops.
  float (*read_memory)(const std::byte* from, std::int64_t bytes);
  float (*multiply_add)(std::int64_t rounds);
  float (*multiply_add_bf16)(std::int64_t rounds);  // rounds * kBf16FlopsPerRound
  float (*multiply_add_int8)(std::int64_t rounds);  // rounds * kInt8OpsPerRound
};
// What a table has of its own where the machine multiplies bf16.
struct Bf16Kernels {
  PanelKernels panels;
  ActivationKernel activations;
  float (*multiply_add)(std::int64_t rounds);
};
constexpr std::int64_t kInt8OpsPerRound = 12 * 16 * 4 * 2;
constexpr std::int64_t kBf16FlopsPerRound = 12 * 16 * 2 * 2;
constexpr std::int64_t kFlopsPerRound = 12 * 16 * 2;

}  // namespace reckon
