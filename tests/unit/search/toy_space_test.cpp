#include "search/spaces/toy_space.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "unit/search/exhaustive.h"

namespace reckon {
namespace {

StepOptions one_letter() {
  StepOptions step;
  step.max_tokens = 1;
  return step;
}

TEST(ToySpace, TwoLetterWordsHaveTheProbabilitiesOfTheCard) {
  const Law expected{{"000", 0.294}, {"001", 0.126}, {"010", 0.036}, {"011", 0.144},
                     {"100", 0.056}, {"101", 0.024}, {"110", 0.064}, {"111", 0.256}};

  const Law law = law_of(*make_strategy("sample:temperature=1", nullptr), two_letter_chain());

  ASSERT_EQ(law.size(), expected.size());
  for (const auto& [word, probability] : expected) EXPECT_NEAR(law.at(word), probability, 1e-15) << word;
}

TEST(ToySpace, RewardsWeighWordsToTheNormalisersOfTheCard) {
  double product = 0, odds = 0, last = 0;
  for_each_execution(*make_strategy("sample:temperature=1", nullptr), two_letter_chain(), [&](const ToyRun& one) {
    const std::string_view word = toy_letters(one.outcome.paths.front().text);
    double rewards = 1, ratios = 1;
    for (std::size_t length = 1; length <= 3; ++length) {
      const double reward = two_letter_reward(word.substr(0, length));
      rewards *= reward;
      ratios *= reward / (1 - reward);
    }
    product += one.probability * rewards;
    odds += one.probability * ratios;
    last += one.probability * two_letter_reward(word);
  });

  EXPECT_NEAR(product, 69741.0 / 500000, 1e-15);
  EXPECT_NEAR(odds, 82149.0 / 14000, 1e-13);
  EXPECT_NEAR(last, 2803.0 / 5000, 1e-15);
}

TEST(ToySpace, EveryExecutionIsVisitedOnce) {
  double total = 0;
  const auto add = [&total](const ToyRun& one) { total += one.probability; };

  EXPECT_EQ(for_each_execution(*make_strategy("sample", nullptr), two_letter_chain(), add), 8);
  EXPECT_EQ(for_each_execution(*make_strategy("majority:n=2", nullptr), two_letter_chain(), add), 64);
  EXPECT_EQ(for_each_execution(*make_strategy("greedy", nullptr), two_letter_chain(), add), 1);
  EXPECT_EQ(for_each_execution(*make_strategy("sample", nullptr), one_letter_chain({0.5, 0, 0.5}), add), 2);
  EXPECT_NEAR(total, 4, 1e-12);
}

TEST(ToySpace, StepsAreLettersWhereADelimiterIsAskedFor) {
  ToySpace space(two_letter_chain());
  std::vector<Path> paths = open_on(space, 2);
  StepOptions step;
  step.delimiter = "\n";

  advance_on(space, paths, step);
  EXPECT_EQ(paths[0].text.size(), 1U);
  EXPECT_EQ(paths[0].state, PathState::open);
  advance_on(space, paths, one_letter());  // a limit of one token is a step of one letter too
  advance_on(space, paths, step);

  EXPECT_EQ(paths[1].state, PathState::finished);
  EXPECT_EQ(paths[1].text, std::string(toy_letters(paths[1].text)) + "\\boxed{" + std::string(toy_letters(paths[1].text)) + "}");
  EXPECT_EQ(paths[1].step_ends, (std::vector<std::size_t>{1, 2, paths[1].text.size()}));
  advance_on(space, paths, step);  // finished paths are left alone
  EXPECT_EQ(paths[1].tokens, 3);
  EXPECT_EQ(space.ledger().generated, 6);
}

TEST(ToySpace, ForksGoOnFromWhatTheirParentHas) {
  ToySpace space(two_letter_chain());
  std::vector<Path> paths = open_on(space, 1);
  advance_on(space, paths, one_letter());

  std::vector<Path> forks = space.fork(paths.front(), 8);
  advance_on(space, forks, StepOptions());

  for (const Path& fork : forks) {
    EXPECT_EQ(fork.parent, paths.front().id);
    EXPECT_EQ(fork.text[0], paths.front().text[0]);
    EXPECT_EQ(fork.tokens, 3);
    const double first = paths.front().log_probability;
    EXPECT_LT(fork.log_probability, first);
  }
  EXPECT_EQ(forks[7].id, 9U);
  EXPECT_EQ(space.ledger().generated, 1 + 8 * 2);  // the shared letter is charged once
}

TEST(ToySpace, SomeLettersEndAWordEarly) {
  ToyChain chain = two_letter_chain();
  chain.last = "1";
  Law expected{{"1", 0.4}, {"01", 0.6 * 0.3}, {"001", 0.6 * 0.7 * 0.3}, {"000", 0.6 * 0.7 * 0.7}};

  const Law law = law_of(*make_strategy("sample:temperature=1", nullptr), chain);

  ASSERT_EQ(law.size(), expected.size());
  for (const auto& [word, probability] : expected) EXPECT_NEAR(law.at(word), probability, 1e-15) << word;
}

TEST(ToySpace, AppendsTheLettersOfAnotherPathsText) {
  ToySpace space(two_letter_chain());
  std::vector<Path> paths = open_on(space, 2);

  EXPECT_TRUE(space.append(paths[0], "1"));
  EXPECT_TRUE(space.append(paths[0], "01\\boxed{001}"));
  EXPECT_FALSE(space.append(paths[1], "0101"));

  EXPECT_EQ(paths[0].text, "101\\boxed{101}") << "the answer is of its own letters";
  EXPECT_EQ(paths[0].state, PathState::finished);
  EXPECT_EQ(paths[1].state, PathState::stopped);
  EXPECT_EQ(space.ledger().prompt_computed, 1 + 3);
  EXPECT_EQ(space.ledger().generated, 0);
}

TEST(ToySpace, LogProbabilitiesAreOfTheModelAndOfTheDraw) {
  ToySpaceOptions options;
  options.choose = [](std::span<const double>) { return 1; };
  ToySpace space(two_letter_chain(), options);
  std::vector<Path> paths = open_on(space, 1);
  StepOptions cold;
  cold.sampling.temperature = 0.5;

  advance_on(space, paths, cold);

  EXPECT_NEAR(paths[0].log_probability, std::log(0.4 * 0.8 * 0.8), 1e-12);
  EXPECT_NEAR(paths[0].sampling_log_probability, std::log(0.16 / 0.52) + 2 * std::log(0.64 / 0.68), 1e-12);
}

TEST(ToySpace, NeverSpendsMoreThanItsBudgetAndSharesTheLastLettersEvenly) {
  for (std::int64_t budget = 0; budget <= 14; ++budget) {
    ToySpaceOptions options;
    options.budget_tokens = budget;
    options.prompt_tokens = 4;
    ToySpace space(two_letter_chain(), options);

    std::vector<Path> paths = open_on(space, 3);
    advance_on(space, paths, StepOptions());

    EXPECT_EQ(paths.empty(), budget < 4);
    EXPECT_EQ(space.ledger().total(), budget < 4 ? 0 : std::min<std::int64_t>(budget, 13));
    EXPECT_EQ(space.exhausted(), budget == 0 || (budget >= 4 && budget <= 13)) << budget;
    for (std::size_t i = 0; i < paths.size(); ++i) {
      const std::int64_t share = std::min<std::int64_t>(3, (budget - 4 + 2 - static_cast<std::int64_t>(i)) / 3);
      EXPECT_EQ(paths[i].tokens, share);
      EXPECT_EQ(paths[i].state, share == 3 ? PathState::finished : PathState::cut_off);
    }
  }
}

TEST(ToySpace, StopsPathsAtTheirOwnLimit) {
  ToySpace space(two_letter_chain());
  std::vector<Path> paths = open_on(space, 1);
  StepOptions step;
  step.path_tokens = 2;

  advance_on(space, paths, step);

  EXPECT_EQ(paths[0].state, PathState::stopped);
  EXPECT_EQ(paths[0].tokens, 2);
  EXPECT_FALSE(space.exhausted());
}

TEST(ToySpace, SameSeedSameWords) {
  const auto words = [](std::uint64_t seed) {
    ToySpaceOptions options;
    options.seed = seed;
    ToySpace space(two_letter_chain(), options);
    std::vector<Path> paths = open_on(space, 32);
    advance_on(space, paths, StepOptions());
    std::string all;
    for (const Path& path : paths) all += path.text;
    return all;
  };

  EXPECT_EQ(words(5), words(5));
  EXPECT_NE(words(5), words(6));
}

TEST(ToySpace, RefusesSamplingItCannotDo) {
  ToySpace space(two_letter_chain());
  std::vector<Path> paths = open_on(space, 1);
  StepOptions step;
  step.sampling.top_k = 1;

  EXPECT_THROW(advance_on(space, paths, step), Error);
}

}  // namespace
}  // namespace reckon
