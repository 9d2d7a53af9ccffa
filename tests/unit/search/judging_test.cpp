// One judge for all candidates: checklist; a greedy path as a net: hedged; and what strategies that ask further share. Exact
// calls and totals on scripts.
#include <gtest/gtest.h>

#include "search/strategies/conversation.h"
#include "unit/search/scripted_run.h"

namespace reckon {
namespace {

TEST(Hedged, DrawsTheGreedyPathOnceAndFirst) {
  ScriptedSpaceOptions options;
  options.says = [](const ScriptedTurn& turn) { return rest_of(boxed(turn.temperature == 0 ? "1" : "2"), turn.text); };

  const ScriptedRun ran = run_on(options, "hedged:n=4");

  ASSERT_EQ(ran.drawn_at.size(), 4U);
  EXPECT_EQ(ran.drawn_at[0], (std::pair<std::uint64_t, double>(1, 0)));
  for (std::size_t i = 1; i < 4; ++i) EXPECT_EQ(ran.drawn_at[i].second, 0.7);
  EXPECT_EQ(ran.outcome.answer, "2");
}

TEST(Hedged, KeepsTheNetWhenTheBudgetPaysForNoMore) {
  ScriptedSpaceOptions options;
  options.says = [](const ScriptedTurn& turn) { return rest_of(boxed(turn.temperature == 0 ? "1" : "2"), turn.text); };
  options.budget_tokens = 1 + 9;

  const ScriptedRun ran = run_on(options, "hedged:n=4");

  EXPECT_EQ(ran.outcome.answer, "1");
  EXPECT_EQ(ran.outcome.status, OutcomeStatus::budget_exhausted);
}

ScriptedSpaceOptions candidates_and_judge(const std::string& judgement) {
  ScriptedSpaceOptions options;
  options.says = [=](const ScriptedTurn& turn) {
    if (turn.question != "Q") return rest_of(judgement, turn.text);
    return rest_of("<think>x</think>" + boxed(std::to_string(turn.id == 3 ? 3 : 1)), turn.text);
  };
  return options;
}

// The number under which the judge was shown the candidate that answers `answer`.
int number_of(const std::string& question, const std::string& answer) {
  const std::size_t at = question.find("] " + boxed(answer));
  return at == std::string::npos ? -1 : question[at - 1] - '0';
}

TEST(Checklist, OneJudgeSeesAllCandidatesAndNamesOne) {
  const ScriptedRun probe = run_on(candidates_and_judge("none"), "checklist:n=4");
  ASSERT_EQ(probe.opened.size(), 2U);
  const int odd = number_of(probe.opened[1], "3");
  ASSERT_GE(odd, 1);
  EXPECT_EQ(probe.opened[1].find("<think>"), std::string::npos) << "thinking is not shown";

  const ScriptedRun ran =
      run_on(candidates_and_judge("[9] is short; best is [" + std::to_string(odd) + "] or [7]"), "checklist:n=4");

  EXPECT_EQ(ran.outcome.answer, "3");
  EXPECT_EQ(ran.outcome.confidence, 0.25);
  EXPECT_FALSE(ran.outcome.margin) << "it won by no votes";
  EXPECT_EQ(ran.opened.size(), 2U);
  EXPECT_EQ(ran.outcome.paths.size(), 5U);
  EXPECT_EQ(ran.ledger.generated, drawn_in(ran.outcome));
  EXPECT_EQ(ran.ledger.prompt_computed, std::ssize(std::string("Q")));
  EXPECT_EQ(ran.ledger.verified, std::ssize(ran.opened[1]) + std::ssize(ran.outcome.paths.back().text)) << "all of the judge's";
}

TEST(Checklist, SeveralJudgesSeeTheCandidatesTurnedRoundAndMostDecide) {
  // The judge always names the first: turned round by one each, four judges name four candidates, of whom the first is named
  // first. The script answers by the number of judges asked so far.
  const ScriptedRun ran = run_on(candidates_and_judge("[1]"), "checklist:n=4,rotations=4");

  ASSERT_EQ(ran.opened.size(), 5U);
  std::vector<int> places;  // of the odd one
  for (std::size_t i = 1; i < 5; ++i) places.push_back(number_of(ran.opened[i], "3"));
  std::ranges::sort(places);
  EXPECT_EQ(places, (std::vector<int>{1, 2, 3, 4})) << "each place once";
  EXPECT_EQ(ran.outcome.paths.size(), 4U + 4);
  EXPECT_EQ(run_on(candidates_and_judge("[1]"), "checklist:n=4,rotations=100").opened.size(), 5U) << "there are no more orders";
}

TEST(Checklist, AFavouritePlaceOfTheJudgeIsNoVerdictOfSeveral) {
  // Names the odd one wherever it stands, but for the order in which it stands first: then the second.
  ScriptedSpaceOptions options = candidates_and_judge("");
  options.says = [says = options.says](const ScriptedTurn& turn) {
    if (turn.question == "Q") return says(turn);
    const int odd = number_of(turn.question, "3");
    return rest_of("[" + std::to_string(odd == 1 ? 2 : odd) + "]", turn.text);
  };

  EXPECT_EQ(run_on(options, "checklist:n=4,rotations=4").outcome.answer, "3");
}

TEST(Checklist, FirstMayBeGreedy) {
  const ScriptedRun ran = run_on(candidates_and_judge("none"), "checklist:n=3,first=greedy");

  ASSERT_EQ(ran.drawn_at.size(), 4U);
  EXPECT_EQ(ran.drawn_at[0].second, 0);
  EXPECT_EQ(ran.drawn_at[1].second, 0.7);
  EXPECT_EQ(ran.drawn_at[2].second, 0.7);
}

TEST(Checklist, FallsBackToTheMajority) {
  for (const char* judgement : {"I cannot say", "[0]", "[5]", "[]", "[1", "[12345]"}) {
    EXPECT_EQ(run_on(candidates_and_judge(judgement), "checklist:n=4").outcome.answer, "1") << judgement;
  }
}

TEST(Checklist, ShowsTheCandidatesInAnyOrder) {
  std::vector<int> places(4, 0);
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    ScriptedSpaceOptions options = candidates_and_judge("none");
    options.seed = seed;
    ++places[static_cast<std::size_t>(number_of(run_on(options, "checklist:n=4").opened[1], "3")) - 1];
  }
  for (const int count : places) EXPECT_NEAR(count, 100, 30);  // three and a half standard deviations
}

TEST(Conversation, FillsInWordingOnceAndCutsBetweenCharacters) {
  EXPECT_EQ(filled_in("{a} and {a} of {b}", "a", "{b}"), "{b} and {b} of {b}");
  EXPECT_EQ(clipped("aéé", 2), "a");
  EXPECT_EQ(clipped("aéé", 3), "aé");
  EXPECT_EQ(shown_part("<think>x</think>\n yes \n", 100), "yes");
  EXPECT_EQ(shown_part("<think>x", 100), "");
  EXPECT_EQ(pieces_of("|a||b", '|'), (std::vector<std::string>{"a", "b"}));
}

}  // namespace
}  // namespace reckon
