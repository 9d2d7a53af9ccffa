#include "search/verifiers/program.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "search/sandbox/sandbox.h"
#include "search/strategies/parallel_sampling.h"
#include "unit/search/scripted_space.h"

namespace reckon {
namespace {

TEST(Program, TestsAreTheBlocksBetweenBlankLines) {
  EXPECT_EQ(blocks_of("a\nb\n\n \t\n\nc"), (std::vector<std::string>{"a\nb\n", "c\n"}));
  EXPECT_TRUE(blocks_of("").empty());
  EXPECT_TRUE(blocks_of("\n \n").empty());
}

TEST(Program, IsTheAnswerOfAPathWhereTheProblemBringsTests) {
  std::vector<Path> paths(2);
  for (Path& path : paths) path.text = "Twice 2 is \\boxed{4}:\n```python\ndef f(x): return 2 * x\n```\nThe answer is 4";
  paths[0].state = PathState::finished;
  paths[1].state = PathState::cut_off;
  Problem problem;
  EXPECT_EQ(records_of(paths, {}, problem)[0].answer, "4");
  problem.tests = "assert f(2) == 4\n";

  for (const PathRecord& record : records_of(paths, {}, problem)) EXPECT_EQ(record.answer, "def f(x): return 2 * x\n");
}

TEST(Program, OnlyLinesOfTheHarnessCount) {
  EXPECT_EQ(passed_tests("T 0\nT 2\n", "T", 3), 2U);
  EXPECT_EQ(passed_tests("T 0\nT 0\n", "T", 3), 1U) << "once each";
  EXPECT_EQ(passed_tests("T 3\nT -1\nT 99999999999999999999\nT x\nT \nT\nT1\nU 1\n T 1\nT 1x\n", "T", 3), 0U);
  EXPECT_EQ(passed_tests("", "T", 3), 0U);
}

TEST(Program, IsTheOneThatAnswersNotOneThatWasThoughtOf) {
  try {
    require_sandbox();
  } catch (const Error& error) {
    GTEST_SKIP() << error.what();
  }
  const std::string right = "```python\ndef f(x): return 2 * x\n```\n";
  const std::string wrong = "```python\ndef f(x): return x\n```\n";
  std::vector<Path> paths(5);
  paths[0].text = "<think>\n" + right + "</think>\n" + wrong;
  paths[1].text = "<think>\n" + wrong + "</think>\n" + right;
  paths[2].text = "<think>\n" + right + "</think>\nIt is \\boxed{4}.";
  paths[3].text = "def f(x): return 2 * x\n";  // no fence: all of it
  paths[4].text = "def f(x): return 2 * x\n";
  for (Path& path : paths) path.state = PathState::finished;
  paths[4].state = PathState::cut_off;  // may end anywhere
  Problem problem;
  problem.tests = "assert f(2) == 4\n";
  ScriptedSpace space({});

  EXPECT_EQ(score_on(space, *make_verifier("tests"), paths, problem), (std::vector<double>{0, 1, 0, 1, 0}));
}

}  // namespace
}  // namespace reckon
