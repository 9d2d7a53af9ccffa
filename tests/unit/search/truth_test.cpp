#include "search/truth/truth.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/rng.h"

namespace reckon {
namespace {

VoteTable table_of(const std::vector<std::vector<int>>& labels, std::size_t classes) {  // [items][workers], -1 = no vote
  VoteTable table;
  table.items = labels.size();
  table.workers = labels.empty() ? 0 : labels.front().size();
  table.classes.assign(table.items, classes);
  for (std::size_t item = 0; item < labels.size(); ++item) {
    for (std::size_t worker = 0; worker < labels[item].size(); ++worker) {
      if (labels[item][worker] >= 0) table.votes.push_back({item, worker, static_cast<std::size_t>(labels[item][worker])});
    }
  }
  return table;
}

// Specs card B9.
const std::vector<std::vector<int>> kCard{{0, 0, 0, 1}, {1, 1, 2, 1}, {2, 2, 2, 0}, {0, 0, 1, 1}, {1, 2, 1, 1}, {2, 2, 0, 2}};

std::vector<std::size_t> likeliest(const TruthEstimate& estimate) {
  std::vector<std::size_t> labels;
  for (const auto& belief : estimate.posterior) {
    labels.push_back(static_cast<std::size_t>(std::ranges::max_element(belief) - belief.begin()));
  }
  return labels;
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const TruthMethodEntry& entry : truth_methods()) all.emplace_back(entry.name);
  return all;
}

TEST(Truth, DawidSkeneHasTheValuesOfTheCard) {
  const VoteTable table = table_of(kCard, 3);
  const TruthEstimate plain = infer_truth("dawid_skene:smoothing=0,tolerance=0", table);

  EXPECT_EQ(likeliest(plain), (std::vector<std::size_t>{0, 1, 2, 0, 1, 2}));
  EXPECT_NEAR(plain.objective.front(), -18.820065, 5e-7);
  EXPECT_NEAR(plain.objective.back(), -13.523146, 5e-7);

  const TruthEstimate smoothed = infer_truth("dawid_skene:smoothing=0.5,tolerance=0,iterations=200", table);
  const std::vector<double> right{0.97001, 0.94598, 0.94115, 0.94925, 0.84641, 0.96412};
  for (std::size_t item = 0; item < right.size(); ++item) {
    EXPECT_NEAR(smoothed.posterior[item][item % 3], right[item], 5.1e-6) << item;
  }
}

TEST(Truth, ZenCrowdHasTheReliabilitiesOfTheCard) {
  const TruthEstimate estimate = infer_truth("zencrowd:tolerance=0", table_of(kCard, 3));

  const std::vector<double> expected{1, 0.83333, 0.5, 0.5};
  for (std::size_t worker = 0; worker < expected.size(); ++worker) {
    EXPECT_NEAR(estimate.reliability[worker], expected[worker], 5.1e-6) << worker;
  }
}

// Items with a known truth, labelled by workers of given accuracies; what is wrong is wrong at random.
struct Planted {
  VoteTable table;
  std::vector<std::size_t> truth;
};

Planted planted(std::size_t items, std::size_t classes, const std::vector<double>& accuracies, std::uint64_t seed) {
  SplitMix64 rng(seed);
  Planted result;
  result.table.items = items;
  result.table.workers = accuracies.size();
  result.table.classes.assign(items, classes);
  for (std::size_t item = 0; item < items; ++item) {
    result.truth.push_back(rng.below(classes));
    for (std::size_t worker = 0; worker < accuracies.size(); ++worker) {
      const bool right = static_cast<double>(rng.below(1'000'000)) < 1e6 * accuracies[worker];
      const std::size_t wrong = (result.truth[item] + 1 + rng.below(classes - 1)) % classes;
      result.table.votes.push_back({item, worker, right ? result.truth[item] : wrong});
    }
  }
  return result;
}

double accuracy(const std::string& method, const Planted& planted) {
  const std::vector<std::size_t> labels = likeliest(infer_truth(method, planted.table));
  double right = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) right += labels[i] == planted.truth[i] ? 1 : 0;
  return right / static_cast<double>(labels.size());
}

