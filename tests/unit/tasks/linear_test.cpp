#include <gtest/gtest.h>

#include <array>

#include "tasks/rational.h"
#include "unit/tasks/task_testing.h"

namespace reckon {
namespace {

using trial::is_right;
using trial::steps;

const std::unique_ptr<const Task> kLinear = make_task("linear");

Instance one(const std::string& equation, std::int64_t numerator, std::int64_t denominator = 1) {
  return {.id = "by hand", .task = "linear", .numbers = {numerator, denominator}, .words = {equation}};
}
Instance system(const std::string& first, const std::string& second, std::int64_t x, std::int64_t y) {
  return {.id = "by hand", .task = "linear", .numbers = {x, 1, y, 1}, .words = {first, second}};
}

TEST(Linear, SolvesTheExamplesOfTheCard) {
  EXPECT_TRUE(kLinear->solve(one("8x+6=7x+2", -4))->ends_with("\\boxed{-4}"));
  EXPECT_TRUE(kLinear->solve(one("7x-4=3x+6", 5, 2))->ends_with("\\boxed{5/2}"));
  EXPECT_TRUE(kLinear->solve(system("-2x+y=-8", "3x-4y=17", 3, -2))->ends_with("\\boxed{(3,-2)}"));
  EXPECT_FALSE(kLinear->solve(one("2x+1=2x+3", 0)).has_value());
}

TEST(Linear, AcceptsRationalsHoweverTheyAreWritten) {
  const Instance instance = one("7x-4=3x+6", 5, 2);
  for (const char* answer : {"5/2", "2.5", "\\frac{5}{2}", "\\dfrac52", "x=5/2", "x = \\frac{10}{4}", "$5/2$"}) {
    EXPECT_TRUE(is_right(*kLinear, instance, answer)) << answer;
  }
  for (const char* answer : {"5", "-5/2", "2.49999", "y=5/2", "5/0", "x", "x=x", "(5/2,0)", ""}) {
    EXPECT_FALSE(is_right(*kLinear, instance, answer)) << answer;
  }
}

TEST(Linear, APairIsOrdered) {
  const Instance instance = system("-2x+y=-8", "3x-4y=17", 3, -2);
  for (const char* answer : {"(3,-2)", "3,-2", "(3, -2)", "x=3, y=-2", "\\left(3,-2\\right)", "(6/2;-2)"}) {
    EXPECT_TRUE(is_right(*kLinear, instance, answer)) << answer;
  }
  for (const char* answer : {"(-2,3)", "3", "(3,2)", "y=3, x=-2", "(3,-2", "(,)", "(3,-2,0)"}) {
    EXPECT_FALSE(is_right(*kLinear, instance, answer)) << answer;
  }
}

TEST(Linear, ALineIsValidWhenItHasTheSameSolutions) {
  const Instance instance = one("8x+6=7x+2", -4);
  EXPECT_EQ(steps(*kLinear, instance, "<think>\n8x-7x=2-6\nx=-4\n</think>\\boxed{-4}"), "++");
  EXPECT_EQ(steps(*kLinear, instance, "<think>\n16x+12=14x+4\n-4=x\n"), "++");
  EXPECT_EQ(steps(*kLinear, instance, "<think>\n8x+7x=2-6\nx=-4\n"), "--");
  EXPECT_EQ(steps(*kLinear, instance, "<think>\n0=0\n"), "-");      // true, and says nothing
  EXPECT_EQ(steps(*kLinear, instance, "<think>\nx=-4 so\n"), "-");  // not an equation
  EXPECT_EQ(steps(*kLinear, instance, "<think>\nx+y=-4\n"), "-");
}

TEST(Linear, ALineOfASystemMustHoldAtTheSolution) {
  const Instance instance = system("-2x+y=-8", "3x-4y=17", 3, -2);
  EXPECT_EQ(steps(*kLinear, instance, "<think>\n-8x+4y=-32\n3x-4y=17\n-5x=-15\nx=3\n-6+y=-8\ny=-2\n"), "++++++");
  EXPECT_EQ(steps(*kLinear, instance, "<think>\ny=2x-8\n3x-4(2x-8)=17\n-5x=-14\n"), "++-");
}

TEST(Linear, LevelsHaveTheirKindOfRoot) {
  for (std::uint64_t i = 0; i < 200; ++i) {
    EXPECT_EQ(kLinear->generate(Split::test, 1, i).gold.find_first_of("/("), std::string::npos);
    EXPECT_NE(kLinear->generate(Split::test, 2, i).prompt.find('('), std::string::npos);
    EXPECT_NE(kLinear->generate(Split::test, 3, i).gold.find('/'), std::string::npos);
    const std::string pair = kLinear->generate(Split::test, 4, i).gold;
    EXPECT_TRUE(pair.find(',') != std::string::npos && pair.find('/') == std::string::npos) << pair;
  }
}

const std::unique_ptr<const Task> kSystems = make_task("systems");

Instance systems(std::vector<std::int64_t> numbers) {
  return {.id = "by hand", .task = "systems", .numbers = std::move(numbers)};
}

TEST(Systems, ComputesTheExampleOfTheCard) {
  const Instance instance = systems({2, -2, 1, -8, 3, -4, 17});  // -2x+y=-8, 3x-4y=17
  EXPECT_EQ(kSystems->solve(instance), "<think>\ny=-2\nx=3\n</think>\n\\boxed{(3,-2)}");
  for (const char* right :
       {"(3,-2)", "3, -2", "x=3, y=-2", "(6/2,-2.0)", "\\left(3,-2\\right)", "x = 3; y = -2", "3 -2", "(\\frac{6}{2}, -2)"}) {
    EXPECT_TRUE(trial::is_right(*kSystems, instance, right)) << right;
  }
  for (const char* wrong : {"(-2,3)", "3", "none", "many", "(3,-2,0)", "(3,x)"}) {
    EXPECT_FALSE(trial::is_right(*kSystems, instance, wrong)) << wrong;
  }
}

TEST(Systems, NoneAndManyAreAnswers) {
  EXPECT_TRUE(trial::is_right(*kSystems, systems({2, 1, 1, 2, 2, 2, 5}), "none"));
  EXPECT_TRUE(trial::is_right(*kSystems, systems({2, 1, 1, 2, 2, 2, 4}), "many"));
  EXPECT_FALSE(trial::is_right(*kSystems, systems({2, 1, 1, 2, 2, 2, 4}), "none"));
  EXPECT_FALSE(trial::is_right(*kSystems, systems({2, 1, 1, 2, 2, 2, 4}), "(1,1)"));
}

TEST(Systems, ALineIsValidWhenItCombinesTheEquations) {
  const Instance instance = systems({2, -2, 1, -8, 3, -4, 17});
  EXPECT_EQ(trial::steps(*kSystems, instance, "-6x+3y=-24\nx-3y=9\n5x=15\nx=3\ny=-2"), "+++++");
  EXPECT_EQ(trial::steps(*kSystems, instance, "x=4"), "-");
  EXPECT_EQ(trial::steps(*kSystems, instance, "0=0"), "-");
  EXPECT_EQ(trial::steps(*kSystems, instance, "x+x=6"), "-");
  EXPECT_EQ(trial::steps(*kSystems, systems({2, 1, 1, 2, 2, 2, 4}), "0=0"), "+");
  EXPECT_EQ(trial::steps(*kSystems, systems({2, 1, 1, 2, 2, 2, 5}), "0=1"), "+");
}

// Cramer's rule over all three columns.
std::int64_t determinant(const std::array<std::array<std::int64_t, 3>, 3>& m) {
  return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
         m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
}

TEST(Systems, ThreeUnknownsAgreeWithCramersRule) {
  const auto task = make_task("systems:level=3+4+5");
  int degenerate = 0;
  for (std::uint64_t i = 0; i < 90; ++i) {
    const Instance instance = task->problem(Split::train, i);
    std::array<std::array<std::int64_t, 3>, 3> m{};
    std::array<std::int64_t, 3> constants{};
    for (std::size_t row = 0; row < 3; ++row) {
      for (std::size_t c = 0; c < 3; ++c) m[row][c] = instance.numbers[1 + 4 * row + c];
      constants[row] = instance.numbers[4 + 4 * row];
    }
    const std::int64_t d = determinant(m);
    std::string expected = "(";
    for (std::size_t c = 0; d != 0 && c < 3; ++c) {
      auto replaced = m;
      for (std::size_t row = 0; row < 3; ++row) replaced[row][c] = constants[row];
      expected += Rational(determinant(replaced), d).text() + (c < 2 ? "," : ")");
    }
    degenerate += d == 0 ? 1 : 0;
    EXPECT_EQ(d == 0, instance.gold == "none" || instance.gold == "many") << instance.prompt;
    if (d != 0) {
      EXPECT_EQ(instance.gold, expected) << instance.prompt;
    }
  }
  EXPECT_GT(degenerate, 5);
}

}  // namespace
}  // namespace reckon
