// Strategies in worlds whose answers are known exactly (specs card E22).
#include "unit/search/toy_worlds.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "unit/search/conditional_sweep.h"
#include "unit/search/gaussian_space.h"
#include "unit/search/noting_verifier.h"

namespace reckon {
namespace {

struct Mean {
  double value = 0;
  double error = 0;  // its standard error
};

Mean mean_over(int runs, const std::function<double(std::uint64_t seed)>& run) {
  double sum = 0, squares = 0;
  for (int seed = 0; seed < runs; ++seed) {
    const double value = run(static_cast<std::uint64_t>(seed));
    sum += value;
    squares += value * value;
  }
  const double mean = sum / runs;
  return {mean, std::sqrt(std::max(squares / runs - mean * mean, 0.0) / runs)};
}

// --- The hidden Markov model. ---

Target hidden_target(const HiddenMarkov& model) {
  return {model.chain(), [model](std::string_view states) { return model.score(states); }, "accept", 1};
}

Outcome solved_hidden(const std::string& strategy, const HiddenMarkov& model, std::uint64_t seed) {
  ToySpaceOptions options;
  options.seed = seed;
  ToySpace space(model.chain(), options);
  return solve_on(space, *make_strategy(strategy, by_letters(hidden_target(model).reward)));
}

TEST(HiddenMarkov, HasTheEvidenceOfTheCardAndThePosteriorOfForwardAndBackward) {
  const HiddenMarkov model;
  const Measure measure = measure_of(hidden_target(model));

  EXPECT_NEAR(model.evidence(), 0.05064948, 5e-9);
  EXPECT_NEAR(total_of(measure), model.evidence(), 1e-15);
  std::vector<double> ones(4, 0);
  std::pair<double, std::string> best;
  for (const auto& [states, mass] : measure) {
    best = std::max(best, std::pair(mass, states));
    for (std::size_t time = 0; time < 4; ++time) ones[time] += states[time] == '1' ? mass / total_of(measure) : 0;
  }
  for (std::size_t time = 0; time < 4; ++time) EXPECT_NEAR(model.smoothed()[time], ones[time], 1e-12) << time;
  EXPECT_EQ(model.viterbi(), best.second);
}

TEST(HiddenMarkov, TheFilterEstimatesTheEvidenceWithoutBiasAndWithTheSpreadOfTheCard) {
  const HiddenMarkov model;
  constexpr int kRuns = 5000;  // of the card's 20000: its errors are half of these
  for (const auto& [n, error_of_card] : {std::pair(2, 0.00035), std::pair(8, 0.00016), std::pair(32, 0.00008)}) {
    const std::string strategy = fmt::format("particle_filter:n={},temperature=1,potential=accept,resampler=multinomial", n);
    const Mean estimate =
        mean_over(kRuns, [&](std::uint64_t seed) { return std::exp(*solved_hidden(strategy, model, seed).log_evidence); });

    EXPECT_LT(std::abs(estimate.value - model.evidence()), 4 * estimate.error) << n;
    EXPECT_NEAR(estimate.error / 2, error_of_card, 0.15 * error_of_card) << n;
  }
}

TEST(HiddenMarkov, TheFilterEstimatesTheEvidenceExactly) {
  const HiddenMarkov model;
  for (const char* resampler : {"multinomial", "systematic"}) {
    const auto strategy = make_strategy(fmt::format("particle_filter:n=2,temperature=1,potential=accept,resampler={}", resampler),
                                        by_letters(hidden_target(model).reward));
    double estimate = 0;
    for_each_execution(*strategy, model.chain(),
                       [&](const ToyRun& one) { estimate += one.probability * std::exp(*one.outcome.log_evidence); });
    EXPECT_NEAR(estimate, 0.05064948, 5e-9) << resampler;
  }
}

TEST(HiddenMarkov, AGibbsStepLeavesThePosteriorAsItIs) {
  const Target target = hidden_target({});
  for (const char* ancestors : {"false", "true"}) {
    EXPECT_LT(largest_difference(after_a_step(target, {{"n", "2"}, {"ancestor_sampling", ancestors}}),
                                 normalised_measure(measure_of(target))),
              1e-12)
        << ancestors;
  }
}

TEST(HiddenMarkov, SweepsBringTheStatesToTheirSmoothedProbabilities) {
  const HiddenMarkov model;
  constexpr int kRuns = 2000;
  for (const char* sampler : {"particle_gibbs:n=4,sweeps=6", "parallel_tempering:n=4,chains=2,sweeps=6"}) {
    const std::string strategy = std::string(sampler) + ",temperature=1,potential=accept,select=sample,pool=false";
    std::vector<double> ones(4, 0);
    for (int seed = 0; seed < kRuns; ++seed) {
      const Outcome outcome = solved_hidden(strategy, model, static_cast<std::uint64_t>(seed));
      for (std::size_t time = 0; time < 4; ++time) ones[time] += outcome.answer->at(time) == '1' ? 1.0 / kRuns : 0;
    }
    for (std::size_t time = 0; time < 4; ++time) {
      const double truth = model.smoothed()[time];
      EXPECT_NEAR(ones[time], truth, 4 * std::sqrt(truth * (1 - truth) / kRuns)) << sampler << ", state " << time;
    }
  }
}

TEST(HiddenMarkov, AStarWithAllAnswersFindsTheLikeliestStates) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SplitMix64 rng(seed);
    const auto chance = [&rng] { return static_cast<double>(1 + rng.below(98)) / 100; };
    HiddenMarkov model{
        .start_1 = chance(), .next_1 = {chance(), chance()}, .emits_0 = {chance(), chance()}, .seen = {0, 1, 1, 0, 1}};
    ToySpace space(model.chain(), letters_in_turn());
    const auto joint = by_letters([&model](std::string_view states) { return model.joint(states); });