TEST(Truth, EveryRoundImprovesTheObjective) {
  for (const std::string& method : names()) {
    if (method == "majority") continue;
    for (const VoteTable& table : {table_of(kCard, 3), planted(60, 4, {0.9, 0.6, 0.6, 0.3}, 7).table}) {
      const TruthEstimate estimate = infer_truth(method + ":tolerance=0,iterations=60", table);

      ASSERT_EQ(estimate.objective.size(), 60U);
      for (std::size_t i = 1; i < estimate.objective.size(); ++i) {
        EXPECT_GE(estimate.objective[i], estimate.objective[i - 1] - 1e-9) << method << ", round " << i;
      }
      EXPECT_GT(estimate.objective.back(), estimate.objective.front()) << method;
    }
  }
}

TEST(Truth, BeliefsAreProbabilities) {
  for (const std::string& method : names()) {
    const TruthEstimate estimate = infer_truth(method, planted(40, 3, {0.9, 0.5, 0.2}, 3).table);
    for (const auto& belief : estimate.posterior) {
      EXPECT_NEAR(std::accumulate(belief.begin(), belief.end(), 0.0), 1, 1e-12) << method;
      for (const double probability : belief) EXPECT_GE(probability, 0) << method;
    }
    for (const double reliability : estimate.reliability) {
      EXPECT_GE(reliability, 0);
      EXPECT_LE(reliability, 1 + 1e-12);
    }
  }
}

TEST(Truth, OneWorkerIsEchoed) {
  for (const char* method : {"majority", "dawid_skene:smoothing=0", "one_coin:smoothing=0", "zencrowd", "glad"}) {
    EXPECT_EQ(likeliest(infer_truth(method, table_of({{0}, {2}, {1}, {1}, {0}}, 3))), (std::vector<std::size_t>{0, 2, 1, 1, 0}))
        << method;
  }
}

TEST(Truth, WorkersWhoAreAllAlikeAreAMajority) {
  // Every worker is right, or wrong in the same way, equally often: the tables are a Latin square.
  const VoteTable table = table_of({{0, 0, 1}, {0, 1, 0}, {1, 0, 0}, {1, 1, 0}, {1, 0, 1}, {0, 1, 1}}, 2);
  const std::vector<std::size_t> majority = likeliest(infer_truth("majority", table));
  for (const std::string& method : names()) EXPECT_EQ(likeliest(infer_truth(method, table)), majority) << method;
}

TEST(Truth, RenamingLabelsRenamesTheResult) {
  const Planted original = planted(50, 3, {0.9, 0.6, 0.5, 0.4}, 5);
  VoteTable renamed = original.table;
  for (Vote& vote : renamed.votes) vote.label = (vote.label + 1) % 3;
  for (const std::string& method : names()) {
    const TruthEstimate a = infer_truth(method, original.table);
    const TruthEstimate b = infer_truth(method, renamed);
    for (std::size_t item = 0; item < 50; ++item) {
      for (std::size_t label = 0; label < 3; ++label) {
        EXPECT_NEAR(a.posterior[item][label], b.posterior[item][(label + 1) % 3], method == "glad" ? 1e-3 : 1e-9) << method;
      }
    }
  }
}

TEST(Truth, FindsTheGoodWorkerAmongPoorOnes) {
  const Planted one_good = planted(400, 2, {0.95, 0.55, 0.55, 0.55, 0.55}, 9);
  const double majority = accuracy("majority", one_good);
  for (const char* method : {"dawid_skene", "one_coin", "zencrowd"}) {
    const TruthEstimate estimate = infer_truth(method, one_good.table);

    EXPECT_GT(accuracy(method, one_good), majority + 0.1) << method;
    EXPECT_EQ(std::ranges::max_element(estimate.reliability) - estimate.reliability.begin(), 0) << method;
  }
}

TEST(Truth, GladKnowsGoodWorkersAndHardItems) {  // on hard items all but the first two guess
  Planted planted_hard = planted(120, 4, {0.9, 0.9, 0.8, 0.8, 0.8}, 2);
  SplitMix64 rng(8);
  for (Vote& vote : planted_hard.table.votes) {
    if (vote.item >= 60 && vote.worker >= 2) vote.label = rng.below(4);
  }

  const TruthEstimate estimate = infer_truth("glad", planted_hard.table);

  for (std::size_t worker = 2; worker < 5; ++worker) {
    EXPECT_GT(std::min(estimate.reliability[0], estimate.reliability[1]), estimate.reliability[worker]);
  }
  EXPECT_GT(accuracy("glad", planted_hard), accuracy("majority", planted_hard));
}

