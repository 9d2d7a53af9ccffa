// A hostile answer of a megabyte must neither crash nor hang a checker, nor be right.
#include <gtest/gtest.h>

#include "unit/tasks/task_testing.h"

namespace reckon {
namespace {

constexpr std::size_t kMegabyte = 1 << 20;

std::string repeated(const std::string& part) {
  std::string text;
  while (text.size() < kMegabyte) text += part;
  return text;
}

std::vector<std::string> hostile_texts() {
  std::vector<std::string> texts{std::string(kMegabyte, '\0'), std::string(kMegabyte, '\n'), std::string(kMegabyte, '{'),
                                 std::string(kMegabyte, '\xff')};
  for (const char* part : {"\\boxed{",
                           "\\boxed{1}",
                           "<think>",
                           "</think>",
                           "(",
                           "-",
                           "1+",
                           "s1: a\n",
                           "1+1=2 | 2\n",
                           "x=",
                           "\\frac{",
                           "9*9",
                           "1,000",
                           "<think>\ns1: 9\n</think>",
                           "35-25=10 | 7 37 10\n",
                           "x=1\n",
                           "0 1 ",
                           "-1 ",
                           "0R ",
                           "UDLR",
                           "U 1,1\n",
                           "d1: 0\n",
                           "12/",
                           "sort|",
                           "A",
                           "1 = ",
                           "D1 evidence: D2 "}) {
    texts.push_back(repeated(part));
    texts.push_back("\\boxed{" + repeated(part) + "}");
    texts.push_back("<think>\n" + repeated(part));
  }
  return texts;
}

TEST(Checkers, SurviveAMegabyteOfAnything) {
  const std::vector<std::string> texts = hostile_texts();
  for (const TaskEntry& entry : tasks()) {
    if (testing::is_reader(entry)) continue;
    const auto task = make_task(entry.name);
    const Instance instance = task->generate(Split::test, 3, 1);
    for (const std::string& text : texts) {
      EXPECT_FALSE(task->check(instance, text).correct) << entry.name << ": " << text.substr(0, 40);
      EXPECT_LE(task->check(instance, text).extracted.value_or("").size(), kMegabyte / 512);
      (void)task->check_steps(instance, text);
    }
  }
}

TEST(Checkers, NumbersBeyondSixtyFourBitsAreNotNumbersOfTheirs) {
  const auto task = make_task("arithmetic");
  const Instance instance = task->generate(Split::test, 3, 1);
  for (const char* answer : {"99999999999999999999999999", "999999999999999999*999999999999999999", "1/0", "0/0", ".", "-"}) {
    EXPECT_FALSE(testing::is_right(*task, instance, answer)) << answer;
  }
}

}  // namespace
}  // namespace reckon