    const Outcome outcome = solve_on(space, *make_strategy("a_star:width=2,answers=32", joint));

    ASSERT_TRUE(outcome.answer);
    EXPECT_NEAR(model.joint(*outcome.answer), model.joint(model.viterbi()), 1e-15) << seed;
  }
}

// --- The mixture of Gaussians. ---

constexpr PlanePoint kTarget{0, 4};  // the mode of weight 0.2
constexpr double kWidth = 2;         // so that the first steps, far from every mode, already say something

TEST(GaussianMixture, IsWhatIsDrawn) {
  const GaussianMixture mixture = three_modes();
  GaussianSpace space(mixture, {});
  std::vector<Path> paths = open_on(space, 20000);
  advance_on(space, paths, StepOptions());
  std::vector<double> shares(3, 0);
  std::array<double, 2> means{0, 0};
  double spread = 0;  // about the mode that a point is nearest to
  for (const Path& path : paths) {
    const PlanePoint& point = GaussianSpace::point_of(path);
    const std::size_t mode = mixture.nearest(point);
    shares[mode] += 1.0 / 20000;
    spread += squared_distance(point, mixture.modes[mode].mean) / 20000;
    for (std::size_t axis = 0; axis < 2; ++axis) means[axis] += point[axis] / 20000;
  }

  double chi_squared = 0;
  for (std::size_t k = 0; k < 3; ++k) {
    const double weight = mixture.modes[k].weight;
    chi_squared += 20000 * (shares[k] - weight) * (shares[k] - weight) / weight;
  }
  EXPECT_LT(chi_squared, 18.4) << "chance 1e-4, of two degrees of freedom";
  EXPECT_NEAR(spread, 2 * 0.3 * 0.3, 4 * 2 * 0.09 / std::sqrt(20000));
  EXPECT_NEAR(means[0], 0.3 * 4, 4 * std::sqrt(16 * 0.3 * 0.7 + 0.09) / std::sqrt(20000));
  EXPECT_NEAR(means[1], 0.2 * 4, 4 * std::sqrt(16 * 0.2 * 0.8 + 0.09) / std::sqrt(20000));
}

Outcome solved_in_the_plane(const std::string& strategy, std::uint64_t seed, std::int64_t budget = -1) {
  GaussianSpaceOptions options;
  options.seed = seed;
  options.budget_tokens = budget;
  GaussianSpace space(three_modes(), options);
  Outcome outcome = solve_on(space, *make_strategy(strategy, std::make_shared<Closeness>(kTarget, kWidth)));
  EXPECT_TRUE(budget < 0 || space.ledger().total() <= budget) << strategy;
  return outcome;
}

