#include <gtest/gtest.h>

#include <map>

#include "base/error.h"
#include "tasks/expression.h"
#include "unit/tasks/task_testing.h"

namespace reckon {
namespace {

using trial::boxed;
using trial::is_right;
using trial::steps;

const std::unique_ptr<const Task> kTask = make_task("arithmetic");

Instance make(std::int64_t a, const std::string& operation, std::int64_t b) {
  return {.id = "by hand", .task = "arithmetic", .numbers = {a, b}, .words = {operation}};
}

TEST(Arithmetic, AddsDigitByDigitAsOnTheCard) {
  EXPECT_EQ(*kTask->solve(make(4987, "+", 658)),
            "<think>\n"
            "7+8+0=15 | 5 c1\n"
            "8+5+1=14 | 4 c1\n"
            "9+6+1=16 | 6 c1\n"
            "4+0+1=5 | 5 c0\n"
            "</think>\n\\boxed{5645}");
}

TEST(Arithmetic, MultipliesByPartialProductsAsOnTheCard) {
  EXPECT_EQ(*kTask->solve(make(347, "*", 286)),
            "<think>\n"
            "347*6=2082 | 0+2082=2082\n"
            "347*80=27760 | 2082+27760=29842\n"
            "347*200=69400 | 29842+69400=99242\n"
            "</think>\n\\boxed{99242}");
}

TEST(Arithmetic, SubtractsWithBorrowAndTurnsANegativeRound) {
  EXPECT_EQ(*kTask->solve(make(178, "-", 523)),
            "<think>\n"
            "178-523=-(523-178)\n"
            "3-8-0=-5 | 5 b1\n"
            "2-7-1=-6 | 4 b1\n"
            "5-1-1=3 | 3 b0\n"
            "</think>\n\\boxed{-345}");
  EXPECT_TRUE(kTask->solve(make(70, "-", 70))->ends_with("\\boxed{0}"));
}

TEST(Arithmetic, ChecksTheValueHoweverItIsWritten) {
  const Instance instance = make(600, "+", 634);
  for (const char* answer : {"1234", "1,234", " 1234 ", "$1234$", "+1234", "01234", "1234.0"}) {
    EXPECT_TRUE(is_right(*kTask, instance, answer)) << answer;
  }
  for (const char* answer : {"1235", "-1234", "600+634", "12,34", "1234x", "", "1 234"}) {
    EXPECT_FALSE(is_right(*kTask, instance, answer)) << answer;
  }
  EXPECT_TRUE(is_right(*kTask, make(1, "-", 6), "-5"));
  EXPECT_FALSE(is_right(*kTask, make(1, "-", 6), "5"));
}

TEST(Arithmetic, PartialProductsMayComeInAnyOrderButOnce) {
  const Instance instance = make(347, "*", 206);
  EXPECT_EQ(steps(*kTask, instance, "<think>\n347*200=69400 | 0+69400=69400\n347*6=2082 | 69400+2082=71482\n</think>"), "++");
  EXPECT_EQ(steps(*kTask, instance, "<think>\n347*6=2082 | 0+2082=2082\n347*6=2082 | 2082+2082=4164\n"), "+-");
  EXPECT_EQ(steps(*kTask, instance, "<think>\n347*6=2082 | 0+2082=2083\n"), "-");
}

TEST(Arithmetic, AWrongDigitAndAllAfterItIsInvalid) {
  EXPECT_EQ(steps(*kTask, make(49, "+", 8), "<think>\n9+8+0=17 | 7 c1\n4+0+1=5 | 5 c0\n</think>\\boxed{57}"), "++");
  EXPECT_EQ(steps(*kTask, make(49, "+", 8), "<think>\n9+8+0=17 | 7 c0\n4+0+0=4 | 4 c0\n</think>\\boxed{47}"), "--");
  EXPECT_EQ(steps(*kTask, make(49, "+", 8), "<think>\n9+8+0=17 | 7 c1\n4+0+1=5 | 5 c0\n0+0+0=0 | 0 c0"), "++-");
}

TEST(Arithmetic, CarriesAndLengthsAreBalanced) {
  const auto task = make_task("arithmetic:operation=add,level=4");
  std::map<int, int> carries;
  std::map<std::size_t, int> shorter;
  for (std::uint64_t i = 0; i < 4000; ++i) {
    const Instance instance = task->generate(Split::train, 4, i);
    int count = 0;
    for (std::size_t at = 0; (at = instance.reference.find("c1", at)) != std::string::npos; ++at) ++count;
    ++carries[count];
    ++shorter[std::to_string(std::min(instance.numbers[0], instance.numbers[1])).size()];
  }
  for (int count = 0; count <= 4; ++count) EXPECT_GT(carries[count], 300) << count;  // uniform digits: 4 in most draws, 0 in few
  for (std::size_t length = 1; length <= 7; ++length) EXPECT_GT(shorter[length], 350) << length;
}

TEST(Arithmetic, OneOperationCanBeChosen) {
  const auto task = make_task("arithmetic:operation=sub");
  for (std::uint64_t i = 0; i < 20; ++i) EXPECT_EQ(task->generate(Split::test, 3, i).words[0], "-");
  EXPECT_THROW((void)make_task("arithmetic:operation=mul")->generate(Split::test, 1, 0), Error);
}

const std::unique_ptr<const Task> kIntegers = make_task("integers");

Instance integers(std::vector<std::string> words) { return {.id = "by hand", .task = "integers", .words = std::move(words)}; }

TEST(Integers, EveryOperationShowsItsWorking) {
  EXPECT_EQ(kIntegers->solve(integers({"divide", "157", "7"})),
            "<think>\n1/7=0 | 1-0=1\n15/7=2 | 15-14=1\n17/7=2 | 17-14=3\n</think>\n\\boxed{(22,3)}");
  EXPECT_EQ(kIntegers->solve(integers({"gcd", "48", "18"})), "<think>\n48=2*18+12\n18=1*12+6\n12=2*6+0\n</think>\n\\boxed{6}");
  EXPECT_EQ(kIntegers->solve(integers({"compare", "529", "531"})), "<think>\n5=5\n2<3\n</think>\n\\boxed{<}");
  EXPECT_EQ(kIntegers->solve(integers({"base", "13", "2"})),
            "<think>\n13=6*2+1\n6=3*2+0\n3=1*2+1\n1=0*2+1\n</think>\n\\boxed{1101}");
  EXPECT_EQ(kIntegers->solve(integers({"chain", "3*(17+4)-8", "17", "+4", "3*", "-8"})),
            "<think>\n17+4=21\n3*21=63\n63-8=55\n</think>\n\\boxed{55}");
}

TEST(Integers, AnswersMayBeWrittenPlainly) {
  EXPECT_TRUE(trial::is_right(*kIntegers, integers({"divide", "157", "7"}), "22, 3"));
  EXPECT_FALSE(trial::is_right(*kIntegers, integers({"divide", "157", "7"}), "22"));
  EXPECT_TRUE(trial::is_right(*kIntegers, integers({"base", "255", "16"}), "ff"));
  EXPECT_TRUE(trial::is_right(*kIntegers, integers({"chain", "999*2", "999", "*2"}), "1,998"));
  EXPECT_FALSE(trial::is_right(*kIntegers, integers({"compare", "1", "2"}), ">"));
}

TEST(Integers, AChainIsTheExpressionItShows) {
  const auto task = make_task("integers:operation=chain,level=1+2+3+4+5");
  for (std::uint64_t i = 0; i < 100; ++i) {
    const Instance instance = task->problem(Split::train, i);
    EXPECT_EQ(parse_value(instance.words[1])->text(), instance.gold) << instance.prompt;
  }
}

}  // namespace
}  // namespace reckon
