#include "search/spaces/language_model_space.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <latch>
#include <limits>
#include <stop_token>
#include <thread>

#include "unit/search/answering_engine.h"

namespace reckon {
namespace {

Budget flops(double count) {
  Budget budget;
  budget.flops = count;
  return budget;
}

TEST(LanguageModelSpace, ChoosesWithTheGivenProbabilities) {
  const auto engine = answering_engine();
  LanguageModelSpace space(*engine, request_of({}, 7));
  const std::array probabilities{0.1, 0.0, 0.6, 0.25, 0.05, 0.0};
  std::array<int, probabilities.size()> counts{};
  constexpr int kDraws = 40000;

  for (int i = 0; i < kDraws; ++i) ++counts[static_cast<std::size_t>(space.choose(probabilities))];

  double chi_square = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double expected = kDraws * probabilities[i];
    if (expected == 0) {
      EXPECT_EQ(counts[i], 0) << i;
    } else {
      chi_square += (counts[i] - expected) * (counts[i] - expected) / expected;
    }
  }
  EXPECT_LT(chi_square, 16.3);  // 3 degrees of freedom: exceeded once in a thousand seeds, and this is one
}

TEST(LanguageModelSpace, ChoosesTheSameForTheSameSeedAndNeverTheImpossible) {
  const auto engine = answering_engine();
  LanguageModelSpace first(*engine, request_of({}, 7));
  LanguageModelSpace again(*engine, request_of({}, 7));
  LanguageModelSpace other(*engine, request_of({}, 8));
  const std::vector<double> fair(64, 1.0 / 64);
  std::vector<int> chosen, repeated, different;

  for (int i = 0; i < 16; ++i) {
    chosen.push_back(first.choose(fair));
    repeated.push_back(again.choose(fair));
    different.push_back(other.choose(fair));
  }

  EXPECT_EQ(chosen, repeated);
  EXPECT_NE(chosen, different);
  EXPECT_EQ(first.choose(std::array{0.0, 0.0, 1.0 - 1e-9, 0.0}), 2);
}

// Behind two paths of different lengths; what each of the texts is worth, and what asking took.
struct Likelihoods {
  std::optional<std::vector<std::vector<double>>> table;
  std::int64_t verified = 0;
};

Likelihoods likelihoods_of(const std::vector<std::string>& texts, bool together, const Budget& budget = {}) {
  const auto engine = answering_engine();
  const auto request = request_of(budget);
  LanguageModelSpace space(*engine, request);
  std::vector<Path> paths = open_on(space, 2, problem_of({}));
  StepOptions step;
  step.max_tokens = 3;
  advance_on(space, std::span(paths).first(1), step);
  Likelihoods found;
  if (together) {
    found.table = run(space.likelihoods(paths, texts));
  } else {
    found.table.emplace(paths.size());
    for (const std::string& text : texts) {
      const auto column = run(space.likelihoods(paths, std::vector<std::string>{text}));
      for (std::size_t i = 0; i < paths.size(); ++i) (*found.table)[i].push_back((*column)[i].front());
    }
  }
  found.verified = request->ledger().verified;
  return found;
}

TEST(LanguageModelSpace, TextsShareWhatTheyBeginWithAndAreWorthWhatEachIsAlone) {
  struct Case {
    std::vector<std::string> texts;
    std::int64_t tokens;  // behind each path; a letter is a token
  };
  for (const Case& one : {Case{{"abcde", "abcdf", "abcd", "abcdgh"}, 4 + 1 + 1 + 0 + 2}, Case{{"abc", "abc"}, 3},
                          Case{{"ab", "cd"}, 4}, Case{{"abcd"}, 4}, Case{{"a", "", "ab"}, 2}}) {
    const Likelihoods together = likelihoods_of(one.texts, true);

    EXPECT_EQ(together.table, likelihoods_of(one.texts, false).table) << one.texts.front();
    EXPECT_EQ(together.verified, 2 * one.tokens) << one.texts.front();
  }
}

TEST(LanguageModelSpace, LikelihoodsThatTheBudgetCannotPayForCostNothing) {
  const std::int64_t asking = 2 * (4 + 1 + 1);
  const std::int64_t before = 10 + 3;
  for (std::int64_t budget = before; budget <= before + asking; ++budget) {
    const Likelihoods found = likelihoods_of({"abcde", "abcdf"}, true, tokens(budget));

    EXPECT_EQ(found.table.has_value(), budget == before + asking) << budget;
    EXPECT_EQ(found.verified, found.table ? asking : 0) << budget;
  }
}

TEST(LanguageModelSpace, StepsJoinIntoTheTextOfOneAdvance) {
  const auto engine = answering_engine();
  LanguageModelSpace whole(*engine, request_of({}, 3));
  LanguageModelSpace pieces(*engine, request_of({}, 3));
  std::vector<Path> expected = open_on(whole, 4, problem_of({}));
  std::vector<Path> paths = open_on(pieces, 4, problem_of({}));
  StepOptions step;
  step.path_tokens = 20;

  advance_on(whole, expected, step);
  step.max_tokens = 3;
  for (int i = 0; i < 7; ++i) advance_on(pieces, paths, step);

  for (std::size_t i = 0; i < paths.size(); ++i) {
    EXPECT_EQ(paths[i].text, expected[i].text);
    EXPECT_EQ(paths[i].state, expected[i].state);
    EXPECT_EQ(paths[i].tokens, expected[i].tokens);
    EXPECT_NEAR(paths[i].log_probability, expected[i].log_probability, 1e-9);
    EXPECT_EQ(std::ssize(paths[i].step_ends), (paths[i].tokens + 2) / 3);
    EXPECT_EQ(paths[i].step_ends.back(), paths[i].text.size());
  }
}

TEST(LanguageModelSpace, LikelihoodsWithoutRoomInTheContextAreNone) {
  const auto engine = answering_engine();
  LanguageModelSpace space(*engine, request_of());
  std::vector<Path> paths = open_on(space, 1, problem_of({}));
  const auto room = static_cast<std::size_t>(space.longest_prompt()) - 10;

  EXPECT_TRUE(likelihoods_on(space, paths, {std::string(room, 'a')}));
  EXPECT_FALSE(likelihoods_on(space, paths, {"a", std::string(room + 1, 'a')}));
}

TEST(LanguageModelSpace, ForkedPathsGoTheirOwnWays) {
  const auto engine = answering_engine();
  LanguageModelSpace space(*engine, request_of());
  std::vector<Path> parents = open_on(space, 1, problem_of({}));
  StepOptions step;
  step.max_tokens = 3;
  advance_on(space, parents, step);

  std::vector<Path> forks = space.fork(parents.front(), 3);
  advance_on(space, forks, step);

  for (const Path& fork : forks) {
    EXPECT_EQ(fork.parent, parents.front().id);
    EXPECT_TRUE(fork.text.starts_with(parents.front().text));
  }
  EXPECT_NE(forks[0].text, forks[1].text);
  EXPECT_NE(forks[1].text, forks[2].text);
}

TEST(LanguageModelSpace, AnswersStatedBeforeTheBudgetEndedCount) {
  const auto engine = answering_engine();
  int answered = 0;
  for (const StrategyEntry& entry : drawing_strategies()) {
    Question question;
    question.strategy = with_parameters(entry, 4, 40);
    for (question.seed = 1; question.seed <= 20; ++question.seed) {
      question.budget = tokens(10 + 40);
      const Outcome outcome = solve(*engine, question).outcome;
      bool stated = false;
      for (const PathRecord& path : outcome.paths) stated = stated || path.text.find("\\boxed{") != std::string::npos;

      EXPECT_EQ(outcome.answer.has_value(), stated) << question.strategy << ", seed " << question.seed;
      if (outcome.status == OutcomeStatus::budget_exhausted && stated) ++answered;
    }
  }
  EXPECT_GT(answered, 20) << "the case this test is for hardly came up";
}

TEST(LanguageModelSpace, ABudgetOfFlopsIsKeptAndSaid) {
  const auto engine = answering_engine();
  for (const StrategyEntry& entry : drawing_strategies()) {
    Question question;
    question.strategy = with_parameters(entry, 4, 20);
    const Solved whole = solve(*engine, question);
    for (const double share : {0.01, 0.3, 0.5, 0.8, 0.99, 1.0, 1.5}) {
      question.budget = flops(share * whole.ledger.flops);
      const Solved solved = solve(*engine, question);

      EXPECT_LE(solved.ledger.flops, share * whole.ledger.flops) << question.strategy;
      if (share >= 1.5) {
        EXPECT_EQ(transcript(solved.outcome), transcript(whole.outcome)) << question.strategy;
      } else if (share < 1) {
        EXPECT_EQ(solved.outcome.status, OutcomeStatus::budget_exhausted) << question.strategy << ", share " << share;
      }
    }
  }
}

TEST(LanguageModelSpace, MostOfABudgetGoesIntoPathsThatEnd) {
  const auto engine = answering_engine();
  Question question;
  question.strategy = "majority:n=64,temperature=1";
  const Solved whole = solve(*engine, question);
  const std::int64_t drawn = drawn_tokens(whole.outcome);
  for (const int share : {8, 4, 2}) {
    question.budget = tokens(10 + drawn / share);
    const Solved solved = solve(*engine, question);
    question.budget = flops(whole.ledger.flops / share);
    const Solved by_flops = solve(*engine, question);

    EXPECT_GE(std::ranges::count(solved.outcome.paths, PathState::finished, &PathRecord::state), 64 / share / 2) << share;
    EXPECT_GE(std::ranges::count(by_flops.outcome.paths, PathState::finished, &PathRecord::state), 64 / share / 2) << share;
  }
}

TEST(LanguageModelSpace, ExpectsOfAPathWhatOthersTookAndOfAnEndlessOneEverMore) {
  EXPECT_EQ(expected_tokens({}, 0), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(expected_tokens({.paths = 1, .tokens = 80}, 0), 160);  // one alone may be half as long as the next
  const EndedPaths many{.paths = 100, .tokens = 8000};
  EXPECT_EQ(expected_tokens(many, 0), 88);
  EXPECT_EQ(expected_tokens(many, 60), 28);
  EXPECT_EQ(expected_tokens(many, 88), 11);
  EXPECT_EQ(expected_tokens(many, 130), 42);
  EXPECT_GT(expected_tokens(many, 200), expected_tokens(many, 0)) << "it goes behind those that have not begun";
  EXPECT_EQ(expected_tokens({.paths = 3, .tokens = 0}, 0), 1);
}

TEST(LanguageModelSpace, ABudgetOfTimeEndsASearchWithItsBestSoFar) {
  const auto engine = answering_engine();
  for (const StrategyEntry& entry : drawing_strategies()) {
    std::atomic<double> now = 0;
    Budget budget;
    budget.seconds = 1e6;  // beyond what a step takes: only the clock below ends it
    const auto request = std::make_shared<Request>(budget, 1, [&now] { return now.load(); });
    LanguageModelSpaceOptions options;
    int pieces = 0;
    options.on_text = [&](std::uint64_t, std::string_view) {
      if (++pieces == 3) now = 2e6;
    };
    LanguageModelSpace space(*engine, request, options);
    const auto strategy = make_strategy(with_parameters(entry, 4, 50), make_verifier("likelihood"));

    const Outcome outcome = solve_on(space, *strategy, problem_of({}));

    EXPECT_EQ(outcome.status, OutcomeStatus::budget_exhausted) << entry.name;
    EXPECT_FALSE(outcome.paths.empty()) << entry.name;
    EXPECT_LE(drawn_tokens(outcome), std::max<std::int64_t>(8, 2 * std::ssize(outcome.paths))) << entry.name;
  }
}

TEST(LanguageModelSpace, ALimitOnTimeThatIsNotReachedChangesNoPath) {
  const auto engine = answering_engine();
  Budget timed;
  timed.seconds = 1;
  const auto stopped_clock = std::make_shared<Request>(timed, 3, [] { return 5.0; });
  LanguageModelSpace limited(*engine, stopped_clock);
  LanguageModelSpace free(*engine, request_of({}, 3));
  std::vector<Path> some = open_on(limited, 20, problem_of({}));  // more than are begun at once
  std::vector<Path> all = open_on(free, 20, problem_of({}));
  StepOptions step;
  step.path_tokens = 12;

  advance_on(limited, some, step);
  advance_on(free, all, step);

  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(some[i].text, all[i].text);
    EXPECT_EQ(some[i].state, all[i].state);
  }
}

TEST(LanguageModelSpace, WhereNothingCanEndInTimeNothingIsBegun) {
  const auto engine = answering_engine();
  Budget timed;
  timed.seconds = 1;
  std::atomic<int> looks = 0;  // at a clock on which every one takes long
  const auto request = std::make_shared<Request>(timed, 3, [&looks] { return 0.02 * ++looks; });
  LanguageModelSpace space(*engine, request);
  std::vector<Path> paths = open_on(space, 200, problem_of({}));
  StepOptions step;
  step.path_tokens = 12;

  advance_on(space, paths, step);

  EXPECT_TRUE(space.exhausted());
  const auto untouched = std::ranges::count_if(paths, [](const Path& path) { return path.tokens == 0; });
  EXPECT_GT(untouched, 0);
  for (const Path& path : paths) EXPECT_NE(path.state, PathState::open);
}

TEST(LanguageModelSpace, APromptThatCannotBePaidForCostsNothing) {
  const auto engine = answering_engine();
  for (const StrategyEntry& entry : drawing_strategies()) {
    Question question;
    question.strategy = with_parameters(entry, 4, 20);
    question.budget = tokens(9);

    const Solved solved = solve(*engine, question);

    EXPECT_EQ(solved.ledger.total(), 0) << entry.name;
    EXPECT_EQ(solved.outcome.status, OutcomeStatus::budget_exhausted) << entry.name;
    EXPECT_FALSE(solved.outcome.answer) << entry.name;
    EXPECT_TRUE(solved.outcome.paths.empty()) << entry.name;
  }
}

TEST(LanguageModelSpace, SixtyFourOtherSearchesChangeNothing) {
  const auto engine = answering_engine(/*threads=*/2, /*rows_per_step=*/64, /*prefix_cache=*/true);
  std::vector<Question> questions;
  std::vector<std::string> expected;
  for (const StrategyEntry& entry : drawing_strategies()) {
    for (const std::int64_t budget : {30, 70, 1000}) {
      Question& question = questions.emplace_back();
      question.strategy = with_parameters(entry, 6, 30);
      question.budget = tokens(budget);
      expected.push_back(transcript(solve(*engine, question).outcome));
    }
  }
  const std::vector<StrategyEntry> drawn = drawing_strategies();
  std::latch all_there(64);
  std::vector<std::jthread> others;
  for (int i = 0; i < 64; ++i) {
    others.emplace_back([&, i](const std::stop_token& stop) {
      Question question;
      question.strategy = with_parameters(drawn[static_cast<std::size_t>(i) % drawn.size()], 3, 16);
      question.first = static_cast<Token>(i % 5);
      question.seed = static_cast<std::uint64_t>(100 + i);
      all_there.count_down();
      while (!stop.stop_requested()) solve(*engine, question);
    });
  }
  all_there.wait();

  for (std::size_t i = 0; i < questions.size(); ++i) {
    EXPECT_EQ(transcript(solve(*engine, questions[i]).outcome), expected[i]) << questions[i].strategy;
  }
}

TEST(LanguageModelSpace, TheLedgerIsWhatThePathsHold) {
  const auto engine = answering_engine(1, 512, /*prefix_cache=*/true);
  const TokenCost& cost = engine->model().cost();
  for (const StrategyEntry& entry : drawing_strategies()) {
    for (const char* verifier : {"likelihood", "exact"}) {
      Question question;
      question.strategy = with_parameters(entry, 5, 25);
      question.first = 1;
      const auto [outcome, ledger] = solve(*engine, question, verifier);

      double flops_of_draws = 0;
      for (const PathRecord& path : outcome.paths) {
        // The first token is drawn from what the prompt left; nothing comes behind the last one.
        for (std::int64_t i = 0; i + 1 < path.tokens; ++i) flops_of_draws += cost.flops(11 + i, true);
      }
      double flops_of_prompt = 0;
      for (std::int64_t i = ledger.prompt_cached; i < 10; ++i) flops_of_prompt += cost.flops(i + 1, i == 9);
      EXPECT_EQ(ledger.generated, drawn_tokens(outcome)) << entry.name;
      EXPECT_EQ(ledger.prompt_computed + ledger.prompt_cached, 10) << entry.name;
      EXPECT_EQ(ledger.drafted + ledger.verified + ledger.recomputed, 0) << entry.name;
      EXPECT_EQ(ledger.total(), 10 + drawn_tokens(outcome)) << entry.name;
      EXPECT_NEAR(ledger.flops, flops_of_prompt + flops_of_draws, 1e-9 * ledger.flops) << entry.name;
    }
  }
}

TEST(LanguageModelSpace, TheExactVerifierScoresAndBestOfNTakesARightPath) {
  const auto engine = answering_engine();
  Question question;
  question.strategy = "best_of_n:n=32,temperature=1";

  const Outcome outcome = solve(*engine, question, "exact").outcome;

  ASSERT_TRUE(outcome.chosen);
  const Problem problem = problem_of(question);
  for (const PathRecord& path : outcome.paths) EXPECT_EQ(path.score, problem.check(path.text));
  EXPECT_EQ(outcome.paths[*outcome.chosen].score, 1);
  EXPECT_EQ(outcome.confidence, 1);
}

TEST(LanguageModelSpace, TheLikelihoodIsTheGeometricMeanOverTokens) {
  const auto engine = answering_engine();
  Question question;
  question.strategy = "best_of_n:n=4,max_tokens=12";

  const Outcome outcome = solve(*engine, question).outcome;
  const Outcome of_whole_paths = solve(*engine, question, "likelihood:per_token=false").outcome;

  for (std::size_t i = 0; i < outcome.paths.size(); ++i) {
    const PathRecord& path = outcome.paths[i];
    EXPECT_NEAR(path.score, std::exp(path.log_probability / static_cast<double>(path.tokens)), 1e-12);
    EXPECT_NEAR(of_whole_paths.paths[i].score, std::exp(path.log_probability), 1e-12);
  }
}

}  // namespace
}  // namespace reckon
