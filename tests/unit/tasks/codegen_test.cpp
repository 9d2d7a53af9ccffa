// codegen: generated programs pass their own tests, run by Python; and a program that fits the shown tests alone is found out.
#include <gtest/gtest.h>

#include "search/verifiers/program.h"
#include "tasks/program_task.h"
#include "tasks/python_programs.h"
#include "unit/tasks/task_testing.h"

namespace reckon {
namespace {

using trial::measure;

std::string fenced(const std::string& program) { return "```python\n" + program + "\n```"; }

class Codegen : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!trial::has_sandbox()) GTEST_SKIP() << "no sandbox on this machine";
  }
  std::unique_ptr<const Task> task_ = make_task("codegen:seconds=10");
};

// Many problems in one run of Python each: every reference against every test of its own.
TEST_F(Codegen, PythonAgreesWithEveryOutcome) {
  for (const auto draw : {draw_one_liner, draw_loop, draw_text_program, draw_recursion, draw_class}) {
    SplitMix64 rng(fnv1a("python"));
    ProgramProblem all{.prompt = {}, .entry = {}, .before = {}, .head = {}, .solution = {}, .judges = {}, .shown = {}};
    for (int i = 0; i < 80; ++i) {
      const PythonProblem problem = draw(rng, 12);
      ASSERT_EQ(problem.tests.size(), 12U) << problem.description;
      for (const std::string& test : problem.tests) all.judges.push_back(problem.solution + "\n" + test);
    }
    EXPECT_EQ(judge_program(all, "pass", 60).detail, "960 of 960 tests pass");
  }
}

TEST_F(Codegen, AProgramThatOnlyFitsWhatIsShownIsFoundOut) {
  Instance instance = task_->generate(Split::train, 1, 0);
  instance.words = {"f", "assert f(1, 2) == 3", "assert f(5, 5) == 10"};
  instance.numbers = {1};

  EXPECT_TRUE(task_->check(instance, fenced("def f(x, y):\n    return x + y")).correct);
  const Verdict constant = task_->check(instance, fenced("def f(x, y):\n    return 3"));
  EXPECT_FALSE(constant.correct);
  EXPECT_EQ(measure(constant, "shown passed"), 1);
  EXPECT_EQ(measure(constant, "hidden passed"), 0);
  EXPECT_TRUE(task_->check(instance, "\\boxed{f = lambda x, y: x + y}").correct);
  EXPECT_TRUE(task_->check(instance, "<think>\nadd\n</think>\ndef f(x, y):\n    return x + y").correct);
  EXPECT_FALSE(task_->check(instance, "<think>\ndef f(x, y):\n    return x + y").correct);
}

TEST_F(Codegen, ReferencesAreRightAtEveryLevel) {
  for (int level = kLowestLevel; level <= kHighestLevel; ++level) {
    const Instance instance = task_->generate(Split::test, level, 3);
    EXPECT_TRUE(task_->check(instance, instance.reference).correct) << instance.prompt;
    EXPECT_EQ(blocks_of(instance.tests).size(), 3U);
    EXPECT_NE(instance.prompt.find(blocks_of(instance.tests)[0]), std::string::npos);
  }
}

TEST_F(Codegen, AHostileProgramIsContained) {
  const Instance instance = task_->generate(Split::test, 1, 0);
  for (const char* program :
       {"import sys; sys.setrecursionlimit(10**9)\ndef f(x, y): return f(x, y)", "raise SystemExit(0)",
        "import os; os.kill(os.getpid(), 9)", "x = [0] * 10**10", "def f(x, y): return open('/etc/passwd').read()"}) {
    EXPECT_FALSE(task_->check(instance, fenced(program)).correct) << program;
  }
  EXPECT_FALSE(make_task("codegen:seconds=0.5")->check(instance, fenced("while True: pass")).correct);
  EXPECT_EQ(task_->check(instance, std::string(1 << 20, 'x')).detail, "the program is longer than 64 KiB");
}

TEST(CodegenTask, ShowsAsManyTestsAsAskedForAndHidesTheSame) {
  const Instance none = make_task("codegen:shown=0")->generate(Split::test, 2, 5);
  const Instance six = make_task("codegen:shown=6")->generate(Split::test, 2, 5);

  EXPECT_EQ(none.words.size(), 1U + 8);
  EXPECT_EQ(six.words.size(), 1U + 14);
  EXPECT_TRUE(std::equal(none.words.begin() + 1, none.words.end(), six.words.begin() + 7));
  EXPECT_TRUE(none.tests.empty());
  EXPECT_EQ(none.prompt.find("assert"), std::string::npos);
}

TEST(PythonPrograms, DivisionRoundsDown) {
  EXPECT_EQ(floor_quotient(-7, 2), -4);
  EXPECT_EQ(floor_remainder(-7, 2), 1);
  EXPECT_EQ(floor_quotient(7, 2), 3);
  EXPECT_EQ(floor_remainder(-8, 2), 0);
}

}  // namespace
}  // namespace reckon
