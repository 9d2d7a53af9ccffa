// How fast the ops are, beside the ceilings of the same machine in the same run. Usage: bench_kernels [--benchmark_filter=…].
// Counters: GFLOPS and GB/s (weights or pages read once per call); the ceilings stand in the context printed first.
// RECKON_BENCH_THREADS (default 1) sets the pool. Weights are cycled through 400 MB, so that none is in a cache.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <cstring>
#include <numeric>
#include <string>
#include <vector>

#include "base/huge_memory.h"
#include "base/thread_pool.h"
#include "kernels/blocks/registry.h"
#include "kernels/dispatch.h"
#include "tensor/cpu_ops.h"
#include "tensor/machine.h"
#include "tensor/packing.h"

namespace reckon {
namespace {

struct Bench {
  explicit Bench(int threads) : pool(threads) {}
  ThreadPool pool;
  CpuOps ops{pool};
};

using benchmark::Counter;
using benchmark::State;

void linear(State& state, Bench& bench, DType type, bool packed) {
  const std::int64_t rows = state.range(0), inputs = state.range(1), outputs = state.range(2);
  const std::int64_t bytes = outputs * row_bytes(type, inputs);
  const std::int64_t copies = state.range(3) == 0 ? 1 : 400'000'000 / bytes + 1;
  std::vector<std::byte> weights(static_cast<std::size_t>(bytes * copies), std::byte{0x21});  // any bits will do
  const std::vector<float> x(static_cast<std::size_t>(rows * inputs), 0.5f);
  std::vector<float> y(static_cast<std::size_t>(rows * outputs));
  std::vector<WeightView> views;
  for (std::int64_t copy = 0; copy < copies; ++copy) views.push_back({type, outputs, inputs, weights.data() + bytes * copy});
  const std::int64_t needed = packed ? packed_bytes(views[0]) : 0;
  const HugeMemory panels(static_cast<std::size_t>(needed * copies), "panels");
  for (std::int64_t copy = 0; packed && copy < copies; ++copy) {
    views[static_cast<std::size_t>(copy)] =
        pack(views[static_cast<std::size_t>(copy)], panels.data() + copy * needed, bench.pool);
  }
  std::size_t copy = 0;
  for (auto _ : state) {
    bench.ops.linear(views[copy], {}, {x.data(), rows, inputs}, {y.data(), rows, outputs});
    copy = (copy + 1) % views.size();
  }
  const auto count = static_cast<double>(state.iterations());
  state.counters["GFLOPS"] = Counter(2e-9 * static_cast<double>(rows * inputs * outputs) * count, Counter::kIsRate);
  state.counters["GB/s"] = Counter(1e-9 * static_cast<double>(bytes) * count, Counter::kIsRate);
}

void attention(State& state, Bench& bench, DType type) {
  const int rows = static_cast<int>(state.range(0)), length = static_cast<int>(state.range(1));
  const KvLayout layout{type, 1, 4, 64, 16};
  const std::int64_t cols = 4 * 4 * 64;
  const int pages_each = (length + 15) / 16;
  std::vector<std::byte> memory(static_cast<std::size_t>(layout.page_bytes() * pages_each * rows));
  std::vector<std::uint32_t> pages(static_cast<std::size_t>(pages_each * rows));
  for (std::size_t i = 0; i < pages.size(); ++i) pages[i] = static_cast<std::uint32_t>(i);
  std::vector<AttentionRow> table;
  for (int r = 0; r < rows; ++r) table.push_back({length, pages.data() + r * pages_each});
  const std::vector<float> q(static_cast<std::size_t>(rows * cols), 0.1f);
  std::vector<float> out(q.size());
  for (auto _ : state) {
    bench.ops.attention({q.data(), rows, cols}, {layout, memory.data(), static_cast<std::int64_t>(pages.size())}, 0, table,
                        0.125f, {out.data(), rows, cols});
  }
  const auto count = static_cast<double>(state.iterations());
  state.counters["GFLOPS"] = Counter(4e-9 * static_cast<double>(rows) * length * cols * count, Counter::kIsRate);
  state.counters["GB/s"] = Counter(1e-9 * static_cast<double>(memory.size()) * count, Counter::kIsRate);
}

// All layers of a model in the shape of Qwen3-0.6B, behind one long prompt that all rows share: pages as far apart as there.
void attention_layers(State& state, Bench& bench, DType type) {
  const int rows = static_cast<int>(state.range(0)), length = static_cast<int>(state.range(1));
  const KvLayout layout{type, 28, 8, 128, 16};
  const std::int64_t cols = 2 * 8 * 128;
  const int count = length / 16;
  const HugeMemory memory(static_cast<std::size_t>(layout.page_bytes() * count), "pages");
  std::memset(memory.data(), 0, memory.size());
  std::vector<std::uint32_t> pages(static_cast<std::size_t>(count));
  std::iota(pages.begin(), pages.end(), 0U);
  const std::vector<AttentionRow> table(static_cast<std::size_t>(rows), {length, pages.data()});
  const std::vector<float> q(static_cast<std::size_t>(rows * cols), 0.1f);
  std::vector<float> out(q.size());
  for (auto _ : state) {
    for (int layer = 0; layer < layout.layers; ++layer) {
      bench.ops.attention({q.data(), rows, cols}, {layout, memory.data(), count}, layer, table, 0.125f, {out.data(), rows, cols});
    }
  }
  const auto calls = static_cast<double>(state.iterations()) * layout.layers;
  state.counters["GFLOPS"] = Counter(4e-9 * rows * length * cols * calls, Counter::kIsRate);
  state.counters["GB/s"] =
      Counter(1e-9 * 2 * static_cast<double>(layout.head_bytes()) * layout.kv_heads * count * calls, Counter::kIsRate);
}

void silu_multiply(State& state, Bench& bench) {
  std::vector<float> gate(3072 * 8, 0.3f), up(gate.size(), 0.7f), out(gate.size());
  for (auto _ : state) bench.ops.silu_multiply({gate.data(), 8, 3072}, {up.data(), 8, 3072}, {out.data(), 8, 3072});
  state.counters["Gelements/s"] = Counter(1e-9 * static_cast<double>(gate.size() * state.iterations()), Counter::kIsRate);
}

void rms_norm(State& state, Bench& bench) {
  std::vector<float> x(1024 * 8, 0.3f), weight(1024, 0.7f), out(x.size());
  for (auto _ : state) bench.ops.rms_norm({x.data(), 8, 1024}, weight, 1e-6f, {out.data(), 8, 1024});
  state.counters["Gelements/s"] = Counter(1e-9 * static_cast<double>(x.size() * state.iterations()), Counter::kIsRate);
}

// The ceilings once more as rows of their own, on one thread: on a busy machine compare the CPU columns.
void multiply_add_ceiling(State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(kernels().multiply_add(10000));
  state.counters["GFLOPS"] = Counter(1e-9 * 10000 * kFlopsPerRound * static_cast<double>(state.iterations()), Counter::kIsRate);
}
void bf16_ceiling(State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(kernels().multiply_add_bf16(10000));
  state.counters["GFLOPS"] =
      Counter(1e-9 * 10000 * kBf16FlopsPerRound * static_cast<double>(state.iterations()), Counter::kIsRate);
}
void read_ceiling(State& state) {
  const std::vector<std::byte> memory(std::size_t{1} << 28, std::byte{1});
  for (auto _ : state) benchmark::DoNotOptimize(kernels().read_memory(memory.data(), 1 << 28));
  state.counters["GB/s"] = Counter(1e-9 * (1 << 28) * static_cast<double>(state.iterations()), Counter::kIsRate);
}

void register_all(Bench& bench) {
  benchmark::RegisterBenchmark("ceiling/multiply_add", multiply_add_ceiling);
  benchmark::RegisterBenchmark("ceiling/multiply_add_bf16", bf16_ceiling);
  benchmark::RegisterBenchmark("ceiling/read", read_ceiling);
  const auto add_linear = [&bench](DType type, bool packed) {
    const std::string name = (packed ? "packed/" : "linear/") + std::string(name_of(type));
    auto* entry =
        benchmark::RegisterBenchmark(name.c_str(), [&bench, type, packed](State& s) { linear(s, bench, type, packed); });
    entry->ArgNames({"rows", "inputs", "outputs", "cold"});
    for (const int rows : {1, 2, 4, 8, 16, 32, 64, 512}) entry->Args({rows, 1024, 3072, 1});
    entry->Args({1, 256, 768, 0})->Args({16, 256, 768, 0})->Args({64, 256, 768, 0});  // a small model that stays in the cache
    entry->UseRealTime();
  };
  for (const BlockCodec& codec : block_codecs()) {
    add_linear(codec.type, false);
    if (packed_bytes({codec.type, 16, 256, nullptr}) > 0) add_linear(codec.type, true);
  }
  for (const KvType& type : kKvTypes) {
    const std::string name = "attention/" + std::string(type.name);
    benchmark::RegisterBenchmark(name.c_str(), [&bench, type](State& s) { attention(s, bench, type.type); })
        ->ArgNames({"rows", "length"})
        ->Args({1, 512})
        ->Args({16, 512})
        ->Args({64, 300})
        ->UseRealTime();
    const std::string layers = "attention_layers/" + std::string(type.name);
    benchmark::RegisterBenchmark(layers.c_str(), [&bench, type](State& s) { attention_layers(s, bench, type.type); })
        ->ArgNames({"rows", "length"})
        ->Args({1, 8192})
        ->Args({16, 8192})
        ->UseRealTime();
  }
  benchmark::RegisterBenchmark("silu_multiply", [&bench](State& s) { silu_multiply(s, bench); })->UseRealTime();
  benchmark::RegisterBenchmark("rms_norm", [&bench](State& s) { rms_norm(s, bench); })->UseRealTime();
}

}  // namespace
}  // namespace reckon

int main(int argc, char** argv) {
  const char* threads = std::getenv("RECKON_BENCH_THREADS");
  reckon::Bench bench(threads != nullptr ? std::atoi(threads) : 1);
  const reckon::MachinePeaks peaks = reckon::measure_machine(bench.pool);
  benchmark::AddCustomContext("isa", std::string(peaks.isa));
  benchmark::AddCustomContext("threads", std::to_string(peaks.threads));
  benchmark::AddCustomContext("read ceiling GB/s", std::to_string(peaks.read_gbps));
  benchmark::AddCustomContext("f32 ceiling GFLOPS", std::to_string(peaks.f32_gflops));
  benchmark::AddCustomContext("bf16 ceiling GFLOPS", std::to_string(peaks.bf16_gflops));
  benchmark::AddCustomContext("int8 ceiling GOPS", std::to_string(peaks.int8_gops));
  benchmark::Initialize(&argc, argv);
  reckon::register_all(bench);
  benchmark::RunSpecifiedBenchmarks();
}
