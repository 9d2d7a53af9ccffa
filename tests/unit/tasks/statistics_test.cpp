#include "tasks/statistics.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/rng.h"

namespace reckon {
namespace {

constexpr double kPrinted = 0.0006;  // the card prints three digits

// Calls `use` with every k-subset of 0..n-1, as a bit mask: the definition that the formulas abbreviate.
template <typename Use>
int for_all_subsets(int n, int k, Use use) {
  int subsets = 0;
  for (unsigned mask = 0; mask < (1u << n); ++mask) {
    if (std::popcount(mask) != k) continue;
    use(mask);
    ++subsets;
  }
  return subsets;
}

double brute_force_majority(const std::vector<std::string>& classes, const std::vector<double>& weights,
                            const std::string& correct, int k) {
  double total = 0.0;
  const int subsets = for_all_subsets(static_cast<int>(classes.size()), k, [&](unsigned mask) {
    std::map<std::string, double> votes;
    for (std::size_t i = 0; i < classes.size(); ++i) {
      if ((mask >> i & 1u) != 0 && !classes[i].empty()) votes[classes[i]] += weights[i];
    }
    double best = -1.0;
    for (const auto& [name, weight] : votes) best = std::max(best, weight);
    int leaders = 0;
    for (const auto& [name, weight] : votes) leaders += weight == best ? 1 : 0;
    if (votes.contains(correct) && votes.at(correct) == best) total += 1.0 / leaders;
  });
  return total / subsets;
}

std::vector<std::string> worked_pool() {
  std::vector<std::string> pool(7, "42");
  pool.insert(pool.end(), 5, "36");
  pool.insert(pool.end(), 3, "40");
  pool.push_back("words");  // unparsable, but an answer: the card's .496 at k = 3 lets it tie
  return pool;
}

TEST(PassAtK, GivesTheWorkedNumbersOfTheCards) {
  EXPECT_NEAR(pass_at_k(20, 3, 1), 0.150, kPrinted);
  EXPECT_NEAR(pass_at_k(20, 3, 5), 0.601, kPrinted);
  EXPECT_NEAR(pass_at_k(20, 3, 10), 0.895, kPrinted);
  EXPECT_NEAR(pass_at_k(20, 3, 17), 0.999, kPrinted);
  EXPECT_EQ(pass_at_k(20, 3, 18), 1.0);
  EXPECT_NEAR(pass_at_k(10, 3, 5), 0.9166667, 1e-7);
  EXPECT_NEAR(pass_at_k(100, 1, 10), 0.1, 1e-12);
  EXPECT_NEAR(pass_at_k(10000, 1, 100), 0.01, 1e-12);
}

TEST(PassAtK, IsTheShareOfSubsetsWithARightSample) {
  for (int n = 1; n <= 9; ++n) {
    for (int correct = 0; correct <= n; ++correct) {
      for (int k = 1; k <= n; ++k) {
        int hits = 0;
        const int subsets = for_all_subsets(n, k, [&](unsigned mask) { hits += (mask & ((1u << correct) - 1u)) != 0 ? 1 : 0; });
        ASSERT_NEAR(pass_at_k(n, correct, k), static_cast<double>(hits) / subsets, 1e-12) << n << ' ' << correct << ' ' << k;
      }
    }
  }
}

TEST(PassAtK, IsUnbiasedForBinomialSamples) {
  const double p = 0.3;
  const int n = 8;
  for (int k = 1; k <= n; ++k) {
    double expected = 0.0;
    for (int correct = 0; correct <= n; ++correct) {
      const double choose = std::tgamma(n + 1.0) / std::tgamma(correct + 1.0) / std::tgamma(n - correct + 1.0);
      expected += choose * std::pow(p, correct) * std::pow(1 - p, n - correct) * pass_at_k(n, correct, k);
    }
    EXPECT_NEAR(expected, 1.0 - std::pow(1.0 - p, k), 1e-12);
  }
}

TEST(MajorityAtK, GivesTheWorkedNumbersOfTheCard) {
  const std::vector<std::string> pool = worked_pool();

  EXPECT_NEAR(majority_at_k(pool, "42", 1), 0.4375, 1e-12);
  EXPECT_NEAR(majority_at_k(pool, "42", 3), 0.496, kPrinted);
  EXPECT_NEAR(majority_at_k(pool, "42", 5), 0.577, kPrinted);
  EXPECT_NEAR(majority_at_k(pool, "42", 9), 0.709, kPrinted);
  EXPECT_NEAR(majority_at_k(pool, "42", 16), 1.0, 1e-12);
  EXPECT_EQ(majority_at_k(pool, "41", 5), 0.0);

  std::vector<std::string> silent = pool;
  silent.back() = "";  // no answer at all never ties
  EXPECT_NEAR(majority_at_k(silent, "42", 3), 0.5125, 1e-12);
}

TEST(MajorityAtK, AgreesWithAllSubsetsWrittenOut) {
  SplitMix64 rng(3);
  for (int round = 0; round < 40; ++round) {
    const int n = static_cast<int>(rng.range(1, 10));
    std::vector<std::string> pool;
    for (int i = 0; i < n; ++i) {
      const std::int64_t name = rng.range(0, 4);
      pool.push_back(name == 0 ? "" : std::to_string(name));
    }
    for (int k = 1; k <= n; ++k) {
      ASSERT_NEAR(majority_at_k(pool, "1", k), brute_force_majority(pool, std::vector<double>(pool.size(), 1.0), "1", k), 1e-12);
    }
  }
}

TEST(MajorityAtK, StaysExactWithManyClassesAndLargePools) {
  std::vector<std::string> pool = worked_pool();
  for (const char* name : {"1", "2", "3", "4"}) pool.push_back(name);
  EXPECT_NEAR(majority_at_k(pool, "42", 5), brute_force_majority(pool, std::vector<double>(pool.size(), 1.0), "42", 5), 1e-12);

  std::vector<std::string> large(1500, "right");  // a whole pool is one subset, and its plurality is known
  large.insert(large.end(), 1499, "wrong");
  for (int i = 0; i < 100; ++i) large.push_back(std::to_string(i));
  EXPECT_NEAR(majority_at_k(large, "right", 3), majority_at_k(large, "wrong", 3), 1e-3);
  large.resize(300);
  large.insert(large.end(), 300, "wrong");
  EXPECT_NEAR(majority_at_k(large, "right", 599), 0.5, 1e-9);
}

TEST(WeightedMajorityAtK, AgreesWithAllSubsetsWrittenOut) {
  const std::vector<std::string> pool{"a", "b", "a", "b", "c", ""};
  const std::vector<double> weights{0.9, 0.2, 0.1, 0.5, 1.1, 5.0};
  const double exact = brute_force_majority(pool, weights, "a", 3);

  EXPECT_NEAR(weighted_majority_at_k(pool, weights, "a", 3, 1, 20000), exact, 4 * std::sqrt(0.25 / 20000));
}

TEST(BestOfK, AgreesWithAllSubsetsWrittenOut) {
  SplitMix64 rng(5);
  for (int round = 0; round < 40; ++round) {
    const std::size_t n = static_cast<std::size_t>(rng.range(1, 10));
    std::vector<double> scores(n);
    const auto correct = std::make_unique<bool[]>(n);
    for (std::size_t i = 0; i < n; ++i) {
      scores[i] = static_cast<double>(rng.range(0, 3));  // many ties
      correct[i] = rng.below(2) == 0;
    }
    for (int k = 1; k <= static_cast<int>(n); ++k) {
      double total = 0.0;
      const int subsets = for_all_subsets(static_cast<int>(n), k, [&](unsigned mask) {
        double best = -1.0;
        for (std::size_t i = 0; i < n; ++i) {
          if ((mask >> i & 1u) != 0) best = std::max(best, scores[i]);
        }
        double right = 0.0;
        double tied = 0.0;
        for (std::size_t i = 0; i < n; ++i) {  // the whole tie group of the pool, as the card averages inside it
          if (scores[i] != best) continue;
          right += correct[i] ? 1.0 : 0.0;
          tied += 1.0;
        }
        total += right / tied;
      });
      ASSERT_NEAR(best_of_k(scores, {correct.get(), n}, k), total / subsets, 1e-12);
    }
  }
}

TEST(BestOfK, EqualsCoverageWhenTheScoreIsTheTruth) {
  std::vector<double> scores(20, 0.0);
  const auto correct = std::make_unique<bool[]>(20);
  for (std::size_t i = 0; i < 3; ++i) scores[i * 5] = 1.0, correct[i * 5] = true;

  for (int k = 1; k <= 20; ++k) EXPECT_NEAR(best_of_k(scores, {correct.get(), 20}, k), pass_at_k(20, 3, k), 1e-12);
}

TEST(WilsonInterval, GivesTheWorkedNumbersOfTheCard) {
  EXPECT_NEAR(wilson_interval(37, 100).low, 0.282, kPrinted);
  EXPECT_NEAR(wilson_interval(37, 100).high, 0.468, kPrinted);
  EXPECT_EQ(wilson_interval(0, 50).low, 0.0);
  EXPECT_NEAR(wilson_interval(0, 50).high, 0.071, kPrinted);
  EXPECT_EQ(wilson_interval(50, 50).high, 1.0);
}

TEST(Bootstrap, CoversTheTruthAboutNineteenTimesInTwenty) {
  SplitMix64 rng(11);
  const int runs = 400;
  int covered = 0;
  for (int run = 0; run < runs; ++run) {
    std::vector<double> results(150);
    for (double& result : results) result = rng.below(10) < 4 ? 1.0 : 0.0;
    const ConfidenceInterval interval = bootstrap_mean(results, /*seed=*/run, /*resamples=*/500);
    covered += interval.low <= 0.4 && 0.4 <= interval.high ? 1 : 0;
  }
  EXPECT_GT(covered, 0.91 * runs);
  EXPECT_LT(covered, 0.98 * runs);
}

TEST(Bootstrap, OfARatioIsThatOfAMeanWhereAllWeighAlikeAndHoldsTheTruth) {
  std::vector<double> values, ones(60, 1.0), halves(60, 0.5);
  for (int i = 0; i < 60; ++i) values.push_back(i % 3 == 0 ? 1 : 0);
  const ConfidenceInterval mean = bootstrap_mean(values, 1, 400);
  const ConfidenceInterval same = bootstrap_ratio(values, ones, 1, 400);
  const ConfidenceInterval doubled = bootstrap_ratio(values, halves, 1, 400);

  EXPECT_DOUBLE_EQ(same.low, mean.low);
  EXPECT_DOUBLE_EQ(same.high, mean.high);
  EXPECT_NEAR(doubled.low, 2 * mean.low, 1e-12);
  EXPECT_EQ(bootstrap_ratio(std::vector<double>{0, 0}, std::vector<double>{0, 0}).high, 0);
  EXPECT_THROW(bootstrap_ratio({}, {}), Error);
  EXPECT_THROW(bootstrap_ratio(values, std::vector<double>{1}), Error);
}

TEST(PairedBootstrap, GivesTheWorkedNumbersOfTheCard) {
  std::vector<double> a(200, 0.0);
  std::vector<double> b(200, 0.0);
  for (std::size_t i = 0; i < 22; ++i) a[i] = 1.0;
  for (std::size_t i = 22; i < 58; ++i) b[i] = 1.0;

  const PairedDifference difference = paired_bootstrap(b, a);

  EXPECT_NEAR(difference.mean, 0.070, 1e-12);
  EXPECT_NEAR(difference.standard_error, 0.038, kPrinted);
  EXPECT_NEAR(difference.interval.low, 0.070 - 1.96 * 0.038, 0.006);
  EXPECT_NEAR(difference.interval.high, 0.070 + 1.96 * 0.038, 0.006);
  EXPECT_EQ(paired_bootstrap(b, a).interval.low, difference.interval.low);
}

TEST(McNemar, GivesTheWorkedNumberAndTheBinomialTail) {
  EXPECT_NEAR(mcnemar_exact(22, 36), 0.087, kPrinted);
  EXPECT_EQ(mcnemar_exact(22, 36), mcnemar_exact(36, 22));
  EXPECT_EQ(mcnemar_exact(0, 0), 1.0);
  EXPECT_EQ(mcnemar_exact(5, 5), 1.0);
  EXPECT_NEAR(mcnemar_exact(0, 5), 2.0 / 32, 1e-12);
}

TEST(Holm, RaisesEachPValueByTheNumberOfThoseNotSmaller) {
  const std::vector<double> adjusted = holm_adjusted(std::vector<double>{0.04, 0.01, 0.03, 0.6});

  const std::vector<double> expected{0.09, 0.04, 0.09, 0.6};  // 0.01*4, 0.03*3, the larger of 0.04*2 and before, 0.6*1
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(adjusted[i], expected[i], 1e-12) << i;
  EXPECT_TRUE(holm_adjusted({}).empty());
  EXPECT_EQ(holm_adjusted(std::vector<double>{0.9, 0.8}), (std::vector<double>{1, 1}));
  EXPECT_THROW(holm_adjusted(std::vector<double>{1.5}), Error);
}

TEST(ProblemsNeeded, GivesTheWorkedNumberOfTheCard) { EXPECT_EQ(problems_needed(0.29, 0.07), 464); }

TEST(Statistics, RefusesArgumentsOutOfRange) {
  const std::vector<std::string> pool{"a"};
  const bool right[] = {true};
  EXPECT_THROW(pass_at_k(3, 1, 4), Error);
  EXPECT_THROW(pass_at_k(3, 4, 1), Error);
  EXPECT_THROW(pass_at_k(3, 1, 0), Error);
  EXPECT_THROW(majority_at_k(pool, "a", 2), Error);
  EXPECT_THROW(weighted_majority_at_k(pool, std::vector<double>{}, "a", 1), Error);
  EXPECT_THROW(weighted_majority_at_k(pool, std::vector<double>{-1.0}, "a", 1), Error);
  EXPECT_THROW(best_of_k(std::vector<double>{NAN}, right, 1), Error);
  EXPECT_THROW(wilson_interval(1, 0), Error);
  EXPECT_THROW(bootstrap_mean({}), Error);
  EXPECT_THROW(mcnemar_exact(-1, 2), Error);
}

}  // namespace
}  // namespace reckon
