#include <gtest/gtest.h>

#include <array>
#include <filesystem>

#include "base/error.h"
#include "tasks/countdown_solver.h"
#include "unit/tasks/task_testing.h"

namespace reckon {
namespace {

using trial::is_right;
using trial::steps;

const std::unique_ptr<const Task> kGame24 = make_task("game24");

Instance make(std::vector<std::int64_t> numbers) {
  numbers.insert(numbers.begin(), 24);
  return {.id = "by hand", .task = "game24", .numbers = numbers};
}

TEST(Game24, FractionsAreAllowedOnTheWay) {
  EXPECT_TRUE(is_right(*kGame24, make({1, 3, 4, 6}), "6/(1-3/4)"));
  EXPECT_TRUE(is_right(*kGame24, make({1, 5, 5, 5}), "5*(5-1/5)"));
  EXPECT_FALSE(is_right(*kGame24, make({1, 3, 4, 6}), "6*4"));
  EXPECT_FALSE(is_right(*kGame24, make({1, 3, 4, 6}), "1+3+4+6"));
  EXPECT_FALSE(is_right(*kGame24, make({1, 3, 4, 6}), "none"));
}

TEST(Game24, LinesMayHoldFractionsAndNegativeNumbersInParentheses) {
  const Instance instance = make({1, 3, 4, 6});
  EXPECT_EQ(steps(*kGame24, instance, "3/4=(3/4) | 1 6 (3/4)\n1-(3/4)=(1/4) | 6 (1/4)\n6/(1/4)=24 | 24"), "+++");
  EXPECT_EQ(steps(*kGame24, instance, "3-4=(-1) | 1 6 (-1)"), "~");    // right, but 24 is out of reach
  EXPECT_EQ(steps(*kGame24, instance, "3/4=(6/8) | 1 6 (6/8)"), "-");  // not reduced
  EXPECT_EQ(steps(*kGame24, instance, "3/4=3/4 | 1 6 3/4"), "-");      // without parentheses
  EXPECT_EQ(steps(*kGame24, instance, "1+3=(4) | 4 6 (4)"), "-");      // parentheses without need
  EXPECT_EQ(steps(*kGame24, instance, "3/4=(3/4) | 1 6 (3/4"), "-");
}

TEST(Game24, SolvesWhatOnlyFractionsSolve) {
  for (const std::vector<std::int64_t>& numbers : {std::vector<std::int64_t>{1, 3, 4, 6}, {1, 5, 5, 5}, {2, 2, 11, 11}}) {
    const Instance instance = make(numbers);
    EXPECT_FALSE(reachable(numbers, 24));
    const auto solution = kGame24->solve(instance);
    ASSERT_TRUE(solution);
    EXPECT_TRUE(kGame24->check(instance, *solution).correct) << *solution;
    EXPECT_EQ(steps(*kGame24, instance, *solution), "+++") << *solution;
  }
  EXPECT_FALSE(kGame24->solve(make({1, 1, 1, 1})));
}

TEST(Game24, EqualNumbersCountApartInTheWays) {
  // Six sequences of values, as the card counts; those that use one of the two 8s come twice but for one.
  EXPECT_EQ(countdown_ways(std::array<std::int64_t, 4>{4, 7, 8, 8}, 24, CountdownRules::exact_int), 11);
  EXPECT_EQ(countdown_ways(std::array<std::int64_t, 4>{3, 7, 25, 50}, 24, CountdownRules::exact_int), 0);
}

TEST(Game24, NoLevelIsSmall) {
  std::array<int, 5> counts{};
  for (std::int64_t a = 1; a <= 13; ++a) {
    for (std::int64_t b = a; b <= 13; ++b) {
      for (std::int64_t c = b; c <= 13; ++c) {
        for (std::int64_t d = c; d <= 13; d += 4) {  // a sample keeps the test short
          const std::int64_t ways = countdown_ways(std::array{a, b, c, d}, 24, CountdownRules::rational);
          if (ways > 0) ++counts[ways >= 64 ? 0 : ways >= 36 ? 1 : ways >= 21 ? 2 : ways >= 10 ? 3 : 4];
        }
      }
    }
  }
  for (const int count : counts) {
    EXPECT_GE(count, 30) << ::testing::PrintToString(counts);
    EXPECT_LE(count, 180) << ::testing::PrintToString(counts);
  }
}

TEST(Game24, RefusesAPuzzleThatNobodyCanSolve) {
  const trial::TextFile file("Rank,Puzzles\n1,1 1 4 6\n2,1 1 1 1\n");
  try {
    (void)make_task("game24:puzzles=" + file.path());
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("jsonl:3: 24 cannot be made from '1 1 1 1'"), std::string::npos) << error.what();
  }
}

TEST(Game24, ReadsThePublishedPuzzles) {
  const std::string path = std::string(RECKON_SHARED_DIR).append("/benchmarks/game24/24.csv");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no file " << path;
  const auto task = make_task("game24:puzzles=" + path);
  ASSERT_EQ(task->size(), 1090U);
  EXPECT_EQ(task->problem(Split::test, 0).prompt, "Make 24 from 1 1 4 6.");
  for (std::uint64_t i = 0; i < 1090; i += 7) {
    const Instance instance = task->problem(Split::test, i);
    ASSERT_TRUE(task->check(instance, instance.reference).correct) << instance.prompt;
  }
  EXPECT_THROW((void)task->problem(Split::test, 1090), Error);
  EXPECT_THROW((void)make_task("game24:puzzles=/nowhere.csv"), Error);
}

}  // namespace
}  // namespace reckon
