// Drawing one token: a row of logits goes through the stages of the registry in order (bias, penalties, temperature, top-k,
// top-p, min-p), then one counter-based uniform picks by inverse CDF in order of token id.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/token.h"
#include "engine/sampling/options.h"

namespace reckon {

struct SamplingRow {
  std::span<float> logits;  // [vocabulary]; stages change it in place, -infinity excludes a token
  TokenSpan prompt;         // tokens given
  TokenSpan generated;      // tokens drawn so far
  std::span<Token> order;   // scratch [vocabulary] for stages that sort
};

// One stage: a row of the registry in registry.cpp; the order of rows is the order of stages.
struct SamplerStage {
  std::string_view name;
  std::string_view summary;
  bool (*active)(const SamplingOptions&);  // an inactive stage costs nothing
  void (*apply)(SamplingRow&, const SamplingOptions&);
};
std::span<const SamplerStage> sampler_stages();

struct SampledToken {
  Token token = 0;
  float log_probability = 0;           // under the untouched model, natural logarithm
  float sampling_log_probability = 0;  // under the distribution it was drawn from
};

// Owns the scratch, so that a draw allocates nothing once it has seen the vocabulary. One thread at a time.
class Sampler {
 public:
  // `logits` [vocabulary] stays unchanged; `uniform` is in [0, 1). `history` = prompt + generated, `prompt_length` tokens given.
  // Where a logit is NaN or infinite upwards, some token is drawn, and its log-probability is NaN.
  SampledToken sample(std::span<const float> logits, TokenSpan history, std::int64_t prompt_length,
                      const SamplingOptions& options, double uniform);
  // Log-probability of `token` under the untouched model.
  static float log_probability(std::span<const float> logits, Token token);
  static std::vector<float> log_probabilities(std::span<const float> logits, std::span<const Token> tokens);
  // Of the untouched model; the confidence over the `most_likely` likeliest tokens (at least 1, at most the vocabulary).
  static TokenStatistics statistics(std::span<const float> logits, std::int64_t most_likely);
  // The `count` most likely tokens under the untouched model (fewer where the vocabulary is smaller), best first, ties to the
  // lowest id.
  static std::vector<LikelyToken> likely_tokens(std::span<const float> logits, std::int64_t count);

  // Makes room for a vocabulary, so that sample() does not allocate. Throws std::bad_alloc.
  void reserve(std::size_t vocabulary);

 private:
  // `logits` themselves where no stage is active, else a changed copy, valid until the next call.
  std::span<const float> apply_stages(std::span<const float> logits, TokenSpan history, std::int64_t prompt_length,
                                      const SamplingOptions& options);

  std::vector<float> logits_;
  std::vector<Token> order_;
  std::vector<double> block_sums_;  // of the row that is drawn from
};

}  // namespace reckon
