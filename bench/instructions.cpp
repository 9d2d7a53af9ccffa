// Runs each main kernel once under callgrind, which counts its instructions: bench/instructions.py compares the counts with the
// recorded ones. No timing, so that a slow machine cannot fail it. Valgrind knows AVX2, not AVX-512.
#include <valgrind/callgrind.h>

#include <cstdio>
#include <string>
#include <vector>

#include "base/rng.h"
#include "base/thread_pool.h"
#include "engine/sampling/batch_sampler.h"
#include "kernels/blocks/registry.h"
#include "kernels/dispatch.h"
#include "tensor/cpu_ops.h"
#include "tensor/packing.h"

namespace reckon {
namespace {

// The second call counts: the first may have to reserve memory.
template <typename Call>
void count(const std::string& name, Call&& call) {
  call();
  CALLGRIND_ZERO_STATS;
  call();
  CALLGRIND_DUMP_STATS_AT(name.c_str());
}

void count_linear(CpuOps& ops, ThreadPool& pool, DType type, std::int64_t rows) {
  constexpr std::int64_t kInputs = 1024, kOutputs = 64;
  const std::vector<std::byte> stored(static_cast<std::size_t>(kOutputs * row_bytes(type, kInputs)), std::byte{0x21});
  WeightView weight{type, kOutputs, kInputs, stored.data()};
  std::vector<std::byte> panels(static_cast<std::size_t>(packed_bytes(weight)));
  const bool packed = !panels.empty();
  if (packed) {
    const WeightView plain = weight;
    if (rows == 1) count("pack " + std::string(name_of(type)), [&] { pack(plain, panels.data(), pool); });
    weight = pack(plain, panels.data(), pool);
  }
  const std::vector<float> x(static_cast<std::size_t>(rows * kInputs), 0.5F);
  std::vector<float> y(static_cast<std::size_t>(rows * kOutputs));
  count("linear " + std::string(name_of(type)) + " rows " + std::to_string(rows),
        [&] { ops.linear(weight, {}, {x.data(), rows, kInputs}, {y.data(), rows, kOutputs}); });
}

constexpr int kHeads = 4, kHeadDim = 64;

// Keys and values of `type` on pages of 16 slots.
void count_attention(CpuOps& ops, DType type, int rows) {
  constexpr int kLength = 256;
  const KvLayout layout{type, 1, 1, kHeadDim, 16};
  std::vector<std::byte> memory(static_cast<std::size_t>(layout.page_bytes() * kLength / 16));
  std::vector<std::uint32_t> pages;
  for (std::uint32_t p = 0; p < kLength / 16; ++p) pages.push_back(p);
  const std::vector<AttentionRow> table(static_cast<std::size_t>(rows), AttentionRow{kLength, pages.data()});
  const std::vector<float> q(static_cast<std::size_t>(rows * kHeads * kHeadDim), 0.1F);
  std::vector<float> out(q.size());
  const KvView kv{layout, memory.data(), kLength / 16};
  const std::string of = std::string(name_of(type)) + " rows " + std::to_string(rows);
  const std::vector<float> given(static_cast<std::size_t>(rows * kHeadDim), 0.3F);
  std::vector<KvSlot> where;
  for (int r = 0; r < rows; ++r) where.push_back({0, r});
  count("store_kv " + of, [&] { ops.store_kv({given.data(), rows, kHeadDim}, {given.data(), rows, kHeadDim}, kv, 0, where); });
  count("attention " + of,
        [&] { ops.attention({q.data(), rows, kHeads * kHeadDim}, kv, 0, table, 0.125F, {out.data(), rows, kHeads * kHeadDim}); });
}

void count_rope(CpuOps& ops) {
  constexpr std::int64_t kRows = 8;
  std::vector<std::int32_t> positions;
  for (std::int32_t r = 0; r < kRows; ++r) positions.push_back(1000 + r);
  const std::vector<double> frequencies(kHeadDim / 2, 0.01);
  std::vector<float> angles(kRows * kHeadDim), x(kRows * kHeads * kHeadDim, 0.5F);
  const std::vector<float> norm(kHeadDim, 1.0F);
  const MatrixView heads{x.data(), kRows, kHeads * kHeadDim};
  ops.rope_angles(positions, frequencies, 1, {angles.data(), kRows, kHeadDim});
  count("rope", [&] { ops.rope(heads, {angles.data(), kRows, kHeadDim}, Pairing::half_split, kHeadDim); });
  count("norm_rope", [&] { ops.norm_rope(heads, norm, 1e-6F, {angles.data(), kRows, kHeadDim}, Pairing::half_split, kHeadDim); });
}

void count_elementwise(CpuOps& ops) {
  constexpr std::int64_t kCols = 4096;
  std::vector<float> x(kCols, 0.5F), y(kCols, 0.25F);
  const std::vector<float> norm(kCols, 1.0F);
  count("rms_norm", [&] { ops.rms_norm({x.data(), 1, kCols}, norm, 1e-6F, {y.data(), 1, kCols}); });
  count("silu_multiply", [&] { ops.silu_multiply({x.data(), 1, kCols}, {y.data(), 1, kCols}, {y.data(), 1, kCols}); });
  count("add", [&] { ops.add({x.data(), 1, kCols}, {y.data(), 1, kCols}); });
}

// Over a vocabulary of Qwen's size, each option by itself, so that none hides behind another.
void count_draw(ThreadPool& pool, const std::string& name, const SamplingOptions& options, std::int64_t most_likely = 0) {
  constexpr std::int64_t kVocabulary = 151'936;
  SplitMix64 rng(1);
  std::vector<float> logits;
  for (std::int64_t i = 0; i < kVocabulary; ++i) logits.push_back(static_cast<float>(rng.range(0, 1'000'000)) * 2e-5F);
  std::vector<DrawRow> rows{{logits, {}, 0, &options, 0.4, most_likely}};
  BatchSampler sampler(pool);
  count("draw " + name, [&] { sampler.sample(rows); });
}

void count_sampling(ThreadPool& pool) {
  SamplingOptions greedy, top_p, top_k;
  greedy.temperature = 0;
  top_p.temperature = 0.8;
  top_p.top_p = 0.95;
  top_k.top_k = 40;
  count_draw(pool, "greedy", greedy);
  count_draw(pool, "whole distribution", {});
  count_draw(pool, "top_p", top_p);
  count_draw(pool, "top_k", top_k);
  count_draw(pool, "statistics", {}, 20);
}

}  // namespace
}  // namespace reckon

int main() {
  using namespace reckon;
  ThreadPool pool(1);
  CpuOps ops(pool);
  std::printf("%s\n", std::string(name_of(kernels().isa)).c_str());
  for (const BlockCodec& codec : block_codecs()) {
    for (const std::int64_t rows : {1, 8, 128}) count_linear(ops, pool, codec.type, rows);
  }
  for (const DType type : {DType::f16, DType::bf16, DType::f32, DType::i8}) {
    for (const int rows : {1, 8}) count_attention(ops, type, rows);
  }
  count_rope(ops);
  count_elementwise(ops);
  count_sampling(pool);
}
