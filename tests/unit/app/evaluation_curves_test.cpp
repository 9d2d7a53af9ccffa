#include "app/evaluation_curves.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace reckon {
namespace {

StrategyScore score(const std::string& strategy, double tokens, double accuracy) {
  StrategyScore one;
  one.strategy = strategy;
  one.cell.strategy = strategy;
  one.cell.label = strategy;
  one.tokens_mean = tokens;
  one.accuracy = accuracy;
  return one;
}

std::vector<std::string> names(const std::vector<PlotSeries>& lines) {
  std::vector<std::string> all;
  for (const PlotSeries& line : lines) all.push_back(line.name + " " + std::to_string(line.points.size()));
  return all;
}

const std::vector<StrategyScore> kScores{score("greedy:max_tokens=9", 100, 0.4), score("majority:n=4,temperature=0.5", 300, 0.5),
                                         score("majority:n=16,temperature=0.5", 1100, 0.7),
                                         score("majority:n=4,temperature=1", 320, 0.3)};

TEST(EvaluationCurves, JoinWhatDiffersInCostOnly) {
  const std::vector<GridAxis> grid{parse_grid_axis("n=4,16"), parse_grid_axis("temperature=0.5,1")};

  EXPECT_EQ(names(curves_of(kScores, grid, CostAxis::tokens)),
            (std::vector<std::string>{"greedy:max_tokens=9 1", "majority:temperature=0.5 2", "majority:temperature=1 1"}));
  EXPECT_EQ(names(curves_of(kScores, {}, CostAxis::tokens)), (std::vector<std::string>{"greedy:max_tokens=9 1", "majority 3"}));
}

TEST(EvaluationCurves, ReachWhatTheirBestCheapEnoughPointReaches) {
  const EqualCost table = equal_cost(kScores, {}, CostAxis::tokens);

  EXPECT_EQ(table.marks, (std::vector<double>{100, 200, 500, 1000, 2000}));
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(table.rows[0].accuracy, (std::vector<std::optional<double>>(5, 0.4)));
  EXPECT_EQ(table.rows[1].accuracy, (std::vector<std::optional<double>>{{}, {}, 0.5, 0.5, 0.7}));
  EXPECT_NEAR(*table.rows[0].area, 0.4, 1e-12);
  EXPECT_TRUE(equal_cost({}, {}, CostAxis::tokens).rows.empty());
}

EvaluatedCell cell(const std::vector<std::int64_t>& tokens, const std::vector<bool>& right) {
  EvaluatedCell evaluated;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    ProblemResult& result = evaluated.results.emplace_back();
    result.problem = static_cast<std::int64_t>(i);
    result.solved.receipt.ledger.generated = tokens[i];
    result.solved.correct = right[i];
  }
  return evaluated;
}

TEST(EvaluationCurves, CountHowOftenAStrategyIsOnTheFront) {
  const std::vector<EvaluatedCell> cells{cell({1, 1}, {false, true}), cell({2, 2}, {true, true}), cell({3, 3}, {true, false})};

  const std::vector<double> shares = frontier_shares_of(cells, CostAxis::tokens);

  ASSERT_EQ(shares.size(), 3u);
  EXPECT_NEAR(shares[0], 1, 1e-9);
  EXPECT_NEAR(shares[1], 0.75, 0.06);
  EXPECT_EQ(shares[2], 0);
  EXPECT_TRUE(frontier_shares_of(std::vector{cells[0], cell({1}, {true})}, CostAxis::tokens).empty()) << "other problems";
}

}  // namespace
}  // namespace reckon
