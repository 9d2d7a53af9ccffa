// Allocators: golden values of the cards, exact laws on the toy space, simulation.
#include "search/allocator.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>
#include <random>

#include "base/error.h"
#include "search/allocators/leadership.h"
#include "search/allocators/saturation_point.h"
#include "unit/search/exhaustive.h"

namespace reckon {
namespace {

TEST(Leadership, OfUnanimousVotesIsThatOfFlippedCoins) {  // Beta(v + 1, 1): above one half but for 2^-(v + 1)
  for (int votes = 0; votes < 12; ++votes) {
    EXPECT_NEAR(leads_second(std::vector<double>(1, votes), 1), 1 - std::pow(0.5, votes + 1), 1e-12);
  }
  EXPECT_NEAR(leads_second(std::vector{3.0}, 1), 0.9375, 1e-12);
  EXPECT_NEAR(leads_second(std::vector{4.0}, 1), 0.96875, 1e-12);
}

TEST(Leadership, OverAllAnswersIsWhatDrawingFromTheDirichletSays) {
  std::mt19937_64 random(1);
  for (const std::vector<double>& votes :
       {std::vector{5., 3., 2.}, std::vector{2., 2.}, std::vector{8., 1.5, 1., 0.5}, std::vector{1.}}) {
    for (const double prior : {1.0, 0.3}) {
      constexpr int kDraws = 100'000;
      int leads = 0;
      for (int draw = 0; draw < kDraws; ++draw) {
        std::vector<double> shares;
        for (const double count : votes) shares.push_back(std::gamma_distribution(count + prior)(random));
        shares.push_back(std::gamma_distribution(prior)(random));  // one not seen
        leads += std::ranges::max_element(shares) == shares.begin() ? 1 : 0;
      }
      EXPECT_NEAR(leads_all(votes, prior), static_cast<double>(leads) / kDraws, 0.006) << votes.front() << ", prior " << prior;
    }
  }
}

// Every order in which the urn can give `left` more votes.
double ahead_by_enumeration(double first, double second, double prior, int left) {
  if (left == 0) return first > second ? 1 : 0;
  const double share = (first + prior) / (first + second + 2 * prior);
  return share * ahead_by_enumeration(first + 1, second, prior, left - 1) +
         (1 - share) * ahead_by_enumeration(first, second + 1, prior, left - 1);
}

TEST(Leadership, InTheEndIsThatOfThePolyaUrn) {
  for (int first = 1; first < 5; ++first) {
    for (int second = 0; second <= first; ++second) {
      for (int left = 1; left < 10; ++left) {
        for (const double more : {0.0, 0.3}) {  // votes need not be whole
          const std::vector<double> votes{first + more, static_cast<double>(second)};
          EXPECT_NEAR(stays_ahead(votes, 1, left), ahead_by_enumeration(votes[0], second, 1, left), 1e-12);
          EXPECT_NEAR(stays_ahead(votes, 0.4, left), ahead_by_enumeration(votes[0], second, 0.4, left), 1e-12);
          EXPECT_EQ(stays_for_certain(votes, left), stays_ahead(votes, 1, left) > 1 - 1e-12);
        }
      }
    }
  }
}

TEST(Saturation, HasThePointsOfTheCard) {
  const std::array<std::pair<double, std::int64_t>, 5> card{{{0.05, 32}, {0.1, 22}, {0.2, 14}, {0.3, 10}, {0.5, 6}}};
  for (const auto& [hit, samples] : card) EXPECT_EQ(saturation_point(hit, 1, 0.01), samples) << hit;
}

TEST(Saturation, IsTheFirstPointPastWhichOneMoreAddsTooLittle) {
  for (const double hit : {0.003, 0.02, 0.1, 0.37, 0.5, 0.9, 0.999, 1.0}) {
    for (const double ceiling : {1.0, 0.6, 0.1}) {
      for (const double gain : {0.0001, 0.01, 0.05, 0.3}) {
        const std::int64_t point = saturation_point(hit, ceiling, gain);
        EXPECT_LE(next_gain(hit, ceiling, point), gain) << hit << " " << ceiling << " " << gain;
        if (point > 0) {
          EXPECT_GT(next_gain(hit, ceiling, point - 1), gain) << hit << " " << ceiling << " " << gain;
        }
      }
      EXPECT_GE(saturation_point(hit, ceiling, 0.001), saturation_point(hit, ceiling, 0.01));
      EXPECT_GE(saturation_point(hit, 1, 0.01), saturation_point(hit, ceiling, 0.01));
    }
  }
}

TEST(Saturation, HoldsForRoundsOfAChainAsForSamplesSideBySide) {
  for (const double hit : {0.05, 0.3, 0.8}) {
    double wrong = 1;  // of the chain, which leaves that state with `hit`
    for (std::int64_t round = 0; round < 50; ++round) {
      EXPECT_NEAR(hit_probability(hit, 1, round), 1 - wrong, 1e-12);
      EXPECT_NEAR(next_gain(hit, 1, round), wrong * hit, 1e-12);
      wrong -= wrong * hit;
    }
  }
}

TEST(Saturation, TakesTheMeanOverAllChancesOfAHit) {
  constexpr int kParts = 100'000;
  for (const std::int64_t samples : {0, 3, 12}) {
    double sum = 0, mass = 0;
    for (int i = 0; i < kParts; ++i) {  // Beta(3, 5) by midpoints
      const double p = (i + 0.5) / kParts;
      const double density = p * p * std::pow(1 - p, 4);
      mass += density;
      sum += density * next_gain(p, 0.9, samples);
    }
    EXPECT_NEAR(expected_gain(3, 5, 0.9, samples), sum / mass, 1e-8);
  }
}

// A chain of one letter: "0", "1" … with these probabilities.
Outcome solved(const std::string& text, const std::vector<double>& probabilities, std::uint64_t seed,
               std::shared_ptr<const Verifier> verifier = nullptr, std::int64_t budget = -1) {
  ToySpaceOptions options;
  options.seed = seed;
  options.budget_tokens = budget;
  ToySpace space(one_letter_chain(probabilities), options);
  const Outcome outcome = solve_on(space, *make_allocated(text, std::move(verifier)));
  if (budget >= 0) {
    EXPECT_LE(space.ledger().total(), budget);
  }
  return outcome;
}

std::shared_ptr<const Verifier> likes_ones() {
  return by_letters([](std::string_view letters) { return letters == "1" ? 1.0 : 0.0; });
}

TEST(Adaptive, AnswersAsAllPathsWouldWhereItWaitsUntilNothingCanChange) {
  const ToyChain chain = one_letter_chain({0.6, 0.3, 0.1});
  const auto all = make_allocated("majority:n=7", nullptr);
  const auto some = make_allocated("majority:n=7@adaptive:rule=stays,threshold=1", nullptr);

  const Law whole = law_of(*all, chain);
  Law stopped;
  double drawn = 0;
  for_each_execution(*some, chain, [&](const ToyRun& one) {
    stopped[one.outcome.answer.value_or("none")] += one.probability;
    drawn += one.probability * static_cast<double>(one.outcome.paths.size());
  });

  for (const auto& [answer, probability] : whole) EXPECT_NEAR(stopped[answer], probability, 1e-12) << answer;
  EXPECT_LT(drawn, 6.0);  // of 7
}

TEST(Adaptive, DrawsOneGreedyPathWhereTheStrategyBeginsWithOne) {
  const std::string waves = "@adaptive:rule=stays,threshold=1,least=1,wave=2";
  const ToyChain chain = one_letter_chain({0.4, 0.35, 0.25});
  const Law whole = law_of(*make_allocated("majority:n=6,first=greedy", nullptr), chain);
  const Law stopped = law_of(*make_allocated("majority:n=6,first=greedy" + waves, nullptr), chain);

  for (const auto& [answer, probability] : whole) EXPECT_NEAR(stopped.at(answer), probability, 1e-12) << answer;
}

TEST(DiffAdapt, DrawsOneGreedyPathWhereTheStrategyBeginsWithOne) {
  const ToyChain chain = one_letter_chain({0.4, 0.35, 0.25});
  const auto one_kind = make_allocated("majority:n=5,first=greedy@diffadapt:pilot=2,hard=0,agree=0,sure=100", nullptr);
  double greedy_only_first = 0;
  for_each_execution(*one_kind, chain, [&](const ToyRun& one) {
    ASSERT_EQ(one.outcome.paths.size(), 5U);
    EXPECT_EQ(one.outcome.paths[0].answer, "0");
    if (one.outcome.paths[2].answer != "0") greedy_only_first += one.probability;
  });
  EXPECT_GT(greedy_only_first, 0.5) << "the first behind the pilot is sampled";
}

TEST(Adaptive, DrawsTheFirstOfThePathsThatTheStrategyDraws) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Outcome all = solved("majority:n=16", {0.7, 0.2, 0.1}, seed);
    const Outcome some = solved("majority:n=16@adaptive", {0.7, 0.2, 0.1}, seed);

