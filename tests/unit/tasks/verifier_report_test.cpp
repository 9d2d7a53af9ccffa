#include "tasks/verifier_report.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/rng.h"

namespace reckon {
namespace {

using Truths = std::vector<std::uint8_t>;

struct Sample {
  std::vector<double> scores;
  Truths right;
};

Sample random_sample(SplitMix64& rng, std::size_t paths, std::uint64_t grid) {
  Sample sample;
  for (std::size_t i = 0; i < paths; ++i) {
    sample.scores.push_back(static_cast<double>(rng.below(grid + 1)) / static_cast<double>(grid));
    sample.right.push_back(rng.below(3) == 0 ? 1 : 0);
  }
  return sample;
}

TEST(VerifierReport, AurocCountsPairs) {
  SplitMix64 rng(1);
  for (int round = 0; round < 500; ++round) {
    Sample sample = random_sample(rng, 2 + rng.below(30), 6);
    sample.right[0] = 1;
    sample.right[1] = 0;
    double won = 0;
    double pairs = 0;
    for (std::size_t i = 0; i < sample.scores.size(); ++i) {
      for (std::size_t j = 0; j < sample.scores.size(); ++j) {
        if (sample.right[i] == 0 || sample.right[j] != 0) continue;
        pairs += 1;
        won += sample.scores[i] > sample.scores[j] ? 1 : sample.scores[i] == sample.scores[j] ? 0.5 : 0;
      }
    }
    EXPECT_NEAR(auroc(sample.scores, sample.right), won / pairs, 1e-12);
  }
}

TEST(VerifierReport, AurocOfAPerfectABlindAndAnInvertedVerifier) {
  EXPECT_EQ(auroc(std::vector{0.1, 0.9}, Truths{0, 1}), 1);
  EXPECT_EQ(auroc(std::vector{0.5, 0.5}, Truths{0, 1}), 0.5);
  EXPECT_EQ(auroc(std::vector{0.9, 0.1}, Truths{0, 1}), 0);
  EXPECT_THROW(auroc(std::vector{0.9, 0.1}, Truths{1, 1}), Error);
}

TEST(VerifierReport, BrierIsTheMeanSquare) {
  EXPECT_EQ(brier_score(std::vector{1.0, 0.0}, Truths{1, 0}), 0);
  EXPECT_DOUBLE_EQ(brier_score(std::vector{0.5, 0.8, 0.4}, Truths{1, 0, 1}), (0.25 + 0.64 + 0.36) / 3);
}

TEST(VerifierReport, BinsAreOfEqualMassInOrderOfScore) {
  Sample sample;
  for (int i = 0; i < 47; ++i) {
    sample.scores.push_back(i / 46.0);
    sample.right.push_back(i % 2 == 0 ? 1 : 0);
  }
  const auto bins = calibration_bins(sample.scores, sample.right);

  ASSERT_EQ(bins.size(), 15U);
  std::int64_t paths = 0;
  double right = 0;
  double last = -1;
  for (const CalibrationBin& bin : bins) {
    EXPECT_TRUE(bin.paths == 3 || bin.paths == 4);
    EXPECT_GT(bin.score, last);
    last = bin.score;
    paths += bin.paths;
    right += bin.right * static_cast<double>(bin.paths);
  }
  EXPECT_EQ(paths, 47);
  EXPECT_NEAR(right, 24, 1e-12);
}

TEST(VerifierReport, CalibrationErrorIsThatOfBinsCountedOut) {
  // Distinct scores, two bins of two: |0.15 - 0.5| and |0.85 - 1|.
  EXPECT_NEAR(expected_calibration_error(calibration_bins(std::vector{0.1, 0.9, 0.2, 0.8}, Truths{0, 1, 1, 1}, 2)),
              (0.35 + 0.15) / 2, 1e-12);
  EXPECT_NEAR(expected_calibration_error(calibration_bins(std::vector{0.25, 0.25, 0.25, 0.25}, Truths{1, 0, 0, 0})), 0, 1e-12);
  EXPECT_NEAR(expected_calibration_error(calibration_bins(std::vector{1.0, 1.0, 1.0, 1.0}, Truths{1, 0, 0, 0})), 0.75, 1e-12);
}

TEST(VerifierReport, DoesNotDependOnTheOrderOfPaths) {
  SplitMix64 rng(2);
  for (int round = 0; round < 200; ++round) {
    const Sample sample = random_sample(rng, 1 + rng.below(60), 5);
    std::vector<std::size_t> order(sample.scores.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    shuffle(order, rng);
    Sample moved;
    for (const std::size_t i : order) {
      moved.scores.push_back(sample.scores[i]);
      moved.right.push_back(sample.right[i]);
    }
    const VerifierReport a = measure_verifier(sample.scores, sample.right);
    const VerifierReport b = measure_verifier(moved.scores, moved.right);

    EXPECT_EQ(a.false_accepts.count, b.false_accepts.count);
    EXPECT_EQ(a.auroc, b.auroc);
    EXPECT_NEAR(a.brier, b.brier, 1e-12);
    EXPECT_NEAR(a.calibration_error, b.calibration_error, 1e-12);
  }
}

TEST(VerifierReport, ErrorRatesAreOfTheWrongAndOfTheRight) {
  const VerifierReport report = measure_verifier(std::vector{0.9, 0.5, 0.4, 0.6, 0.1}, Truths{1, 1, 1, 0, 0});

  EXPECT_EQ(report.paths, 5);
  EXPECT_EQ(report.right, 3);
  EXPECT_EQ(report.false_accepts.count, 1);
  EXPECT_EQ(report.false_accepts.of, 2);
  EXPECT_EQ(report.false_rejects.count, 1) << "a score at the threshold is accepted";
  EXPECT_EQ(report.false_rejects.of, 3);
  const ConfidenceInterval interval = wilson_interval(1, 3);
  EXPECT_EQ(report.false_rejects.interval.low, interval.low);
  EXPECT_EQ(report.false_rejects.interval.high, interval.high);
}

TEST(VerifierReport, OfOneKindOfPathsKnowsNothingOfTheOther) {
  const VerifierReport report = measure_verifier(std::vector{0.2, 0.7}, Truths{1, 1});

  EXPECT_EQ(report.false_accepts.of, 0);
  EXPECT_EQ(report.false_accepts.interval.low, 0);
  EXPECT_EQ(report.false_accepts.interval.high, 1);
  EXPECT_EQ(report.auroc, 0.5);
}

TEST(VerifierReport, FindsThePlantedErrorRatesOfANoisyOracle) {
  SplitMix64 rng(4);
  Sample sample;
  for (int i = 0; i < 20000; ++i) {
    const bool right = rng.below(10) < 3;
    const bool accepted = right ? rng.below(100) >= 8 : rng.below(100) < 20;
    sample.right.push_back(right ? 1 : 0);
    sample.scores.push_back(accepted ? 1 : 0);
  }
  const VerifierReport report = measure_verifier(sample.scores, sample.right);

  EXPECT_LT(report.false_accepts.interval.low, 0.2);
  EXPECT_GT(report.false_accepts.interval.high, 0.2);
  EXPECT_LT(report.false_rejects.interval.low, 0.08);
  EXPECT_GT(report.false_rejects.interval.high, 0.08);
  EXPECT_NEAR(report.auroc, 1 - (0.2 + 0.08) / 2, 0.01) << "the mean of both rates of success";
}

TEST(VerifierReport, RiskCoverageAreaIsTheMeanRiskOverAllOrdersOfEqualScores) {
  EXPECT_EQ(risk_coverage_area(std::vector{0.9, 0.8, 0.1}, Truths{1, 1, 1}), 0);
  EXPECT_NEAR(risk_coverage_area(std::vector{0.9, 0.8, 0.1}, Truths{1, 0, 0}), (0 + 1.0 / 2 + 2.0 / 3) / 3, 1e-12);
  EXPECT_NEAR(risk_coverage_area(std::vector{0.1, 0.9, 0.8}, Truths{1, 0, 0}), (1 + 1 + 2.0 / 3) / 3, 1e-12);
  // One right and one wrong of equal score: right first, 0 and 1/2; wrong first, 1 and 1/2.
  EXPECT_NEAR(risk_coverage_area(std::vector{0.5, 0.5}, Truths{1, 0}), ((0 + 0.5) / 2 + (1 + 0.5) / 2) / 2, 1e-12);
}

TEST(VerifierReport, RefusesWhatIsNoScore) {
  EXPECT_THROW(measure_verifier(std::vector<double>{}, Truths{}), Error);
  EXPECT_THROW(measure_verifier(std::vector{0.5}, Truths{1, 0}), Error);
  EXPECT_THROW(measure_verifier(std::vector{1.5}, Truths{1}), Error);
  EXPECT_THROW(measure_verifier(std::vector{std::nan("")}, Truths{1}), Error);
  EXPECT_THROW(calibration_bins(std::vector{0.5}, Truths{1}, 0), Error);
}

}  // namespace
}  // namespace reckon
