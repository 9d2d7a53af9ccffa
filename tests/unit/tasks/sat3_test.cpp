#include <gtest/gtest.h>

#include "unit/tasks/task_testing.h"

namespace reckon {
namespace {

using trial::is_right;
using trial::steps;

const std::unique_ptr<const Task> kSat3 = make_task("sat3");
// The clauses of the card.
const Instance kCard{.id = "by hand", .task = "sat3", .numbers = {5,  1, -4, -3, 2, 1,  3, 5, -1, 2, 3, -2, 1,  3, -4,
                                                                  -2, 5, -5, -2, 1, -3, 1, 5, -4, 2, 3, -5, -2, -1}};

std::string bits_of(unsigned code, std::int64_t variables) {
  std::string bits;
  for (std::int64_t v = 0; v < variables; ++v) bits += (code >> v & 1U) != 0 ? '1' : '0';
  return bits;
}

bool satisfies(const Instance& instance, const std::string& bits) {
  for (std::size_t i = 2; i + 2 < instance.numbers.size(); i += 3) {
    bool satisfied = false;
    for (std::size_t j = i; j < i + 3; ++j) {
      const std::int64_t literal = instance.numbers[j];
      satisfied = satisfied || (bits[static_cast<std::size_t>(std::abs(literal)) - 1] == '1') == (literal > 0);
    }
    if (!satisfied) return false;
  }
  return true;
}

TEST(Sat3, TheExampleOfTheCardHasSixModels) {
  int models = 0;
  for (unsigned code = 0; code < 32; ++code) models += is_right(*kSat3, kCard, bits_of(code, 5)) ? 1 : 0;
  EXPECT_EQ(models, 6);
  for (const char* model : {"00001", "00101", "10100"}) EXPECT_TRUE(is_right(*kSat3, kCard, model)) << model;
  for (const char* wrong : {"none", "0000", "000011", "0000x", "00000"}) EXPECT_FALSE(is_right(*kSat3, kCard, wrong)) << wrong;
  EXPECT_TRUE(kSat3->check(kCard, *kSat3->solve(kCard)).correct);
}

TEST(Sat3, TheSolverAgreesWithEnumeration) {
  const auto task = make_task("sat3:level=1+2+3+4");
  int none = 0;
  for (std::uint64_t i = 0; i < 80; ++i) {
    const Instance instance = task->problem(Split::train, i);
    bool exists = false;
    for (unsigned code = 0; !exists && code < 1U << instance.numbers[0]; ++code) {
      exists = satisfies(instance, bits_of(code, instance.numbers[0]));
    }
    EXPECT_EQ(instance.gold != "none", exists) << instance.prompt;
    none += exists ? 0 : 1;
    if (exists) {
      EXPECT_TRUE(satisfies(instance, instance.gold));
    }
  }
  EXPECT_GT(none, 3);
}

TEST(Sat3, HalfOfTheHardestHaveNoAnswer) {
  const auto task = make_task("sat3:level=5");
  int none = 0;
  for (std::uint64_t i = 0; i < 60; ++i) none += task->problem(Split::train, i).gold == "none" ? 1 : 0;
  EXPECT_GE(none, 18);
  EXPECT_LE(none, 42);
}

TEST(Sat3, StepsArePropagations) {
  // 1 or 2 or 3, with 1 and 2 false: 3.
  const Instance instance{.id = "by hand", .task = "sat3", .numbers = {3, 1, 1, 2, 3, -1, -2, -3}};
  EXPECT_EQ(steps(*kSat3, instance, "-1:\n-1 -2: 3"), "++");
  EXPECT_EQ(steps(*kSat3, instance, "-2 -1: 3"), "+");
  EXPECT_EQ(steps(*kSat3, instance, "-1: 3"), "-");
  EXPECT_EQ(steps(*kSat3, instance, "-1 -2:"), "-");
  EXPECT_EQ(steps(*kSat3, instance, "-1 -2 -3: x"), "+");
  EXPECT_EQ(steps(*kSat3, instance, "-1: x"), "-");
  EXPECT_EQ(steps(*kSat3, instance, "-1 1: x"), "-");
  EXPECT_EQ(steps(*kSat3, instance, "-4: "), "-");
}

}  // namespace
}  // namespace reckon