    ASSERT_EQ(some.allocations.size(), 1U);
    EXPECT_EQ(some.allocations[0].samples, std::ssize(some.paths));
    EXPECT_EQ(some.allocations[0].most, 16);
    EXPECT_EQ(some.allocations[0].allocator, "adaptive");
    ASSERT_LE(some.paths.size(), all.paths.size());
    for (std::size_t i = 0; i < some.paths.size(); ++i) EXPECT_EQ(some.paths[i].answer, all.paths[i].answer);
  }
}

TEST(Adaptive, StopsBehindFourPathsThatAgree) {  // 1 - 2^-5 is above 0.95, 1 - 2^-4 is not
  EXPECT_EQ(solved("majority:n=16@adaptive:rule=beta", {1.0}, 1).paths.size(), 4U);
  EXPECT_EQ(solved("majority:n=16@adaptive:rule=beta,threshold=0.9", {1.0}, 1).paths.size(), 3U);
  EXPECT_EQ(solved("majority:n=16@adaptive:rule=beta,threshold=0.97", {1.0}, 1).paths.size(), 5U);
  EXPECT_EQ(solved("majority:n=2@adaptive", {1.0}, 1).paths.size(), 2U);
  // By default it asks what all sixteen would say, where votes are added up: behind three that agree, nearly certain to be that.
  EXPECT_EQ(solved("majority:n=16@adaptive", {1.0}, 1).paths.size(),
            solved("majority:n=16@adaptive:rule=stays", {1.0}, 1).paths.size());
  EXPECT_EQ(solved("majority:n=16,by=mass@adaptive", {1.0}, 1).paths.size(), 4U);
}

