#include "app/pool_curves.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <string>
#include <vector>

#include "app/json.h"

namespace reckon {
namespace {

struct Drawn {
  std::string answer;
  bool right;
  double score;
};

ProblemResult pool(const std::vector<Drawn>& paths) {
  ProblemResult result;
  std::vector<bool> correct;
  for (const Drawn& drawn : paths) {
    PathRecord& path = result.solved.outcome.paths.emplace_back();
    path.id = result.solved.outcome.paths.size();
    if (!drawn.answer.empty()) path.answer = drawn.answer;
    path.score = drawn.score;
    path.tokens = drawn.right ? 10 : 30;
    correct.push_back(drawn.right);
  }
  result.solved.selections = selections_of(result.solved.outcome, correct);
  return result;
}

EvaluatedCell evaluated(std::vector<ProblemResult> results, const std::string& strategy = "best_of_n:n=8") {
  EvaluatedCell one;
  one.cell.strategy = one.cell.label = strategy;
  one.results = std::move(results);
  return one;
}

// Mean over all k-subsets of the share of right ones among the answers that lead: what the curves abbreviate.
double brute_force_vote(const std::vector<Drawn>& paths, int k, bool weighted) {
  double total = 0, subsets = 0;
  for (unsigned mask = 0; mask < (1u << paths.size()); ++mask) {
    if (std::popcount(mask) != k) continue;
    ++subsets;
    std::map<std::string, double> votes;
    for (std::size_t i = 0; i < paths.size(); ++i) {
      if ((mask >> i & 1u) != 0 && !paths[i].answer.empty()) votes[paths[i].answer] += weighted ? paths[i].score : 1;
    }
    double most = -1, leaders = 0, good = 0;
    for (const auto& [answer, weight] : votes) most = std::max(most, weight);
    for (const auto& [answer, weight] : votes) {
      if (weight != most) continue;
      double right = 0, all = 0;
      for (const Drawn& drawn : paths) {
        if (drawn.answer == answer) ++all, right += drawn.right ? 1 : 0;
      }
      ++leaders;
      good += right / all;
    }
    if (leaders > 0) total += good / leaders;
  }
  return total / subsets;
}

const std::vector<Drawn> kFirst{{"7", true, 0.9}, {"7", true, 0.2},  {"5", false, 0.4}, {"5", false, 0.3},
                                {"", false, 0.8}, {"9", false, 0.1}, {"7", false, 0.6}, {"5", false, 0.5}};
const std::vector<Drawn> kSecond{{"3", false, 0.5}, {"4", true, 0.5}, {"3", false, 0.1}, {"8", false, 0.2}};

TEST(PoolCurves, AgreeWithAllSubsetsWrittenOut) {
  const auto curves = pool_curves(evaluated({pool(kFirst), pool(kSecond)}));

  ASSERT_TRUE(curves);
  ASSERT_EQ(curves->curve.size(), 3u);  // 1, 2, 4: the second pool has four paths
  for (const PoolCurves::At& at : curves->curve) {
    const int k = static_cast<int>(at.k);
    EXPECT_NEAR(at.majority, (brute_force_vote(kFirst, k, false) + brute_force_vote(kSecond, k, false)) / 2, 1e-9) << k;
    EXPECT_NEAR(at.weighted, (brute_force_vote(kFirst, k, true) + brute_force_vote(kSecond, k, true)) / 2, 0.03) << k;
    EXPECT_NEAR(at.pass, (pass_at_k(8, 2, k) + pass_at_k(4, 1, k)) / 2, 1e-12) << k;
    EXPECT_LE(at.pass_interval.low, at.pass) << k;
    EXPECT_GE(at.pass_interval.high, at.pass) << k;
  }
  EXPECT_NEAR(curves->curve[2].best,
              (best_of_k(std::vector{.9, .2, .4, .3, .8, .1, .6, .5},
                         std::to_array({true, true, false, false, false, false, false, false}), 4) +
               0.5) /
                  2,
              1e-12);
  EXPECT_EQ(curves->worst, 0);
  EXPECT_NEAR(curves->mean, (2.0 / 8 + 1.0 / 4) / 2, 1e-12);
  EXPECT_EQ(curves->best, 1);
  EXPECT_EQ(curves->tokens_right, 10);
  EXPECT_EQ(curves->tokens_wrong, 30);
}

// Neither the curves nor pass@k, and why.
std::string refusal_of(const EvaluatedCell& cell) {
  const StrategyScore score = score_of(cell);
  const auto curves = pool_curves(cell);
  EXPECT_EQ(score.pass_at.empty(), !score.no_samples.empty());
  EXPECT_EQ(curves.has_value(), score.no_samples.empty());
  const Json document = to_json("countdown", score, curves);
  EXPECT_EQ(document["pass_at"].empty(), document.contains("no_pool")) << document;
  EXPECT_EQ(document.contains("pool"), !document.contains("no_pool")) << document;
  EXPECT_EQ(document.value("no_pool", ""), score.no_samples);
  return score.no_samples;
}

TEST(PoolCurves, AreOfSamplesWhoseNumberWasSettledBeforehand) {
  const std::vector<ProblemResult> results{pool(kFirst), pool(kFirst)};
  for (const char* strategy : {"best_of_n:n=8", "majority:n=8", "weighted_majority:n=8,by=mass", "majority:n=8@fixed",
                               "majority:n=8@rollover", "majority:temperature=0.5@fixed@rollover"}) {
    EXPECT_EQ(refusal_of(evaluated(results, strategy)), "") << strategy;
  }
  for (const char* strategy : {"best_of_n:n=64@flaws", "majority:n=8@adaptive", "majority:n=8@saturation@rollover",
                               "majority:n=8@diffadapt", "majority:n=8@adaptive@fixed"}) {
    EXPECT_NE(refusal_of(evaluated(results, strategy)).find("depends on what it has drawn"), std::string::npos) << strategy;
  }
  for (const char* strategy : {"auto", "compute_optimal@rollover"}) {
    EXPECT_NE(refusal_of(evaluated(results, strategy)).find("chooses what is drawn"), std::string::npos) << strategy;
  }
  for (const char* strategy : {"beam:n=8", "deepconf:n=8", "mcts", "hedged:n=8"}) {
    EXPECT_NE(refusal_of(evaluated(results, strategy)).find("depend on each other"), std::string::npos) << strategy;
  }
  EXPECT_NE(refusal_of(evaluated({})), "");
  EXPECT_NE(refusal_of(evaluated({pool(kFirst), pool({})})), "");
  EXPECT_NE(refusal_of(evaluated(results, "best_of_n:of_another_version=1")), "");
}

TEST(PoolCurves, OfOnePathAreOfAnyStrategy) {
  const std::vector<ProblemResult> results{pool({{"7", true, 1}}), pool({{"5", false, 1}})};

  for (const char* strategy : {"greedy", "sample", "beam:n=1"}) {
    EXPECT_EQ(refusal_of(evaluated(results, strategy)), "");
    EXPECT_EQ(score_of(evaluated(results, strategy)).pass_at, (std::vector<std::pair<std::int64_t, double>>{{1, 0.5}}));
  }
  EXPECT_NE(refusal_of(evaluated(results, "best_of_n@flaws")), "") << "one path of those that stop at the first that is right";
}

TEST(PoolCurves, AreNotOfPathsThatABudgetEnded) {
  std::vector<ProblemResult> results{pool(kFirst), pool(kFirst)};
  results[1].solved.outcome.status = OutcomeStatus::budget_exhausted;

  EXPECT_NE(refusal_of(evaluated(results)).find("the budget ended 1 of 2 problems"), std::string::npos);
}

TEST(PoolCurves, LeaveOutTheGreedyPath) {
  std::vector<Drawn> paths = kSecond;
  paths.insert(paths.begin(), {"4", true, 0.9});

  const EvaluatedCell with = evaluated({pool(paths)}, "majority:n=5,first=greedy");
  const EvaluatedCell without = evaluated({pool(kSecond)}, "majority:n=4");

  EXPECT_EQ(score_of(with).pass_at, score_of(without).pass_at);
  EXPECT_EQ(to_json("", score_of(with), pool_curves(with))["pool"], to_json("", score_of(without), pool_curves(without))["pool"]);
  EXPECT_NE(refusal_of(evaluated({pool({{"4", true, 1}})}, "best_of_n:n=1,first=greedy")), "");
}

TEST(PoolCurves, DrawSubsetsOfLargePools) {
  std::vector<Drawn> paths;
  for (int i = 0; i < 80; ++i) paths.push_back({i % 2 == 0 ? "1" : "2", i % 2 == 0, -1.0});

  const auto curves = pool_curves(evaluated({pool(paths)}));

  ASSERT_TRUE(curves);
  EXPECT_EQ(curves->curve.back().k, 64);
  EXPECT_NEAR(curves->curve.back().majority, 0.5, 0.06) << "both answers have as many votes";
  EXPECT_EQ(curves->curve.back().weighted, curves->curve.back().majority) << "scores below 0 weigh nothing";
  for (Drawn& drawn : paths) drawn.score = 0;
  const auto unscored = pool_curves(evaluated({pool(paths)}));
  EXPECT_EQ(unscored->curve.back().weighted, unscored->curve.back().majority) << "nothing was scored";
}

}  // namespace
}  // namespace reckon
