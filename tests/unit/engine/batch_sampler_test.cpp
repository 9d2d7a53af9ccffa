#include "engine/sampling/batch_sampler.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "base/thread_pool.h"

namespace reckon {
namespace {

TEST(BatchSampler, DrawsForEachRowWhatItWouldDrawAlone) {
  constexpr std::size_t kVocabulary = 5000, kRows = 37;
  std::mt19937 random(3);
  std::normal_distribution<float> normal(0, 3);
  std::vector<std::vector<float>> logits(kRows, std::vector<float>(kVocabulary));
  std::vector<SamplingOptions> options(kRows);
  const std::vector<Token> history = {1, 2, 3, 2};
  std::vector<DrawRow> rows;
  for (std::size_t r = 0; r < kRows; ++r) {
    for (float& logit : logits[r]) logit = normal(random);
    if (r % 3 == 0) options[r].top_p = 0.7;
    if (r % 4 == 0) options[r].temperature = 0;
    if (r % 5 == 0) options[r].presence_penalty = 2;
    rows.push_back({logits[r], history, 2, &options[r], static_cast<double>(r) / kRows});
  }
  for (const int threads : {1, 4}) {
    ThreadPool pool(threads);
    BatchSampler(pool).sample(rows);
    for (std::size_t r = 0; r < kRows; ++r) {
      const SampledToken alone = Sampler().sample(logits[r], history, 2, options[r], rows[r].uniform);
      EXPECT_EQ(rows[r].drawn.token, alone.token) << "row " << r << ", " << threads << " threads";
      EXPECT_EQ(rows[r].drawn.log_probability, alone.log_probability);
      rows[r].drawn = {};
    }
  }
}

// The token of every uniform is that of the running sum over all tokens: blocks are a matter of speed.
TEST(BatchSampler, FindsTheTokenThatTheRunningSumPasses) {
  constexpr std::size_t kVocabulary = 1000;  // several blocks, the last one short
  std::vector<float> logits(kVocabulary);
  double total = 0;
  for (std::size_t i = 0; i < kVocabulary; ++i) {
    logits[i] = i % 7 == 0 ? -INFINITY : std::sin(static_cast<float>(i));
    total += std::exp(static_cast<double>(logits[i]));
  }
  double below = 0;
  for (std::size_t i = 0; i < kVocabulary; ++i) {
    const double mass = std::exp(static_cast<double>(logits[i])) / total;
    if (mass > 0) {
      EXPECT_EQ(Sampler().sample(logits, {}, 0, {}, below + mass / 2).token, static_cast<Token>(i));
    }
    below += mass;
  }
}

}  // namespace
}  // namespace reckon