TEST(Adaptive, SavesAFifthOfThePathsAndAnswersAlike) {
  double drawn = 0, whole = 0;
  int alike = 0;
  constexpr int kRuns = 300;
  const std::array<std::vector<double>, 3> laws{{{0.8, 0.1, 0.1}, {0.5, 0.3, 0.2}, {0.95, 0.05}}};
  for (int run = 0; run < kRuns; ++run) {
    const std::vector<double>& law = laws[static_cast<std::size_t>(run) % laws.size()];
    const Outcome all = solved("majority:n=32", law, static_cast<std::uint64_t>(run));
    const Outcome some = solved("majority:n=32@adaptive", law, static_cast<std::uint64_t>(run));
    drawn += static_cast<double>(some.paths.size());
    whole += static_cast<double>(all.paths.size());
    alike += some.answer == all.answer ? 1 : 0;
  }
  EXPECT_LT(drawn, 0.8 * whole);
  EXPECT_GT(alike, kRuns * 95 / 100);
}

TEST(SaturationAllocator, LosesUnderTwoPointsToAnOracleThatKnowsTheChance) {
  // What is gained and paid for: the chance that a path hits, less the least gain for every path drawn.
  double lost = 0;
  const std::array hits{0.05, 0.1, 0.2, 0.3, 0.5, 0.8};
  for (const double hit : hits) {
    const std::int64_t point = saturation_point(hit, 1, 0.01);
    const double oracle = hit_probability(hit, 1, point) - 0.01 * static_cast<double>(point);
    double reached = 0;
    constexpr int kRuns = 400;
    for (int run = 0; run < kRuns; ++run) {
      const Outcome outcome =
          solved("best_of_n:n=200@saturation:accept=0.5,wave=2", {1 - hit, hit}, static_cast<std::uint64_t>(run), likes_ones());
      const auto drawn = std::ssize(outcome.paths);
      reached += (hit_probability(hit, 1, drawn) - 0.01 * static_cast<double>(drawn)) / kRuns;
    }
    lost += (oracle - reached) / static_cast<double>(hits.size());
  }
  EXPECT_GT(lost, 0.0);
  EXPECT_LT(lost, 0.022);  // 0.0195 by exact enumeration, and three standard errors of these runs
}

