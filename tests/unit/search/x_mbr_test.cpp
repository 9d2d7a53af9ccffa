// Cross-lingual minimum Bayes risk: evidence weighs and never wins; exact laws on words of one letter.
#include <gtest/gtest.h>

#include <cmath>

#include "unit/search/answering_engine.h"
#include "unit/search/exhaustive.h"
#include "unit/search/scripted_space.h"

namespace reckon {
namespace {

const std::vector<double> kLetters3{0.5, 0.3, 0.2};

void for_each(const std::string& strategy, const std::function<void(const ToyRun&)>& visit) {
  const auto made = make_strategy(strategy + ",temperature=1,min_p=0", nullptr);
  Problem problem = scripted_problem();
  ExhaustiveChooser chooser;
  do {
    ToySpaceOptions options;
    options.choose = [&chooser](std::span<const double> probabilities) { return chooser.choose(probabilities); };
    ToySpace space(one_letter_chain(kLetters3), options);
    ToyRun one;
    one.outcome = solve_on(space, *made, problem);
    one.ledger = space.ledger();
    one.probability = chooser.probability();
    visit(one);
  } while (chooser.next());
}

TEST(XMbr, HasTheLawOfItsDefinition) {
  Law law;
  for_each("x_mbr:n=2,evidence=2,utility=equality,prompts=A {problem}|B",
           [&law](const ToyRun& one) { law[one.outcome.answer.value_or("none")] += one.probability; });

  Law expected;  // two candidates, then two letters of evidence from each of two wordings
  for (int code = 0; code < 729; ++code) {
    std::vector<std::size_t> letters;
    double probability = 1;
    for (int i = 0, rest = code; i < 6; ++i, rest /= 3) {
      letters.push_back(static_cast<std::size_t>(rest % 3));
      probability *= kLetters3[letters.back()];
    }
    const auto votes = [&letters](std::size_t letter) { return std::ranges::count(letters, letter); };
    const bool second = votes(letters[1]) > votes(letters[0]) ||
                        (votes(letters[1]) == votes(letters[0]) && letters[1] < letters[0]);  // the likelier of equals
    expected[std::to_string(letters[second ? 1 : 0])] += probability;
  }
  ASSERT_EQ(law.size(), 3U);
  for (const auto& [answer, probability] : expected) EXPECT_NEAR(law[answer], probability, 1e-12) << answer;
}

TEST(XMbr, WithoutEvidenceIsMinimumBayesRiskOfTheCandidates) {
  for (const char* utility : {"equality", "chrf"}) {
    std::vector<std::pair<std::string, double>> with;
    std::vector<std::pair<std::string, double>> without;
    for_each("x_mbr:n=3,evidence=0,utility=" + std::string(utility),
             [&](const ToyRun& one) { with.emplace_back(one.outcome.answer.value_or("none"), one.outcome.confidence); });
    const auto best = make_strategy("best_of_n:n=3,temperature=1,select=mbr:utility=" + std::string(utility),
                                    by_letters([](std::string_view) { return 0.5; }));
    for_each_execution(*best, one_letter_chain(kLetters3), [&](const ToyRun& one) {
      without.emplace_back(one.outcome.answer.value_or("none"), one.outcome.confidence);
    });
    EXPECT_EQ(with, without) << utility;
  }
}

TEST(XMbr, AsksInOtherWordsForEvidenceOnly) {
  ScriptedSpaceOptions options;
  options.says = [](const ScriptedTurn& turn) {  // one thing in its own language, another in others
    const bool own = turn.question == "Q";
    return rest_of(own ? (turn.id == 1 ? "\\boxed{1}" : "\\boxed{2}") : "\\boxed{1}", turn.text);
  };
  ScriptedSpace space(options);

  const Outcome outcome = solve_on(
      space, *make_strategy("x_mbr:n=3,evidence=2,utility=equality,prompts=Say {problem}|Frage", nullptr), scripted_problem());

  EXPECT_EQ(space.opened, (std::vector<std::string>{"Q", "Say Q", "Frage"}));
  ASSERT_EQ(outcome.paths.size(), 7U);
  for (std::size_t i = 0; i < outcome.paths.size(); ++i) EXPECT_EQ(outcome.paths[i].evidence, i >= 3) << i;
  EXPECT_EQ(outcome.answer, "1") << "one candidate and four pieces of evidence, against two candidates";
  EXPECT_LT(*outcome.chosen, 3U);
  EXPECT_NEAR(outcome.confidence, 5.0 / 7, 1e-12);
}

TEST(XMbr, EvidenceAnswersWhereNoCandidateDoes) {
  ScriptedSpaceOptions options;
  options.says = [](const ScriptedTurn& turn) { return rest_of(turn.question == "Q" ? "-" : "\\boxed{1}", turn.text); };
  ScriptedSpace space(options);

  const Outcome outcome = solve_on(space, *make_strategy("x_mbr:n=2,evidence=1", nullptr), scripted_problem());

  EXPECT_EQ(outcome.answer, "1");
  EXPECT_EQ(outcome.status, OutcomeStatus::answered);
}

TEST(XMbr, BuysEvidenceWithWhatCandidatesLeave) {
  ScriptedSpaceOptions options;
  options.says = [](const ScriptedTurn& turn) { return rest_of("\\boxed{1}", turn.text); };
  options.budget_tokens = 1 + 2 * 9 + 3;  // the prompt, two candidates, and less than another prompt
  ScriptedSpace space(options);

  const Outcome outcome = solve_on(space, *make_strategy("x_mbr:n=2,evidence=2", nullptr), scripted_problem());

  EXPECT_EQ(outcome.answer, "1");
  EXPECT_EQ(outcome.status, OutcomeStatus::budget_exhausted);
  EXPECT_EQ(outcome.paths.size(), 2U);
}

TEST(XMbr, FirstMayBeGreedy) {
  ScriptedSpaceOptions options;
  options.says = [](const ScriptedTurn& turn) { return rest_of("\\boxed{1}", turn.text); };
  ScriptedSpace space(options);

  solve_on(space, *make_strategy("x_mbr:n=3,evidence=1,first=greedy", nullptr), scripted_problem());

  std::vector<double> temperatures;
  for (const auto& [path, temperature] : space.drawn_at) temperatures.push_back(temperature);
  EXPECT_EQ(temperatures, (std::vector<double>{0, 0.7, 0.7, 0.7}));
}

}  // namespace
}  // namespace reckon
