// What tasks say of their problems formally is what their checkers go by: the verifier accepts an answer where they do.
#include <gtest/gtest.h>

#include "base/error.h"
#include "search/solvers/solver.h"
#include "search/spaces/toy_space.h"
#include "search/verifier.h"
#include "unit/engine/running_engine.h"
#include "unit/tasks/task_testing.h"

namespace reckon {
namespace {

using trial::boxed;
using trial::is_right;

// The verifier's scores of these answers, boxed.
std::vector<double> scores(const std::string& verifier, const Instance& instance, const std::vector<std::string>& answers) {
  Problem problem;
  problem.constraints = instance.constraints;
  std::vector<Path> paths;
  for (const std::string& answer : answers) {
    Path& path = paths.emplace_back();
    path.state = PathState::finished;
    path.text = boxed(answer);
  }
  ToySpace space(two_letter_chain());
  const auto made = make_verifier(verifier);
  made->require(problem);
  return run(made->score(paths, problem, space));
}

void expect_agreement(const Task& task, const Instance& instance, const std::string& verifier,
                      const std::vector<std::string>& answers) {
  const std::vector<double> found = scores(verifier, instance, answers);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    EXPECT_EQ(found[i] == 1, is_right(task, instance, answers[i])) << instance.prompt << ": " << answers[i];
  }
}

TEST(FormalConstraints, OfLinearEquationsAcceptTheirSolutionAndNothingElse) {
  try {
    require_smt_solver();
  } catch (const Error& error) {
    GTEST_SKIP() << error.what();
  }
  for (int level = kLowestLevel; level <= kHighestLevel; ++level) {
    const auto task = make_task("linear:level=" + std::to_string(level));
    for (std::uint64_t i = 0; i < 12; ++i) {
      const Instance instance = task->problem(Split::train, i);
      std::vector<std::string> answers{instance.gold, "0", "1", "-3", "7/2", "(0,1)", "(1,2)", "x", "none"};
      if (level <= 3) answers.push_back("x=" + instance.gold);
      expect_agreement(*task, instance, "smt:values=forced", answers);
    }
  }
}

TEST(FormalConstraints, OfClausesAcceptWhatSatisfiesThem) {
  try {
    require_sat_solver();
  } catch (const Error& error) {
    GTEST_SKIP() << error.what();
  }
  for (const int level : {1, 2, 3}) {
    const auto task = make_task("sat3:level=" + std::to_string(level));
    for (std::uint64_t i = 0; i < 12; ++i) {
      const Instance instance = task->problem(Split::train, i);
      std::vector<std::string> answers{instance.gold, "none", std::string(static_cast<std::size_t>(instance.numbers[0]), '1')};
      for (unsigned code = 0; code < 64; ++code) {
        std::string& bits = answers.emplace_back();
        for (std::int64_t v = 0; v < instance.numbers[0]; ++v) bits += (code * 2654435761U >> (31 - v) & 1U) != 0 ? '1' : '0';
      }
      expect_agreement(*task, instance, "sat", answers);
    }
  }
}

}  // namespace
}  // namespace reckon