double reaches_target(const Outcome& outcome) { return outcome.answer == "2" ? 1 : 0; }

TEST(GaussianMixture, OfManyNoisesOneEndsAtTheTarget) {
  for (const int n : {1, 2, 8}) {
    const Mean reached = mean_over(
        2000, [&](std::uint64_t seed) { return reaches_target(solved_in_the_plane(fmt::format("best_of_n:n={}", n), seed)); });

    EXPECT_NEAR(reached.value, 1 - std::pow(0.8, n), 4 * reached.error) << n;
  }
}

TEST(GaussianMixture, TheFilterEstimatesHowCloseItIsOnAverage) {
  const double truth = three_modes().expected_closeness(kTarget, kWidth);
  for (const char* potential : {"n=8,potential=value", "n=8,potential=value,resample=0.5", "n=8,potential=value,entropy=0.9"}) {
    const Mean estimate = mean_over(2000, [&](std::uint64_t seed) {
      return std::exp(*solved_in_the_plane(std::string("particle_filter:temperature=1,") + potential, seed).log_evidence);
    });

    EXPECT_LT(std::abs(estimate.value - truth), 4 * estimate.error) << potential;
    EXPECT_LT(estimate.error, 0.1 * truth) << "it would find nothing";
  }
}

TEST(GaussianMixture, SearchFromNoiseReachesTheTargetMoreOftenThanIndependentPointsForAsManySteps) {
  constexpr std::int64_t kSteps = 30;  // six points from noise to their ends
  const auto reached = [&](const char* strategy) {
    return mean_over(1000, [&](std::uint64_t seed) { return reaches_target(solved_in_the_plane(strategy, seed, kSteps)); });
  };
  const Mean independent = reached("best_of_n:n=6");

  EXPECT_NEAR(independent.value, 1 - std::pow(0.8, 6), 4 * independent.error);
  for (const char* strategy : {"beam:n=6,width=2", "beam:n=6,width=2,rollover=true", "a_star:width=3"}) {
    EXPECT_GT(reached(strategy).value, independent.value) << strategy;
  }
}

// --- The small language model. ---

TEST(TinyLanguage, SamplingIsWithinChanceOfItsLaw) {
  ToySpace space(tiny_language(2));
  std::vector<Path> paths = open_on(space, 20000);
  advance_on(space, paths, StepOptions());
  std::map<std::string, double> counts;
  for (const Path& path : paths) counts[std::string(toy_letters(path.text))] += 1;
  const ToyChain chain = tiny_language(2);
  double chi_squared = 0;
  int cells = 0;
  double rare = 0, rare_expected = 0;  // words that are expected less than five times are one cell
  for (std::size_t i = 0; i < 12; ++i) {
    for (std::size_t j = 0; j < 12; ++j) {
      const std::string word{chain.alphabet[i], chain.alphabet[j]};
      const double expected = 20000 * chain.next("")[i] * chain.next(word.substr(0, 1))[j];
      if (expected < 5) {
        rare += counts[word];
        rare_expected += expected;
        continue;
      }
      chi_squared += (counts[word] - expected) * (counts[word] - expected) / expected;
      ++cells;
    }
  }
  if (rare_expected > 0) chi_squared += (rare - rare_expected) * (rare - rare_expected) / rare_expected;

  EXPECT_LT(chi_squared, cells + 4 * std::sqrt(2.0 * cells));
  EXPECT_GT(cells, 50);
}

TEST(TinyLanguage, EveryWordHasTheProbabilityOfItsLetters) {
  const ToyChain chain = tiny_language(3);
  const Law law = law_of(*make_strategy("sample:temperature=1", nullptr), chain);
  double total = 0;
  for (const auto& [word, probability] : law) {
    const auto step = [&](std::size_t i) { return chain.next(word.substr(0, i))[static_cast<std::size_t>(word[i] - 'a')]; };
    EXPECT_NEAR(probability, step(0) * step(1) * step(2), 1e-15) << word;
    total += probability;
  }
  EXPECT_EQ(law.size(), 12U * 12 * 12);
  EXPECT_NEAR(total, 1, 1e-12);
}