TEST(Flaws, DrawsUntilOneIsAcceptedAndNoMoreThanIsWorthIt) {
  const std::string text = "best_of_n:n=64@flaws:completeness=1,soundness=0.75,mistake=-1,right=20,wrong=20";
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Outcome outcome = solved(text, {0.5, 0.5}, seed, likes_ones());
    for (std::size_t i = 0; i + 1 < outcome.paths.size(); ++i) EXPECT_NE(outcome.paths[i].answer, "1");
    EXPECT_EQ(outcome.answer, "1");  // with problems so alike more is always better
  }
}

TEST(Flaws, GivesNoAnswerWhereEveryOneIsAcceptedTooEasily) {
  const Outcome none =
      solved("best_of_n@flaws:completeness=1,soundness=0.2,mistake=-8,right=1,wrong=2", {0.5, 0.5}, 1, likes_ones());
  EXPECT_EQ(none.paths.size(), 0U);
  EXPECT_FALSE(none.answer);
  EXPECT_EQ(none.status, OutcomeStatus::no_answer);
  EXPECT_EQ(none.allocations.at(0).samples, 0);

  const std::string rejects = "best_of_n:n=3@flaws:completeness=1,soundness=1,right=1,wrong=1";
  const Outcome rejected = solved(rejects, {1.0}, 1, likes_ones());
  EXPECT_EQ(rejected.paths.size(), 3U);
  EXPECT_FALSE(rejected.answer);
  EXPECT_EQ(solved(rejects + ",abstain=false", {1.0}, 1, likes_ones()).answer, "0");
}

// The values of drawing at most 0, 1, 2 …, by following problems of random accuracy until one sample is accepted.
std::vector<double> simulated_values(std::size_t most, double completeness, double soundness, double mistake) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> uniform;
  std::vector<double> values(most + 1, 0);
  constexpr int kProblems = 200'000;
  for (int problem = 0; problem < kProblems; ++problem) {
    const double ones = std::gamma_distribution(0.8)(random), others = std::gamma_distribution(1.6)(random);
    const double accuracy = ones / (ones + others);
    for (std::size_t k = 1; k <= most; ++k) {
      const bool right = uniform(random) < accuracy;
      if (uniform(random) >= (right ? completeness : 1 - soundness)) continue;
      for (std::size_t reached = k; reached <= most; ++reached) values[reached] += (right ? 1 : mistake) / kProblems;
      break;
    }
  }
  return values;
}

TEST(Flaws, FindsTheNumberThatSimulationSaysIsBest) {
  for (const auto& [soundness, mistake] : {std::pair{0.9, -1.0}, {0.8, -1.0}, {0.9, -2.0}, {0.95, -1.0}}) {
    // A verifier that rejects all: what is drawn is what is worth drawing.
    const Outcome outcome = solved(
        fmt::format("best_of_n:n=64@flaws:completeness=0.9,soundness={},mistake={},right=0.8,wrong=1.6", soundness, mistake),
        {1.0}, 1, likes_ones());
    const std::size_t found = outcome.paths.size();
    const std::vector<double> values = simulated_values(24, 0.9, soundness, mistake);
    ASSERT_LT(found, values.size()) << soundness << " " << mistake;
    EXPECT_GT(found, 1U);
    EXPECT_NEAR(values[found], *std::ranges::max_element(values), 0.001) << found << " at " << soundness << ", " << mistake;
  }
}

TEST(DiffAdapt, TellsEasyNormalAndHardApart) {
  const auto reason = [](const std::vector<double>& law, const std::string& parameters) {
    return solved("majority:n=8@diffadapt" + parameters, law, 3).allocations.at(0).reason;
  };
  EXPECT_TRUE(reason({1.0}, "").starts_with("normal: 100 % of 4"));
  EXPECT_TRUE(reason({1.0}, ":sure=0,agree=1").starts_with("normal"));
  EXPECT_TRUE(reason({0.9999, 0.0001}, ":sure=0").starts_with("easy"));
  EXPECT_TRUE(reason({0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}, ":hard=0.9").starts_with("hard"));
  EXPECT_EQ(solved("majority:n=8@diffadapt", {1.0}, 3).paths.size(), 8U);
  EXPECT_EQ(solved("majority:n=8@diffadapt:sure=0,easy_share=0.5", {0.9999, 0.0001}, 3).paths.size(), 4U);
}

