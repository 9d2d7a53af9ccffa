#include "tasks/coverage_law.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.h"
#include "base/rng.h"

namespace reckon {
namespace {

std::vector<CoveragePoint> worked_curve() {  // card S5: 400 problems, p ~ Beta(.3, 1.5)
  std::vector<CoveragePoint> points;
  double k = 1;
  for (const double coverage : {.190, .287, .394, .498, .588, .661, .724, .776}) {
    points.push_back({k, coverage});
    k *= 2;
  }
  return points;
}

double uniform(SplitMix64& rng) { return static_cast<double>(rng.next() >> 11) * 0x1p-53; }

// A draw from Beta(alpha, beta) by inverting its distribution function, summed on a fine grid of midpoints.
class BetaDraws {
 public:
  BetaDraws(double alpha, double beta) {
    double total = 0;
    for (int i = 0; i < kCells; ++i) {
      // In p = u^(1/alpha) the density has no pole at 0.
      const double p = std::pow((i + 0.5) / kCells, 1 / alpha);
      total += std::pow(1 - p, beta - 1);
      sums_.push_back(total);
      values_.push_back(p);
    }
  }
  double draw(SplitMix64& rng) const {
    const auto at = std::ranges::upper_bound(sums_, uniform(rng) * sums_.back());
    return values_[static_cast<std::size_t>(std::min<std::ptrdiff_t>(at - sums_.begin(), kCells - 1))];
  }

 private:
  static constexpr int kCells = 20'000;
  std::vector<double> sums_, values_;
};

TEST(CoverageLaw, GivesTheWorkedNumbersOfTheCards) {
  const auto law = fit_coverage_law(worked_curve());

  ASSERT_TRUE(law);
  EXPECT_NEAR(law->a, 1.612, 0.003);
  EXPECT_NEAR(law->b, 0.388, 0.002);
  EXPECT_NEAR(law->at(1024), 0.897, 0.002);
  EXPECT_NEAR(law->at(8192), 0.953, 0.002);
  EXPECT_GT(law->r_squared, 0.98);
  EXPECT_EQ(law->from, 1);
  EXPECT_EQ(law->to, 128);
}

TEST(CoverageLaw, RecoversTheLawThatMadeItsPoints) {
  const std::vector<CoveragePoint> points{{1, .1653}, {10, .44752}, {100, .69827}, {1000, .85178}, {10000, .93085}};  // card B4

  const auto law = fit_coverage_law(points);

  ASSERT_TRUE(law);
  EXPECT_NEAR(law->a, 1.8, 1e-3);
  EXPECT_NEAR(law->b, 0.35, 1e-4);
  EXPECT_NEAR(law->r_squared, 1, 1e-6);
}

TEST(CoverageLaw, IsNotFittedOnWhatSaysNothing) {
  EXPECT_FALSE(fit_coverage_law({}));
  EXPECT_FALSE(fit_coverage_law(std::vector<CoveragePoint>{{1, .2}, {2, .3}}));
  EXPECT_FALSE(fit_coverage_law(std::vector<CoveragePoint>{{1, .2}, {2, .3}, {4, 1}, {8, 1}})) << "1 has no place on the line";
  EXPECT_FALSE(fit_coverage_law(std::vector<CoveragePoint>{{1, .3}, {2, .3}, {4, .3}}));
  EXPECT_FALSE(fit_coverage_law(std::vector<CoveragePoint>{{1, .5}, {2, .4}, {4, .3}}));
  EXPECT_THROW(fit_coverage_law(std::vector<CoveragePoint>{{0, .5}}), Error);
}

TEST(DifficultyLaw, GivesTheWorkedCoverageOfTheCard) {
  const DifficultyLaw law{.alpha = 0.3, .beta = 3};
  double k = 1;
  for (const double coverage : {.09091, .37338, .66561, .83122, .91535}) {
    EXPECT_NEAR(law.coverage_at(k), coverage, 6e-6) << k;
    k *= 10;
  }
  EXPECT_EQ(law.coverage_at(0), 0);
}

TEST(DifficultyLaw, IsRecoveredFromSimulatedSamples) {
  SplitMix64 rng(5);
  for (const DifficultyLaw truth : {DifficultyLaw{0.3, 1.5}, DifficultyLaw{2, 1}}) {
    const BetaDraws difficulty(truth.alpha, truth.beta);
    std::vector<SampleCount> problems(3000);
    for (SampleCount& problem : problems) {
      const double p = difficulty.draw(rng);
      problem.samples = 32;
      for (int i = 0; i < 32; ++i) problem.right += uniform(rng) < p ? 1 : 0;
    }

    const auto law = fit_difficulty_law(problems);

    ASSERT_TRUE(law);
    EXPECT_NEAR(law->alpha / truth.alpha, 1, 0.08);  // about three standard errors
    EXPECT_NEAR(law->beta / truth.beta, 1, 0.15);
    EXPECT_NEAR(law->coverage_at(100), truth.coverage_at(100), 0.02);
  }
}

TEST(DifficultyLaw, IsLikelierThanItsNeighbours) {
  const std::vector<SampleCount> problems{{8, 0}, {8, 0}, {8, 1}, {8, 3}, {8, 8}, {4, 2}};
  const auto log_likelihood = [&problems](double alpha, double beta) {
    double sum = 0;
    for (const SampleCount& problem : problems) {
      const auto right = static_cast<double>(problem.right), wrong = static_cast<double>(problem.samples - problem.right);
      sum += std::lgamma(alpha + right) + std::lgamma(beta + wrong) - std::lgamma(alpha + beta + right + wrong) -
             std::lgamma(alpha) - std::lgamma(beta) + std::lgamma(alpha + beta);
    }
    return sum;
  };

  const auto law = fit_difficulty_law(problems);

  ASSERT_TRUE(law);
  const double best = log_likelihood(law->alpha, law->beta);
  for (const double factor : {0.97, 1.03}) {
    EXPECT_GT(best, log_likelihood(law->alpha * factor, law->beta));
    EXPECT_GT(best, log_likelihood(law->alpha, law->beta * factor));
  }
}

TEST(DifficultyLaw, IsNothingWhereNoneIsLikeliest) {
  EXPECT_FALSE(fit_difficulty_law({}));
  EXPECT_FALSE(fit_difficulty_law(std::vector<SampleCount>{{8, 0}, {8, 0}}));
  EXPECT_FALSE(fit_difficulty_law(std::vector<SampleCount>{{8, 8}, {8, 8}}));
  EXPECT_FALSE(fit_difficulty_law(std::vector<SampleCount>{{8, 4}, {8, 4}, {8, 4}})) << "more alike than chance makes them";
  EXPECT_THROW(fit_difficulty_law(std::vector<SampleCount>{{8, 9}}), Error);
}

}  // namespace
}  // namespace reckon
