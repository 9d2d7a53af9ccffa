#include "search/repeated_sampling.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "base/error.h"
#include "base/rng.h"

namespace reckon {
namespace {

// Specs card B5: two kinds of problems and a verifier that accepts a quarter of what is wrong.
constexpr std::array<ProblemKind, 2> kCardKinds{{{0.58, 0.87, 1, 0.75}, {0.42, 0.13, 1, 0.75}}};

AnswerValue costing(double wrong) { return {.right = 1, .wrong = wrong}; }

TEST(RepeatedSampling, HasTheValuesOfTheCard) {
  EXPECT_NEAR(resampling_ceiling(kCardKinds, costing(0)), 0.716236, 5e-7);
  const std::vector<std::pair<std::int64_t, double>> shares{{1, 0.1646}, {2, 0.2104},  {3, 0.2387},
                                                            {5, 0.2659}, {10, 0.2817}, {50, 0.2838}};
  for (const auto& [samples, share] : shares) EXPECT_NEAR(false_share(kCardKinds, samples), share, 5.1e-5) << samples;
}

TEST(RepeatedSampling, StopsWhereTheCardStops) {
  EXPECT_EQ(best_number_of_samples(kCardKinds, costing(0)), std::nullopt);
  EXPECT_EQ(best_number_of_samples(kCardKinds, costing(-0.5)), std::nullopt);
  EXPECT_EQ(best_number_of_samples(kCardKinds, costing(-1)), 2);
  EXPECT_EQ(best_number_of_samples(kCardKinds, costing(-2)), 1);
  EXPECT_EQ(best_number_of_samples(kCardKinds, costing(-4)), 1);
  EXPECT_EQ(best_number_of_samples(kCardKinds, costing(-8)), 0);
  EXPECT_NEAR(resampling_value(kCardKinds, costing(-1), 2), 0.4724, 5e-5);
  EXPECT_NEAR(resampling_value(kCardKinds, costing(-2), 1), 0.3388, 5e-5);
  EXPECT_NEAR(resampling_value(kCardKinds, costing(-4), 1), 0.1184, 5e-5);
}

TEST(RepeatedSampling, HasTheWorkedExampleOfImperfectVerifiers) {  // evals card S7: a false-accept rate for each kind
  const std::array<ProblemKind, 1> one{{{1, 0.2, 1, 0.9}}};
  for (const std::int64_t samples : {1, 2, 10, 1000}) EXPECT_NEAR(1 - false_share(one, samples), 0.714, 5e-4);

  const std::array<ProblemKind, 2> two{{{0.5, 0.5, 1, 0.95}, {0.5, 0.05, 1, 0.9}}};
  EXPECT_EQ(best_number_of_samples(two, costing(0)), std::nullopt);
  EXPECT_EQ(best_number_of_samples(two, costing(-0.5)), std::nullopt);
  EXPECT_EQ(best_number_of_samples(two, costing(-1)), 5);
  EXPECT_EQ(best_number_of_samples(two, costing(-2)), 2);
  EXPECT_EQ(best_number_of_samples(two, costing(-4)), 1);
  EXPECT_NEAR(resampling_value(two, costing(-1), 5), 0.357, 5e-4);
  EXPECT_NEAR(resampling_value(two, costing(-1), 1), 0.215, 5e-4);
  EXPECT_NEAR(resampling_value(two, costing(-1), 100), 0.297, 5e-4);
}

// The values of 0, 1, 2 … samples by following what happens: sample, verify, answer or go on.
std::vector<double> followed(std::span<const ProblemKind> kinds, const AnswerValue& value, std::size_t most) {
  std::vector<double> values(most + 1, 0);
  for (const ProblemKind& kind : kinds) {
    double reached = kind.prior;
    double total = 0;
    for (std::size_t k = 1; k <= most; ++k) {
      const double right = reached * kind.accuracy * kind.completeness;
      const double wrong = reached * (1 - kind.accuracy) * (1 - kind.soundness);
      total += right * value.right + wrong * value.wrong;
      reached -= right + wrong;
      values[k] += total;
    }
  }
  return values;
}

TEST(RepeatedSampling, IsBestWhereTryingEveryNumberSaysSo) {
  SplitMix64 rng(1);
  const auto rate = [&rng] { return static_cast<double>(rng.below(21)) / 20; };
  int bounded = 0;
  for (int round = 0; round < 3000; ++round) {
    std::vector<ProblemKind> kinds(1 + rng.below(4));
    for (ProblemKind& kind : kinds) kind = {1.0 / static_cast<double>(kinds.size()), rate(), rate(), rate()};
    const AnswerValue value = costing(-static_cast<double>(rng.below(80)) / 10);
    const std::vector<double> values = followed(kinds, value, 401);
    const double highest = *std::ranges::max_element(values);

    const std::optional<std::int64_t> best = best_number_of_samples(kinds, value);

    const double reached = best ? resampling_value(kinds, value, *best) : resampling_ceiling(kinds, value);
    EXPECT_GE(reached, highest - 1e-12);
    for (const std::size_t samples : {1U, 2U, 7U}) {
      EXPECT_NEAR(resampling_value(kinds, value, static_cast<std::int64_t>(samples)), values[samples], 1e-12);
    }
    if (!best || *best > 400) continue;
    EXPECT_NEAR(reached, highest, 1e-12);
    if (*best == 0) continue;
    ++bounded;
    const auto at = static_cast<std::size_t>(*best);
    EXPECT_GT(reached, values[at - 1]) << "the smallest of several";
    EXPECT_GE(reached, values[at + 1] - 1e-15);
  }
  EXPECT_GT(bounded, 100);
}

TEST(RepeatedSampling, OfAVerifierThatAlwaysOrNeverAcceptsIsClear) {
  const std::array<ProblemKind, 1> always{{{1, 0.3, 1, 0}}};
  EXPECT_EQ(best_number_of_samples(always, costing(0)), 1) << "the first sample is accepted, right or not";
  EXPECT_EQ(best_number_of_samples(always, costing(-1)), 0);
  const std::array<ProblemKind, 1> never{{{1, 0.3, 0, 1}}};
  EXPECT_EQ(best_number_of_samples(never, costing(0)), 0);
  EXPECT_EQ(false_share(never, 10), 0);
  const std::array<ProblemKind, 1> perfect{{{1, 0.3, 1, 1}}};
  EXPECT_EQ(best_number_of_samples(perfect, costing(-100)), std::nullopt);
}

TEST(RepeatedSampling, RefusesRatesThatAreNone) {
  const std::array<ProblemKind, 1> rate{{{1, 1.5, 1, 1}}};
  const std::array<ProblemKind, 1> prior{{{0.5, 0.5, 1, 1}}};
  EXPECT_THROW(resampling_ceiling(rate, costing(0)), Error);
  EXPECT_THROW(best_number_of_samples(prior, costing(0)), Error);
}

}  // namespace
}  // namespace reckon
