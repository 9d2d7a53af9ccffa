// DeepConf: exact windows and thresholds, what is given up and when, and majority where nothing is.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "base/rng.h"
#include "search/strategies/confidence.h"
#include "unit/search/answering_engine.h"
#include "unit/search/scripted_space.h"

namespace reckon {
namespace {

std::vector<TokenStatistics> any_tokens(std::size_t count) {
  std::vector<TokenStatistics> tokens(count);
  for (std::size_t i = 0; i < count; ++i)
    tokens[i].confidence = static_cast<float>(10 * uniform_at(1, 0, static_cast<std::uint32_t>(i)));
  return tokens;
}

TEST(Confidence, WindowMeansAreThoseOfEveryFullWindow) {
  for (const std::size_t count : {0U, 1U, 2U, 7U, 100U}) {
    const std::vector<TokenStatistics> tokens = any_tokens(count);
    for (const std::size_t window : {1U, 2U, 3U, 7U, 99U, 100U, 101U}) {
      std::vector<double> naive;
      const std::size_t width = std::min(window, count);
      for (std::size_t first = 0; count > 0 && first + width <= count; ++first) {
        double sum = 0;
        for (std::size_t i = first; i < first + width; ++i) sum += static_cast<double>(tokens[i].confidence);
        naive.push_back(sum / static_cast<double>(width));
      }
      const std::vector<double> means = window_means(tokens, window);
      ASSERT_EQ(means.size(), naive.size()) << count << ", window " << window;
      for (std::size_t i = 0; i < means.size(); ++i) EXPECT_NEAR(means[i], naive[i], 1e-12);
      if (naive.empty()) continue;
      EXPECT_NEAR(lowest_group(tokens, window), *std::ranges::min_element(naive), 1e-12);
      EXPECT_NEAR(tail_group(tokens, window), naive.back(), 1e-12);
      std::ranges::sort(naive);
      const std::size_t tenth = std::max<std::size_t>(naive.size() / 10, 1);
      double lowest = 0;
      for (std::size_t i = 0; i < tenth; ++i) lowest += naive[i] / static_cast<double>(tenth);
      EXPECT_NEAR(bottom_groups(tokens, window), lowest, 1e-12);
    }
  }
}

TEST(Confidence, AThresholdKeepsItsShareAndAtLeastOne) {
  EXPECT_EQ(threshold_keeping({4, 1, 3, 2}, 0.5), 3);
  EXPECT_EQ(threshold_keeping({4, 1, 3, 2}, 0.51), 2);
  EXPECT_EQ(threshold_keeping({4, 1, 3, 2}, 0.1), 4);
  EXPECT_EQ(threshold_keeping({4, 1, 3, 2}, 0), 4);
  EXPECT_EQ(threshold_keeping({4, 1, 3, 2}, 0.99), 1);
  EXPECT_EQ(threshold_keeping({4, 1, 3, 2}, 1), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(threshold_keeping({}, 0.5), -std::numeric_limits<double>::infinity());
}

TEST(DeepConf, WithoutAThresholdIsMajorityWithTheSameSeeds) {
  const auto engine = answering_engine();
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    for (const char* online : {"warmup=24", "warmup=8,chunk=3", "warmup=1,chunk=1"}) {
      Question question;
      question.seed = seed;
      question.strategy = "majority:n=24,max_tokens=30";
      const Solved voted = solve(*engine, question);
      question.strategy =
          std::string("deepconf:n=24,max_tokens=30,keep=1,consensus=1,vote=majority,window=4,min_tokens=0,") + online;
      const Solved sure = solve(*engine, question);

      EXPECT_EQ(sure.outcome.answer, voted.outcome.answer);
      EXPECT_EQ(sure.outcome.confidence, voted.outcome.confidence);
      EXPECT_EQ(sure.ledger.total(), voted.ledger.total());
      ASSERT_EQ(sure.outcome.paths.size(), voted.outcome.paths.size());
      for (std::size_t i = 0; i < voted.outcome.paths.size(); ++i) {
        EXPECT_EQ(sure.outcome.paths[i].text, voted.outcome.paths[i].text);
      }
    }
  }
}

// Paths of forty letters and an answer; of path `id`, the confidence is its id's, from letter ten on.
ScriptedSpaceOptions letters_with(std::function<double(std::uint64_t)> confidence, std::function<int(std::uint64_t)> answer) {
  ScriptedSpaceOptions options;
  options.says = [answer](const ScriptedTurn& turn) {
    return rest_of(std::string(40, 'x') + "\\boxed{" + std::to_string(answer(turn.id)) + "}", turn.text);
  };
  options.confidence = [confidence](const ScriptedTurn& turn) { return turn.text.size() < 10 ? 9.0 : confidence(turn.id); };
  return options;
}

TEST(DeepConf, GivesUpAPathAtTheFirstLookBehindItsFall) {
  // Warm-up: paths 1 and 2 with confidence 3 and 4. Path 3 stays at 5, path 4 falls to 1 at its eleventh letter.
  const auto confidence = [](std::uint64_t id) { return std::vector<double>{0, 3, 4, 5, 1}[id]; };
  ScriptedSpace space(letters_with(confidence, [](std::uint64_t id) { return id == 4 ? 2 : 1; }));
  const auto strategy = make_strategy("deepconf:n=4,warmup=2,keep=0.9,window=4,min_tokens=0,chunk=8,consensus=1", nullptr);

  const Outcome outcome = solve_on(space, *strategy, scripted_problem());

  // The window of letters 11 to 14 has mean 1; that of 10 to 13 has (9 + 3) / 4 = 3, no less than the threshold of 3.
  EXPECT_EQ(outcome.paths[3].state, PathState::pruned);
  EXPECT_EQ(outcome.paths[3].tokens, 16) << "the look behind the letter 14";
  EXPECT_EQ(outcome.paths[2].state, PathState::finished);
  EXPECT_EQ(outcome.answer, "1");
  EXPECT_EQ(space.ledger().generated, 3 * 49 + 16) << "what was given up is paid for";
  EXPECT_EQ(space.ledger().generated, drawn_in(outcome));
}

TEST(DeepConf, NoPathIsGivenUpBeforeItsLeastTokens) {
  ScriptedSpace space(letters_with([](std::uint64_t id) { return id > 2 ? 1 : 3; }, [](std::uint64_t) { return 1; }));
  const auto strategy = make_strategy("deepconf:n=4,warmup=2,window=4,min_tokens=30,chunk=8,consensus=1", nullptr);

  const Outcome outcome = solve_on(space, *strategy, scripted_problem());

  EXPECT_EQ(outcome.paths[2].tokens, 32);
  EXPECT_EQ(outcome.paths[3].tokens, 32);
}

TEST(DeepConf, EndsWhenEnoughAgree) {
  ScriptedSpace space(letters_with([](std::uint64_t) { return 3; }, [](std::uint64_t) { return 1; }));
  const auto strategy = make_strategy("deepconf:n=20,warmup=4,window=4", nullptr);

  const Outcome outcome = solve_on(space, *strategy, scripted_problem());

  EXPECT_EQ(space.ledger().generated, 4 * 49);
  EXPECT_EQ(std::ranges::count(outcome.paths, PathState::pruned, &PathRecord::state), 16);
  EXPECT_EQ(outcome.confidence, 1);
}

TEST(DeepConf, OfflineTheSurestShareVotesByItsConfidence) {
  // Confidences 1 to 6; the surest three answer 4, 5, 5 with 4, 5 and 6.
  const auto confidence = [](std::uint64_t id) { return static_cast<double>(id); };
  const auto answer = [](std::uint64_t id) { return id <= 3 ? 1 : id == 4 ? 4 : 5; };
  ScriptedSpace half(letters_with(confidence, answer));
  ScriptedSpace all(letters_with(confidence, answer));

  const Outcome kept = solve_on(half, *make_strategy("deepconf:n=6,warmup=6,keep=0.5,window=4", nullptr), scripted_problem());
  const Outcome everyone =
      solve_on(all, *make_strategy("deepconf:n=6,warmup=6,keep=1,window=4,vote=majority", nullptr), scripted_problem());

  EXPECT_EQ(kept.answer, "5");
  EXPECT_NEAR(kept.confidence, (5 + 6) / 15.0, 1e-6);
  EXPECT_EQ(everyone.answer, "1");
  EXPECT_EQ(half.ledger().generated, 6 * 49);
}

}  // namespace
}  // namespace reckon
