#include "search/repeated_sampling.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.h"

namespace reckon {
namespace {

constexpr std::int64_t kMostSamples =
    1'000'000;  // looked at one by one, where kinds are so alike that none soon outlasts the others

// A kind's part of the value of the k-th sample: gain * rejection^(k - 1).
struct Term {
  double gain;
  double rejection;
};

void check(std::span<const ProblemKind> kinds) {
  double total = 0;
  const auto rate = [](double value) { return value >= 0 && value <= 1; };
  for (const ProblemKind& kind : kinds) {
    total += kind.prior;
    if (!rate(kind.prior) || !rate(kind.accuracy) || !rate(kind.completeness) || !rate(kind.soundness)) {
      throw Error(ErrorCode::bad_argument, "a kind of problem has a rate outside [0, 1]", "resampling");
    }
  }
  if (std::abs(total - 1) > 1e-9) throw Error(ErrorCode::bad_argument, "the priors of the kinds do not sum to 1", "resampling");
}

double accepted_right(const ProblemKind& kind) { return kind.completeness * kind.accuracy; }
double accepted_wrong(const ProblemKind& kind) { return (1 - kind.soundness) * (1 - kind.accuracy); }

// Those that can be worth anything: then the rejection is below 1.
std::vector<Term> terms_of(std::span<const ProblemKind> kinds, const AnswerValue& value) {
  check(kinds);
  std::vector<Term> terms;
  for (const ProblemKind& kind : kinds) {
    const double gain = kind.prior * (accepted_right(kind) * value.right + accepted_wrong(kind) * value.wrong);
    const double rejection = std::max(1 - accepted_right(kind) - accepted_wrong(kind), 0.0);
    const auto same = [rejection](const Term& term) { return std::abs(term.rejection - rejection) < 1e-12; };
    const auto alike = std::ranges::find_if(terms, same);
    if (alike != terms.end()) {
      alike->gain += gain;
    } else if (gain != 0) {
      terms.push_back({gain, rejection});
    }
  }
  std::erase_if(terms, [](const Term& term) { return std::abs(term.gain) < 1e-15; });
  return terms;
}

double sum_of(std::span<const Term> terms, std::int64_t samples) {
  double sum = 0;
  for (const Term& term : terms) {
    sum += term.gain * (1 - std::pow(term.rejection, static_cast<double>(samples))) / (1 - term.rejection);
  }
  return sum;
}

double limit_of(std::span<const Term> terms) {
  double sum = 0;
  for (const Term& term : terms) sum += term.gain / (1 - term.rejection);
  return sum;
}

// The sign of the k-th sample's value. All rejections are taken relative to the highest one, so that none vanishes before its
// time.
class NextGain {
 public:
  explicit NextGain(std::vector<Term> terms) : terms_(std::move(terms)) {
    double highest = 0;
    for (const Term& term : terms_) highest = std::max(highest, term.rejection);
    for (Term& term : terms_) term.rejection = highest > 0 ? term.rejection / highest : 0;
    certain_ = highest == 0;
  }

  double value() const {
    double sum = 0;
    for (const Term& term : terms_) sum += term.gain;
    return certain_ && taken_ > 0 ? 0 : sum;
  }
  void step() {
    ++taken_;
    for (Term& term : terms_) term.gain *= term.rejection;
  }
  // Whether its sign changes no more: only the kinds that are rejected most often still count.
  bool settled() const {
    double lasting = 0;
    double fading = 0;
    for (const Term& term : terms_) {
      if (term.rejection < 1) {
        fading += std::abs(term.gain);
      } else {
        lasting += term.gain;
      }
    }
    return certain_ ? taken_ > 0 : fading < std::abs(lasting) || fading == 0;
  }

 private:
  std::vector<Term> terms_;
  bool certain_ = false;  // no sample is ever rejected
  std::int64_t taken_ = 0;
};

}  // namespace

double resampling_value(std::span<const ProblemKind> kinds, const AnswerValue& value, std::int64_t samples) {
  return sum_of(terms_of(kinds, value), std::max<std::int64_t>(samples, 0));
}

double resampling_ceiling(std::span<const ProblemKind> kinds, const AnswerValue& value) {
  return limit_of(terms_of(kinds, value));
}

double false_share(std::span<const ProblemKind> kinds, std::int64_t samples) {
  const double right = resampling_value(kinds, AnswerValue{.right = 1, .wrong = 0}, samples);
  const double wrong = resampling_value(kinds, AnswerValue{.right = 0, .wrong = 1}, samples);
  return right + wrong > 0 ? wrong / (right + wrong) : 0;
}

// The value has a local maximum where the next sample's gain turns from positive to negative. Of those and of no limit, the best.
std::optional<std::int64_t> best_number_of_samples(std::span<const ProblemKind> kinds, const AnswerValue& value) {
  const std::vector<Term> terms = terms_of(kinds, value);
  NextGain next(terms);
  std::int64_t best = 0;
  double best_value = 0;
  for (std::int64_t samples = 0; samples < kMostSamples; ++samples) {
    const bool gains = next.value() > 0;
    if (next.settled()) {
      if (gains) break;
      return best;
    }
    next.step();
    const double reached = sum_of(terms, samples + 1);
    if (gains && next.value() <= 0 && reached > best_value) {
      best = samples + 1;
      best_value = reached;
    }
  }
  if (limit_of(terms) > best_value) return std::nullopt;
  return best;
}

}  // namespace reckon
