#include "search/answers/grouping.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/rng.h"

namespace reckon {
namespace {

std::vector<std::vector<std::size_t>> members_of(const std::vector<AnswerGroup>& groups) {
  std::vector<std::vector<std::size_t>> members;
  for (const AnswerGroup& group : groups) members.push_back(group.members);
  return members;
}

TEST(GroupAnswers, JoinsSpellingsOfOneValueAndKeepsTheFirst) {
  const std::vector<std::string> answers{"0.5", "2", "\\frac12", "x=2", "1/2", "three", "Three", "50\\%", "", "3"};

  const std::vector<AnswerGroup> groups = group_answers(answers);

  EXPECT_EQ(members_of(groups), (std::vector<std::vector<std::size_t>>{{0, 2, 4, 7}, {1, 3}, {5, 6}, {9}}));
  EXPECT_EQ(groups[0].answer, "0.5");
  EXPECT_EQ(groups[0].canonical, "1/2");
  EXPECT_TRUE(groups[0].comparable);
  EXPECT_FALSE(groups[2].comparable);
}

TEST(GroupAnswers, JoinsWhatIsSetInOtherTypefaces) {
  const std::vector<std::string> answers{"18",  "\\text{18}",       "No",    "\\textbf{No}", "cat", "\\text{cat}",
                                         "act", "\\mathbf{Evelyn}", "Evelyn"};

  EXPECT_EQ(members_of(group_answers({answers.begin(), 6})), (std::vector<std::vector<std::size_t>>{{0, 1}, {2, 3}, {4, 5}}));
  EXPECT_EQ(members_of(group_answers({answers.begin() + 5, 4})), (std::vector<std::vector<std::size_t>>{{0}, {1}, {2, 3}}));
}

TEST(GroupAnswers, JoinsDecimalsWithTheExactValuesTheyRound) {
  const std::vector<std::string> answers{"1/3", "0.333333", "0.33", "\\sqrt{2}", "1.41421"};

  EXPECT_EQ(members_of(group_answers(answers)), (std::vector<std::vector<std::size_t>>{{0, 1}, {2}, {3, 4}}));
}

TEST(GroupAnswers, NeverMakesAMajorityOfMissingAnswers) {
  EXPECT_TRUE(group_answers(std::vector<std::string>{"", " ", ""}).empty());
  EXPECT_TRUE(group_answers({}).empty());
}

TEST(GroupAnswers, DoesNotDependOnTheOrderOfItsInput) {
  const std::vector<std::string> answers{"1/3",   "0.333333", "0.3333",  "\\frac{2}{6}", "x=1/3", "\\sqrt8", "2\\sqrt2",
                                         "2.828", "(1,2)",    "(1,2.0)", "[1,2]",        "east",  "East",    "{1,2}",
                                         "{2,1}", "1,2",      "5 m",     "500 cm",       "5",     "\\infty"};
  const auto as_sets = [&](const std::vector<std::string>& shuffled) {
    std::set<std::set<std::string>> groups;
    for (const AnswerGroup& group : group_answers(shuffled)) {
      std::set<std::string> texts;
      for (const std::size_t member : group.members) texts.insert(shuffled[member]);
      groups.insert(std::move(texts));
    }
    return groups;
  };
  const auto expected = as_sets(answers);

  SplitMix64 rng(7);
  for (int round = 0; round < 50; ++round) {
    std::vector<std::string> shuffled = answers;
    shuffle(shuffled, rng);
    ASSERT_EQ(as_sets(shuffled), expected);
  }
}

TEST(GroupAnswers, CopesWithManyDistinctAndHostileAnswers) {
  std::vector<std::string> answers;
  for (int i = 0; i < 2000; ++i) answers.push_back(std::to_string(i % 1000));
  for (int i = 0; i < 60; ++i) answers.push_back("(a+b+c+d+" + std::to_string(i) + ")^{40}");
  for (int i = 0; i < 5; ++i) answers.push_back(std::string(100000, '{'));

  const std::vector<AnswerGroup> groups = group_answers(answers);

  EXPECT_EQ(groups[7].members, (std::vector<std::size_t>{7, 1007}));
  EXPECT_EQ(groups.back().members.size(), 5u);
}

}  // namespace
}  // namespace reckon
