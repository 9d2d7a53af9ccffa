// Sampling until a verifier accepts, when the verifier errs: what that is worth, and how many samples are worth drawing at most.
// Source: Stroebl et al. 2024, arXiv:2411.17501 (specs cards B5 and S7). Pure functions; any thread. Rates outside [0, 1], or
// priors that do not sum to 1, throw Error(bad_argument).
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace reckon {

// A kind of problem that a problem at hand may be of.
struct ProblemKind {
  double prior = 1;         // how often it is met
  double accuracy = 0;      // P(a sample is right)
  double completeness = 1;  // P(accepted | right) = 1 - false-reject rate
  double soundness = 1;     // P(rejected | wrong) = 1 - false-accept rate
};

// What an accepted answer is worth; giving none is worth 0.
struct AnswerValue {
  double right = 1;
  double wrong = 0;  // a cost is negative
};

// Expected value of drawing until one sample is accepted, at most `samples`. Sum over k of prior * P(k - 1 rejections) * value of
// the k-th; published with the posterior in place of the prior, which counts the rejections twice.
double resampling_value(std::span<const ProblemKind> kinds, const AnswerValue& value, std::int64_t samples);
// The same without a limit.
double resampling_ceiling(std::span<const ProblemKind> kinds, const AnswerValue& value);

// Share of wrong answers among those accepted within `samples`; 0 where none can be.
double false_share(std::span<const ProblemKind> kinds, std::int64_t samples);

// The number of samples of the highest value, the smallest of several; 0 = better not to answer. Nothing when more is always
// better.
std::optional<std::int64_t> best_number_of_samples(std::span<const ProblemKind> kinds, const AnswerValue& value);

}  // namespace reckon
