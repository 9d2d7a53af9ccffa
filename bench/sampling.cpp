// What drawing a token costs over a vocabulary of 151,936 (Qwen's): bench_sampling [--benchmark_filter=…].
// The argument is the number of rows that one call draws for. RECKON_BENCH_THREADS (default 1) sets the pool.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "base/rng.h"
#include "base/thread_pool.h"
#include "engine/sampling/batch_sampler.h"

namespace reckon {
namespace {

constexpr std::int64_t kVocabulary = 151'936;

// Most tokens far below some hundreds of likely ones, as a model's logits are.
std::vector<float> logits_of_a_model(std::uint64_t seed) {
  SplitMix64 rng(seed);
  std::vector<float> logits;
  for (std::int64_t i = 0; i < kVocabulary; ++i) {
    float sum = 0;  // of twelve uniforms: nearly normal, of standard deviation 3
    for (int k = 0; k < 12; ++k) sum += static_cast<float>(rng.range(0, 1'000'000)) * 1e-6F - 0.5F;
    logits.push_back(3 * sum + (rng.range(0, 499) == 0 ? 10.0F : 0.0F));
  }
  return logits;
}

void draw(benchmark::State& state, ThreadPool& pool, const SamplingOptions& options, std::int64_t most_likely) {
  const auto rows = static_cast<std::size_t>(state.range(0));
  std::vector<std::vector<float>> logits;
  std::vector<DrawRow> draws;
  for (std::size_t row = 0; row < rows; ++row) logits.push_back(logits_of_a_model(row));
  for (const std::vector<float>& row : logits) draws.push_back({row, {}, 0, &options, 0.4, most_likely});
  BatchSampler sampler(pool);
  for (auto _ : state) sampler.sample(draws);
  using benchmark::Counter;
  state.counters["row"] = Counter(static_cast<double>(rows), Counter::kIsIterationInvariantRate | Counter::kInvert);
}

void register_all(ThreadPool& pool) {
  const auto add = [&pool](const char* name, const SamplingOptions& options, std::int64_t most_likely = 0) {
    benchmark::RegisterBenchmark(name,
                                 [&pool, options, most_likely](benchmark::State& s) { draw(s, pool, options, most_likely); })
        ->Arg(1)
        ->Arg(64)
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
  };
  SamplingOptions greedy, top_p, top_k, both;
  greedy.temperature = 0;
  top_p.temperature = both.temperature = 0.8;
  top_p.top_p = both.top_p = 0.95;
  top_k.top_k = both.top_k = 40;
  add("greedy", greedy);
  add("whole_distribution", {});
  add("top_p", top_p);
  add("top_k", top_k);
  add("top_k_and_top_p", both);
  add("statistics", {}, 20);
}

}  // namespace
}  // namespace reckon

int main(int argc, char** argv) {
  const char* threads = std::getenv("RECKON_BENCH_THREADS");
  reckon::ThreadPool pool(threads != nullptr ? std::max(1, std::atoi(threads)) : 1);
  reckon::register_all(pool);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
