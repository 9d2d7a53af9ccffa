// The particle filter against direct enumeration of what it should stand for: golden values of specs cards 0.2, C6 and C8.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "unit/search/answering_engine.h"
#include "unit/search/measures.h"

namespace reckon {
namespace {

std::unique_ptr<Strategy> filter(const std::string& parameters, const Reward& reward = two_letter_reward) {
  return make_strategy("particle_filter:temperature=1," + parameters, by_letters(reward));
}

std::string letters_of(const PathRecord& path) { return std::string(toy_letters(path.text)); }

// Expected value of the estimated normaliser times the weight of each word.
Measure estimate_of(const Strategy& strategy, const ToyChain& chain) {
  Measure estimate;
  double probability = 0;
  for_each_execution(strategy, chain, [&](const ToyRun& one) {
    probability += one.probability;
    double weight = 0;
    for (const PathRecord& path : one.outcome.paths) {
      weight += *path.weight;
      if (*path.weight > 0) estimate[letters_of(path)] += one.probability * std::exp(*one.outcome.log_evidence) * *path.weight;
    }
    EXPECT_NEAR(weight, 1, 1e-12);
  });
  EXPECT_NEAR(probability, 1, 1e-12);
  return estimate;
}

void expect_exact(const Target& target, const std::string& parameters) {
  const Measure expected = measure_of(target);
  const Measure estimate = estimate_of(*filter(parameters, target.reward), target.chain);
  EXPECT_NEAR(total_of(estimate) / total_of(expected), 1, 1e-12) << parameters;
  for (const auto& [word, mass] : expected) {
    EXPECT_NEAR(estimate.at(word) / total_of(expected), mass / total_of(expected), 1e-12) << parameters << ": " << word;
  }
}

Target target_of(const std::string& potential, bool ragged) {
  Target target;
  target.potential = potential;
  if (ragged) {
    target.chain = ragged_chain();
    target.reward = ragged_reward;
  }
  return target;
}

TEST(ParticleFilter, TargetsHaveTheNormalisersOfTheCard) {
  EXPECT_NEAR(total_of(measure_of(target_of("accept", false))), 69741.0 / 500000, 1e-15);
  EXPECT_NEAR(total_of(measure_of(target_of("odds", false))), 82149.0 / 14000, 1e-13);
  EXPECT_NEAR(total_of(measure_of(target_of("value", false))), 2803.0 / 5000, 1e-15);
}

TEST(ParticleFilter, EstimatesItsTargetWithoutBiasForEveryPotentialAndScheme) {
  for (const std::string& potential : potential_names()) {
    for (const std::string& scheme : resampler_names()) {
      for (const bool ragged : {false, true}) {
        for (const int n : {1, 2}) {
          expect_exact(target_of(potential, ragged),
                       "n=" + std::to_string(n) + ",potential=" + potential + ",resampler=" + scheme);
        }
      }
    }
  }
  expect_exact(target_of("accept", false), "n=3,potential=accept");
}

TEST(ParticleFilter, IsWithoutBiasWheneverItResamples) {
  for (const bool ragged : {false, true}) {
    for (const char* schedule : {"0", "0.6", "0.8", "0.95"}) {
      expect_exact(target_of("odds", ragged), "n=2,potential=odds,resample=" + std::string(schedule));
    }
    for (const char* step : {"step=tokens,step_tokens=2", "step=tokens", "steps=2", "steps=1"}) {
      Target whole = target_of("value", ragged);  // telescopes: however many letters a step has, the last score counts
      expect_exact(whole, "n=2,potential=value," + std::string(step));
    }
  }
}

TEST(ParticleFilter, IsWithoutBiasAtEveryTemperatureOfItsPotentialsAndItsResampling) {
  for (const bool ragged : {false, true}) {
    Target hot = target_of("accept", ragged);
    hot.temperature = 2.5;
    expect_exact(hot, "n=2,potential=accept,potential_temperature=2.5");
    for (const char* entropy : {"entropy=0.97,entropy_steps=4", "entropy=1,entropy_steps=1", "entropy=0.999,entropy_steps=100"}) {
      expect_exact(target_of("odds", ragged), "n=2,potential=odds," + std::string(entropy));
    }
  }
}

// Temperatures 4, 2.5 and 1 of the three letters' potentials.
TEST(ParticleFilter, IsWithoutBiasWhereItsPotentialsCoolDown) {
  Measure expected;
  for (const auto& [word, mass] : law_of(*make_strategy("sample:temperature=1", nullptr), two_letter_chain())) {
    expected[word] = mass;
    for (std::size_t length = 1; length <= 3; ++length) {
      const double temperature = 4 - 1.5 * static_cast<double>(length - 1);
      expected[word] *= std::pow(two_letter_reward(std::string_view(word).substr(0, length)), 1 / temperature);
    }
  }
  for (const char* n : {"1", "2"}) {
    const Measure estimate =
        estimate_of(*filter(std::string("potential=accept,first_temperature=4,cooling_steps=2,n=") + n), two_letter_chain());
    EXPECT_LT(largest_difference(estimate, expected), 1e-12) << n;
  }
}

// What a step counts for is then the expected score, over what one more step would be; behind an end there is none.
Reward looking_ahead(const Target& target, double share) {
  return [target, share](std::string_view letters) {
    const double own = target.reward(letters);
    if (is_word(target.chain, letters)) return own;
    double further = 0;
    const std::vector<double> next = target.chain.next(letters);
    for (std::size_t i = 0; i < next.size(); ++i) {
      further += next[i] * target.reward(std::string(letters) + target.chain.alphabet[i]);
    }
    return (1 - share) * own + share * further;
  };
}

TEST(ParticleFilter, IsWithoutBiasWhereItLooksAhead) {
  for (const bool ragged : {false, true}) {
    for (const char* share : {"0.5", "1"}) {
      const Target plain = target_of("accept", ragged);
      Target ahead = plain;
      ahead.reward = looking_ahead(plain, std::stod(share));
      const std::string parameters = std::string("potential=accept,ahead=") + share + (ragged ? ",n=1" : ",n=2");
      const Measure estimate = estimate_of(*filter(parameters, plain.reward), plain.chain);
      EXPECT_LT(largest_difference(estimate, measure_of(ahead)), 1e-12) << parameters;
    }
  }
}

TEST(ParticleFilter, SamplesTheTemperedModelWhereItDrawsAtAnotherTemperature) {
  Target cold;
  cold.chain.next = [chain = two_letter_chain()](std::string_view letters) {
    std::vector<double> next = chain.next(letters);
    const double total = next[0] * next[0] + next[1] * next[1];
    return std::vector<double>{next[0] * next[0] / total, next[1] * next[1] / total};
  };

  const auto strategy = make_strategy("particle_filter:temperature=0.5,n=2,potential=accept", by_letters(two_letter_reward));

  EXPECT_LT(largest_difference(estimate_of(*strategy, two_letter_chain()), measure_of(cold)), 1e-12);
}

// Expected weight of 111, which is how often `sample` answers it.
double share_of_ones(const std::string& parameters) {
  double share = 0;
  for_each_execution(*filter(parameters), two_letter_chain(), [&](const ToyRun& one) {
    for (const PathRecord& path : one.outcome.paths) share += letters_of(path) == "111" ? one.probability * *path.weight : 0;
  });
  EXPECT_NEAR(law_of(*filter(parameters + ",select=sample"), two_letter_chain())["111"], share, 1e-12);
  return share;
}

TEST(ParticleFilter, SelfNormalisedIsOffByWhatTheCardSays) {
  EXPECT_NEAR(share_of_ones("n=2,potential=accept,resampler=multinomial"), 0.364151, 5e-7);
  EXPECT_NEAR(share_of_ones("n=2,potential=odds,resampler=multinomial"), 0.466858, 5e-7);
  EXPECT_NEAR(share_of_ones("n=2,potential=value,resampler=multinomial"), 0.328172, 5e-7);
  EXPECT_NEAR(share_of_ones("n=1,potential=odds"), 0.256, 1e-12) << "one particle is plain sampling";
}

TEST(ParticleFilter, HasAsManyExecutionsAsTheCardSays) {
  const auto ignore = [](const ToyRun&) {};

  EXPECT_EQ(for_each_execution(*filter("n=2,potential=accept,resampler=multinomial"), two_letter_chain(), ignore), 1024);
  EXPECT_EQ(for_each_execution(*filter("n=1,potential=accept"), two_letter_chain(), ignore), 8);
}

TEST(ParticleFilter, WithAConstantScoreIsTheModel) {
  Target prior;
  prior.reward = [](std::string_view) { return 1; };
  const Measure expected = measure_of(prior);
  for (const std::string& potential : potential_names()) {
    for (const std::string& scheme : resampler_names()) {
      const auto strategy =
          filter("n=2,select=sample,potential=" + potential + ",resampler=" + scheme, [](std::string_view) { return 0.375; });
      EXPECT_LT(largest_difference(law_of(*strategy, two_letter_chain()), expected), 1e-12) << potential << ", " << scheme;
    }
  }
}

TEST(ParticleFilter, CountingTheLastScoreAgainMakesEndedPathsDependOnTheOthers) {
  const Target target = target_of("accept", true);

  const Measure proper = estimate_of(*filter("n=2,potential=accept", target.reward), target.chain);
  const Measure published = estimate_of(*filter("n=2,potential=accept,finished=last", target.reward), target.chain);

  EXPECT_LT(published.at("2") / proper.at("2"), 0.75) << "weighed again while the other particle goes on";
  EXPECT_LT(total_of(published), total_of(proper));
  for (const bool last : {false, true}) {  // where all end together there is nothing to count again
    const std::string finished = last ? ",finished=last" : "";
    EXPECT_LT(largest_difference(estimate_of(*filter("n=2,potential=accept" + finished), two_letter_chain()),
                                 measure_of(target_of("accept", false))),
              1e-12);
  }
}

TEST(ParticleFilter, WithoutAnEntropyToKeepIsTheOrdinaryOne) {
  const auto answers = [](const std::string& parameters) {
    std::vector<std::string> all;
    for_each_execution(*filter(parameters), two_letter_chain(),
                       [&](const ToyRun& one) { all.push_back(transcript(one.outcome)); });
    return all;
  };

  EXPECT_EQ(answers("n=3,entropy=0,entropy_steps=5"), answers("n=3"));
  EXPECT_NE(answers("n=3,entropy=0.99"), answers("n=3"));
}

TEST(ParticleFilter, TheAnswerIsTheBestTheHeaviestOrADraw) {
  for_each_execution(*filter("n=3,select=best"), two_letter_chain(), [](const ToyRun& one) {
    double most = 0;
    for (const PathRecord& path : one.outcome.paths) most = std::max(most, path.answer ? path.score : 0);
    EXPECT_EQ(one.outcome.confidence, most);
    EXPECT_EQ(one.outcome.paths[*one.outcome.chosen].score, most);
  });
  for_each_execution(*filter("n=3,select=weighted,resample=0.7"), two_letter_chain(), [](const ToyRun& one) {
    std::map<std::string, double> votes;
    for (const PathRecord& path : one.outcome.paths) votes[path.answer.value_or("")] += *path.weight;
    votes.erase("");
    for (const auto& [answer, weight] : votes) EXPECT_LE(weight, votes[*one.outcome.answer] + 1e-12);
    EXPECT_NEAR(one.outcome.confidence, votes[*one.outcome.answer], 1e-12);
  });
  for_each_execution(*filter("n=2,select=sample"), two_letter_chain(), [](const ToyRun& one) {
    double share = 0;
    for (const PathRecord& path : one.outcome.paths) share += path.answer == one.outcome.answer ? *path.weight : 0;
    EXPECT_NEAR(one.outcome.confidence, share, 1e-12);
  });
}

TEST(ParticleFilter, AZeroScoreEndsNothing) {
  const auto strategy = filter("n=2,potential=odds", [](std::string_view) { return 0; });

  for_each_execution(*strategy, two_letter_chain(), [](const ToyRun& one) {
    EXPECT_TRUE(one.outcome.answer);
    EXPECT_TRUE(std::isfinite(*one.outcome.log_evidence));
  });
}

TEST(ParticleFilter, LetsNoPathGoOnThatWasNotDrawnAndChargesEachLetterOnce) {
  const auto strategy = filter("n=3,potential=odds", ragged_reward);
  for_each_execution(*strategy, ragged_chain(), [](const ToyRun& one) {
    std::int64_t letters = 0;
    std::ptrdiff_t particles = 0;
    for (const PathRecord& path : one.outcome.paths) {
      letters += path.tokens - path.inherited_tokens;
      particles += *path.weight > 0 ? 1 : 0;
      if (path.state == PathState::pruned) {
        EXPECT_FALSE(path.answer);
        EXPECT_EQ(*path.weight, 0);
      }
    }
    EXPECT_EQ(one.ledger.generated, letters);
    EXPECT_EQ(one.ledger.total(), 1 + letters);
    EXPECT_EQ(particles, 3);
    EXPECT_TRUE(one.outcome.answer) << "each has ended a word, dropped or not";
  });
}

TEST(ParticleFilter, CutShortSaysNothingOfTheNormaliser) {
  for (std::int64_t budget = 0; budget <= 10; ++budget) {
    for_each_execution(
        *filter("n=3,potential=accept"), two_letter_chain(),
        [&](const ToyRun& one) {
          EXPECT_EQ(one.ledger.total(), budget);
          EXPECT_EQ(one.outcome.log_evidence.has_value(), budget == 10);
          EXPECT_EQ(one.outcome.status, budget == 10 ? OutcomeStatus::answered : OutcomeStatus::budget_exhausted);
          const bool ended = std::ranges::count(one.outcome.paths, PathState::finished, &PathRecord::state) > 0;
          EXPECT_EQ(one.outcome.answer.has_value(), ended);
        },
        budget);
  }
}

// Beyond enumeration: eight particles of a longer chain, over ten thousand seeds.
TEST(ParticleFilter, OfManyParticlesIsWithoutBiasWithinItsError) {
  Target target = target_of("odds", true);
  target.chain.length = 6;
  const auto strategy = filter("n=8,potential=odds,resample=0.5", target.reward);
  double sum = 0, squares = 0;
  constexpr int kRuns = 10000;
  for (int seed = 0; seed < kRuns; ++seed) {
    ToySpaceOptions options;
    options.seed = static_cast<std::uint64_t>(seed);
    ToySpace space(target.chain, options);
    const double estimate = std::exp(*solve_on(space, *strategy).log_evidence);
    sum += estimate;
    squares += estimate * estimate;
  }
  const double mean = sum / kRuns;
  const double error = std::sqrt((squares / kRuns - mean * mean) / kRuns);

  EXPECT_LT(std::abs(mean - total_of(measure_of(target))), 4 * error);
  EXPECT_LT(error, 0.05 * mean) << "it would find nothing";
}

}  // namespace
}  // namespace reckon
