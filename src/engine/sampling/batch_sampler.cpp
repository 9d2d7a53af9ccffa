#include "engine/sampling/batch_sampler.h"

#include <atomic>

#include "base/thread_pool.h"

namespace reckon {

BatchSampler::BatchSampler(ThreadPool& pool) : pool_(pool), samplers_(static_cast<std::size_t>(pool.threads())) {}

void BatchSampler::sample(std::span<DrawRow> rows) {
  const auto sample = [](Sampler& sampler, DrawRow& row) {
    row.drawn = sampler.sample(row.logits, row.history, row.prompt_length, *row.options, row.uniform);
    if (row.most_likely > 0) row.statistics = Sampler::statistics(row.logits, row.most_likely);
  };
  constexpr std::size_t kWorthSharing = 16384;  // logits in all; sharing out takes microseconds
  std::size_t logits = 0;
  for (const DrawRow& row : rows) logits += row.logits.size();
  if (rows.size() <= 1 || logits < kWorthSharing) {
    for (DrawRow& row : rows) sample(samplers_[0], row);
    return;
  }
  for (const DrawRow& row : rows) {  // here, because a worker must not throw
    for (Sampler& sampler : samplers_) sampler.reserve(row.logits.size());
  }
  std::atomic<std::size_t> next{0};
  pool_.parallel_for(pool_.threads(), [&](int worker) {
    for (std::size_t i = 0; (i = next.fetch_add(1, std::memory_order_relaxed)) < rows.size();) {
      sample(samplers_[static_cast<std::size_t>(worker)], rows[i]);
    }
  });
}

}  // namespace reckon
