// The options of thinking around any strategy of the bundled model.
#include <gtest/gtest.h>

#include "e2e/program.h"

namespace reckon {
namespace {

const std::string kThought = "Make 34 from 25 35 7 37.";

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

Ran solve_thinking(const std::vector<std::string>& more) {
  std::vector<std::string> arguments{"solve", "--json", "-s", "majority:n=4", kThought};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_reckon(arguments);
}

TEST(Thinking, IsCutAtItsBudgetAndAnswersAllTheSame) {
  for (const int budget : {0, 1, 10, 30}) {
    const auto document = solve_thinking({"--think-budget", std::to_string(budget)}).json();

    for (const auto& path : document["paths"]) {
      const auto text = path["text"].get<std::string>();
      EXPECT_LE(text.find("</think>"), std::string("<think>").size() + 1 + static_cast<std::size_t>(budget)) << text;
      EXPECT_EQ(path["state"], "finished") << text;
      EXPECT_EQ(occurrences(text, "<think>"), 1U) << text;
    }
  }
}

TEST(Thinking, WithoutALimitThatBindsIsWhatItWas) {
  EXPECT_EQ(solve_thinking({"--think-budget", "100000"}).json()["paths"], solve_thinking({}).json()["paths"]);
}

TEST(Thinking, HasAMinimum) {
  const auto document = solve_thinking({"--think", "90..120", "--think-more", "\\n"}).json();

  for (const auto& path : document["paths"]) EXPECT_GE(path["tokens"].get<int>(), 90) << path["text"];
}

TEST(Thinking, LeavesTheBudgetItsReserve) {
  const auto document = solve_thinking({"--think-budget", "1000", "--think-reserve", "40", "--budget", "tokens=110"}).json();

  EXPECT_LE(document["receipt"]["tokens"]["total"].get<int>(), 110);
  EXPECT_EQ(document["paths"][0]["state"], "finished");
  EXPECT_GE(occurrences(document["paths"][0]["text"].get<std::string>(), "</think>"), 1U);
}

TEST(Thinking, OptionsThatSayNothingAreRefused) {
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"--think", "9..3"},
                                                {"--think", "x"},
                                                {"--think", "..5"},
                                                {"--think", "-1"},
                                                {"--think-budget", "-1"},
                                                {"--think-budget", "3", "--think", "3"},
                                                {"--think-cut", "hard"},
                                                {"--think", "3", "--think-stop", "enough"},
                                                {"--think", "3", "--think-cut", "middle"}}) {
    const Ran ran = solve_thinking(wrong);
    EXPECT_EQ(ran.exit_code, 2) << wrong.back();
    EXPECT_NE(ran.err.find("think"), std::string::npos) << ran.err;
  }
}

TEST(Thinking, IsMeasuredByEval) {
  const Ran ran = run_reckon({"eval", "--task", "countdown", "--limit", "3", "-s", "greedy", "--think-budget", "5", "--json"});

  EXPECT_LE(ran.json()[0]["tokens_mean"].get<double>(), 44 + 7 + 5 + 9 + 60);
}

}  // namespace
}  // namespace reckon
