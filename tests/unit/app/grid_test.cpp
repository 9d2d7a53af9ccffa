#include "app/grid.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.h"

namespace reckon {
namespace {

std::vector<EvaluationCell> cells(const std::vector<std::string>& strategies, const std::vector<std::string>& axes) {
  std::vector<EvaluationCell> bases;
  for (const std::string& strategy : strategies) bases.push_back({.strategy = strategy});
  std::vector<GridAxis> grid;
  for (const std::string& axis : axes) grid.push_back(parse_grid_axis(axis));
  return cells_of(bases, grid);
}

std::string why_refused(const std::vector<std::string>& strategies, const std::vector<std::string>& axes) {
  try {
    cells(strategies, axes);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Grid, MakesEveryCombinationTheLastAxisFastest) {
  const auto made = cells({"majority:n=4"}, {"temperature=0.5,1", "tokens=100,2k"});

  ASSERT_EQ(made.size(), 4u);
  EXPECT_EQ(made[0].strategy, "majority:n=4,temperature=0.5");
  EXPECT_EQ(made[0].budget.tokens, 100);
  EXPECT_EQ(made[0].label, "majority:n=4,temperature=0.5 tokens=100");
  EXPECT_EQ(made[1].budget.tokens, 2000);
  EXPECT_EQ(made[3].strategy, "majority:n=4,temperature=1");
}

TEST(Grid, LeavesAStrategyAloneThatAnAxisMeansNothingTo) {
  const auto made = cells({"greedy", "best_of_n"}, {"n=2,4", "verifier=exact,noisy:fp=0.1:of=exact"});

  ASSERT_EQ(made.size(), 5u);
  EXPECT_EQ(made[0].label, "greedy");
  EXPECT_EQ(made[1].label, "best_of_n:n=2 verifier=exact");
  EXPECT_EQ(made[2].strategy, "best_of_n:n=2");
  EXPECT_EQ(made[2].verifier, "noisy:fp=0.1,of=exact");
}

TEST(Grid, ReadsAsTheStrategyWouldBeWritten) {
  EXPECT_EQ(cells({"majority"}, {"tokens=50", "n=2"})[0].label, "majority:n=2 tokens=50");
  EXPECT_EQ(cells({"greedy"}, {"system=Be brief."})[0].system, "Be brief.");
}

TEST(Grid, KeepsWhatTheBudgetLimitsBesides) {
  std::vector<EvaluationCell> bases{{.strategy = "greedy", .budget = parse_budget("seconds=1")}};

  const auto made = cells_of(bases, std::vector{parse_grid_axis("tokens=7,9")});

  EXPECT_EQ(made[1].budget.tokens, 9);
  EXPECT_EQ(made[1].budget.seconds, 1.0);
}

TEST(Grid, RefusesALimitThatTheBudgetHasToo) {
  std::vector<EvaluationCell> bases{{.strategy = "greedy", .budget = parse_budget("tokens=50,flops=1G,seconds=1,joules=1")}};
  for (const char* axis : {"tokens=100", "flops=1M", "seconds=2", "joules=2"}) {
    EXPECT_THROW(cells_of(bases, std::vector{parse_grid_axis(axis)}), Error) << axis;
  }
}

TEST(Grid, RefusesWhatItCannotMean) {
  EXPECT_NE(why_refused({"majority"}, {"temprature=1"}).find("did you mean 'temperature'?"), std::string::npos);
  EXPECT_NE(why_refused({"majority"}, {"verifier=exact"}).find("no strategy uses a verifier"), std::string::npos);
  EXPECT_NE(why_refused({"majority:n=4"}, {"n=2"}).find("already given"), std::string::npos);
  EXPECT_NE(why_refused({"majority"}, {"n=2", "n=4"}).find("varied twice"), std::string::npos);
  EXPECT_NE(why_refused({"majority"}, {"n=2,2"}).find("twice"), std::string::npos);
  EXPECT_NE(why_refused({"majority"}, {"tokens=-1"}).find("tokens"), std::string::npos);
  for (const char* text : {"n", "=2", "n=", "n=2,", "n=,2"}) EXPECT_NE(why_refused({"majority"}, {text}), "") << text;
  std::string many = "tokens=1", more = "max_tokens=1";
  for (int i = 2; i <= 40; ++i) many += "," + std::to_string(i), more += "," + std::to_string(i);
  EXPECT_NE(why_refused({"majority"}, {many, more}).find("more than 1000"), std::string::npos);
}

}  // namespace
}  // namespace reckon
