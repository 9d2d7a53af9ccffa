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
  if (packed) weight = pack(weight, panels.data(), pool);
  const std::vector<float> x(static_cast<std::size_t>(rows * kInputs), 0.5F);
  std::vector<float> y(static_cast<std::size_t>(rows * kOutputs));
  count("linear " + std::string(name_of(type)) + " rows " + std::to_string(rows),
        [&] { ops.linear(weight, {}, {x.data(), rows, kInputs}, {y.data(), rows, kOutputs}); });
}

void count_attention(CpuOps& ops, int rows) {
  constexpr int kHeads = 4, kHeadDim = 64, kLength = 256;
  const KvLayout layout{DType::f16, 1, 1, kHeadDim, 16};
  std::vector<std::byte> memory(static_cast<std::size_t>(layout.page_bytes() * kLength / 16));
  std::vector<std::uint32_t> pages;
  for (std::uint32_t p = 0; p < kLength / 16; ++p) pages.push_back(p);
  const std::vector<AttentionRow> table(static_cast<std::size_t>(rows), AttentionRow{kLength, pages.data()});
  const std::vector<float> q(static_cast<std::size_t>(rows * kHeads * kHeadDim), 0.1F);
  std::vector<float> out(q.size());
  const KvView kv{layout, memory.data(), kLength / 16};
  count("attention rows " + std::to_string(rows),
        [&] { ops.attention({q.data(), rows, kHeads * kHeadDim}, kv, 0, table, 0.125F, {out.data(), rows, kHeads * kHeadDim}); });
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
    for (const std::int64_t rows : {1, 8}) count_linear(ops, pool, codec.type, rows);
  }
  for (const int rows : {1, 8}) count_attention(ops, rows);
  count_elementwise(ops);
  count_sampling(pool);
}