TEST(Allocators, KeepEveryBudgetAndAnswerWithTheBestSoFar) {
  for (const AllocatorEntry& entry : allocators()) {
    const std::string parameters = entry.name == "flaws" ? ":completeness=1,soundness=0.9" : "";
    const std::string text = (entry.chooses_strategy ? "" : "best_of_n:n=12@") + std::string(entry.name) + parameters;
    for (std::int64_t budget = 0; budget < 16; ++budget) {
      const Outcome outcome = solved(text, {0.4, 0.6}, 5, likes_ones(), budget);
      ASSERT_FALSE(entry.make != nullptr && outcome.allocations.empty()) << text;
      bool answered = false;
      for (const PathRecord& path : outcome.paths) answered = answered || path.answer.has_value();
      if (entry.name != "flaws") {
        EXPECT_EQ(outcome.answer.has_value(), answered) << text << " with " << budget;
      }
      if (budget < 2) {
        EXPECT_EQ(outcome.status, OutcomeStatus::budget_exhausted) << text << " with " << budget;
      }
    }
  }
}

TEST(Allocation, IsReadFromTheEnd) {
  const AllocationText text = parse_allocation("majority:n=32@adaptive:threshold=0.9@rollover");
  EXPECT_EQ(text.strategy, "majority:n=32");
  EXPECT_EQ(text.allocators, (std::vector<std::string>{"adaptive:threshold=0.9", "rollover"}));
  EXPECT_EQ(to_string(text), "majority:n=32@adaptive:threshold=0.9@rollover");
  EXPECT_EQ(parse_allocation("auto@rollover").strategy, "");
  EXPECT_EQ(parse_allocation("beam:retrieve=a@b.jsonl").strategy, "beam:retrieve=a@b.jsonl");
  EXPECT_EQ(to_string(parse_allocation("auto:slack=0.1")), "auto:slack=0.1");
}

TEST(Allocation, RefusesWhatCannotStandTogether) {
  const auto refuses = [](const char* text, ErrorCode code, const char* part) {
    try {
      make_allocated(text, likes_ones());
      ADD_FAILURE() << text << " was taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), code) << error.what();
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
  };
  refuses("majority@adaptve", ErrorCode::not_found, "did you mean 'adaptive'?");
  refuses("majority@adaptive@rolover", ErrorCode::not_found, "did you mean 'rollover'?");
  refuses("adaptive", ErrorCode::bad_argument, "needs a strategy before it");
  refuses("majority@auto", ErrorCode::bad_argument, "chooses the strategy itself");
  refuses("beam@adaptive", ErrorCode::bad_argument, "independent paths");
  refuses("majority@flaws:completeness=1,soundness=1", ErrorCode::bad_argument, "asks none");
  refuses("best_of_n@flaws", ErrorCode::bad_argument, "nothing was measured");
  refuses("majority@adaptive:threshold=2", ErrorCode::bad_argument, "threshold");
}

TEST(Rollover, RefusesWhatItCannotMove) {
  AllocatorResources resources;
  resources.budget.tokens = 100;
  EXPECT_NO_THROW(make_allocated("majority@rollover", nullptr, resources));
  resources.budget.joules = 5;
  EXPECT_NO_THROW(make_allocated("majority@adaptive", nullptr, resources));
  try {
    make_allocated("majority@rollover", nullptr, resources);
    ADD_FAILURE() << "was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_argument);
    EXPECT_NE(std::string(error.what()).find("not joules"), std::string::npos) << error.what();
  }
}

TEST(Rollover, MovesWhatIsLeftAndNeverMoreThanThere) {
  std::mt19937_64 random(3);
  for (const double most : {1.0, 2.0, 100.0}) {
    const std::string text = fmt::format("majority@rollover:most={}", most);
    Budget quota;
    quota.tokens = 100;
    Ledger spent;
    std::int64_t largest = 0;
    for (std::int64_t done = 0; done < 200; ++done) {
      const Budget next = next_budget(text, quota, done, spent);
      EXPECT_GE(*next.tokens, 100);
      EXPECT_LE(*next.tokens, static_cast<std::int64_t>(most * 100));
      largest = std::max(largest, *next.tokens);
      spent.generated += std::uniform_int_distribution<std::int64_t>(0, *next.tokens)(random);
      EXPECT_LE(spent.total(), 100 * (done + 1));
    }
    EXPECT_EQ(largest > 100, most > 1);
  }
}

}  // namespace
}  // namespace reckon
