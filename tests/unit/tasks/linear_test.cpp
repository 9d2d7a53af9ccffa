#include <gtest/gtest.h>

#include "unit/tasks/task_testing.h"

namespace reckon {
namespace {

using testing::is_right;
using testing::steps;

const std::unique_ptr<const Task> kTask = make_task("linear");

Instance one(const std::string& equation, std::int64_t numerator, std::int64_t denominator = 1) {
  return {.id = "by hand", .task = "linear", .numbers = {numerator, denominator}, .words = {equation}};
}
Instance system(const std::string& first, const std::string& second, std::int64_t x, std::int64_t y) {
  return {.id = "by hand", .task = "linear", .numbers = {x, 1, y, 1}, .words = {first, second}};
}

TEST(Linear, SolvesTheExamplesOfTheCard) {
  EXPECT_TRUE(kTask->solve(one("8x+6=7x+2", -4))->ends_with("\\boxed{-4}"));
  EXPECT_TRUE(kTask->solve(one("7x-4=3x+6", 5, 2))->ends_with("\\boxed{5/2}"));
  EXPECT_TRUE(kTask->solve(system("-2x+y=-8", "3x-4y=17", 3, -2))->ends_with("\\boxed{(3,-2)}"));
  EXPECT_FALSE(kTask->solve(one("2x+1=2x+3", 0)).has_value());
}

TEST(Linear, AcceptsRationalsHoweverTheyAreWritten) {
  const Instance instance = one("7x-4=3x+6", 5, 2);
  for (const char* answer : {"5/2", "2.5", "\\frac{5}{2}", "\\dfrac52", "x=5/2", "x = \\frac{10}{4}", "$5/2$"}) {
    EXPECT_TRUE(is_right(*kTask, instance, answer)) << answer;
  }
  for (const char* answer : {"5", "-5/2", "2.49999", "y=5/2", "5/0", "x", "x=x", "(5/2,0)", ""}) {
    EXPECT_FALSE(is_right(*kTask, instance, answer)) << answer;
  }
}

TEST(Linear, APairIsOrdered) {
  const Instance instance = system("-2x+y=-8", "3x-4y=17", 3, -2);
  for (const char* answer : {"(3,-2)", "3,-2", "(3, -2)", "x=3, y=-2", "\\left(3,-2\\right)", "(6/2;-2)"}) {
    EXPECT_TRUE(is_right(*kTask, instance, answer)) << answer;
  }
  for (const char* answer : {"(-2,3)", "3", "(3,2)", "y=3, x=-2", "(3,-2", "(,)", "(3,-2,0)"}) {
    EXPECT_FALSE(is_right(*kTask, instance, answer)) << answer;
  }
}

TEST(Linear, ALineIsValidWhenItHasTheSameSolutions) {
  const Instance instance = one("8x+6=7x+2", -4);
  EXPECT_EQ(steps(*kTask, instance, "<think>\n8x-7x=2-6\nx=-4\n</think>\\boxed{-4}"), "++");
  EXPECT_EQ(steps(*kTask, instance, "<think>\n16x+12=14x+4\n-4=x\n"), "++");
  EXPECT_EQ(steps(*kTask, instance, "<think>\n8x+7x=2-6\nx=-4\n"), "--");
  EXPECT_EQ(steps(*kTask, instance, "<think>\n0=0\n"), "-");      // true, and says nothing
  EXPECT_EQ(steps(*kTask, instance, "<think>\nx=-4 so\n"), "-");  // not an equation
  EXPECT_EQ(steps(*kTask, instance, "<think>\nx+y=-4\n"), "-");
}

TEST(Linear, ALineOfASystemMustHoldAtTheSolution) {
  const Instance instance = system("-2x+y=-8", "3x-4y=17", 3, -2);
  EXPECT_EQ(steps(*kTask, instance, "<think>\n-8x+4y=-32\n3x-4y=17\n-5x=-15\nx=3\n-6+y=-8\ny=-2\n"), "++++++");
  EXPECT_EQ(steps(*kTask, instance, "<think>\ny=2x-8\n3x-4(2x-8)=17\n-5x=-14\n"), "++-");
}

TEST(Linear, LevelsHaveTheirKindOfRoot) {
  for (std::uint64_t i = 0; i < 200; ++i) {
    EXPECT_EQ(kTask->generate(Split::test, 1, i).gold.find_first_of("/("), std::string::npos);
    EXPECT_NE(kTask->generate(Split::test, 2, i).prompt.find('('), std::string::npos);
    EXPECT_NE(kTask->generate(Split::test, 3, i).gold.find('/'), std::string::npos);
    const std::string pair = kTask->generate(Split::test, 4, i).gold;
    EXPECT_TRUE(pair.find(',') != std::string::npos && pair.find('/') == std::string::npos) << pair;
  }
}

}  // namespace
}  // namespace reckon
