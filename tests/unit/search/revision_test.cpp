// Strategies that attempt again with earlier attempts in view: revise, reflect, pdr. Exact calls and totals on scripts.
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "unit/search/exhaustive.h"
#include "unit/search/scripted_space.h"

namespace reckon {
namespace {

std::string boxed_number(int number) { return "\\boxed{" + std::to_string(number) + "}"; }

struct RevisedTalk {
  Outcome outcome;
  Ledger ledger;
  std::vector<std::string> opened;
  std::vector<std::string> replies;
  std::vector<ScriptedTurn> seen;  // by the script, at the beginning of each turn
};

// Runs a strategy on a script.
RevisedTalk talk(const std::string& strategy, const std::function<std::string(const ScriptedTurn&)>& says,
                 const std::shared_ptr<const Verifier>& verifier, std::int64_t budget = -1) {
  RevisedTalk talked;
  ScriptedSpaceOptions options;
  options.budget_tokens = budget;
  options.says = [&](const ScriptedTurn& turn) {
    if (turn.text.empty()) talked.seen.push_back(turn);
    return rest_of(says(turn), turn.text);
  };
  ScriptedSpace space(options);
  talked.outcome = solve_on(space, *make_strategy(strategy, verifier), scripted_problem());
  talked.ledger = space.ledger();
  talked.opened = space.opened;
  talked.replies = space.replies;
  return talked;
}

// The attempt's number: how many were replied to before.
std::string counting(const ScriptedTurn& turn) { return boxed_number(static_cast<int>(turn.turns.size() / 2)); }

double score_of_number(const std::string& text) {  // 0.1 for the first answer, 0.2 for the next
  const auto answer = extract_answer(text);
  return answer ? 0.1 * (std::stod(*answer) + 1) : 0;
}

TEST(Revise, EachAttemptSeesAsManyOfTheLastAsAreKept) {
  // Answers by what came before in its own words, so that forgetting shows: the last answer in view and one more.
  const auto next_number = [](const ScriptedTurn& turn) {
    if (turn.turns.empty()) return boxed_number(0);
    return boxed_number(std::stoi(*extract_answer(turn.turns[turn.turns.size() - 2].text)) + 1);
  };

  const RevisedTalk talked = talk("revise:n=1,attempts=6,keep=2,ask=once more", next_number, by_text(score_of_number));

  ASSERT_EQ(talked.seen.size(), 6U);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(talked.seen[i].turns.size(), 2 * std::min<std::size_t>(i, 2)) << i;
    if (i > 0) {
      EXPECT_EQ(talked.seen[i].turns.front().text, boxed_number(static_cast<int>(i < 2 ? 0 : i - 2)));
      EXPECT_EQ(talked.seen[i].turns.back().text, "once more");
    }
  }
  EXPECT_EQ(talked.replies, std::vector<std::string>(5, "once more"));
  EXPECT_EQ(talked.outcome.paths.size(), 6U);
  for (std::size_t i = 1; i < 6; ++i) EXPECT_EQ(talked.outcome.paths[i].parent, talked.outcome.paths[i - 1].id);
  EXPECT_EQ(talked.ledger.generated, 6 * 9);
  EXPECT_EQ(talked.ledger.prompt_computed, 1 + 5 * 9);
  EXPECT_EQ(talked.ledger.generated, drawn_in(talked.outcome));
}

TEST(Revise, TellsTheModelItsLastAnswer) {
  const RevisedTalk talked = talk("revise:n=1,attempts=2,ask=not {answer}", counting, by_text(score_of_number));

  EXPECT_EQ(talked.replies, std::vector<std::string>{"not 0"});
}

TEST(Revise, TellsEachChainItsOwnAnswerWhereTheBudgetEndsAnother) {
  const auto says = [](const ScriptedTurn& turn) { return boxed_number(turn.id == 1 ? 123456789 : 5); };
  const std::int64_t drawn = 1 + std::ssize(boxed_number(123456789)) + std::ssize(boxed_number(5));

  const RevisedTalk talked = talk("revise:n=2,attempts=2,ask=not {answer}", says, by_text(score_of_number), drawn + 8);

  EXPECT_EQ(talked.replies, (std::vector<std::string>{"not 123456789", "not 5"})) << "of which the budget pays for the second";
}

// Two chains of three: ids 1 and 2 begin, then 3 and 4, then 5 and 6. Scores by id.
TEST(Revise, SelectsWithinChainsAndThenAcross) {
  const std::vector<int> answers{0, 7, 8, 7, 8, 9, 8};  // by id; chain one is 1, 3, 5, chain two 2, 4, 6
  const auto says = [&](const ScriptedTurn& turn) { return boxed_number(answers[turn.id]) + std::string(turn.id, '.'); };
  const std::vector<double> scores{0, 0.3, 0.15, 0.3, 0.15, 0.5, 0.15};
  const auto verifier = by_text([&](const std::string& text) { return scores[text.size() - 9]; });

  // Chain one: 7 weighs 0.6, 9 weighs 0.5: 7, represented by 0.3. Chain two: 8, represented by 0.15. Across: 7.
  EXPECT_EQ(talk("revise:n=2,attempts=3", says, verifier).outcome.answer, "7");
  EXPECT_EQ(talk("revise:n=2,attempts=3,select=best", says, verifier).outcome.answer, "9");
  EXPECT_EQ(talk("revise:n=2,attempts=3,select=majority", says, verifier).outcome.answer, "8");
  EXPECT_EQ(talk("revise:n=2,attempts=3,select=weighted", says, verifier).outcome.answer, "7");
  EXPECT_EQ(talk("revise:n=2,attempts=3", says, verifier).outcome.confidence, 0.3 / (0.3 + 0.15));
}

TEST(Revise, OneAttemptIsWeightedMajority) {
  const auto says = [](const ScriptedTurn& turn) { return boxed_number(static_cast<int>(turn.id % 3)); };

  const RevisedTalk revised = talk("revise:n=7,attempts=1,select=weighted", says, by_text(score_of_number));
  const RevisedTalk voted = talk("weighted_majority:n=7", says, by_text(score_of_number));

  EXPECT_EQ(revised.outcome.answer, voted.outcome.answer);
  EXPECT_EQ(revised.outcome.confidence, voted.outcome.confidence);
  EXPECT_EQ(revised.ledger.total(), voted.ledger.total());
}

TEST(Reflect, EndsAtTheFirstAttemptThatIsAccepted) {
  for (int right = 0; right < 5; ++right) {
    const auto verifier = by_text([right](const std::string& text) { return text == boxed_number(right) ? 1.0 : 0.0; });

    const RevisedTalk talked = talk("reflect:n=4", counting, verifier);

    const int attempts = std::min(right + 1, 4);
    EXPECT_EQ(std::ssize(talked.seen), attempts);
    EXPECT_EQ(std::ssize(talked.replies), attempts - 1);
    EXPECT_EQ(talked.outcome.confidence, right < 4 ? 1 : 0);
    EXPECT_EQ(talked.ledger.generated, drawn_in(talked.outcome));
    EXPECT_EQ(talked.replies.empty() ? "wrong: 0. again." : talked.replies.front(), "wrong: 0. again.");
  }
}

TEST(Reflect, KeepsDistinctCriticismsInView) {
  const std::vector<int> answers{1, 2, 2, 2, 3, 3};  // by attempt
  std::size_t attempt = 0;
  const auto says = [&](const ScriptedTurn& turn) {
    return turn.text.empty() ? boxed_number(answers[attempt++]) : boxed_number(answers[attempt - 1]);
  };

  const RevisedTalk talked = talk("reflect:n=6,keep=3", says, by_text([](const std::string&) { return 0.0; }));

  const auto heard_before = [&](std::size_t i) {
    std::vector<std::string> heard;
    for (const Turn& turn : talked.seen[i].turns) {
      if (turn.role == "user") heard.push_back(turn.text);
    }
    return heard;
  };
  const auto wrong = [](int number) { return "wrong: " + std::to_string(number) + ". again."; };
  EXPECT_EQ(heard_before(1), (std::vector<std::string>{wrong(1)}));
  EXPECT_EQ(heard_before(2), (std::vector<std::string>{wrong(1), wrong(2)}));
  EXPECT_EQ(heard_before(3), (std::vector<std::string>{wrong(1), wrong(2), wrong(2)})) << "there is room for a repetition";
  EXPECT_EQ(heard_before(4), (std::vector<std::string>{wrong(1), wrong(2), wrong(2)}));
  EXPECT_EQ(heard_before(5), (std::vector<std::string>{wrong(1), wrong(2), wrong(3)})) << "distinct ones first";
}

TEST(Pdr, CostsWhatAHandComputes) {
  // 3 drafts of "\boxed{k}", joined into a workspace, one final draft.
  const RevisedTalk talked = talk(
      "pdr:widths=3-1,distil=top_k,keep=2", [](const ScriptedTurn& turn) { return boxed_number(static_cast<int>(turn.id)); },
      by_text(score_of_number));

  ASSERT_EQ(talked.opened.size(), 2U);
  EXPECT_EQ(talked.opened[0], "Q");
  // Ids 1, 2, 3 answer 1, 2, 3: the two best come first.
  EXPECT_EQ(talked.opened[1], "Q\n\nNotes on earlier attempts, which may be wrong:\n[1] \\boxed{3}\n[2] \\boxed{2}\n");
  EXPECT_EQ(talked.ledger.prompt_computed, 1 + std::ssize(talked.opened[1]));
  EXPECT_EQ(talked.ledger.generated, 4 * 9);
  EXPECT_EQ(talked.outcome.answer, "5") << "the last draft's, whose id is 5";
}

TEST(Pdr, WithWidthOneIsSequentialRefinement) {
  std::vector<std::string> expected{"Q"};
  const auto says = [](const ScriptedTurn& turn) { return boxed_number(static_cast<int>(turn.question.size())); };
  for (int round = 1; round < 4; ++round) {
    expected.push_back("Q\n\nNotes on earlier attempts, which may be wrong:\n[1] " +
                       boxed_number(static_cast<int>(expected.back().size())) + "\n");
  }
  for (const char* distil : {"top_k", "random_k"}) {
    const RevisedTalk talked = talk(std::string("pdr:widths=1-1-1-1,distil=") + distil, says, by_text(score_of_number));

    EXPECT_EQ(talked.opened, expected) << distil;
    EXPECT_EQ(talked.outcome.answer, std::to_string(expected.back().size()));
  }
}

TEST(Pdr, AWorkspaceIsNeverLargerThanItMayBe) {
  const auto says = [](const ScriptedTurn& turn) {
    return "<think>secret</think>" + std::string(100 * turn.id, 'x') + "é" + boxed_number(1);
  };
  const std::size_t around = std::string("Q\n\nNotes on earlier attempts, which may be wrong:\n\n").size();
  for (const char* distil : {"summary", "top_k", "random_k"}) {
    for (const int most : {1, 4, 5, 20, 100, 333, 1000}) {
      const RevisedTalk talked =
          talk("pdr:widths=4-3-1,workspace=" + std::to_string(most) + ",distil=" + distil, says, by_text(score_of_number));
      for (const std::string& question : talked.opened) {
        EXPECT_EQ(question.find("secret"), std::string::npos) << "thinking is not shown";
        if (question.find("Notes on") == std::string::npos) continue;
        EXPECT_LE(question.size() - around, static_cast<std::size_t>(most)) << distil;
      }
      EXPECT_EQ(talked.outcome.answer, "1");
      EXPECT_EQ(talked.ledger.generated, drawn_in(talked.outcome));
    }
  }
}

TEST(Pdr, ASummaryIsOneMoreTextThatAnswersNothing) {
  const auto says = [](const ScriptedTurn& turn) {
    if (turn.question.find("Draft solutions") != std::string::npos) return std::string("they agree on \\boxed{9}");
    return turn.question.find("they agree") != std::string::npos ? boxed_number(2) : boxed_number(1);
  };

  const RevisedTalk talked = talk("pdr:widths=2-1", says, by_text(score_of_number));

  EXPECT_EQ(talked.outcome.answer, "2");
  EXPECT_EQ(talked.outcome.paths.size(), 4U);
  EXPECT_EQ(std::ranges::count(talked.outcome.paths, std::optional<std::string>("9"), &PathRecord::answer), 0);
}

// Each draft writes down each of m facts with probability q; the last draft answers when it sees all of them.
TEST(Pdr, FindsWhatItsDraftsFoundTogether) {
  constexpr double kFound = 0.3;
  for (const int facts : {1, 2}) {
    for (const int drafts : {1, 2, 3}) {
      ExhaustiveChooser chooser;
      double right = 0;
      do {
        ScriptedSpaceOptions options;
        options.choose = [&chooser](std::span<const double> probabilities) { return chooser.choose(probabilities); };
        options.says = [&](const ScriptedTurn& turn) {
          if (turn.question != "Q") {
            bool all = true;
            for (int fact = 0; fact < facts; ++fact)
              all = all && turn.question.find(static_cast<char>('A' + fact)) != std::string::npos;
            return all ? boxed_number(1) : boxed_number(0);
          }
          std::string text = "-";
          for (int fact = 0; fact < facts; ++fact) {
            const double law[] = {1 - kFound, kFound};
            if (chooser.choose(law) == 1) text += static_cast<char>('A' + fact);
          }
          return text;
        };
        ScriptedSpace space(options);
        const std::string strategy = "pdr:widths=" + std::to_string(drafts) + "-1,distil=top_k,keep=" + std::to_string(drafts);
        const Outcome outcome =
            solve_on(space, *make_strategy(strategy, by_text([](const std::string&) { return 0.0; })), scripted_problem("Q"));
        if (outcome.answer == "1") right += chooser.probability();
      } while (chooser.next());
      EXPECT_NEAR(right, std::pow(1 - std::pow(1 - kFound, drafts), facts), 1e-12) << facts << " facts, " << drafts << " drafts";
    }
  }
}

TEST(Pdr, RefusesWidthsThatAreNone) {
  for (const char* widths : {"", "0", "8-0-1", "a", "3-", "-3", "8--1", "8,4", "4097", "-"}) {
    EXPECT_THROW(make_strategy(std::string("pdr:widths=") + widths, by_text(score_of_number)), Error) << widths;
  }
}

// Says its attempts in order, and of each that it is short.
std::string attempt_or_critique(const ScriptedTurn& turn) {
  if (turn.question == "Q") return counting(turn);
  return "<think>let me see</think>\n" + turn.question.substr(turn.question.find("\\boxed"), 9) + " is too short\n";
}

TEST(Reflect, AsksTheModelForACritiqueBesideTheAttempt) {
  const RevisedTalk talked =
      talk("reflect:n=3,critic=model", attempt_or_critique, by_text([](const std::string&) { return 0.0; }));

  EXPECT_EQ(talked.replies,
            (std::vector<std::string>{"\\boxed{0} is too short\nwrong: 0. again.", "\\boxed{1} is too short\nwrong: 1. again."}))
      << "without its thinking";
  ASSERT_EQ(talked.opened.size(), 3U) << "the problem, and a question about each attempt but the last";
  EXPECT_NE(talked.opened[1].find("Q"), std::string::npos);
  EXPECT_EQ(talked.ledger.generated, 3 * 9);
  std::int64_t judged = std::ssize(talked.opened[1]) + std::ssize(talked.opened[2]);
  for (const PathRecord& path : talked.outcome.paths) judged += path.judging ? path.tokens : 0;
  EXPECT_EQ(talked.ledger.verified, judged) << "questions and critiques judge";
  EXPECT_EQ(talked.outcome.paths.size(), 3U + 2);
}

TEST(Reflect, WaitsForItsCritiques) {
  const RevisedTalk talked = talk("reflect:n=2,critic=model", attempt_or_critique, by_text(score_of_number));

  EXPECT_EQ(talked.outcome.answer, "1");
  std::int64_t critique = std::ssize(talked.opened[1]);
  for (const PathRecord& path : talked.outcome.paths) critique += path.judging ? path.tokens : 0;
  EXPECT_EQ(talked.outcome.sequential_tokens, 1 + 9 + critique + std::ssize(talked.replies[0]) + 9);
}

TEST(Reflect, PutsTheCritiqueWhereTheWordingSays) {
  const RevisedTalk talked = talk("reflect:n=2,critic=model,feedback=no: {critique}; not {answer},question={solution}?",
                                  attempt_or_critique, by_text([](const std::string&) { return 0.0; }));

  EXPECT_EQ(talked.replies, std::vector<std::string>{"no: \\boxed{0} is too short; not 0"});
  EXPECT_EQ(talked.opened.back(), "\\boxed{0}?");
  EXPECT_THROW(make_strategy("reflect:critic=model,question=what is wrong", by_text(score_of_number)), Error);
  EXPECT_NO_THROW(make_strategy("reflect:question=nobody asks", by_text(score_of_number)));
}

TEST(Reflect, EndsWhereTheBudgetPaysForNoCritique) {
  const RevisedTalk talked = talk("reflect:n=3,critic=model,question={solution}", attempt_or_critique,
                                  by_text([](const std::string&) { return 0.0; }), 15);

  EXPECT_EQ(talked.outcome.status, OutcomeStatus::budget_exhausted);
  EXPECT_EQ(talked.outcome.answer, "0");
  EXPECT_TRUE(talked.replies.empty());
}

TEST(Revise, ItsSequentialTokensAreThoseOfOneChain) {
  const auto says = [](const ScriptedTurn& turn) { return boxed_number(static_cast<int>(turn.turns.size() / 2)); };

  const RevisedTalk talked = talk("revise:n=4,attempts=3,ask=more,select=best", says, by_text(score_of_number));

  EXPECT_EQ(talked.outcome.answer, "2");
  EXPECT_EQ(talked.outcome.sequential_tokens, 1 + 3 * 9 + 2 * 4) << "the problem, three attempts, two replies";
  EXPECT_EQ(talked.ledger.total(), 1 + 4 * (3 * 9 + 2 * 4));
}

TEST(Pdr, ItsSequentialTokensAreADraftASummaryAndADraft) {
  const auto says = [](const ScriptedTurn& turn) {
    if (turn.question.find("Draft solutions") != std::string::npos) return std::string("agreed");
    return turn.question == "Q" ? boxed_number(1) + std::string(turn.id, '.') : boxed_number(2);
  };

  const RevisedTalk talked = talk("pdr:widths=3-1", says, by_text(score_of_number));

  ASSERT_EQ(talked.opened.size(), 3U);
  const std::int64_t longest_draft = 1 + 9 + 3;
  const std::int64_t summary = std::ssize(talked.opened[1]) + 6;
  EXPECT_EQ(talked.outcome.sequential_tokens, longest_draft + summary + std::ssize(talked.opened[2]) + 9);
}

}  // namespace
}  // namespace reckon
