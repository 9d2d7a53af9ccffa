// A reward model beside the paths: its scores are those of reading a path from its beginning, and it reads nothing twice.
#include "search/reward_model.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "search/score_reserve.h"
#include "search/spaces/ensemble_space.h"
#include "search/spaces/observed_space.h"
#include "search/spaces/toy_space.h"
#include "unit/search/answering_engine.h"

namespace reckon {
namespace {

RewardReadout readout_of_letters() {
  RewardReadout readout;
  readout.delimiter = "c";
  readout.pairs = {{"good", 3, 4, 1.0}, {"fine", 5, 6, 2.0}};
  readout.prompt = [](const Problem&) { return prompt_of(9, 2); };
  return readout;
}

struct Fixture {
  std::unique_ptr<Engine> engine = answering_engine();
  RewardModel reward{answering_engine(), readout_of_letters()};
  RequestHandle request;
  std::unique_ptr<LanguageModelSpace> space;
  std::vector<Path> paths;

  explicit Fixture(const Budget& budget = {}, double verifier_tokens = 0) : request(request_of(budget)) {
    LanguageModelSpaceOptions options;
    options.verifier_tokens = verifier_tokens;
    space = std::make_unique<LanguageModelSpace>(*engine, request, options);
    paths = open_on(*space, 3, problem_of({}));
  }
  void draw(std::int64_t tokens) {
    StepOptions step;
    step.max_tokens = tokens;
    advance_on(*space, paths, step);
  }
  std::vector<std::vector<double>> scores(std::size_t pair = 0) {
    return run(reward.step_scores(paths, problem_of({}), *space, pair));
  }
};

TEST(ReadingPoints, AreBehindEachDelimiterAndAtTheEnd) {
  using Points = std::vector<std::size_t>;
  EXPECT_EQ(reading_points("ab\ncd\ne", 0, "\n"), (Points{3, 6, 7}));
  EXPECT_EQ(reading_points("ab\ncd\n", 0, "\n"), (Points{3, 6}));
  EXPECT_EQ(reading_points("ab\ncd\n", 3, "\n"), (Points{6}));
  EXPECT_EQ(reading_points("ab\ncd", 5, "\n"), (Points{}));
  EXPECT_EQ(reading_points("abcd", 1, ""), (Points{4}));
}

TEST(RewardModel, StepByStepSaysWhatItSaysOfTheWhole) {
  Fixture stepwise;
  Fixture whole;
  for (int step = 0; step < 6; ++step) {
    stepwise.draw(4);
    stepwise.scores();
  }
  whole.draw(24);
  for (std::size_t i = 0; i < 3; ++i) ASSERT_EQ(stepwise.paths[i].text, whole.paths[i].text);
  const auto at_once = whole.scores();

  // Steps of four tokens are read at their ends too, so only the last score must be there in both.
  const auto by_step = stepwise.scores();
  for (std::size_t i = 0; i < 3; ++i) {
    ASSERT_FALSE(at_once[i].empty());
    EXPECT_EQ(by_step[i].back(), at_once[i].back());
    EXPECT_GT(at_once[i].back(), 0);
    EXPECT_LT(at_once[i].back(), 1);
  }
  EXPECT_NE(whole.scores(0), whole.scores(1));
}

TEST(RewardModel, ReadsAPathOfLTokensForLTokens) {
  Fixture fixture;
  fixture.draw(5);
  fixture.scores();
  std::int64_t read = 9;  // its prompt, once
  for (const Path& path : fixture.paths) read += static_cast<std::int64_t>(fixture.engine->tokenizer().encode(path.text).size());
  EXPECT_EQ(fixture.request->ledger().verified, read);

  fixture.scores();
  EXPECT_EQ(fixture.request->ledger().verified, read) << "nothing is new";

  std::vector<Path> forks = fixture.space->fork(fixture.paths[0], 2);
  run(fixture.reward.step_scores(forks, problem_of({}), *fixture.space, 0));
  EXPECT_EQ(fixture.request->ledger().verified, read) << "forks share what was read";
}

TEST(RewardModel, ForksAreScoredAsPathsOfTheirOwn) {
  Fixture fixture;
  fixture.draw(5);
  fixture.scores();
  std::vector<Path> forks = fixture.space->fork(fixture.paths[0], 2);
  StepOptions step;
  step.max_tokens = 5;
  advance_on(*fixture.space, forks, step);
  const auto scores = run(fixture.reward.step_scores(forks, problem_of({}), *fixture.space, 0));
  for (std::size_t i = 0; i < forks.size(); ++i) {
    forks[i].memory.reset();
    const auto fresh = run(fixture.reward.step_scores(std::span(forks).subspan(i, 1), problem_of({}), *fixture.space, 0));
    EXPECT_EQ(scores[i].back(), fresh[0].back());
  }
}

TEST(RewardModel, WhatIsDrawnCanBeScoredWithinEveryBudget) {
  for (std::int64_t budget = 10; budget <= 120; ++budget) {
    Fixture fixture(tokens(budget), /*verifier_tokens=*/9);  // an answer is one token of the policy, and nine letters
    for (int step = 0; step < 4 && !fixture.space->exhausted(); ++step) {
      fixture.draw(5);
      const auto scores = fixture.scores();
      for (std::size_t i = 0; i < fixture.paths.size(); ++i) {
        const bool drawn = !fixture.paths[i].text.empty();
        EXPECT_TRUE(!drawn || !scores[i].empty()) << budget;
      }
    }
    EXPECT_LE(fixture.request->ledger().total(), budget);
  }
}

TEST(RewardModel, WhatIsDrawnCanBeScoredWithinEveryBudgetOfOperations) {
  int scored = 0;
  for (double budget = 1e6; budget < 4e7; budget *= 1.1) {
    Budget flops;
    flops.flops = budget;
    Fixture fixture(flops, /*verifier_tokens=*/9);
    for (int step = 0; step < 4 && !fixture.paths.empty() && !fixture.space->exhausted(); ++step) {
      fixture.draw(5);
      const auto scores = fixture.scores();
      for (std::size_t i = 0; i < fixture.paths.size(); ++i) {
        const bool drawn = !fixture.paths[i].text.empty();
        EXPECT_TRUE(!drawn || !scores[i].empty()) << budget;
        scored += drawn ? 1 : 0;
      }
    }
    EXPECT_LE(fixture.request->ledger().flops, budget);
  }
  EXPECT_GT(scored, 20);
}

TEST(RewardModel, WhatIsKeptBackForItIsDrawnWhereItIsGivenUpFromOutside) {
  Fixture fixture(tokens(100), /*verifier_tokens=*/9);
  EnsembleMember member;
  member.space = fixture.space.get();
  EnsembleSpace ensemble({member});
  ObservedSpace observed(ensemble, [](const SearchEvent&) {});
  const std::int64_t left = fixture.request->tokens_left();
  EXPECT_LT(observed.drawable(), left / 5);

  suspend_reserve(observed, true);
  EXPECT_EQ(observed.drawable(), left);
  suspend_reserve(observed, false);
  EXPECT_LT(observed.drawable(), left / 5);

  give_up_reserve(observed);

  EXPECT_EQ(observed.drawable(), left);
}

TEST(RewardModel, ReadsNoMoreStepsThanItsContextHasRoomFor) {
  Fixture fixture;
  RewardReadout readout = readout_of_letters();
  readout.prompt = [](const Problem&) { return prompt_of(40); };  // longer than what the paths have before them
  const RewardModel reward(answering_engine(), std::move(readout));
  fixture.draw(-1);  // most to the end of the context
  const auto scores = run(reward.step_scores(fixture.paths, problem_of({}), *fixture.space, 0));
  const auto again = run(reward.step_scores(fixture.paths, problem_of({}), *fixture.space, 0));

  EXPECT_EQ(scores, again);
  int beyond = 0;
  for (std::size_t i = 0; i < fixture.paths.size(); ++i) {
    const std::string& text = fixture.paths[i].text;
    const std::vector<std::size_t> points = reading_points(text, 0, "c");
    ASSERT_LE(scores[i].size(), points.size());
    if (scores[i].size() == points.size()) continue;
    ++beyond;
    std::vector<Path> cut = fixture.space->fork(fixture.paths[i], 1);  // what was read of it, read as a whole
    cut[0].memory.reset();
    cut[0].text.resize(scores[i].empty() ? 0 : points[scores[i].size() - 1]);
    EXPECT_EQ(run(reward.step_scores(cut, problem_of({}), *fixture.space, 0))[0], scores[i]);
    const auto context = static_cast<std::size_t>(fixture.engine->model().info().context_length);
    const std::string next = text.substr(0, points[scores[i].size()]);
    EXPECT_GT(40 + fixture.engine->tokenizer().encode(next).size() + 1, context) << "there was room for another";
  }
  EXPECT_GT(beyond, 0);
}

TEST(RewardModel, NamesItsReadouts) {
  const RewardModel reward(answering_engine(), readout_of_letters());
  EXPECT_EQ(reward.pair_named(""), 0U);
  EXPECT_EQ(reward.pair_named("fine"), 1U);
  EXPECT_THROW(reward.pair_named("gud"), Error);
}

TEST(RewardModel, NeedsASpaceWithAnEngine) {
  const RewardModel reward(answering_engine(), readout_of_letters());
  ToySpace space(two_letter_chain());
  std::vector<Path> paths = open_on(space, 1);
  EXPECT_THROW(run(reward.step_scores(paths, {}, space, 0)), Error);
}

}  // namespace
}  // namespace reckon
