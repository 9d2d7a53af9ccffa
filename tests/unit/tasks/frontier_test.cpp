#include "tasks/frontier.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.h"
#include "base/rng.h"

namespace reckon {
namespace {

const std::vector<CostPoint> kPoints{{400, 0.5}, {100, 0.4}, {200, 0.3}, {1600, 0.8}, {400, 0.45}};

bool beaten(std::span<const CostPoint> points, std::size_t i) {  // by definition, of equals the first standing
  for (std::size_t j = 0; j < points.size(); ++j) {
    const bool as_good = points[j].cost <= points[i].cost && points[j].accuracy >= points[i].accuracy;
    const bool equal = points[j].cost == points[i].cost && points[j].accuracy == points[i].accuracy;
    if (j != i && as_good && (!equal || j < i)) return true;
  }
  return false;
}

TEST(Frontier, HoldsWhatNothingBeats) {
  SplitMix64 rng(3);
  for (int round = 0; round < 200; ++round) {
    std::vector<CostPoint> points(rng.below(8));
    for (CostPoint& point : points) {
      point = {static_cast<double>(rng.range(1, 5)), static_cast<double>(rng.range(0, 4)) / 4};
    }
    const std::vector<std::size_t> kept = frontier(points);
    for (std::size_t i = 0; i < points.size(); ++i) {
      ASSERT_EQ(std::ranges::count(kept, i) == 0, beaten(points, i)) << round << ' ' << i;
    }
    for (std::size_t i = 1; i < kept.size(); ++i) ASSERT_LT(points[kept[i - 1]].cost, points[kept[i]].cost);
  }
}

TEST(Frontier, IsAStepFunctionOfCost) {
  EXPECT_FALSE(accuracy_at(kPoints, 99));
  EXPECT_EQ(accuracy_at(kPoints, 100), 0.4);
  EXPECT_EQ(accuracy_at(kPoints, 399), 0.4);
  EXPECT_EQ(accuracy_at(kPoints, 400), 0.5);
  EXPECT_EQ(accuracy_at(kPoints, 1e9), 0.8);
}

TEST(Frontier, ReachesAnAccuracyByLogLinearInterpolation) {
  EXPECT_EQ(cost_to_reach(kPoints, 0.2), 100);
  EXPECT_NEAR(*cost_to_reach(kPoints, 0.45), 200, 1e-9);  // half way from 100 to 400 on a logarithmic axis
  EXPECT_NEAR(*cost_to_reach(kPoints, 0.65), 800, 1e-9);
  EXPECT_EQ(cost_to_reach(kPoints, 0.8), 1600);
  EXPECT_FALSE(cost_to_reach(kPoints, 0.81));
}

TEST(Frontier, HasTheAreaOfItsSteps) {
  EXPECT_NEAR(area_under_frontier(kPoints, 100, 1600), (0.4 + 0.5) / 2, 1e-12);  // two steps of a factor of four
  EXPECT_NEAR(area_under_frontier(kPoints, 25, 1600), (0 + 0.4 + 0.5) / 3, 1e-12);
  EXPECT_NEAR(area_under_frontier(kPoints, 1600, 6400), 0.8, 1e-12);
  EXPECT_EQ(area_under_frontier({}, 1, 2), 0);
  EXPECT_THROW(area_under_frontier(kPoints, 2, 2), Error);
  EXPECT_THROW(frontier(std::vector<CostPoint>{{0, 0.5}}), Error);
}

TEST(Frontier, SharesAreThoseOfAllResamplesWrittenOut) {
  const std::vector<MeasuredPoint> points{{{1, 1}, {0, 1}}, {{2, 2}, {1, 1}}, {{3, 3}, {1, 0}}};
  // Of the four resamples of two problems: (0,0), (0,1), (1,0), (1,1).
  const std::vector<double> expected{1.0, 0.75, 0.0};

  const std::vector<double> shares = frontier_shares(points, /*seed=*/1, /*resamples=*/20000);

  for (std::size_t i = 0; i < points.size(); ++i) EXPECT_NEAR(shares[i], expected[i], 0.015) << i;
}

TEST(Frontier, MarksAreRoundAndFew) {
  EXPECT_EQ(cost_marks(90, 1100), (std::vector<double>{100, 200, 500, 1000, 2000}));
  EXPECT_EQ(cost_marks(3, 4), (std::vector<double>{5}));
  EXPECT_EQ(cost_marks(10, 50), (std::vector<double>{10, 20, 50}));
  const std::vector<double> many = cost_marks(1, 1e9, 5);
  EXPECT_EQ(many.size(), 5u);
  EXPECT_EQ(many.back(), 1e9);
}

}  // namespace
}  // namespace reckon