TEST(TinyLanguage, ThinkSumIsTheSumOverTheWords) {
  const ToyChain chain = tiny_language(3);
  const auto probability = [&](const std::string& word) {
    double product = 1;
    for (std::size_t i = 0; i < word.size(); ++i)
      product *= chain.next(word.substr(0, i))[static_cast<std::size_t>(word[i] - 'a')];
    return product;
  };
  const std::vector<std::string> choices{"abc", "be", "hel", "l"};
  double total = 0;
  for (const std::string& choice : choices) total += probability(choice);
  const std::string best = *std::ranges::max_element(choices, {}, probability);
  ToySpace space(chain);

  const Outcome outcome = solve_on(space, *make_strategy("think_sum:choices=abc|be|hel|l", nullptr));

  EXPECT_EQ(outcome.answer, best);
  EXPECT_NEAR(outcome.confidence, probability(best) / total, 1e-12);
}

TEST(TinyLanguage, TheRiskOfEqualityIsTheMajority) {
  const ToyChain chain = tiny_language(1);
  // In the order of the votes: the largest number of equal words, of equals the likelier one.
  Law expected;
  const std::vector<double> law = chain.next("");
  for (std::size_t i = 0; i < 12; ++i) {
    for (std::size_t j = 0; j < 12; ++j) {
      for (std::size_t k = 0; k < 12; ++k) {
        std::size_t winner = j == k ? j : i;
        if (i != j && j != k && i != k)
          winner = std::max({i, j, k}, [&](std::size_t a, std::size_t b) { return law[a] < law[b]; });
        expected[std::string(1, chain.alphabet[winner])] += law[i] * law[j] * law[k];
      }
    }
  }

  for (const char* select : {"mbr:utility=equality", "majority"}) {
    const Law found = law_of(*make_strategy(fmt::format("best_of_n:n=3,temperature=1,select={}", select),
                                            by_letters([](std::string_view) { return 1; })),
                             chain);
    for (const auto& [answer, probability] : expected)
      EXPECT_NEAR(found.at(answer), probability, 1e-12) << select << ' ' << answer;
  }
}

// --- A process reward that errs. ---

constexpr std::size_t kLength = 5;
constexpr std::size_t kRights = 3;  // of 32 words

Mean accuracy(const std::string& strategy, double error) {
  return mean_over(1000, [&](std::uint64_t seed) {
    const NoisyOracle oracle(kLength, kRights, error, seed);
    ToySpaceOptions options;
    options.seed = seed;
    ToySpace space(fair_coins(kLength), options);
    const Outcome outcome = solve_on(
        space, *make_strategy(strategy, by_letters([&oracle](std::string_view letters) { return oracle.score(letters); })));
    return outcome.answer && oracle.right.contains(*outcome.answer) ? 1.0 : 0.0;
  });
}

TEST(NoisyOracle, MoreErrorsMakeEverySearchWorseDownToChance) {
  constexpr double kChance = static_cast<double>(kRights) / 32;
  for (const char* strategy : {"best_of_n:n=8", "beam:n=8,width=2", "dvts:n=8,width=4", "a_star:width=4",
                               "particle_filter:n=8,potential=accept,select=best"}) {
    double before = 1;
    for (const double error : {0.0, 0.05, 0.1, 0.2, 0.5}) {
      const Mean now = accuracy(strategy, error);
      EXPECT_LT(now.value, before + 4 * now.error) << strategy << " with " << error;
      before = now.value;
      if (error == 0.5) {
        EXPECT_NEAR(now.value, kChance, 4 * now.error) << strategy << ": a coin says nothing";
      }
    }
  }
}

TEST(NoisyOracle, WithoutErrorsStepsFindWhatWholePathsMiss) {
  const Mean whole = accuracy("best_of_n:n=8", 0);
  EXPECT_NEAR(whole.value, 1 - std::pow(1 - kRights / 32.0, 8), 4 * whole.error);
  for (const char* strategy : {"beam:n=8,width=2", "a_star:width=4", "dvts:n=8,width=4"}) {
    EXPECT_GT(accuracy(strategy, 0).value, whole.value + 0.2) << strategy;
  }
}

}  // namespace
}  // namespace reckon
