// How the next token is drawn from a row of logits. Defaults leave the model's distribution untouched.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/token.h"

namespace reckon {

struct SamplingOptions {
  double temperature = 1.0;          // >= 0; 0 takes the most likely token, ties to the lowest id
  std::int64_t top_k = 0;            // keep the k most likely; 0 = all
  double top_p = 1.0;                // keep the smallest set of most likely tokens with at least this mass, (0, 1]
  double min_p = 0.0;                // keep tokens with at least this share of the most likely one's probability, [0, 1]
  double repetition_penalty = 1.0;   // > 0; divides positive, multiplies negative logits of seen tokens (arXiv:1909.05858)
  double presence_penalty = 0.0;     // subtracted once from the logit of every token generated before
  double frequency_penalty = 0.0;    // subtracted once per earlier occurrence among the generated tokens
  std::int64_t penalty_window = 64;  // how many last tokens count as seen; -1 = all
  std::vector<std::pair<Token, float>> logit_bias;  // added first; -infinity forbids a token
};

struct LikelyToken {
  Token token = 0;
  float log_probability = 0;  // under the untouched model, natural logarithm
};

// How sure the untouched model was where a token was drawn.
struct TokenStatistics {
  float entropy = 0;             // of its distribution, in nats
  float uniform_divergence = 0;  // KL(uniform || distribution) in nats: 0 where all tokens are equally likely
  float confidence = 0;          // minus the mean log-probability of the most likely tokens; higher is surer (arXiv:2508.15260)
};

// Throws Error bad_argument that names the field and its range.
void validate(const SamplingOptions& options);

}  // namespace reckon
