#include "engine/sampling/sampler.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernels/dispatch.h"

namespace reckon {
namespace {

// A vocabulary is walked in blocks: exponentials of a block sixteen at a time, their sum in eight f64 lanes folded pairwise,
// blocks in order of id. So the value is the same whatever else happens, and 150,000 tokens take some tens of microseconds.
constexpr std::size_t kBlock = 256;

// weights[i] = exp(logits[i] - top) for a block of at most kBlock logits; returns their sum.
double block_weights(std::span<const float> logits, float top, float* weights) {
  for (std::size_t i = 0; i < logits.size(); ++i) weights[i] = logits[i] - top;
  kernels().exp(weights, static_cast<std::int64_t>(logits.size()), weights);
  std::fill(weights + logits.size(), weights + kBlock, 0.0F);
  double lanes[8] = {};
  for (std::size_t i = 0; i < kBlock; i += 8) {
    for (std::size_t lane = 0; lane < 8; ++lane) lanes[lane] += weights[i + lane];
  }
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

std::span<const float> block_at(std::span<const float> logits, std::size_t first) {
  return logits.subspan(first, std::min(kBlock, logits.size() - first));
}

float largest(std::span<const float> logits) {  // in lanes, because a single maximum waits for itself
  constexpr std::size_t kLanes = 16;
  float lanes[kLanes];
  std::fill(lanes, lanes + kLanes, logits[0]);
  const std::size_t whole = logits.size() / kLanes * kLanes;
  for (std::size_t i = 0; i < whole; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      lanes[lane] = logits[i + lane] > lanes[lane] ? logits[i + lane] : lanes[lane];
  }
  for (std::size_t i = whole; i < logits.size(); ++i) lanes[0] = std::max(lanes[0], logits[i]);
  return *std::max_element(lanes, lanes + kLanes);
}

struct Mass {
  float top = 0;     // the largest logit
  double total = 0;  // sum of exp(logit - top)
  double log_total() const { return static_cast<double>(top) + std::log(total); }
};

Mass mass_of(std::span<const float> logits, std::vector<double>* block_sums = nullptr) {
  Mass mass{largest(logits), 0};
  float weights[kBlock];
  if (block_sums != nullptr) block_sums->clear();
  for (std::size_t first = 0; first < logits.size(); first += kBlock) {
    const double sum = block_weights(block_at(logits, first), mass.top, weights);
    if (block_sums != nullptr) block_sums->push_back(sum);
    mass.total += sum;
  }
  return mass;
}

struct Differences {    // of logits to the largest
  double weighted = 0;  // each times exp(difference)
  double sum = 0;
};

Differences differences_of(std::span<const float> logits, float top) {
  Differences differences;
  float weights[kBlock];
  for (std::size_t first = 0; first < logits.size(); first += kBlock) {
    const std::span<const float> block = block_at(logits, first);
    block_weights(block, top, weights);
    double weighted[8] = {}, sum[8] = {};
    for (std::size_t i = 0; i < block.size(); ++i) {
      const float difference = block[i] - top;
      weighted[i % 8] += weights[i] > 0 ? static_cast<double>(weights[i]) * difference : 0.0;  // an excluded token's is infinite
      sum[i % 8] += difference;
    }
    differences.weighted += std::accumulate(weighted, weighted + 8, 0.0);
    differences.sum += std::accumulate(sum, sum + 8, 0.0);
  }
  return differences;
}

// The `count` largest logits (at least one, at most all), in no order.
std::vector<float> largest_of(std::span<const float> logits, std::int64_t count) {
  const auto kept = static_cast<std::size_t>(std::clamp<std::int64_t>(count, 1, std::ssize(logits)));
  std::vector<float> best(logits.begin(), logits.begin() + static_cast<std::ptrdiff_t>(kept));  // a heap, the least at the front
  std::ranges::make_heap(best, std::greater<>());
  for (const float logit : logits.subspan(kept)) {
    if (!(logit > best.front())) continue;
    std::ranges::pop_heap(best, std::greater<>());
    best.back() = logit;
    std::ranges::push_heap(best, std::greater<>());
  }
  return best;
}

Token most_likely(std::span<const float> logits) {  // ties go to the lowest id
  const auto top = std::ranges::find(logits, largest(logits));
  return top == logits.end() ? Token{0} : static_cast<Token>(top - logits.begin());
}

// Inverse CDF in order of token id: independent of how any stage sorts. The block is found by the sums, its tokens by their own.
Token draw(std::span<const float> logits, const Mass& mass, std::span<const double> block_sums, double uniform) {
  double left = uniform * mass.total;
  for (std::size_t b = 0; b < block_sums.size(); left -= block_sums[b++]) {
    if (!(left < block_sums[b])) continue;
    const std::span<const float> block = block_at(logits, b * kBlock);
    float weights[kBlock];
    block_weights(block, mass.top, weights);
    Token last_possible = -1;
    for (std::size_t i = 0; i < block.size(); ++i) {
      if (weights[i] <= 0) continue;
      last_possible = static_cast<Token>(b * kBlock + i);
      left -= weights[i];
      if (left < 0) break;
    }
    return last_possible;  // the block's last where rounding left its tokens just below its sum
  }
  return most_likely(logits);  // rounding, at the end of the vocabulary
}

}  // namespace

float Sampler::log_probability(std::span<const float> logits, Token token) {
  return static_cast<float>(logits[static_cast<std::size_t>(token)] - mass_of(logits).log_total());
}

std::vector<float> Sampler::log_probabilities(std::span<const float> logits, std::span<const Token> tokens) {
  const double log_total = mass_of(logits).log_total();
  std::vector<float> found;
  found.reserve(tokens.size());
  for (const Token token : tokens) found.push_back(static_cast<float>(logits[static_cast<std::size_t>(token)] - log_total));
  return found;
}

TokenStatistics Sampler::statistics(std::span<const float> logits, std::int64_t most_likely) {
  const Mass mass = mass_of(logits);
  const Differences differences = differences_of(logits, mass.top);
  const auto size = static_cast<double>(logits.size());
  const double log_total = std::log(mass.total);  // all log-probabilities are differences to the largest logit, less this
  const double entropy = log_total - differences.weighted / mass.total;
  const double self_certainty = log_total - differences.sum / size - std::log(size);
  const std::vector<float> best = largest_of(logits, most_likely);
  const double best_sum = std::accumulate(best.begin(), best.end(), 0.0);
  const double confidence = mass.log_total() - best_sum / static_cast<double>(best.size());
  return {static_cast<float>(entropy), static_cast<float>(self_certainty), static_cast<float>(confidence)};
}

std::vector<LikelyToken> Sampler::likely_tokens(std::span<const float> logits, std::int64_t count) {
  std::vector<Token> order(logits.size());
  std::iota(order.begin(), order.end(), Token{0});
  const auto kept = order.begin() + std::clamp<std::int64_t>(count, 0, static_cast<std::int64_t>(order.size()));
  const auto at = [logits](Token token) { return logits[static_cast<std::size_t>(token)]; };
  std::partial_sort(order.begin(), kept, order.end(),
                    [&at](Token a, Token b) { return at(a) > at(b) || (at(a) == at(b) && a < b); });
  order.erase(kept, order.end());
  const double log_total = mass_of(logits).log_total();
  std::vector<LikelyToken> likely;
  for (const Token token : order) likely.push_back({token, static_cast<float>(at(token) - log_total)});
  return likely;
}

SampledToken Sampler::sample(std::span<const float> logits, TokenSpan history, std::int64_t prompt_length,
                             const SamplingOptions& options, double uniform) {
  const std::span<const float> staged = apply_stages(logits, history, prompt_length, options);
  if (options.temperature == 0) {
    const Token token = most_likely(staged);
    return {token, log_probability(logits, token), 0.0F};
  }
  const Mass mass = mass_of(staged, &block_sums_);
  const Token token = draw(staged, mass, block_sums_, uniform);
  const auto under = [token](std::span<const float> row, double log_total) {
    return static_cast<float>(row[static_cast<std::size_t>(token)] - log_total);
  };
  const bool untouched = staged.data() == logits.data();
  const double model_total = untouched ? mass.log_total() : mass_of(logits).log_total();
  return {token, under(logits, model_total), under(staged, mass.log_total())};
}

void Sampler::reserve(std::size_t vocabulary) {
  logits_.reserve(vocabulary);
  order_.reserve(vocabulary);
  block_sums_.reserve(vocabulary / kBlock + 1);
}

std::span<const float> Sampler::apply_stages(std::span<const float> logits, TokenSpan history, std::int64_t prompt_length,
                                             const SamplingOptions& options) {
  const auto active = [&options](const SamplerStage& stage) { return stage.active(options); };
  if (std::ranges::none_of(sampler_stages(), active)) return logits;
  logits_.assign(logits.begin(), logits.end());
  order_.resize(logits.size());
  SamplingRow row{logits_, history.first(static_cast<std::size_t>(prompt_length)),
                  history.subspan(static_cast<std::size_t>(prompt_length)), order_};
  for (const SamplerStage& stage : sampler_stages()) {
    if (active(stage)) stage.apply(row, options);
  }
  return logits_;
}

}  // namespace reckon
