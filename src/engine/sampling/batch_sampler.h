// Drawing for all rows of a step at once, spread over the workers: a vocabulary of 150,000 takes a tenth of a millisecond a row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/sampling/sampler.h"

namespace reckon {

class ThreadPool;

struct DrawRow {  // arguments of Sampler::sample, which stay valid during the call, and its result
  std::span<const float> logits;
  TokenSpan history;
  std::int64_t prompt_length = 0;
  const SamplingOptions* options = nullptr;
  double uniform = 0;
  std::int64_t most_likely = 0;  // of the statistics' confidence; 0 = no statistics
  SampledToken drawn{};
  TokenStatistics statistics{};
};

class BatchSampler {  // one thread at a time
 public:
  explicit BatchSampler(ThreadPool& pool);  // which outlives this

  // Sets `drawn`, and `statistics` where wanted, of every row. A row's result does not depend on the others.
  void sample(std::span<DrawRow> rows);

 private:
  ThreadPool& pool_;
  std::vector<Sampler> samplers_;  // one per worker
};

}  // namespace reckon
