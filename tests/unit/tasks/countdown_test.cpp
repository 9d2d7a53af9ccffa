#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include "base/rng.h"
#include "tasks/countdown_solver.h"
#include "unit/tasks/task_testing.h"

namespace reckon {
namespace {

using trial::boxed;
using trial::is_right;
using trial::steps;

const std::unique_ptr<const Task> kCountdown = make_task("countdown");

Instance make(std::int64_t target, std::vector<std::int64_t> numbers) {
  numbers.insert(numbers.begin(), target);
  return {.id = "by hand", .task = "countdown", .numbers = numbers};
}

TEST(Countdown, AcceptsEveryWayToWriteARightAnswer) {
  const Instance instance = make(34, {25, 35, 7, 37});
  for (const char* answer : {"37-(35-25)+7", "(37 - (35 - 25)) + 7", "37-35+25+7", "7+37-35+25", "37-(35-25)+7=34",
                             "7 + \\left(37 - 35\\right) + 25", "37−35+25+7"}) {
    EXPECT_TRUE(is_right(*kCountdown, instance, answer)) << answer;
  }
  EXPECT_TRUE(is_right(*kCountdown, make(24, {3, 8, 1, 1}), "3 \\times 8 \\cdot 1 \\div 1"));
  EXPECT_TRUE(is_right(*kCountdown, make(24, {1, 3, 4, 6}), "\\frac{6}{1-\\frac{3}{4}}"));  // fractions on the way are exact
}

TEST(Countdown, RejectsAReusedNumber) {
  const Instance instance = make(15, {5, 2, 3});

  const Verdict verdict = kCountdown->check(instance, boxed("5*2+5"));  // the value is right

  EXPECT_FALSE(verdict.correct);
  EXPECT_DOUBLE_EQ(verdict.score, 0.1);
  EXPECT_EQ(verdict.detail, "number 5 is not given, or used too often");
}

TEST(Countdown, RejectsANumberLeftOver) {
  const Verdict verdict = kCountdown->check(make(10, {5, 2, 3}), boxed("5*2"));
  EXPECT_FALSE(verdict.correct);
  EXPECT_EQ(verdict.detail, "number 3 is not used");
}

TEST(Countdown, AnEqualPairIsTwoNumbers) {
  EXPECT_TRUE(is_right(*kCountdown, make(24, {8, 8, 4, 4}), "8+8+4+4"));
  EXPECT_FALSE(is_right(*kCountdown, make(24, {8, 8, 4, 4}), "8*4-8"));
}

TEST(Countdown, GluedDigitsAndForeignSymbolsAreNotAnswers) {
  const Instance instance = make(34, {3, 4, 27});
  for (const char* answer : {"34", "3 4", "4+3+27x", "", "none", "3+4+27=35", "4/0", "27+4+3)", "2^5+2"}) {
    EXPECT_FALSE(is_right(*kCountdown, instance, answer)) << answer;
  }
  EXPECT_TRUE(is_right(*kCountdown, instance, "27+4+3"));
}

TEST(Countdown, TheLastBoxAfterThinkingCounts) {
  const Instance instance = make(34, {3, 4, 27});
  EXPECT_FALSE(kCountdown->check(instance, "<think>\n\\boxed{27+4+3}").correct);
  EXPECT_FALSE(kCountdown->check(instance, "\\boxed{27+4+3}\n</think> nothing").correct);
  EXPECT_TRUE(kCountdown->check(instance, "\\boxed{1} <think>\n</think>\\boxed{2} \\boxed{27+4+3}").correct);
  EXPECT_FALSE(kCountdown->check(instance, "\\boxed{27+4+3} \\boxed{1}").correct);
}

TEST(Countdown, StepsAreCheckedLineByLine) {
  const Instance instance = make(34, {25, 35, 7, 37});
  EXPECT_EQ(steps(*kCountdown, instance, "<think>\n35-25=10 | 7 37 10\n37-10=27 | 7 27\n27+7=34 | 34\n</think>\\boxed{1}"),
            "+++");
  EXPECT_EQ(steps(*kCountdown, instance, "<think>\n35-25=10 | 7 37 10\n37-10=26 | 7 26"), "+-");
  EXPECT_EQ(steps(*kCountdown, instance, "<think>\n35-25=10 | 7 37 10\n10*37=370 | 7 370\n370+7=377 | 377"), "+~~");
  EXPECT_EQ(steps(*kCountdown, instance, "35-35=0 | 25 7 37 0"), "-");    // one 35 only
  EXPECT_EQ(steps(*kCountdown, instance, "35-25=10 | 25 7 37 10"), "-");  // 25 was used
  EXPECT_EQ(steps(*kCountdown, instance, "25-35=-10 | 7 37 -10"), "-");   // negative
  EXPECT_EQ(steps(*kCountdown, instance, "35-25=10 | 37 7 10"), "+");     // any order of what is left
  EXPECT_EQ(steps(*kCountdown, instance, "35-25=10 | 7 37"), "-");
}

// Every expression over an ordered list: split it in two, combine every pair of values; over all orders of the numbers.
std::set<std::int64_t> values_of(const std::vector<std::int64_t>& ordered) {
  if (ordered.size() == 1) return {ordered[0]};
  std::set<std::int64_t> values;
  for (std::size_t cut = 1; cut < ordered.size(); ++cut) {
    const auto middle = ordered.begin() + static_cast<std::ptrdiff_t>(cut);
    for (const std::int64_t a : values_of({ordered.begin(), middle})) {
      for (const std::int64_t b : values_of({middle, ordered.end()})) {
        values.insert(a + b);
        values.insert(a * b);
        if (a >= b) values.insert(a - b);
        if (b != 0 && a % b == 0) values.insert(a / b);
      }
    }
  }
  return values;
}

TEST(CountdownSolver, AgreesWithExhaustiveEvaluation) {
  SplitMix64 rng(1);
  for (int round = 0; round < 60; ++round) {
    std::vector<std::int64_t> numbers;
    for (std::int64_t left = rng.range(2, 4); left > 0; --left) numbers.push_back(rng.range(0, 12));
    std::vector<std::int64_t> ordered = numbers;
    std::ranges::sort(ordered);
    std::set<std::int64_t> expected;
    do {
      expected.merge(values_of(ordered));
    } while (std::ranges::next_permutation(ordered).found);

    for (std::int64_t target = 0; target <= 60; ++target) {
      ASSERT_EQ(reachable(numbers, target), expected.contains(target)) << ::testing::PrintToString(numbers) << target;
      ASSERT_EQ(countdown_solution(numbers, target).has_value(), expected.contains(target));
    }
  }
}

TEST(CountdownSolver, KnowsTheCensusOfTheGameOf24) {
  int exact_int = 0;
  int rational = 0;
  for (std::int64_t a = 1; a <= 13; ++a) {
    for (std::int64_t b = a; b <= 13; ++b) {
      for (std::int64_t c = b; c <= 13; ++c) {
        for (std::int64_t d = c; d <= 13; ++d) {
          exact_int += reachable(std::array{a, b, c, d}, 24);
          rational += reachable(std::array{a, b, c, d}, 24, CountdownRules::rational);
        }
      }
    }
  }
  EXPECT_EQ(exact_int, 1346);
  EXPECT_EQ(rational, 1362);
}

TEST(CountdownSolver, SolvesTheExamplesOfTheCard) {
  EXPECT_TRUE(reachable(std::array<std::int64_t, 4>{4, 7, 8, 8}, 24));
  EXPECT_FALSE(reachable(std::array<std::int64_t, 4>{3, 7, 25, 50}, 24));
  EXPECT_FALSE(kCountdown->solve(make(24, {3, 7, 25, 50})).has_value());
  EXPECT_FALSE(reachable(std::array<std::int64_t, 4>{1, 3, 4, 6}, 24));
  EXPECT_TRUE(reachable(std::array<std::int64_t, 4>{1, 3, 4, 6}, 24, CountdownRules::rational));
}

}  // namespace
}  // namespace reckon
