// Several model files that answer together, from the command line.
#include <gtest/gtest.h>

#include <algorithm>

#include "e2e/program.h"

namespace reckon {
namespace {

const std::string kProblem = "Make 34 from 25 35 7 37.";
const std::string kDraft = RECKON_SOURCE_DIR "/models/reckon-draft.gguf";

Ran solve(const std::vector<std::string>& more) {
  std::vector<std::string> arguments{"solve", "--json", kProblem};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_reckon(arguments);
}

TEST(EnsembleOption, LetsEveryModelDrawAndVoteUnderOneBudget) {
  const std::vector<std::string> both{"-s", "ensemble:n=3", "--ensemble", kDraft};
  const Ran ran = solve(both);

  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  const auto document = ran.json();
  const auto of_member = [&document](int member) {
    return std::ranges::count_if(document["paths"], [member](const auto& path) { return path["member"] == member; });
  };
  EXPECT_EQ(document["paths"].size(), 6U);
  EXPECT_EQ(of_member(0), 3);
  EXPECT_EQ(of_member(1), 3);
  const auto alone = solve({"-s", "majority:n=3"}).json();
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(document["paths"][i]["text"], alone["paths"][i]["text"]) << "the first model's own";
  EXPECT_EQ(document["receipt"]["tokens"]["prompt"].get<int>(), 2 * alone["receipt"]["tokens"]["prompt"].get<int>());
  EXPECT_EQ(without_seconds(solve(both).json()).dump(), without_seconds(document).dump());

  std::vector<std::string> limited = both;
  limited.insert(limited.end(), {"--budget", "tokens=300"});
  const auto within = solve(limited).json();
  EXPECT_LE(within["receipt"]["tokens"]["total"].get<int>(), 300);
  EXPECT_EQ(within["status"], "budget_exhausted");
}

TEST(EnsembleOption, IsRefusedWhereItMeansNothing) {
  const Ran majority = solve({"-s", "majority", "--ensemble", kDraft});
  EXPECT_EQ(majority.exit_code, 2);
  EXPECT_NE(majority.err.find("'majority' asks one model only; take the strategy ensemble"), std::string::npos) << majority.err;

  const Ran nowhere = solve({"-s", "ensemble", "--ensemble", "/nowhere/model.gguf"});
  EXPECT_EQ(nowhere.exit_code, 2);
  EXPECT_NE(nowhere.err.find("/nowhere/model.gguf"), std::string::npos) << nowhere.err;
  EXPECT_EQ(nowhere.error_lines(), 1U) << nowhere.err;
}

TEST(EnsembleOption, IsTakenByEvaluationsToo) {
  const Ran ran = run_reckon(
      {"eval", "--task", "countdown", "-n", "2", "-s", "ensemble:n=2", "-s", "greedy", "--ensemble", kDraft, "--json"});

  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  const auto both = ran.json();
  ASSERT_EQ(both.size(), 2U) << ran.out;
  EXPECT_GT(both[0]["tokens_mean"].get<double>(), 2 * both[1]["tokens_mean"].get<double>());
}

}  // namespace
}  // namespace reckon
