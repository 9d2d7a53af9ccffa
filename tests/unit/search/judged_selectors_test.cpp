// Selectors that learn which judges to believe, and the verifier that asks several.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/rng.h"
#include "search/selectors/judged.h"
#include "search/truth/truth.h"
#include "unit/search/answering_engine.h"
#include "unit/search/exhaustive.h"

namespace reckon {
namespace {

constexpr const char* kMethods[] = {"one_coin", "dawid_skene", "glad"};

// A path that judges 0, 1, … gave these scores.
PathRecord judged(std::string answer, const std::vector<double>& scores) {
  PathRecord record;
  record.answer = std::move(answer);
  record.tokens = 1;
  record.log_probability = -1;
  for (std::size_t judge = 0; judge < scores.size(); ++judge) record.verdicts.push_back({judge, scores[judge]});
  record.score =
      std::accumulate(scores.begin(), scores.end(), 0.0) / static_cast<double>(std::max<std::size_t>(scores.size(), 1));
  return record;
}

Parameters parameters_of(const std::string& method, const std::map<std::string, std::string>& given = {}) {
  return Parameters(find_selector(method).parameters, given, "test");
}

std::vector<double> chances(const std::string& method, const std::vector<PathRecord>& paths,
                            const std::map<std::string, std::string>& given = {}) {
  return chances_right(paths, {method, method == "dawid_skene"}, parameters_of(method, given));
}

// Six paths, four judges; computed by an implementation of expectation maximisation in another language, with the table written
// out: smoothing 1/2, 200 rounds.
const std::vector<std::vector<double>> kCardScores{{0, 0, 0, 1}, {1, 1, 0, 1}, {0, 0, 0, 0},
                                                   {0, 0, 1, 1}, {1, 0, 1, 1}, {0, 0, 0, 0}};

std::vector<PathRecord> card_paths() {
  std::vector<PathRecord> paths;
  for (std::size_t i = 0; i < kCardScores.size(); ++i) paths.push_back(judged(std::to_string(i), kCardScores[i]));
  return paths;
}

TEST(JudgedSelectors, HaveTheChancesOfTheMethodsTheyAreMadeOf) {
  VoteTable table;
  table.items = kCardScores.size();
  table.workers = 4;
  table.classes.assign(table.items, 2);
  for (std::size_t item = 0; item < kCardScores.size(); ++item) {
    for (std::size_t judge = 0; judge < 4; ++judge)
      table.votes.push_back({item, judge, kCardScores[item][judge] >= 0.5 ? 1U : 0U});
  }
  for (const std::string method : kMethods) {
    table.shared = method == "dawid_skene";
    const TruthEstimate estimate = infer_truth(method + ":tolerance=0,iterations=200", table);
    const std::vector<double> right = chances(method, card_paths(), {{"tolerance", "0"}, {"iterations", "200"}});
    for (std::size_t item = 0; item < table.items; ++item) EXPECT_NEAR(right[item], estimate.posterior[item][1], 1e-9) << method;
  }
}

TEST(JudgedSelectors, HaveTheChancesOfAnotherImplementation) {
  const std::map<std::string, std::string> long_enough{{"tolerance", "0"}, {"iterations", "200"}};
  const std::vector<double> coins = chances("one_coin", card_paths(), long_enough);
  const std::vector<double> tables = chances("dawid_skene", card_paths(), long_enough);
  const std::vector<double> of_coins{0.0383927, 0.9616073, 0.0129826, 0.1080900, 0.8652124, 0.0129826};
  const std::vector<double> of_tables{0.1443827, 0.9178537, 0.0326653, 0.2919348, 0.8313877, 0.0326653};
  for (std::size_t i = 0; i < kCardScores.size(); ++i) {
    EXPECT_NEAR(coins[i], of_coins[i], 1e-6) << i;
    EXPECT_NEAR(tables[i], of_tables[i], 1e-6) << i;
  }
}

TEST(JudgedSelectors, OneJudgeIsEchoedAndTheScoreIsOne) {
  for (const std::string method : kMethods) {
    std::vector<PathRecord> paths{judged("1", {}), judged("2", {}), judged("3", {}), judged("3", {}), judged("1", {})};
    paths[1].score = 0.9;
    const std::vector<double> right = chances(method, paths);

    EXPECT_GT(right[1], right[0]) << method;
    EXPECT_EQ(find_selector(method).select(paths).chosen, 1U) << method;
  }
}

TEST(JudgedSelectors, JudgesWhoAreAllAlikeAreBelievedAlike) {
  // Each accepts three, and each pair agrees as often as any other.
  const std::vector<PathRecord> paths{judged("1", {0, 0, 1}), judged("2", {0, 1, 0}), judged("3", {1, 0, 0}),
                                      judged("4", {1, 1, 0}), judged("5", {1, 0, 1}), judged("6", {0, 1, 1})};
  for (const std::string method : kMethods) {
    const std::vector<double> right = chances(method, paths);
    for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(right[i] > 0.5, i >= 3) << method << ", " << i;
  }
}

// Forty paths; two judges who are right nine times in ten, among three who guess but for a little.
struct PlantedJudges {
  std::vector<PathRecord> paths;
  std::vector<bool> right;
};

PlantedJudges planted(std::uint64_t seed) {
  constexpr double kAccuracies[] = {0.9, 0.9, 0.55, 0.55, 0.55};
  SplitMix64 rng(seed);
  PlantedJudges result;
  for (int i = 0; i < 40; ++i) {
    result.right.push_back(rng.below(2) == 0);
    std::vector<double> scores;
    for (const double accuracy : kAccuracies) {
      const bool says_right = (static_cast<double>(rng.below(1'000'000)) < 1e6 * accuracy) == result.right.back();
      scores.push_back(says_right ? 0.9 : 0.1);
    }
    result.paths.push_back(judged(std::to_string(i), scores));
  }
  return result;
}

TEST(JudgedSelectors, FindTheGoodJudgesAmongThoseWhoGuess) {
  for (const std::string method : {"one_coin", "dawid_skene"}) {
    int believed = 0;
    int by_mean = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const PlantedJudges one = planted(seed);
      const std::vector<double> right = chances(method, one.paths);
      for (std::size_t i = 0; i < one.paths.size(); ++i) {
        believed += (right[i] > 0.5) == one.right[i] ? 1 : 0;
        by_mean += (one.paths[i].score > 0.5) == one.right[i] ? 1 : 0;
      }
    }
    EXPECT_GT(believed, by_mean + 20) << method << ", of 800";
  }
}

// Judges 0 and 1 agree about everything; judge 2 contradicts them where it can. The mean gives the vote to 7, which only judge 2
// and one other accept often; whoever has learnt that judge 2 knows nothing gives it to 5.
TEST(JudgedSelectors, DifferFromTheMeanWhereAJudgeIsNotToBeBelieved) {
  const std::vector<PathRecord> paths{
      judged("5", {1, 1, 0}), judged("5", {1, 1, 0}), judged("7", {0, 0, 1}), judged("7", {0, 0, 1}), judged("7", {0, 0, 1}),
      judged("7", {0, 0, 1}), judged("7", {0, 0, 1}), judged("8", {0, 0, 0}), judged("9", {0, 0, 1}), judged("4", {1, 1, 1})};

  EXPECT_EQ(paths[*find_selector("weighted").select(paths).chosen].answer, "7");
  for (const std::string method : kMethods) {
    const Selection selection = find_selector(method).select(paths);
    EXPECT_EQ(paths[*selection.chosen].answer, "5") << method;
  }
}

TEST(JudgedSelectors, ReadVerdictsFromScoresByAThresholdOrByEachJudgesMedian) {
  const std::vector<PathRecord> paths{judged("1", {0.81, 0.7}), judged("2", {0.86, 0.9}), judged("3", {0.9, 0.95}),
                                      judged("4", {0.82, 0.6}), judged("5", {0.84, 0.8})};
  for (const std::string method : kMethods) {
    const std::vector<double> half = chances(method, paths);
    EXPECT_EQ(half, std::vector<double>(5, half[0])) << method << ": both accept all";
    const std::vector<double> median = chances(method, paths, {{"median", "true"}});
    EXPECT_GT(median[1], median[4]) << method;
    EXPECT_GT(median[2], 0.5) << method;
    EXPECT_LT(median[0], 0.5) << method;
    const std::vector<double> high = chances(method, paths, {{"threshold", "0.85"}});
    EXPECT_GT(high[1], high[4]) << method;
  }
}

TEST(JudgedSelectors, AMedianPartsTheScoresOfAJudgeWhoGivesTwo) {
  const std::vector<PathRecord> paths{judged("1", {0, 0.9, 1}), judged("2", {1, 0.9, 0}), judged("3", {0, 0.9, 1}),
                                      judged("4", {0, 0.9, 0}), judged("5", {1, 0.9, 1}), judged("6", {0, 0.9, 1})};
  for (const std::string method : kMethods) {
    std::vector<PathRecord> without = paths;  // the judge that says the same of all
    for (PathRecord& path : without) path.verdicts.erase(path.verdicts.begin() + 1);

    EXPECT_EQ(chances(method, paths, {{"median", "true"}}), chances(method, without)) << method;
  }
}

// Of four scores the median lies between the second and the third, whatever they are.
TEST(JudgedSelectors, AMedianOfFourLiesBetweenTheMiddleTwo) {
  const std::vector<PathRecord> scored{judged("1", {0.2, 0}), judged("2", {0.4, 0}), judged("3", {0.6, 1}),
                                       judged("4", {0.8, 1})};
  const std::vector<PathRecord> said{judged("1", {0, 0}), judged("2", {0, 0}), judged("3", {1, 1}), judged("4", {1, 1})};
  for (const std::string method : kMethods) {
    EXPECT_EQ(chances(method, scored, {{"median", "true"}}), chances(method, said)) << method;
  }
}

TEST(JudgedSelectors, PathsWithoutAnAnswerTeachNothing) {
  std::vector<PathRecord> paths = card_paths();
  for (const std::string method : kMethods) {
    std::vector<double> alone = chances(method, paths);
    std::vector<PathRecord> more = paths;
    for (int i = 0; i < 3; ++i) more.push_back(judged("", {1, 0, 1, 0}));
    for (std::size_t i = paths.size(); i < more.size(); ++i) more[i].answer.reset();
    alone.resize(more.size(), 0);

    EXPECT_EQ(chances(method, more), alone) << method;
  }
}

TEST(JudgedSelectors, APathThatNobodyJudgedWeighsWhatPathsWeighInGeneral) {
  std::vector<PathRecord> paths = card_paths();
  paths.push_back(judged("6", {}));
  for (const std::string method : {"one_coin", "dawid_skene"}) {
    const std::vector<double> right = chances(method, paths);
    EXPECT_GT(right[6], *std::ranges::min_element(right)) << method;
    EXPECT_LT(right[6], *std::ranges::max_element(right)) << method;
  }
}

// --- The panel. ---

std::vector<std::pair<std::size_t, double>> said_of(const Path& path) {
  std::vector<std::pair<std::size_t, double>> said;
  for (const JudgeVerdict& verdict : path.memory->verdicts()) said.emplace_back(verdict.judge, verdict.score);
  return said;
}

TEST(Panel, ScoresByWhatItsMembersSayAndKeepsIt) {
  for (const auto& [combine, expected] : {std::pair("mean", 0.625), std::pair("min", 0.25), std::pair("product", 0.25)}) {
    ToySpaceOptions options;
    options.choose = [](std::span<const double>) { return 0; };
    ToySpace space(one_letter_chain({0.25, 0.75}), options);
    Problem problem;
    problem.check = [](std::string_view) { return 1.0; };
    std::vector<Path> paths = open_on(space, 1);
    advance_on(space, paths, StepOptions());

    const auto panel = make_verifier(std::string("panel:of=likelihood+exact,combine=") + combine);

    EXPECT_NEAR(score_on(space, *panel, paths, problem).front(), expected, 1e-12) << combine;
    EXPECT_EQ(said_of(paths.front()), (std::vector<std::pair<std::size_t, double>>{{0, 0.25}, {1, 1}}));
  }
}

TEST(Panel, KeepsWhatEachMemberRemembersApart) {
  Problem problem;
  problem.render = [](std::span<const Turn>) { return std::vector<Token>(); };
  ToySpace space(one_letter_chain({0.3, 0.5, 0.2}));
  std::vector<Path> paths = open_on(space, 2, problem);
  const auto two = make_verifier("panel:of=judge:yes=0:no=1+judge:yes=1:no=0");
  const auto first = score_on(space, *two, paths, problem);
  const std::int64_t spent = space.ledger().total();

  EXPECT_NEAR(first.front(), 0.5, 1e-12);
  EXPECT_EQ(said_of(paths[1])[0].second, 0.3 / 0.8);
  EXPECT_EQ(score_on(space, *two, paths, problem), first);
  EXPECT_EQ(space.ledger().total(), spent) << "each remembers what it has read";
}

TEST(Panel, JudgesOfAMemberAreJudgesOfItsOwn) {
  Problem problem;
  problem.render = [](std::span<const Turn>) { return std::vector<Token>(); };
  ToySpaceOptions options;
  options.choose = [](std::span<const double>) { return 1; };
  ToySpace space(one_letter_chain({0.3, 0.5, 0.2}), options);
  std::vector<Path> paths = open_on(space, 1, problem);

  score_on(space, *make_verifier("panel:of=likelihood+judge:mode=votes:votes=2:agree=2:yes=0:no=1"), paths, problem);

  EXPECT_EQ(said_of(paths.front()), (std::vector<std::pair<std::size_t, double>>{{0, 0}, {1, 0}, {1, 0}, {3, 0}}));
}

TEST(Panel, IsReadByASelectorOfItsJudges) {
  const auto engine = answering_engine();
  Question question;
  question.strategy = "best_of_n:n=16,select=dawid_skene:median=true,max_tokens=12";

  LanguageModelSpaceOptions options;
  options.statistics = 1;

  const Solved solved = solve(*engine, question, "panel:of=likelihood+length+entropy", options);

  std::size_t judged = 0;
  for (const PathRecord& path : solved.outcome.paths) judged += path.verdicts.size() == 3 ? 1 : 0;
  EXPECT_EQ(judged, 16U);
  EXPECT_TRUE(solved.outcome.answer);
}

TEST(Panel, RefusesWhatItCannotBeMadeOf) {
  EXPECT_THROW(make_verifier("panel:of="), Error);
  EXPECT_THROW(make_verifier("panel:of=nobody"), Error);
  EXPECT_THROW(make_verifier("panel:of=confidence:top=5+confidence:top=6"), Error);
  EXPECT_NO_THROW(make_verifier("panel:of=confidence:top=5+entropy+self_certainty"));
  EXPECT_THROW(make_verifier("panel:of=exact+likelihood")->require(Problem{}), Error);
  EXPECT_DOUBLE_EQ(make_verifier("panel:of=prm+judge+likelihood")->tokens_per_token(), 3);
}

}  // namespace
}  // namespace reckon
