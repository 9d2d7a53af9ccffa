// Solve, detect, verify: exact calls and totals on scripts.
#include <gtest/gtest.h>

#include <cmath>

#include "unit/search/exhaustive.h"
#include "unit/search/scripted_run.h"

namespace reckon {
namespace {

bool verifies(const ScriptedTurn& turn) { return turn.question.find("step by step") != std::string::npos; }
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
std::int64_t verification(const ScriptedRun& ran) {
  EXPECT_EQ(ran.opened.size(), 2U);
  return std::ssize(ran.opened.back()) + std::ssize(ran.outcome.paths.back().text);
}

TEST(SolveDetectVerify, CutsAtTheFirstHesitationBehindTheCompletionAndNeverBefore) {
  const std::string whole = "one wait two hmm so \\boxed{4} three wait four hmm five";
  ScriptedSpaceOptions options = solver(whole);
  options.likelihood = complete_when_answered;

  const ScriptedRun ran = run_on(options, "solve_detect_verify:words=wait|hmm,between=1,votes=1");

  EXPECT_EQ(ran.outcome.paths.front().text, "one wait two hmm so \\boxed{4} three wait");
  EXPECT_EQ(ran.outcome.answer, "4");
  // Three questions were put, each once with four ways of answering it, " Yes", " yes", " No", " no": wait, hmm, wait.
  EXPECT_EQ(ran.ledger.verified, 3 * kCompletionQuestion + verification(ran));
}

TEST(SolveDetectVerify, WhereItIsNotCompleteThePathIsWhatItWouldHaveBeen) {
  const std::string whole = "one wait two hmm three wait \\boxed{4}";
  ScriptedSpaceOptions options = solver(whole);
  options.likelihood = [](const ScriptedTurn&, const std::string& text) { return text.ends_with("es") ? -5.0 : -1.0; };

  const ScriptedRun ran = run_on(options, "solve_detect_verify:words=wait|hmm,between=1,votes=1");

  EXPECT_EQ(ran.outcome.paths.front().text, whole);
  EXPECT_EQ(ran.outcome.paths.front().tokens, std::ssize(whole));
}

TEST(SolveDetectVerify, AWordWithinAWordIsNoHesitationAndQuestionsKeepTheirDistance) {
  ScriptedSpaceOptions options = solver("await await wait 345678901234567890 wait wait x");
  options.likelihood = [](const ScriptedTurn&, const std::string& text) { return text.ends_with("es") ? -5.0 : -1.0; };
  const ScriptedRun ran = run_on(options, "solve_detect_verify:words=wait,between=12,votes=1");

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

  const ScriptedRun ran = run_on(options, "solve_detect_verify:words=wait,between=1,votes=1");

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

  const ScriptedRun ran = run_on(options, "solve_detect_verify:votes=3,feedback=mend {step}");

  EXPECT_EQ(ran.replies, std::vector<std::string>{"mend 2"});
  EXPECT_EQ(ran.opened.size(), 3U) << "the problem, and a verification of each solution";
  EXPECT_NE(ran.opened[1].find("1: first\n2: \\boxed{1}\n"), std::string::npos);
  EXPECT_EQ(ran.outcome.answer, "2");
  const std::int64_t verdict = std::ssize(ran.opened[1]) + std::ssize("<think>\n\n</think>\n\n" + boxed("2"));
  const std::int64_t solutions = std::ssize("first\n" + boxed("1")) + std::ssize(boxed("2"));
  EXPECT_EQ(ran.outcome.sequential_tokens, 1 + solutions + verdict + std::ssize(ran.replies[0]))
      << "the verdicts come side by side";
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
      const ScriptedRun ran = run_on(options, "solve_detect_verify:refinements=0,votes=3,agreement=" + std::to_string(agreement));
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

  const ScriptedRun ran = run_on(fast_and_slow(slow), "solve_detect_verify:votes=2,agreement=1.5,slow_votes=3,feedback={step}");

  EXPECT_EQ(ran.replies, std::vector<std::string>{"7"});
}

TEST(SolveDetectVerify, DoubtsVerdictsThatAgreeAsOftenAsItIsTold) {
  ExhaustiveChooser chooser;
  double doubted = 0;
  do {
    ScriptedSpaceOptions options = fast_and_slow([](std::uint64_t) { return boxed("7"); });
    options.choose = [&chooser](std::span<const double> probabilities) { return chooser.choose(probabilities); };
    const ScriptedRun ran = run_on(options, "solve_detect_verify:votes=2,doubt=0.05,refinements=0");
    if (ran.outcome.paths.size() > 3) doubted += chooser.probability();
  } while (chooser.next());
  EXPECT_NEAR(doubted, 0.05, 1e-12);
}

}  // namespace
}  // namespace reckon
