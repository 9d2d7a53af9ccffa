// Strategies that put questions about what was drawn, or about given texts: solve_detect_verify, checklist, think_sum, stoc_tot;
// and hedged sampling. Exact calls and totals on scripts.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.h"
#include "search/strategies/conversation.h"
#include "search/strategies/spans.h"
#include "unit/search/exhaustive.h"
#include "unit/search/scripted_space.h"

namespace reckon {
namespace {

std::string boxed(const std::string& text) { return "\\boxed{" + text + "}"; }

bool verifies(const ScriptedTurn& turn) { return turn.question.find("step by step") != std::string::npos; }

struct Ran {
  Outcome outcome;
  Ledger ledger;
  std::vector<std::string> opened;
  std::vector<std::string> replies;
  std::vector<std::pair<std::uint64_t, double>> drawn_at;
};

Ran run_on(ScriptedSpaceOptions options, const std::string& strategy, const Problem& problem = scripted_problem(),
           const std::shared_ptr<const Verifier>& verifier = by_text([](const std::string&) { return 0.5; })) {
  ScriptedSpace space(std::move(options));
  Ran ran;
  ran.outcome = solve_on(space, *make_strategy(strategy, verifier), problem);
  ran.ledger = space.ledger();
  ran.opened = space.opened;
  ran.replies = space.replies;
  ran.drawn_at = space.drawn_at;
  return ran;
}

// Says `whole`; every verdict is `verdict`.
ScriptedSpaceOptions solver(const std::string& whole, const std::string& verdict = boxed("-1")) {
  ScriptedSpaceOptions options;
  options.says = [=](const ScriptedTurn& turn) {
    if (!verifies(turn)) return rest_of(whole, turn.text);
    const std::size_t thought = turn.text.find("</think>\n\n");
    return rest_of(verdict, thought == std::string::npos ? turn.text : turn.text.substr(thought + 10));
  };
  return options;
}

// Yes is likelier than no as soon as the text holds the answer.
double complete_when_answered(const ScriptedTurn& turn, const std::string& text) {
  const bool complete = turn.text.find("\\boxed") != std::string::npos;
  return text.ends_with("es") == complete ? -1 : -5;
}

// Bytes of the question whether a solution is complete and the space behind it, and of the four words.
const std::int64_t kCompletionQuestion = std::ssize(std::string("\nIs the solution above complete? ")) + 3 + 3 + 2 + 2;

// What verifying the only solution took: the question, and the empty thought and verdict of a fast vote.
std::int64_t verification(const Ran& ran) {
  EXPECT_EQ(ran.opened.size(), 2U);
  return std::ssize(ran.opened.back()) + std::ssize(ran.outcome.paths.back().text);
}

TEST(SolveDetectVerify, CutsAtTheFirstHesitationBehindTheCompletionAndNeverBefore) {
  const std::string whole = "one wait two hmm so \\boxed{4} three wait four hmm five";
  ScriptedSpaceOptions options = solver(whole);
  options.likelihood = complete_when_answered;

  const Ran ran = run_on(options, "solve_detect_verify:words=wait|hmm,between=1,votes=1");

  EXPECT_EQ(ran.outcome.paths.front().text, "one wait two hmm so \\boxed{4} three wait");
  EXPECT_EQ(ran.outcome.answer, "4");
  // Three questions were put, each once with four ways of answering it, " Yes", " yes", " No", " no": wait, hmm, wait.
  EXPECT_EQ(ran.ledger.verified, 3 * kCompletionQuestion + verification(ran));
}

TEST(SolveDetectVerify, WhereItIsNotCompleteThePathIsWhatItWouldHaveBeen) {
  const std::string whole = "one wait two hmm three wait \\boxed{4}";
  ScriptedSpaceOptions options = solver(whole);
  options.likelihood = [](const ScriptedTurn&, const std::string& text) { return text.ends_with("es") ? -5.0 : -1.0; };

  const Ran ran = run_on(options, "solve_detect_verify:words=wait|hmm,between=1,votes=1");

  EXPECT_EQ(ran.outcome.paths.front().text, whole);
  EXPECT_EQ(ran.outcome.paths.front().tokens, std::ssize(whole));
}

TEST(SolveDetectVerify, AWordWithinAWordIsNoHesitationAndQuestionsKeepTheirDistance) {
  ScriptedSpaceOptions options = solver("await await wait 345678901234567890 wait wait x");
  options.likelihood = [](const ScriptedTurn&, const std::string& text) { return text.ends_with("es") ? -5.0 : -1.0; };
  const Ran ran = run_on(options, "solve_detect_verify:words=wait,between=12,votes=1");

  // "wait" alone stands at 16, 40 and 45; the last is too near.
  EXPECT_EQ(ran.ledger.verified, 2 * kCompletionQuestion + verification(ran));
}

TEST(SolveDetectVerify, AThinkingThatIsCompleteIsEndedAndAnswers) {
  ScriptedSpaceOptions options;
  options.says = [](const ScriptedTurn& turn) {
    if (verifies(turn)) return rest_of(boxed("-1"), turn.text.substr(turn.text.find("\n\n</think>\n\n") + 12));
    const std::size_t closed = turn.text.find("</think>\n");
    if (closed != std::string::npos) return rest_of(boxed("7"), turn.text.substr(closed + 9));
    return rest_of("<think>it is 7 wait is it wait it is", turn.text);
  };
  options.likelihood = [](const ScriptedTurn&, const std::string& text) { return text.ends_with("es") ? -1.0 : -5.0; };

  const Ran ran = run_on(options, "solve_detect_verify:words=wait,between=1,votes=1");

  EXPECT_EQ(ran.outcome.paths.front().text, "<think>it is 7 wait</think>\n\\boxed{7}");
}

TEST(SolveDetectVerify, AVerdictOfWrongIsFollowedByOneNewSolution) {
  ScriptedSpaceOptions options;
  options.says = [](const ScriptedTurn& turn) {
    if (verifies(turn)) {
      const std::string verdict = turn.question.find("\\boxed{1}") != std::string::npos ? "2" : "-1";
      return rest_of("<think>\n\n</think>\n\n" + boxed(verdict), turn.text);
    }
    return rest_of(turn.turns.empty() ? "first\n" + boxed("1") : boxed("2"), turn.text);
  };

  const Ran ran = run_on(options, "solve_detect_verify:votes=3,feedback=mend {step}");

  EXPECT_EQ(ran.replies, std::vector<std::string>{"mend 2"});
  EXPECT_EQ(ran.opened.size(), 3U) << "the problem, and a verification of each solution";
  EXPECT_NE(ran.opened[1].find("1: first\n2: \\boxed{1}\n"), std::string::npos);
  EXPECT_EQ(ran.outcome.answer, "2");
  EXPECT_EQ(ran.outcome.paths.size(), 2U + 3 + 3);
  EXPECT_EQ(ran.ledger.generated, drawn_in(ran.outcome));
}

// Verdicts are right with probability p, else wrong; what the verifier draws is k fast verdicts, and a slow one where too few
// agree.
TEST(SolveDetectVerify, ItsVerifierCostsWhatTheAgreementOfItsVotesSays) {
  constexpr double kRight = 0.7;
  const std::int64_t fast = std::ssize(boxed("-1"));
  const std::int64_t slow = std::ssize("hmm " + boxed("-1"));
  for (const double agreement : {0.0, 0.6, 0.9, 1.5}) {
    ExhaustiveChooser chooser;
    double tokens = 0;
    do {
      ScriptedSpaceOptions options;
      options.says = [&](const ScriptedTurn& turn) {
        if (!verifies(turn)) return boxed("4");
        if (turn.text.empty()) return "hmm " + boxed("-1");  // no empty thought in front: a slow one
        const double law[] = {kRight, 1 - kRight};
        return chooser.choose(law) == 0 ? boxed("-1") : boxed("11");
      };
      const Ran ran = run_on(options, "solve_detect_verify:refinements=0,votes=3,agreement=" + std::to_string(agreement));
      EXPECT_EQ(ran.ledger.generated, std::ssize(boxed("4")));
      EXPECT_EQ(ran.ledger.prompt_computed, std::ssize(std::string("Q")));
      std::int64_t verdicts = 0;
      for (const PathRecord& path : ran.outcome.paths) verdicts += path.judging ? path.tokens : 0;
      tokens += chooser.probability() * static_cast<double>(verdicts);
    } while (chooser.next());

    double disagree = 0;  // share of the most common of three
    for (int right = 0; right <= 3; ++right) {
      const double law = std::pow(kRight, right) * std::pow(1 - kRight, 3 - right) * (right == 1 || right == 2 ? 3 : 1);
      const double share = std::max(right, 3 - right) / 3.0;
      disagree += share < agreement ? law : 0;
    }
    EXPECT_NEAR(tokens, 3.0 * static_cast<double>(fast) + disagree * static_cast<double>(slow), 1e-9) << agreement;
  }
}

TEST(SolveDetectVerify, TellsTheSolverWhyAStepIsWrong) {
  ScriptedSpaceOptions options;
  options.says = [](const ScriptedTurn& turn) {
    if (!verifies(turn)) return rest_of(boxed("1"), turn.text);
    const std::string verdict = turn.id % 2 == 0 ? boxed("2") : "Two and two are four. " + boxed("2");
    return rest_of("<think>\n\n</think>\n\n" + verdict, turn.text);
  };

  EXPECT_EQ(run_on(options, "solve_detect_verify:votes=3").replies,
            std::vector<std::string>{"Step 2 is wrong. Two and two are four. Solve it again."});
  EXPECT_EQ(run_on(options, "solve_detect_verify:votes=1").replies.front().find(".."), std::string::npos);
  options.says = solver(boxed("1"), boxed("2")).says;
  EXPECT_EQ(run_on(options, "solve_detect_verify:votes=3").replies, std::vector<std::string>{"Step 2 is wrong. Solve it again."})
      << "nobody gave a reason";
}

// Fast verdicts say that all is right; slow ones, which begin without an empty thought, name a step.
ScriptedSpaceOptions fast_and_slow(const std::function<std::string(std::uint64_t)>& slow) {
  ScriptedSpaceOptions options;
  options.says = [=](const ScriptedTurn& turn) {
    if (!verifies(turn)) return rest_of(boxed("4"), turn.text);
    const bool fast = turn.text.starts_with("<think>\n\n</think>\n\n");
    return fast ? rest_of("<think>\n\n</think>\n\n" + boxed("-1"), turn.text) : rest_of(slow(turn.id), turn.text);
  };
  return options;
}

TEST(SolveDetectVerify, SlowVerdictsVote) {
  // Fast ones are 2 and 3; slow ones have ids from 4 on: two of three name step 7.
  const auto slow = [](std::uint64_t id) { return boxed(id % 3 == 2 ? "5" : "7"); };

  const Ran ran = run_on(fast_and_slow(slow), "solve_detect_verify:votes=2,agreement=1.5,slow_votes=3,feedback={step}");

  EXPECT_EQ(ran.replies, std::vector<std::string>{"7"});
}

TEST(SolveDetectVerify, DoubtsVerdictsThatAgreeAsOftenAsItIsTold) {
  ExhaustiveChooser chooser;
  double doubted = 0;
  do {
    ScriptedSpaceOptions options = fast_and_slow([](std::uint64_t) { return boxed("7"); });
    options.choose = [&chooser](std::span<const double> probabilities) { return chooser.choose(probabilities); };
    const Ran ran = run_on(options, "solve_detect_verify:votes=2,doubt=0.05,refinements=0");
    if (ran.outcome.paths.size() > 3) doubted += chooser.probability();
  } while (chooser.next());
  EXPECT_NEAR(doubted, 0.05, 1e-12);
}

TEST(Hedged, DrawsTheGreedyPathOnceAndFirst) {
  ScriptedSpaceOptions options;
  options.says = [](const ScriptedTurn& turn) { return rest_of(boxed(turn.temperature == 0 ? "1" : "2"), turn.text); };

  const Ran ran = run_on(options, "hedged:n=4");

  ASSERT_EQ(ran.drawn_at.size(), 4U);
  EXPECT_EQ(ran.drawn_at[0], (std::pair<std::uint64_t, double>(1, 0)));
  for (std::size_t i = 1; i < 4; ++i) EXPECT_EQ(ran.drawn_at[i].second, 0.7);
  EXPECT_EQ(ran.outcome.answer, "2");
}

TEST(Hedged, KeepsTheNetWhenTheBudgetPaysForNoMore) {
  ScriptedSpaceOptions options;
  options.says = [](const ScriptedTurn& turn) { return rest_of(boxed(turn.temperature == 0 ? "1" : "2"), turn.text); };
  options.budget_tokens = 1 + 9;

  const Ran ran = run_on(options, "hedged:n=4");

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
  const Ran probe = run_on(candidates_and_judge("none"), "checklist:n=4");
  ASSERT_EQ(probe.opened.size(), 2U);
  const int odd = number_of(probe.opened[1], "3");
  ASSERT_GE(odd, 1);
  EXPECT_EQ(probe.opened[1].find("<think>"), std::string::npos) << "thinking is not shown";

  const Ran ran = run_on(candidates_and_judge("[9] is short; best is [" + std::to_string(odd) + "] or [7]"), "checklist:n=4");

  EXPECT_EQ(ran.outcome.answer, "3");
  EXPECT_EQ(ran.outcome.confidence, 0.25);
  EXPECT_EQ(ran.opened.size(), 2U);
  EXPECT_EQ(ran.outcome.paths.size(), 5U);
  EXPECT_EQ(ran.ledger.generated, drawn_in(ran.outcome));
  EXPECT_EQ(ran.ledger.prompt_computed, std::ssize(std::string("Q")));
  EXPECT_EQ(ran.ledger.verified, std::ssize(ran.opened[1]) + std::ssize(ran.outcome.paths.back().text)) << "all of the judge's";
}

TEST(Checklist, SeveralJudgesSeeTheCandidatesTurnedRoundAndMostDecide) {
  // The judge always names the first: turned round by one each, four judges name four candidates, of whom the first is named
  // first. The script answers by the number of judges asked so far.
  const Ran ran = run_on(candidates_and_judge("[1]"), "checklist:n=4,rotations=4");

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
  const Ran ran = run_on(candidates_and_judge("none"), "checklist:n=3,first=greedy");

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

// Likelihoods by question and answer.
using Likelihoods = std::map<std::string, std::map<std::string, double>>;

ScriptedSpaceOptions with_likelihoods(const Likelihoods& table) {
  ScriptedSpaceOptions options;
  options.says = [](const ScriptedTurn&) { return std::string(); };
  options.likelihood = [table](const ScriptedTurn& turn, const std::string& text) {
    return std::log(table.at(turn.question).at(text));
  };
  return options;
}

const Likelihoods kLikes{{"likes ant?", {{"yes", 0.2}, {"no", 0.2}, {"maybe", 0.1}}},
                         {"likes bee?", {{"yes", 0.3}, {"no", 0.1}, {"maybe", 0.2}}},
                         {"likes cow?", {{"yes", 0.01}, {"no", 0.5}, {"maybe", 0.2}}}};

TEST(ThinkSum, MixtureAndProductAreFiniteSums) {
  const Problem problem = scripted_problem("likes {item}?");
  std::map<std::string, double> mixture, product;
  double total = 0;
  for (const char* answer : {"yes", "no", "maybe"}) {
    product[answer] = 1;
    for (const auto& [question, row] : kLikes) {
      double mass = 0;
      for (const auto& [other, likelihood] : row) mass += likelihood;
      mixture[answer] += row.at(answer) / mass / 3;
      product[answer] *= row.at(answer) / mass;
    }
    total += product[answer];
  }
  for (const char* items : {"ant|bee|cow", "cow|ant|bee", "bee|cow|ant"}) {  // a set has no order
    const std::string parameters = std::string("think_sum:choices=yes|no|maybe,items=") + items;
    const Ran mixed = run_on(with_likelihoods(kLikes), parameters, problem);
    const Ran multiplied = run_on(with_likelihoods(kLikes), parameters + ",combine=product", problem);

    EXPECT_EQ(mixed.outcome.answer, "no");
    EXPECT_NEAR(mixed.outcome.confidence, mixture["no"], 1e-12);
    EXPECT_EQ(multiplied.outcome.answer, "no");
    EXPECT_NEAR(multiplied.outcome.confidence, product["no"] / total, 1e-12);
    EXPECT_EQ(mixed.ledger.generated, 0);
    EXPECT_EQ(mixed.ledger.verified, 3 * 10);
  }
}

TEST(ThinkSum, MixtureAndProductCoincideForEqualItemsAsOneItemIsItsOwn) {
  const Likelihoods one{{"likes ant?", kLikes.at("likes ant?")}};
  const Ran mixed = run_on(with_likelihoods(one), "think_sum:choices=yes|no|maybe", scripted_problem("likes ant?"));
  const Ran multiplied =
      run_on(with_likelihoods(one), "think_sum:choices=yes|no|maybe,combine=product", scripted_problem("likes ant?"));

  EXPECT_NEAR(mixed.outcome.confidence, 0.4, 1e-12);
  EXPECT_NEAR(multiplied.outcome.confidence, 0.4, 1e-12);
  EXPECT_EQ(mixed.outcome.answer, "yes") << "the first of equals";
}

TEST(ThinkSum, FindsTheOddOneOut) {
  for (const char* items : {"ant|bee|cow", "cow|bee|ant"}) {
    const Ran ran =
        run_on(with_likelihoods(kLikes), std::string("think_sum:choices=yes|no|maybe,combine=odd_one_out,items=") + items,
               scripted_problem("likes {item}?"));
    EXPECT_EQ(ran.outcome.answer, "cow");
  }
}

TEST(ThinkSum, PerByteALongAnswerIsNotPutBack) {
  const Likelihoods table{{"Q", {{"a", 0.5}, {"abcd", 0.1}}}};

  EXPECT_EQ(run_on(with_likelihoods(table), "think_sum:choices=a|abcd").outcome.answer, "a");
  EXPECT_EQ(run_on(with_likelihoods(table), "think_sum:choices=a|abcd,per_byte=true").outcome.answer, "abcd");
}

TEST(ThinkSum, AnswersFromTheItemsThatTheBudgetPaysFor) {
  ScriptedSpaceOptions options = with_likelihoods(kLikes);
  options.budget_tokens = 3 * 10 + 2 * 10;  // three questions of ten letters, and two of three rows of ten

  const Ran ran = run_on(options, "think_sum:choices=yes|no|maybe,items=ant|bee|cow", scripted_problem("likes {item}?"));

  EXPECT_EQ(ran.outcome.answer, "yes") << "without the cow";
  EXPECT_EQ(ran.outcome.status, OutcomeStatus::budget_exhausted);
}

TEST(ThinkSum, RefusesAChoiceThatTheContextHasNoRoomFor) {
  ScriptedSpaceOptions options;
  options.says = [](const ScriptedTurn&) { return std::string(); };
  options.likelihood = [](const ScriptedTurn& turn, const std::string& text) {
    return turn.question == "likes bee?" && text == "maybe" ? -std::numeric_limits<double>::infinity() : -1.0;
  };
  for (const std::int64_t budget : {-1, 45}) {  // 45: items are asked one after the other
    options.budget_tokens = budget;
    try {
      run_on(options, "think_sum:choices=yes|no|maybe,items=ant|bee", scripted_problem("likes {item}?"));
      FAIL() << "it answers without";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_argument);
      EXPECT_NE(std::string(error.what()).find("no room for 'maybe' behind the prompt of item 'bee'"), std::string::npos)
          << error.what();
    }
  }
}

TEST(ThinkSum, RefusesWhatCannotBeAsked) {
  EXPECT_THROW(make_strategy("think_sum:choices=|", nullptr), Error);
  EXPECT_THROW(make_strategy("think_sum:combine=odd_one_out,items=a", nullptr), Error);
}

// Sub-questions are named by the path that wrote them; how much each is believed is in the table.
ScriptedSpaceOptions tree_of(const std::map<std::string, double>& belief) {
  ScriptedSpaceOptions options;
  options.says = [](const ScriptedTurn& turn) {
    const bool answers = !turn.turns.empty() && turn.turns.back().text == "Now answer the problem.";
    return rest_of(answers ? boxed(turn.turns[turn.turns.size() - 2].text) : "s" + std::to_string(turn.id), turn.text);
  };
  options.likelihood = [belief](const ScriptedTurn& turn, const std::string& text) {
    const double yes = belief.contains(turn.text) ? belief.at(turn.text) : 0.5;
    return std::log(text.ends_with("es") ? yes / 2 : (1 - yes) / 2);  // each in two ways of writing it
  };
  return options;
}

TEST(StocTot, APathIsWorthTheProductOfItsSteps) {
  // Level one is 1, 2, 3; the two best, 2 and 3, ask on: 4 (of 2) forks to 5, 6; 7 (of 3) to 8, 9.
  const Ran ran =
      run_on(tree_of({{"s1", 0.1}, {"s2", 0.9}, {"s3", 0.8}, {"s4", 0.2}, {"s8", 0.95}}), "stoc_tot:n=2,width=3,depth=2");

  EXPECT_EQ(ran.outcome.answer, "s8");
  EXPECT_NEAR(ran.outcome.confidence, 0.8 * 0.95, 1e-12);
  EXPECT_EQ(ran.replies.size(), 2U + 2U);
  EXPECT_EQ(ran.ledger.generated, drawn_in(ran.outcome));
  EXPECT_EQ(ran.outcome.paths.size(), 3U + 6U + 2U);
}

TEST(StocTot, DrawsPathsByTheirProbability) {
  const std::map<std::string, double> belief{{"s1", 0.2}, {"s2", 0.6}};
  std::map<std::string, double> law;
  ExhaustiveChooser chooser;
  do {
    ScriptedSpaceOptions options = tree_of(belief);
    options.choose = [&chooser](std::span<const double> probabilities) { return chooser.choose(probabilities); };
    const Outcome outcome = run_on(options, "stoc_tot:n=1,width=2,depth=1,keep=sample").outcome;
    law[outcome.answer.value_or("none")] += chooser.probability();
  } while (chooser.next());

  EXPECT_NEAR(law["s1"], 0.25, 1e-12);
  EXPECT_NEAR(law["s2"], 0.75, 1e-12);
}

TEST(StocTot, AConstrainedAnswerIsAPartOfTheProblem) {
  const std::string text = "Who wrote it? Ann Lee wrote it, not Ann Ray (of York).";
  for (std::uint64_t trial = 0; trial < 200; ++trial) {
    ScriptedSpaceOptions options = tree_of({});
    options.likelihood = [trial](const ScriptedTurn&, const std::string& asked) {
      return -1.0 - static_cast<double>((std::hash<std::string>()(asked) + 7919 * trial) % 1000);
    };
    const Ran ran = run_on(options, "stoc_tot:n=1,width=1,depth=1,span_words=3,span_or=", scripted_problem(text));
    ASSERT_TRUE(ran.outcome.answer);
    EXPECT_NE(text.find(*ran.outcome.answer), std::string::npos) << *ran.outcome.answer;
  }
}

TEST(StocTot, MayAnswerYesOrNoInsteadOfAPartOfTheProblem) {
  const auto answer = [](const std::string& liked, const std::string& parameters) {
    ScriptedSpaceOptions options = tree_of({});
    options.likelihood = [liked](const ScriptedTurn&, const std::string& text) {
      return text.starts_with("\\boxed{" + liked) ? -0.5 : -1.0;
    };
    return run_on(options, "stoc_tot:n=1,width=1,depth=1,span_words=2" + parameters,
                  scripted_problem("Was it Ann? I say no: Ray."))
        .outcome.answer;
  };
  EXPECT_EQ(answer("yes", ""), "yes");
  EXPECT_EQ(answer("Ann", ""), "Ann? I");
  EXPECT_EQ(answer("no", ""), "no: Ray") << "a word of the text is one, also where it could be said beside";
  EXPECT_EQ(answer("maybe", ",span_or=maybe|never"), "maybe");
  EXPECT_EQ(answer("yes", ",span_or="), "Was it") << "which nothing else is likelier than";
}

TEST(StocTot, RefusesAProblemWithoutWordsWhereItsAnswerIsToBeAPartOfIt) {
  for (const char* text : {"?!", "", " .,; "}) {
    EXPECT_THROW(run_on(tree_of({}), "stoc_tot:span_words=2", scripted_problem(text)), Error) << text;
  }
  EXPECT_EQ(run_on(tree_of({}), "stoc_tot", scripted_problem("?!")).outcome.status, OutcomeStatus::answered);
}

// Whether the context is full is told by what is asked: the belief in a step, or a word of the answer.
TEST(StocTot, AFullContextIsNoExhaustedBudget) {
  const auto full_for = [](std::function<bool(const std::string&)> full) {
    ScriptedSpaceOptions options = tree_of({});
    options.likelihood = [full](const ScriptedTurn&, const std::string& text) {
      return full(text) ? -std::numeric_limits<double>::infinity() : -1.0 - static_cast<double>(text.size());
    };
    return run_on(options, "stoc_tot:n=1,width=2,depth=1,span_words=2,span_or=", scripted_problem("one, two or three")).outcome;
  };
  const auto is_word = [](const std::string& text) { return text.starts_with("\\boxed{"); };

  const Outcome no_question = full_for([&](const std::string& text) { return !is_word(text); });
  EXPECT_EQ(no_question.status, OutcomeStatus::answered);
  EXPECT_EQ(no_question.confidence, 0.5) << "as likely as not";
  const Outcome one_word = full_for([](const std::string& text) { return text.find('n') == std::string::npos; });
  EXPECT_EQ(one_word.answer, "one") << "of the words that have room";
  const Outcome no_word = full_for(is_word);
  EXPECT_EQ(no_word.status, OutcomeStatus::no_answer);
  EXPECT_EQ(no_word.paths.back().state, PathState::stopped);
}

TEST(Spans, AreExactlyThePartsBetweenWords) {
  const std::string text = "a b, a b c. (a  c)";
  const std::vector<std::pair<std::size_t, std::size_t>> words{{0, 1}, {2, 3}, {5, 6}, {7, 8}, {9, 10}, {13, 14}, {16, 17}};
  std::set<std::string> expected;
  for (std::size_t i = 0; i < words.size(); ++i) {
    for (std::size_t j = i; j < words.size(); ++j) expected.insert(text.substr(words[i].first, words[j].second - words[i].first));
  }
  std::set<std::string> found;
  const std::function<void(const Spans&)> walk = [&](const Spans& spans) {
    if (spans.words() > 0) found.insert(spans.text());
    for (const std::string& more : spans.continuations()) {
      Spans longer = spans;
      longer.take(more);
      walk(longer);
    }
  };
  walk(Spans(text));

  EXPECT_EQ(found, expected);
  EXPECT_TRUE(Spans(" .,; ").continuations().empty());
  Spans spans(text);
  EXPECT_THROW(spans.take("z"), Error);
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
