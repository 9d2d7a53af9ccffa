// The generative judge on the toy space, where the chances of its words are known, and how verdicts are read.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/error.h"
#include "search/verifiers/verdict.h"
#include "unit/search/answering_engine.h"
#include "unit/search/exhaustive.h"
#include "unit/search/scripted_space.h"

namespace reckon {
namespace {

Problem chatty_problem() {
  Problem problem;
  problem.text = "which letter?";
  problem.render = [](std::span<const Turn>) { return std::vector<Token>(); };
  return problem;
}

std::vector<Path> one_path(ToySpace& space, const Problem& problem) { return open_on(space, 1, problem); }

TEST(Judge, ReadsTheChanceOfYesAgainstNo) {
  const Problem problem = chatty_problem();
  ToySpace space(one_letter_chain({0.3, 0.5, 0.2}));
  std::vector<Path> paths = one_path(space, problem);

  const auto scores = score_on(space, *make_verifier("judge:yes=0,no=1"), paths, problem);

  EXPECT_NEAR(scores.front(), 0.3 / 0.8, 1e-12);
  EXPECT_EQ(space.ledger().prompt_computed, 1) << "of the path itself";
  EXPECT_EQ(space.ledger().verified, 1 + 6) << "the question, and each word alone and behind a space";
  EXPECT_EQ(space.ledger().generated, 0);
}

TEST(Judge, SumsOverAllWordsOfAVerdict) {
  const Problem problem = chatty_problem();
  ToySpace space(one_letter_chain({0.3, 0.5, 0.2}));
  std::vector<Path> paths = one_path(space, problem);

  EXPECT_NEAR(score_on(space, *make_verifier("judge:yes=0/2,no=1"), paths, problem).front(), 0.5, 1e-12);
}

TEST(Judge, DoesNotReadATextTwice) {
  const Problem problem = chatty_problem();
  ToySpace space(one_letter_chain({0.3, 0.5, 0.2}));
  std::vector<Path> paths = one_path(space, problem);
  const auto judge = make_verifier("judge:yes=0,no=1");
  const double first = score_on(space, *judge, paths, problem).front();
  const std::int64_t spent = space.ledger().total();

  EXPECT_EQ(score_on(space, *judge, paths, problem).front(), first);
  EXPECT_EQ(space.ledger().total(), spent);

  advance_on(space, paths, StepOptions());
  const std::int64_t verified = space.ledger().verified;
  score_on(space, *judge, paths, problem);
  EXPECT_GT(space.ledger().verified, verified) << "a longer text is another one";
}

TEST(Judge, OfAnEmptyBudgetSaysNothing) {
  for (const char* judge : {"judge:yes=0,no=1", "judge:yes=0,no=1,mode=votes,votes=2,agree=2"}) {
    for (std::int64_t budget = 1; budget < 12; ++budget) {
      const Problem problem = chatty_problem();
      ToySpaceOptions options;
      options.budget_tokens = budget;
      ToySpace space(one_letter_chain({0.3, 0.5, 0.2}), options);
      std::vector<Path> paths = one_path(space, problem);

      const auto scores = score_on(space, *make_verifier(judge), paths, problem);

      EXPECT_LE(space.ledger().total(), budget);
      EXPECT_TRUE(budget != 1 || scores.front() == 0);
    }
  }
}

TEST(Judge, NeedsAChat) {
  ToySpace space(one_letter_chain({0.3, 0.5, 0.2}));
  std::vector<Path> paths = one_path(space, Problem{});

  EXPECT_THROW(score_on(space, *make_verifier("judge"), paths, Problem{}), Error);
  EXPECT_THROW(make_verifier("judge:yes=/,no=no"), Error);
  EXPECT_THROW(make_verifier("judge:yes=right/fine,no=wrong/fine"), Error) << "a word that is both says nothing";
  EXPECT_THROW(make_verifier("judge:yes=Right,no=right"), Error) << "verdicts do not look at capitals";
}

struct Ruling {
  double yes = 0;       // expected score
  double verified = 0;  // expected tokens of questions and verdicts
  double total = 0;
};

// Of a judge that says yes with chance 0.3, no with 0.5, nothing to the point with 0.2.
Ruling law_of_judge(const std::string& parameters) {
  const Problem problem = chatty_problem();
  const auto judge = make_verifier("judge:mode=votes,temperature=1,yes=0,no=1," + parameters);
  ExhaustiveChooser chooser;
  Ruling law;
  do {
    ToySpaceOptions options;
    options.choose = [&chooser](std::span<const double> probabilities) { return chooser.choose(probabilities); };
    ToySpace space(one_letter_chain({0.3, 0.5, 0.2}), options);
    std::vector<Path> paths = one_path(space, problem);
    const double score = score_on(space, *judge, paths, problem).front();
    law.total += chooser.probability();
    law.yes += chooser.probability() * score;
    law.verified += chooser.probability() * static_cast<double>(space.ledger().verified);
    EXPECT_EQ(space.ledger().generated, 0);
  } while (chooser.next());
  return law;
}

// The same by summing over all outcomes of the fast verdicts; `slow` is the expected score of a slow one.
Ruling reference(int votes, double agree, bool always) {
  Ruling law{.total = 1};
  int outcomes = 1;
  for (int i = 0; i < votes; ++i) outcomes *= 3;
  for (int outcome = 0; outcome < outcomes; ++outcome) {
    double probability = 1;
    int yes = 0;
    int no = 0;
    for (int i = 0, rest = outcome; i < votes; ++i, rest /= 3) {
      probability *= rest % 3 == 0 ? 0.3 : rest % 3 == 1 ? 0.5 : 0.2;
      yes += rest % 3 == 0 ? 1 : 0;
      no += rest % 3 == 1 ? 1 : 0;
    }
    const double agreement = yes + no > 0 ? static_cast<double>(std::max(yes, no)) / (yes + no) : 0;
    const double share = yes + no > 0 ? static_cast<double>(yes) / (yes + no) : 0;
    const bool asks = always || agreement < agree;
    law.yes += probability * (asks ? 0.3 + 0.2 * share : share);  // a slow verdict that says nothing leaves the fast ones
    law.verified += probability * (1 + votes + (asks ? 2 : 0));   // and a token to open each question
  }
  return law;
}

TEST(Judge, VotesFastAndAsksSlowWhereTheyDisagree) {
  for (const int votes : {1, 2, 3, 4}) {
    for (const double agree : {0.0, 0.6, 0.75, 1.0, 2.0}) {
      const Ruling law = law_of_judge(fmt::format("votes={},agree={}", votes, agree));
      const Ruling expected = reference(votes, agree, agree > 1);

      EXPECT_NEAR(law.total, 1, 1e-12);
      EXPECT_NEAR(law.yes, expected.yes, 1e-12) << votes << " votes, " << agree;
      EXPECT_NEAR(law.verified, expected.verified, 1e-12) << votes << " votes, " << agree;
    }
  }
}

// A model that thinks before it says anything, unless a thought stands there already.
double judged_by_a_thinker(const std::string& mode, const ThinkingForm& form) {
  ScriptedSpaceOptions options;
  const auto silent = [](const ScriptedTurn& turn) { return turn.text.find("</think>") == std::string::npos; };
  options.says = [silent](const ScriptedTurn& turn) { return silent(turn) ? "<think>" + std::string(5000, 'a') : "yes"; };
  options.likelihood = [silent](const ScriptedTurn& turn, const std::string& text) {
    return !silent(turn) && (text == "yes" || text == "Yes") ? std::log(0.4) : std::log(0.1);
  };
  ScriptedSpace space(options);
  Problem problem = scripted_problem();
  problem.thinking = form;
  std::vector<Path> paths = open_on(space, 1, problem);
  return score_on(space, *make_verifier("judge:fast_tokens=40," + mode), paths, problem).front();
}

TEST(Judge, OfAThinkingModelIsAskedBehindAnEmptyThought) {
  for (const bool opened : {false, true}) {
    const ThinkingForm thinker{.thinks = true, .opened = opened};
    EXPECT_NEAR(judged_by_a_thinker("mode=likelihood", thinker), 1.0 / (1.0 + 0.4), 1e-12);
    EXPECT_EQ(judged_by_a_thinker("mode=votes,votes=3,agree=0", thinker), 1);
  }
  EXPECT_NEAR(judged_by_a_thinker("mode=likelihood", {}), 0.5, 1e-12) << "read where a thought would begin";
  EXPECT_EQ(judged_by_a_thinker("mode=votes,votes=3,agree=0", {}), 0);
}

TEST(Judge, AQuestionBeyondTheContextScoresNothing) {
  const auto engine = answering_engine();
  LanguageModelSpace space(*engine, request_of());
  Problem problem = problem_of(Question{});
  std::vector<Path> paths = open_on(space, 1, problem);
  const auto asked = [&](std::size_t tokens) {
    problem.render = [tokens](std::span<const Turn>) { return prompt_of(tokens); };
    return score_on(space, *make_verifier("judge:yes=a,no=b"), paths, problem).front();
  };

  EXPECT_EQ(asked(1'000'000), 0);
  EXPECT_GT(asked(10), 0);
}

// Asked about one path after the other, or about all at once.
struct Judgement {
  std::vector<double> scores;
  Ledger ledger;
};

constexpr const char* kReads = "judge:yes=a,no=b";
// Of a model that babbles: letters are verdicts, so that some agree and some do not.
constexpr const char* kVotes =
    "judge:mode=votes,votes=4,agree=0.6,yes=a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p,no=q/r/s/t/u/v/w/x/y/z,"
    "fast_tokens=3,slow_tokens=5";

Judgement judged_on_a_model(const char* how, bool together, const Budget& budget) {
  const auto engine = answering_engine();
  const auto request = request_of(budget);
  LanguageModelSpace space(*engine, request);
  Problem problem = problem_of(Question{});
  std::vector<Path> paths = open_on(space, 40, problem);
  for (std::size_t i = 0; i < paths.size(); ++i) paths[i].text = std::string(i, 'x');
  problem.render = [](std::span<const Turn> turns) {
    const auto solution = static_cast<std::size_t>(std::ranges::count(turns.front().text, 'x'));
    return prompt_of(20, static_cast<Token>(solution % 20));
  };
  const auto judge = make_verifier(how);
  Judgement judgement;
  for (std::size_t i = 0; i < paths.size(); i += together ? paths.size() : 1) {
    const auto some = together ? std::span(paths) : std::span(paths).subspan(i, 1);
    std::ranges::copy(score_on(space, *judge, some, problem), std::back_inserter(judgement.scores));
  }
  judgement.ledger = request->ledger();
  return judgement;
}

TEST(Judge, AsksAboutAllPathsInOneBatchWhatItAsksAboutEach) {
  const Judgement together = judged_on_a_model(kReads, true, {});
  const Judgement apart = judged_on_a_model(kReads, false, {});

  EXPECT_EQ(together.scores, apart.scores);
  EXPECT_GT(std::set<double>(together.scores.begin(), together.scores.end()).size(), 10U);
  EXPECT_EQ(together.ledger.verified, apart.ledger.verified);
  EXPECT_EQ(together.ledger.flops, apart.ledger.flops);
  EXPECT_LT(together.ledger.bytes, 0.6 * apart.ledger.bytes) << "the weights pass through once for each batch";
}

TEST(Judge, JudgesAsManyPathsAsTheBudgetPaysForOneAfterTheOther) {
  for (const char* how : {kReads, kVotes}) {
    for (const std::int64_t budget : {10, 30, 50, 60, 100, 300, 700, 900, 1500}) {
      const Judgement together = judged_on_a_model(how, true, tokens(budget));
      const Judgement apart = judged_on_a_model(how, false, tokens(budget));

      EXPECT_EQ(together.scores, apart.scores) << how << " within " << budget;
      EXPECT_EQ(together.ledger.verified, apart.ledger.verified) << how << " within " << budget;
      EXPECT_LE(together.ledger.total(), budget) << how;
    }
  }
}

TEST(Judge, DrawsVotesOnManyPathsInOneBatchWhatItDrawsOnEach) {
  const Judgement together = judged_on_a_model(kVotes, true, {});
  const Judgement apart = judged_on_a_model(kVotes, false, {});

  EXPECT_EQ(together.scores, apart.scores);
  EXPECT_GT(std::set<double>(together.scores.begin(), together.scores.end()).size(), 2U);
  EXPECT_EQ(together.ledger.verified, apart.ledger.verified);
  EXPECT_EQ(together.ledger.flops, apart.ledger.flops);
  EXPECT_LT(together.ledger.bytes, 0.6 * apart.ledger.bytes) << "the weights pass through once for each batch";
}

// A judge's votes, as selectors see them.
TEST(Judge, LeavesItsVotesInThePathsRecord) {
  const Problem problem = chatty_problem();
  const std::vector<int> draws{0, 1, 1, 1};  // yes, no, no by the fast ones, which do not agree enough, and no by the slow one
  ToySpaceOptions options;
  std::size_t drawn = 0;
  options.choose = [&](std::span<const double>) { return draws.at(drawn++); };
  ToySpace space(one_letter_chain({0.3, 0.5, 0.2}), options);
  std::vector<Path> paths = one_path(space, problem);
  score_on(space, *make_verifier("judge:mode=votes,votes=3,agree=0.9,yes=0,no=1"), paths, problem);

  std::vector<std::pair<std::size_t, double>> said;
  for (const JudgeVerdict& verdict : paths.front().memory->verdicts()) said.emplace_back(verdict.judge, verdict.score);
  EXPECT_EQ(said, (std::vector<std::pair<std::size_t, double>>{{0, 1}, {0, 0}, {0, 0}, {1, 0}}));
}

TEST(Judge, OnAModelIsChargedAsVerified) {
  const auto engine = answering_engine();
  const auto request = request_of();
  LanguageModelSpace space(*engine, request);
  Problem problem = problem_of(Question{});
  std::vector<Path> paths = open_on(space, 1, problem);
  const Ledger before = request->ledger();
  problem.render = [](std::span<const Turn>) { return prompt_of(20); };
  score_on(space, *make_verifier("judge:yes=a,no=b"), paths, problem);
  const Ledger after = request->ledger();

  EXPECT_EQ(after.prompt_computed, before.prompt_computed);
  EXPECT_EQ(after.generated, before.generated);
  EXPECT_GE(after.verified, before.verified + 20);

  paths.front().memory.reset();
  score_on(space, *make_verifier("judge:yes=a,no=b,mode=votes,votes=4,agree=0,fast_tokens=5"), paths, problem);
  EXPECT_EQ(request->ledger().generated, before.generated) << "verdicts that are drawn are verified, too";
  EXPECT_GT(request->ledger().verified, after.verified + 20);
  EXPECT_GT(request->ledger().verified_flops, 0);
}

TEST(Verdict, IsTheFirstOrLastWordOfItsOwn) {
  const std::vector<std::string> yes{"yes", "right"};
  const std::vector<std::string> no{"no", "not right"};
  const auto first = [&](std::string_view text) { return verdict_in(text, yes, no, VerdictPlace::first); };
  const auto last = [&](std::string_view text) { return verdict_in(text, yes, no, VerdictPlace::last); };
  EXPECT_EQ(first("Yes, no doubt."), true);
  EXPECT_EQ(last("Yes, no doubt."), false);
  EXPECT_EQ(first("NO"), false);
  EXPECT_EQ(first("nothing known; yesterday, bright"), std::nullopt);
  EXPECT_EQ(first("it is\nright."), true);
  EXPECT_EQ(first("<think>no no</think> yes"), true);
  EXPECT_EQ(first("<think>no"), std::nullopt) << "still thinking";
  EXPECT_EQ(first(""), std::nullopt);
}

TEST(Verdict, SpellingsAreAloneAndBehindASpaceSmallAndWithACapital) {
  EXPECT_EQ(spellings({"yes"}), (std::vector<std::string>{"yes", " yes", "Yes", " Yes"}));
  EXPECT_EQ(spellings({"1", "1"}), (std::vector<std::string>{"1", " 1"}));
  EXPECT_EQ(verdict_words("a//b/"), (std::vector<std::string>{"a", "b"}));
}

TEST(Verdict, QuestionsAreFilledInOnce) {
  EXPECT_EQ(asked_about("P {problem} S {solution} {other}", "{solution}", "{problem}"), "P {solution} S {problem} {other}");
  const JudgeQuestions ours = read_judge_questions("");
  for (const std::string& question : {ours.fast, ours.slow}) {
    EXPECT_NE(question.find("{problem}"), std::string::npos);
    EXPECT_NE(question.find("{solution}"), std::string::npos);
  }
}

std::string written(const std::string& name, const std::string& contents) {
  const std::string path = (std::filesystem::temp_directory_path() / name).string();
  std::ofstream(path, std::ios::binary) << contents;
  return path;
}

TEST(Verdict, QuestionsComeFromAFile) {
  const JudgeQuestions two = read_judge_questions(written("judge_two.txt", "{solution} fast?\n---\n{solution} slow?\n\n"));
  const JudgeQuestions one = read_judge_questions(written("judge_one.txt", "{solution} right?\n"));

  EXPECT_EQ(two.fast, "{solution} fast?");
  EXPECT_EQ(two.slow, "{solution} slow?");
  EXPECT_EQ(one.fast, one.slow);
  EXPECT_THROW(read_judge_questions(written("judge_bad.txt", "is it right?")), Error);
  EXPECT_THROW(read_judge_questions(written("judge_long.txt", "{solution}" + std::string(2 << 20, ' '))), Error);
  EXPECT_THROW(read_judge_questions("/nowhere/judge.txt"), Error);
}

}  // namespace
}  // namespace reckon
