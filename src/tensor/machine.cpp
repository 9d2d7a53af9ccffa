#include "tensor/machine.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "base/clock.h"
#include "base/huge_memory.h"
#include "base/thread_pool.h"
#include "kernels/dispatch.h"

namespace reckon {
namespace {

// Best rate, in 10^9 units per second, of eight passes over `items` items of `units` each.
template <typename Body>
double best_rate(ThreadPool& pool, int items, double units, const Body& body) {
  double best = 0;
  for (int pass = 0; pass < 8; ++pass) {
    const double start = monotonic_seconds();
    pool.parallel_for(items, body);
    best = std::max(best, items * units / (monotonic_seconds() - start) * 1e-9);
  }
  return best;
}

}  // namespace

double measure_reading(ThreadPool& pool) {
  constexpr std::int64_t kChunk = 4 << 20;
  constexpr int kChunks = 64;  // together eight times a large last-level cache
  const HugeMemory memory(kChunk * kChunks, "measuring how fast memory is read");
  pool.parallel_for(kChunks, [&](int i) { std::memset(memory.data() + i * kChunk, 1, kChunk); });
  std::array<float, kChunks> sink;
  const auto read = kernels().read_memory;
  return best_rate(pool, kChunks, kChunk,
                   [&](int i) { sink[static_cast<std::size_t>(i)] = read(memory.data() + i * kChunk, kChunk); });
}

MachinePeaks measure_machine(ThreadPool& pool) {
  const KernelTable& table = kernels();
  MachinePeaks peaks{.isa = name_of(table.isa), .threads = pool.threads(), .read_gbps = measure_reading(pool)};

  constexpr std::int64_t kRounds = 1 << 16;  // some 0.3 ms per item with AVX-512
  const int items = 16 * pool.threads();
  std::vector<float> sums(static_cast<std::size_t>(items));
  peaks.f32_gflops = best_rate(pool, items, static_cast<double>(kRounds * kFlopsPerRound),
                               [&](int i) { sums[static_cast<std::size_t>(i)] = table.multiply_add(kRounds); });
  peaks.bf16_gflops = best_rate(pool, items, static_cast<double>(kRounds * kBf16FlopsPerRound),
                                [&](int i) { sums[static_cast<std::size_t>(i)] = table.multiply_add_bf16(kRounds); });
  peaks.int8_gops = best_rate(pool, items, static_cast<double>(kRounds * kInt8OpsPerRound),
                              [&](int i) { sums[static_cast<std::size_t>(i)] = table.multiply_add_int8(kRounds); });
  return peaks;
}

double arithmetic_peak(const MachinePeaks& peaks, DType weights, bool packed) {
  const int index = block_index(weights);
  if (!packed || index < 0 || kernels().panels[index].pack == nullptr) return peaks.f32_gflops;
  switch (kernels().panels[index].activations) {
    case ActivationKind::int8: return peaks.int8_gops;
    case ActivationKind::bf16: return peaks.bf16_gflops;
    case ActivationKind::f32: break;
  }
  return peaks.f32_gflops;
}

}  // namespace reckon
