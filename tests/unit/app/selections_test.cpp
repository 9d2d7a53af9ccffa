#include "app/selections.h"

#include <gtest/gtest.h>

namespace reckon {
namespace {

PathRecord path(const char* answer, double score) {
  PathRecord record;
  record.text = std::string("\\boxed{") + answer + "}";
  if (*answer != '\0') record.answer = answer;
  record.score = score;
  record.tokens = 1;
  return record;
}

// Best is 1, the votes are for 2, and with their scores for 3.
Outcome divided() {
  Outcome outcome;
  outcome.paths = {path("1", 0.9), path("2", 0.1), path("2", 0.1), path("2", 0.1), path("3", 0.6), path("3", 0.6), path("", 1.0)};
  return outcome;
}

Problem problem_with_answer(const std::string& right) {
  Problem problem;
  problem.check = [right](std::string_view text) { return text == "\\boxed{" + right + "}" ? 1.0 : 0.0; };
  return problem;
}

TEST(Selections, AreOfTheSamePathsUnderEachSelector) {
  const Selections selections = selections_of(divided(), problem_with_answer("3"));

  ASSERT_EQ(selections.answers.size(), 3U);
  EXPECT_EQ(selections.answers[0].selector, "best");
  EXPECT_EQ(selections.answers[0].answer, "1");
  EXPECT_EQ(selections.answers[0].correct, false);
  EXPECT_EQ(selections.answers[1].selector, "weighted");
  EXPECT_EQ(selections.answers[1].answer, "3");
  EXPECT_EQ(selections.answers[1].correct, true);
  EXPECT_EQ(selections.answers[2].selector, "majority");
  EXPECT_EQ(selections.answers[2].answer, "2");
  EXPECT_EQ(selections.correct, (std::vector<bool>{false, false, false, false, true, true, false}));
  EXPECT_EQ(selections.covered(), true);
}

TEST(Selections, AProblemThatNoPathSolvesIsNotCovered) {
  EXPECT_EQ(selections_of(divided(), problem_with_answer("4")).covered(), false);
  EXPECT_EQ(selections_of(Outcome{}, problem_with_answer("4")).covered(), false);
}

TEST(Selections, APathWithoutAnAnswerIsNeverRight) {
  EXPECT_EQ(selections_of(divided(), problem_with_answer("")).covered(), false);
}

TEST(Selections, SayNothingOfRightAndWrongWhereNobodyCanTell) {
  const Selections selections = selections_of(divided(), Problem{});

  EXPECT_EQ(selections.answers[2].answer, "2");
  EXPECT_FALSE(selections.answers[2].correct);
  EXPECT_TRUE(selections.correct.empty());
  EXPECT_FALSE(selections.covered());
}

TEST(Selections, OfNoPathsAreNone) {
  for (const SelectorAnswer& one : selections_of(Outcome{}, Problem{}).answers) EXPECT_FALSE(one.answer) << one.selector;
}

}  // namespace
}  // namespace reckon
