#include "search/selector.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace reckon {
namespace {

PathRecord plain_voter(std::optional<std::string> answer, double log_probability = -1, double score = 0,
                       std::int64_t tokens = 1) {
  PathRecord record;
  record.answer = std::move(answer);
  record.log_probability = log_probability;
  record.score = score;
  record.tokens = tokens;
  return record;
}

Selection selected(const char* selector, const std::vector<PathRecord>& paths) { return find_selector(selector).select(paths); }

TEST(Selectors, FindNothingWhereNobodyHasAnAnswer) {
  for (const SelectorEntry& entry : selectors()) {
    for (const std::size_t count : {0U, 1U, 5U}) {
      const Selection selection = entry.select(std::vector<PathRecord>(count, plain_voter(std::nullopt, -1, 1)));

      EXPECT_FALSE(selection.chosen) << entry.name;
      EXPECT_EQ(selection.share, 0) << entry.name;
    }
  }
}

TEST(Selectors, PathsWithoutAnAnswerNeverVote) {
  const std::vector<PathRecord> paths{plain_voter({}, -1, 1), plain_voter({}, -1, 1), plain_voter({}, -1, 1),
                                      plain_voter("7", -9, 0.5)};
  for (const SelectorEntry& entry : selectors()) {
    const Selection selection = entry.select(paths);

    EXPECT_EQ(selection.chosen, 3U) << entry.name;
    EXPECT_EQ(selection.share, 1) << entry.name;
  }
}

TEST(Selectors, EqualValuesVoteTogetherHoweverTheyAreSpelled) {
  const std::vector<PathRecord> paths{plain_voter("3"), plain_voter("1/2"), plain_voter("3"), plain_voter("0.5"),
                                      plain_voter("\\frac{1}{2}")};

  const Selection selection = selected("majority", paths);

  EXPECT_EQ(selection.chosen, 1U);
  EXPECT_DOUBLE_EQ(selection.share, 3.0 / 5);
}

TEST(Selectors, MajorityTiesGoToTheLikelierThenShorterThenEarlierAnswer) {
  EXPECT_EQ(selected("majority", {plain_voter("1", -2), plain_voter("2", -1)}).chosen, 1U);
  EXPECT_EQ(selected("majority", {plain_voter("1", -2, 0, 2), plain_voter("2", -3, 0, 3)}).chosen, 0U) << "equal per token";
  EXPECT_EQ(selected("majority", {plain_voter("1", -3, 0, 3), plain_voter("2", -2, 0, 2)}).chosen, 1U);
  EXPECT_EQ(selected("majority", {plain_voter("1"), plain_voter("2")}).chosen, 0U);
  // It is the group's mean that counts: the likeliest single path is in the group that loses.
  EXPECT_EQ(selected("majority", {plain_voter("1", -1), plain_voter("1", -9), plain_voter("2", -2), plain_voter("2", -2)}).chosen,
            2U);
}

TEST(Selectors, AVoteSaysByHowMuchItWasWon) {
  const auto margin_of = [](const std::vector<std::string>& answers) {
    std::vector<PathRecord> paths;
    for (const std::string& answer : answers) paths.push_back(plain_voter(answer));
    return find_selector("majority").select(paths).margin;
  };
  EXPECT_EQ(margin_of({"1", "1"}), std::nullopt) << "nobody said anything else";
  EXPECT_EQ(margin_of({"1", "2"}), 0);
  EXPECT_EQ(margin_of({"1", "2", "2", "3"}), 0.25);
  EXPECT_EQ(margin_of({"2", "1", "3", "2", "2", "1"}), (3.0 - 2) / 6);
  EXPECT_EQ(margin_of({}), std::nullopt);
}

TEST(Selectors, MajorityTiesGoToAnswersThatCanBeCompared) {
  EXPECT_EQ(selected("majority", {plain_voter("cannot say", -1), plain_voter("2", -2)}).chosen, 1U);
  EXPECT_EQ(selected("majority", {plain_voter("cannot say", -1), plain_voter("cannot say", -1), plain_voter("2", -2)}).chosen,
            0U);
}

TEST(Selectors, TheGroupIsShownByItsLikeliestPath) {
  EXPECT_EQ(selected("majority", {plain_voter("1", -3), plain_voter("2", -1), plain_voter("1.0", -2)}).chosen, 2U);
}

TEST(Selectors, WeightedTakesTheLargestSumOfScores) {
  const Selection selection =
      selected("weighted", {plain_voter("1", -1, 0.3), plain_voter("2", -1, 0.5), plain_voter("1", -1, 0.3)});

  EXPECT_EQ(selection.chosen, 0U);
  EXPECT_NEAR(selection.share, 0.6 / 1.1, 1e-15);
}

Selection combined(const std::string& how, const std::vector<PathRecord>& paths) {
  return make_selector("weighted:combine=" + how).select(paths);
}

TEST(Selectors, WeightedMakesOneWeightOfScoresAsItIsTold) {
  const std::vector<PathRecord> paths{plain_voter("1", -1, 0.6), plain_voter("2", -1, 0.7),  plain_voter("1.0", -1, 0.4),
                                      plain_voter("1", -1, 0.5), plain_voter("3", -1, 0.65), plain_voter("3", -1, 0.65)};

  EXPECT_EQ(combined("sum", paths).chosen, 0U) << "1.5 of 3.5";
  EXPECT_NEAR(combined("sum", paths).share, 1.5 / 3.5, 1e-12);
  EXPECT_EQ(combined("mean", paths).chosen, 1U);
  EXPECT_NEAR(combined("mean", paths).share, 0.7 / (0.5 + 0.7 + 0.65), 1e-9);
  EXPECT_EQ(combined("max", paths).chosen, 1U);
  EXPECT_NEAR(combined("max", paths).share, 0.7 / (0.6 + 0.7 + 0.65), 1e-9);
  const double one = 0.6 / 0.4 * 0.4 / 0.6, two = 0.7 / 0.3, three = 0.65 / 0.35 * 0.65 / 0.35;
  EXPECT_EQ(combined("logodds", paths).chosen, 4U);
  EXPECT_NEAR(combined("logodds", paths).share, three / (one + two + three), 1e-9);
}

TEST(Selectors, WeightedByOddsTakesScoresOfNoughtAndOne) {
  EXPECT_EQ(combined("logodds", {plain_voter("1", -1, 0), plain_voter("2", -1, 1), plain_voter("2", -1, 0.4)}).chosen, 1U);
  EXPECT_EQ(combined("logodds", {plain_voter("1", -2, 0), plain_voter("2", -1, 0)}).chosen, 1U) << "a tie goes to the likelier";
}

TEST(Selectors, AllocatorsMayCountVotesOnlyWhereTheyAreAdded) {
  EXPECT_TRUE(make_selector("weighted").adds_votes());
  EXPECT_TRUE(make_selector("majority").adds_votes());
  EXPECT_FALSE(make_selector("weighted:combine=max").adds_votes());
  EXPECT_FALSE(make_selector("best").adds_votes());
}

TEST(Selectors, WeightedOfScoresOfZeroStillAnswers) {
  const Selection selection = selected("weighted", {plain_voter("1", -2), plain_voter("2", -1)});

  EXPECT_EQ(selection.chosen, 1U);
  EXPECT_EQ(selection.share, 0);
}

PathRecord text_of(std::string text, std::string answer, double probability, double score = 0) {
  PathRecord record = plain_voter(std::move(answer), std::log(probability), score);
  record.text = std::move(text);
  return record;
}

Selection by_mass(const std::string& parameters, const std::vector<PathRecord>& paths) {
  return make_selector("mass:" + parameters).select(paths);
}

TEST(Selectors, MassCountsTheProbabilityOfEveryTextOnce) {
  const std::vector<PathRecord> paths{text_of("a", "1", 0.3), text_of("b", "2", 0.25), text_of("a", "1", 0.3),
                                      text_of("c", "2", 0.15)};

  const Selection selection = by_mass("unseen=0", paths);

  EXPECT_EQ(selection.chosen, 1U) << "the likelier of the texts that reach 2";
  EXPECT_NEAR(selection.share, 0.4 / 0.7, 1e-9);
}

TEST(Selectors, MassLetsVotesShareAPartOfWhatWasNotDrawn) {
  const std::vector<PathRecord> paths{text_of("a", "1", 0.3), text_of("b", "2", 0.25), text_of("b", "2", 0.25)};
  // 1 weighs 0.3 + part * 0.45 / 3, and 2 weighs 0.25 + part * 0.45 * 2 / 3: equal at a third.
  EXPECT_EQ(by_mass("unseen=0.33", paths).chosen, 0U);
  EXPECT_EQ(by_mass("unseen=0.34", paths).chosen, 1U);
  EXPECT_NEAR(by_mass("unseen=1", paths).share, 0.55, 1e-9);
}

TEST(Selectors, MassOfTextsThatAreAllUnlikelyIsAVote) {
  const std::vector<PathRecord> paths{text_of("a", "1", 1e-30), text_of("b", "2", 1e-60), text_of("c", "2", 1e-70)};

  EXPECT_EQ(selected("mass", paths).chosen, 1U);
  EXPECT_NEAR(selected("mass", paths).share, 2.0 / 3, 1e-9);
  EXPECT_EQ(by_mass("unseen=0", paths).chosen, 0U);
}

TEST(Selectors, MassIsWeighedByScoresWhereThatIsAskedFor) {
  const std::vector<PathRecord> paths{text_of("a", "1", 0.6, 0.2), text_of("b", "2", 0.2, 0.9), text_of("c", "2", 0.1, -3)};

  EXPECT_EQ(by_mass("unseen=0", paths).chosen, 0U);
  EXPECT_EQ(by_mass("unseen=0:scored=true", paths).chosen, 1U);
  const double second = 0.2 * 3 + 0.1 * std::sqrt(0.01 / 0.99);  // a score below one in a hundred counts as that
  EXPECT_NEAR(by_mass("unseen=0:scored=true", paths).share, second / (second + 0.6 * 0.5), 1e-9);
}

TEST(Selectors, MassOfAPathWithoutAnAnswerIsNobodys) {
  PathRecord unborn = plain_voter(std::nullopt, 0);  // its text has the probability 1
  PathRecord drawn = text_of("b", "2", 0.5);
  EXPECT_NEAR(by_mass("unseen=1", {unborn, drawn, text_of("c", "3", 0.1)}).share, 0.7 / 1.0, 1e-9);
}

TEST(Selectors, BestTakesTheHighestScoreAndLeavesTiesToTheLikelierThenShorterThenEarlierPath) {
  EXPECT_EQ(selected("best", {plain_voter("1", -1, 0.2), plain_voter("2", -9, 0.7), plain_voter("1", -1, 0.2)}).chosen, 1U);
  EXPECT_EQ(selected("best", {plain_voter("1", -2, 0.5), plain_voter("2", -1, 0.5)}).chosen, 1U);
  EXPECT_EQ(selected("best", {plain_voter("1", -4, 0.5, 4), plain_voter("2", -2, 0.5, 2)}).chosen, 1U);
  EXPECT_EQ(selected("best", {plain_voter("1", -2, 0.5), plain_voter("1", -2, 0.5)}).chosen, 0U);
  EXPECT_EQ(selected("best", {plain_voter({}, -1, 0.9), plain_voter("1", -9, 0.1)}).chosen, 1U)
      << "a path without an answer cannot win";
}

// P("0" wins) when n votes fall with these probabilities, by summing over all tallies of the votes. `order` says who takes ties.
double plurality(int n, const std::vector<double>& probabilities, const std::vector<std::size_t>& order) {
  double wins = 0;
  std::vector<int> tally(probabilities.size(), 0);
  const std::function<void(std::size_t, int, double)> share_out = [&](std::size_t answer, int left, double log_ways) {
    if (answer + 1 == tally.size()) {
      tally[answer] = left;
      std::vector<PathRecord> votes;
      double log_probability = log_ways - std::lgamma(left + 1) + left * std::log(probabilities[answer]);
      for (std::size_t i = 0; i < tally.size(); ++i) {
        votes.insert(votes.end(), static_cast<std::size_t>(tally[i]),
                     plain_voter(std::to_string(i), -static_cast<double>(order[i])));
      }
      if (votes[*selected("majority", votes).chosen].answer == "0") wins += std::exp(log_probability);
      return;
    }
    for (int count = 0; count <= left; ++count) {
      tally[answer] = count;
      share_out(answer + 1, left - count, log_ways - std::lgamma(count + 1) + count * std::log(probabilities[answer]));
    }
  };
  share_out(0, n, std::lgamma(n + 1));
  return wins;
}

// Every answer takes ties equally often over all orders: together they are a tie broken at random.
double plurality_with_random_ties(int n, const std::vector<double>& probabilities) {
  std::vector<std::size_t> order(probabilities.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  double total = 0;
  int orders = 0;
  do {
    total += plurality(n, probabilities, order);
    ++orders;
  } while (std::next_permutation(order.begin(), order.end()));
  return total / orders;
}

TEST(Selectors, MajorityHasTheAccuraciesOfTheCard) {
  const auto two = [](int n, double p) { return plurality(n, {p, 1 - p}, {0, 1}); };
  const std::vector<std::pair<int, double>> gaining{{1, 0.6},       {3, 0.648},     {5, 0.68256},  {9, 0.733432},
                                                    {17, 0.801064}, {33, 0.878901}, {65, 0.949000}};
  for (const auto& [n, expected] : gaining) EXPECT_NEAR(two(n, 0.6), expected, 5.1e-7) << n;
  const std::vector<std::pair<int, double>> losing{{1, 0.45},      {3, 0.42525},   {5, 0.406873}, {9, 0.378579},
                                                   {17, 0.337436}, {33, 0.280862}, {65, 0.208577}};
  for (const auto& [n, expected] : losing) EXPECT_NEAR(two(n, 0.45), expected, 5.1e-7) << n;
}

TEST(Selectors, PluralityHasTheAccuraciesOfTheCard) {
  const std::vector<std::pair<int, double>> gaining{{1, 0.4},      {2, 0.4},       {3, 0.448},    {5, 0.50944},
                                                    {9, 0.598589}, {17, 0.719716}, {33, 0.854813}};
  for (const auto& [n, expected] : gaining) {
    EXPECT_NEAR(plurality_with_random_ties(n, {0.4, 0.2, 0.2, 0.2}), expected, 5.1e-7) << n;
  }
  const std::vector<std::pair<int, double>> losing{{1, 0.3},      {2, 0.3},       {3, 0.3},      {5, 0.30618},
                                                   {9, 0.299937}, {17, 0.278467}, {33, 0.233182}};
  for (const auto& [n, expected] : losing) {
    EXPECT_NEAR(plurality_with_random_ties(n, {0.3, 0.4, 0.2, 0.1}), expected, 5.1e-7) << n;
  }
}

TEST(Selectors, PluralityGainsWhereTheRightAnswerTakesItsTies) {
  // Our rule leaves ties to the likelier answer; where that is the right one, it can only be above the card's random ties.
  for (const int n : {2, 3, 5, 9}) {
    EXPECT_GT(plurality(n, {0.4, 0.2, 0.2, 0.2}, {0, 1, 2, 3}), plurality_with_random_ties(n, {0.4, 0.2, 0.2, 0.2})) << n;
    EXPECT_LT(plurality(n, {0.3, 0.4, 0.2, 0.1}, {1, 0, 2, 3}), plurality(n, {0.3, 0.4, 0.2, 0.1}, {0, 1, 2, 3})) << n;
  }
}

}  // namespace
}  // namespace reckon