TEST(Truth, OfWorkersWhoAreAllAlikeGainsNothing) {
  // Samples of one configuration: the accuracies of the card's "no gain" case.
  double gain = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Planted alike = planted(300, 4, {0.5, 0.5, 0.5, 0.5, 0.5}, seed);
    gain += (accuracy("one_coin", alike) - accuracy("majority", alike)) / 10;
  }
  EXPECT_LT(std::abs(gain), 0.02);
}

TEST(Truth, OneCoinGainsWithTheWorkersOfTheCard) {  // specs card E21: nine workers, five of them vote on an item
  SplitMix64 rng(1);
  double majority = 0;
  double one_coin = 0;
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    Planted all = planted(1000, 4, {0.85, 0.8, 0.45, 0.4, 0.4, 0.35, 0.35, 0.35, 0.3}, 100 + seed);
    std::vector<Vote> kept;
    for (std::size_t item = 0; item < 1000; ++item) {
      std::vector<std::size_t> workers(9);
      std::iota(workers.begin(), workers.end(), std::size_t{0});
      shuffle(workers, rng);
      for (std::size_t i = 0; i < 5; ++i) kept.push_back(all.table.votes[item * 9 + workers[i]]);
    }
    all.table.votes = kept;
    majority += accuracy("majority", all) / 4;
    one_coin += accuracy("one_coin", all) / 4;
  }
  EXPECT_NEAR(majority, 0.628, 0.03);
  EXPECT_NEAR(one_coin, 0.775, 0.03);
}

TEST(Truth, CorrelationMakesBeliefsLessSure) {
  const VoteTable table = table_of(kCard, 3);
  for (const char* method : {"dawid_skene", "one_coin", "zencrowd", "glad"}) {
    const TruthEstimate sure = infer_truth(method, table);
    const TruthEstimate tempered = infer_truth(std::string(method) + ":correlation=0.5", table);
    EXPECT_LT(tempered.posterior[0][0], sure.posterior[0][0] + 1e-12) << method;
  }
}

TEST(Truth, LabelsOfEachItemsOwnAreTakenByAllButDawidSkene) {
  Planted open = planted(60, 4, {0.95, 0.9, 0.4}, 6);
  open.table.shared = false;
  for (std::size_t item = 0; item < 60; ++item) open.table.classes[item] += item % 3;  // labels that nobody gave
  for (const std::string& method : names()) {
    if (method == "dawid_skene") {
      EXPECT_THROW(infer_truth(method, open.table), Error);
      continue;
    }
    EXPECT_GT(accuracy(method, open), 0.85) << method;
  }
}

TEST(Truth, TakesItemsAndWorkersWithoutVotes) {
  VoteTable table = table_of({{0, -1, -1}, {-1, -1, -1}, {1, -1, 1}}, 2);
  for (const std::string& method : names()) {
    const TruthEstimate estimate = infer_truth(method, table);

    for (const double value : estimate.posterior[1]) EXPECT_TRUE(std::isfinite(value)) << method;
    EXPECT_EQ(estimate.reliability[1], 0) << method;
    EXPECT_EQ(likeliest(estimate)[2], 1U) << method;
  }
}

TEST(Truth, OfNothingIsNothing) {
  for (const std::string& method : names()) EXPECT_TRUE(infer_truth(method, VoteTable{}).posterior.empty()) << method;
}

TEST(Truth, RefusesTablesThatCannotBe) {
  const VoteTable good = table_of(kCard, 3);
  const auto refuses = [](VoteTable table) { EXPECT_THROW(infer_truth("one_coin", table), Error); };
  VoteTable table = good;
  table.votes[0].label = 3;
  refuses(table);
  table = good;
  table.votes[0].worker = 4;
  refuses(table);
  table = good;
  table.votes[0].item = 6;
  refuses(table);
  table = good;
  table.classes.pop_back();
  refuses(table);
  table = good;
  table.classes[2] = 4;
  refuses(table);
  refuses(table_of({{0}}, 1));
  refuses(table_of({{0}}, std::size_t{1} << 40));
  EXPECT_THROW(infer_truth("dawid_skene", table_of({{0, 1}}, 100'000)), Error);
  EXPECT_THROW(infer_truth("dawid_skeen", good), Error);
  EXPECT_THROW(infer_truth("glad:smoothing=1", good), Error);
}

}  // namespace
}  // namespace reckon
