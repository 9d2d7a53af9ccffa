// Top-p (nucleus): keeps the smallest set of most likely tokens whose mass reaches p, always at least one; among equals lower
// ids come first. Holtzman et al. 2019, arXiv:1904.09751.
//
// A vocabulary of 150,000 is not sorted. Tokens are counted into buckets by how far they lie below the largest logit; buckets are
// kept or dropped whole, and only the one in which the mass reaches p is put in order.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "engine/sampling/sampler.h"
#include "kernels/dispatch.h"

namespace reckon {
namespace {

constexpr float kExcluded = -std::numeric_limits<float>::infinity();
constexpr float kBucketsPerNat = 32;
constexpr std::size_t kBuckets = 1024;   // the last holds all that lies 32 nats or more below the largest
constexpr std::size_t kTopPBlock = 256;  // exponentials at a time

// Of a logit that is not excluded. Monotone: whatever a bucket holds is likelier than what the next one holds. The order of the
// arguments of min() puts NaN into the last bucket.
std::size_t bucket_of(float logit, float top) {
  return static_cast<std::size_t>(std::min(static_cast<float>(kBuckets - 1), (top - logit) * kBucketsPerNat));
}

// Of each bucket, the sum of exp(logit - top). In f64: a float sum over 150,000 tokens loses the tail.
std::array<double, kBuckets> masses_of(std::span<const float> logits, float top) {
  std::array<double, kBuckets> masses{};
  std::array<float, kTopPBlock> weights;
  for (std::size_t first = 0; first < logits.size(); first += kTopPBlock) {
    const std::size_t count = std::min(kTopPBlock, logits.size() - first);
    for (std::size_t i = 0; i < count; ++i) weights[i] = logits[first + i] - top;
    kernels().exp(weights.data(), static_cast<std::int64_t>(count), weights.data());
    for (std::size_t i = 0; i < count; ++i) {
      if (logits[first + i] > kExcluded) masses[bucket_of(logits[first + i], top)] += weights[i];
    }
  }
  return masses;
}

struct Border {
  std::size_t bucket = 0;  // in which the mass reaches `wanted`
  double mass = 0;         // of all buckets before
  double wanted = 0;
};

Border find_border(std::span<const double> masses, double share) {
  double total = 0;
  for (const double mass : masses) total += mass;
  Border border{0, 0, share * total};
  while (border.bucket + 1 < masses.size() && border.mass + masses[border.bucket] < border.wanted) {
    border.mass += masses[border.bucket++];
  }
  return border;
}

// Excludes what lies in buckets behind the border; returns the tokens of the border's own, in `scratch`, most likely first.
std::span<Token> cut_behind(const Border& border, std::span<float> logits, float top, std::span<Token> scratch) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    if (!(logits[i] > kExcluded)) continue;
    const std::size_t bucket = bucket_of(logits[i], top);
    if (bucket == border.bucket) scratch[count++] = static_cast<Token>(i);
    if (bucket > border.bucket) logits[i] = kExcluded;
  }
  const std::span<Token> tokens = scratch.first(count);
  const auto logit = [logits](Token token) { return logits[static_cast<std::size_t>(token)]; };
  std::sort(tokens.begin(), tokens.end(),
            [&logit](Token a, Token b) { return logit(a) != logit(b) ? logit(a) > logit(b) : a < b; });
  return tokens;
}

bool top_p_active(const SamplingOptions& options) { return options.top_p < 1.0; }

void apply_top_p(SamplingRow& row, const SamplingOptions& options) {
  const float top = *std::max_element(row.logits.begin(), row.logits.end());
  if (!(top > kExcluded)) return;
  Border border = find_border(masses_of(row.logits, top), options.top_p);
  for (const Token token : cut_behind(border, row.logits, top, row.order)) {
    float& logit = row.logits[static_cast<std::size_t>(token)];
    const bool kept = border.mass < border.wanted;
    border.mass += std::exp(static_cast<double>(logit) - top);
    if (!kept) logit = kExcluded;
  }
}

}  // namespace

SamplerStage top_p_stage() { return {"top_p", "keeps the most likely tokens up to a mass of p", top_p_active, apply_top_p}; }

}  // namespace reckon
