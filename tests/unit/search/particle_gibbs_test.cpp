// Particle Gibbs and parallel tempering: what a step must leave as it is, exactly, and what several steps come to (specs card
// C7).
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "search/strategies/tempered_gibbs.h"
#include "unit/search/answering_engine.h"
#include "unit/search/conditional_sweep.h"

namespace reckon {
namespace {

Target words(const std::string& potential = "accept") {
  Target target;
  target.potential = potential;
  return target;
}

Target ragged(const std::string& potential = "accept") { return Target{ragged_chain(), ragged_reward, potential, 1}; }

// Potentials that hardly depend on the letters, so that the model's own probabilities decide who the ancestor is.
Target mild() {
  Target target;
  target.reward = [](std::string_view letters) { return letters.ends_with('1') ? 0.75 : 0.5; };
  return target;
}

void expect_invariant(const Target& target, const Given& given) {
  std::string what = target.potential;
  for (const auto& [name, value] : given) what.append(" ").append(name).append("=").append(value);
  EXPECT_LT(largest_difference(after_a_step(target, given), normalised_measure(measure_of(target))), 1e-12) << what;
}

TEST(ParticleGibbs, AStepLeavesTheTargetAsItIs) {
  for (const std::string& potential : potential_names()) {
    for (const char* ancestors : {"false", "true"}) {
      expect_invariant(words(potential), {{"n", "2"}, {"ancestor_sampling", ancestors}});
      expect_invariant(ragged(potential), {{"n", "2"}, {"ancestor_sampling", ancestors}});
    }
  }
  expect_invariant(mild(), {{"n", "2"}, {"ancestor_sampling", "true"}});
  expect_invariant(words(), {{"n", "1"}});
}

TEST(ParticleGibbs, AStepOfThreeParticlesLeavesTheTargetAsItIs) {
  Target target = words("odds");
  target.chain.length = 2;
  expect_invariant(target, {{"n", "3"}});
  expect_invariant(target, {{"n", "3"}, {"ancestor_sampling", "true"}});
}

TEST(ParticleGibbs, AStepThatResamplesSometimesLeavesTheTargetAsItIs) {
  for (const char* resample : {"0", "0.7", "0.9"}) {
    for (const char* ancestors : {"false", "true"}) {
      expect_invariant(words(), {{"n", "2"}, {"resample", resample}, {"ancestor_sampling", ancestors}});
      expect_invariant(ragged(), {{"n", "2"}, {"resample", resample}, {"ancestor_sampling", ancestors}});
    }
  }
}

TEST(ParticleGibbs, AStepAtAnotherTemperatureLeavesItsTargetAsItIs) {
  Target hot = words("odds");
  hot.temperature = 3;
  expect_invariant(hot, {{"n", "2"}});
  expect_invariant(hot, {{"n", "2"}, {"ancestor_sampling", "true"}});
}

TEST(ParticleGibbs, TheReferenceOneStepLateIsFound) {
  KernelPieces late;
  late.reference = [](Particle& reference) {
    for (std::size_t i = 0; i + 1 < reference.steps.size(); ++i) {
      reference.steps[i].log_potential = reference.steps[i + 1].log_potential;
    }
  };

  const double moved = largest_difference(after_a_step(words(), {{"n", "2"}}, late), normalised_measure(measure_of(words())));

  EXPECT_NEAR(moved, 0.0012, 5e-5) << "what the reference code does";
}

// How likely a step keeps the first letter of a word.
double keeps_beginning(const Given& given) {
  double kept = 0;
  for (const auto& [word, mass] : normalised_measure(measure_of(mild()))) {
    for (const auto& [next, probability] : next_words(word, mild(), given)) {
      kept += next.front() == word.front() ? mass * probability : 0;
    }
  }
  return kept;
}

TEST(ParticleGibbs, AncestorSamplingMovesTheBeginning) {
  EXPECT_LT(keeps_beginning({{"n", "2"}, {"ancestor_sampling", "true"}}), keeps_beginning({{"n", "2"}}) - 0.01);
}

TEST(ParticleGibbs, ANewBeginningIsPartOfTheText) {
  const SweepOptions options = sweep_options({{"n", "2"}, {"ancestor_sampling", "true"}}, words());
  expected_measure(two_letter_chain(), [&](ToySpace& space) {
    const Population population = swept("011", words(), options, {}, space);
    const Particle& reference = population.particles().front();
    const std::string letters(toy_letters(reference.path.text));
    EXPECT_EQ(reference.path.text, letters + "\\boxed{" + letters + "}");
    EXPECT_TRUE(letters.ends_with("1")) << "its last step is its own";
    EXPECT_EQ(reference.path.state, PathState::finished);
    EXPECT_EQ(reference.path.tokens, 3);
    EXPECT_EQ(reference.path.step_ends, (std::vector<std::size_t>{1, 2, reference.path.text.size()}));
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(reference.steps[i].score, two_letter_reward(letters.substr(0, i + 1)));
      if (i < 2) {
        EXPECT_EQ(reference.steps[i].beginning->text, letters.substr(0, i + 1));
      }
    }
    return Measure{};
  });
}

TEST(ParticleGibbs, TwoSweepsAreAFilterAndAStep) {
  Target target = words();
  target.chain.length = 2;
  const std::string common = ":n=2,temperature=1,potential=accept,select=sample";
  const auto verifier = by_letters(target.reward);
  Measure expected;
  for (const auto& [word, mass] :
       law_of(*make_strategy("particle_filter" + common + ",resampler=multinomial", verifier), target.chain)) {
    for (const auto& [next, probability] : next_words(word, target, {{"n", "2"}})) expected[next] += mass * probability;
  }

  const Law law = law_of(*make_strategy("particle_gibbs" + common + ",sweeps=2,pool=false", verifier), target.chain);

  EXPECT_LT(largest_difference(law, expected), 1e-12);
}

TEST(ParticleGibbs, PoolsTheWeightsOfItsSweepsAndEstimatesWithTheFirst) {
  Target target = words();
  target.chain.length = 2;
  const auto verifier = by_letters(target.reward);
  double estimate = 0;
  Measure pooled, last, first;
  const auto shares = [&](const std::string& parameters, Measure& measure) {
    const auto strategy = make_strategy("particle_gibbs:n=2,temperature=1,potential=accept," + parameters, verifier);
    for_each_execution(*strategy, target.chain, [&](const ToyRun& one) {
      estimate += one.probability * std::exp(*one.outcome.log_evidence) / 3;
      for (const PathRecord& path : one.outcome.paths) {
        measure[std::string(toy_letters(path.text))] += one.probability * *path.weight;
      }
    });
    std::erase_if(measure, [](const auto& entry) { return entry.second == 0; });
  };

  shares("sweeps=1", first);
  shares("sweeps=2,pool=false", last);
  shares("sweeps=2,pool=true", pooled);

  EXPECT_NEAR(estimate, total_of(measure_of(target)), 1e-12);
  for (const auto& [word, share] : pooled) EXPECT_NEAR(share, (first[word] + last[word]) / 2, 1e-12) << word;
}

TEST(ParallelTempering, ExchangesInDetailedBalance) {
  const std::array potentials{-0.5, -3.0};  // of two states that the model finds equally likely
  for (const auto& [cold, hot] : {std::pair(1.0, 2.0), std::pair(0.5, 4.0), std::pair(3.0, 3.0)}) {
    const auto mass = [&](double first, double second) { return std::exp(first / cold + second / hot); };
    for (const double first : potentials) {
      for (const double second : potentials) {
        EXPECT_NEAR(mass(first, second) * exchange_probability(cold, first, hot, second),
                    mass(second, first) * exchange_probability(cold, second, hot, first), 1e-15);
      }
    }
  }
  EXPECT_EQ(exchange_probability(2, -1, 2, -50), 1);
  EXPECT_EQ(exchange_probability(1, -5, 4, -1), 1) << "the better state goes to the colder chain";
  EXPECT_NEAR(exchange_probability(1, -1, 4, -5), std::exp(-3.0), 1e-15);
}

using Triple = std::map<std::array<std::string, 3>, double>;

TEST(ParallelTempering, ExchangesLeaveTheChainsTargetsAsTheyAre) {
  const std::vector<double> temperatures{1, 2, 5};
  std::vector<Measure> targets;
  for (const double temperature : temperatures) {
    Target target = words("odds");
    target.chain.length = 2;
    target.temperature = temperature;
    targets.push_back(normalised_measure(measure_of(target)));
  }
  Triple before, after;
  for (const auto& [a, mass_a] : targets[0]) {
    for (const auto& [b, mass_b] : targets[1]) {
      for (const auto& [c, mass_c] : targets[2]) {
        const std::array<std::string, 3> state{a, b, c};
        const double mass = before[state] = mass_a * mass_b * mass_c;
        ExhaustiveChooser chooser;
        do {
          ToySpaceOptions options;
          options.choose = [&chooser](std::span<const double> probabilities) { return chooser.choose(probabilities); };
          ToySpace space(words("odds").chain, options);
          std::vector<Particle> references;
          for (const std::string& word : state) references.push_back(particle_of(word, words("odds"), space));
          exchange(references, temperatures, space);
          std::array<std::string, 3> next;
          for (std::size_t i = 0; i < 3; ++i) next[i] = references[i].path.text;
          after[next] += mass * chooser.probability();
        } while (chooser.next());
      }
    }
  }

  for (const auto& [state, mass] : before) EXPECT_NEAR(after[state], mass, 1e-15);
  EXPECT_EQ(after.size(), before.size());
}

TEST(ParallelTempering, OfOneChainIsParticleGibbs) {
  const auto answers = [](const std::string& strategy) {
    std::vector<std::string> all;
    ToyChain chain = two_letter_chain();
    chain.length = 2;
    for_each_execution(*make_strategy(strategy, by_letters(two_letter_reward)), chain,
                       [&](const ToyRun& one) { all.push_back(transcript(one.outcome)); });
    return all;
  };

  EXPECT_EQ(answers("parallel_tempering:n=2,chains=1"), answers("particle_gibbs:n=2"));
}

// With one particle a chain keeps what it drew first: only exchanges change what it holds.
TEST(ParallelTempering, GivesTheColdChainWhatTheHotOneFound) {
  const Target target = words("odds");
  const Measure prior = law_of(*make_strategy("sample:temperature=1", nullptr), target.chain);
  ToySpace space(target.chain);
  Measure expected;
  for (const auto& [cold, p_cold] : prior) {
    for (const auto& [hot, p_hot] : prior) {
      const double yes = exchange_probability(1, particle_of(cold, target, space).log_potential(), 3,
                                              particle_of(hot, target, space).log_potential());
      expected[hot] += p_cold * p_hot * yes;
      expected[cold] += p_cold * p_hot * (1 - yes);
    }
  }

  const auto strategy =
      make_strategy("parallel_tempering:n=1,chains=2,hottest=3,sweeps=2,pool=false,select=sample,temperature=1,potential=odds",
                    by_letters(target.reward));

  EXPECT_LT(largest_difference(law_of(*strategy, target.chain), expected), 1e-12);
}

constexpr const char* kSamplers[] = {"particle_filter:n=3,finished=last,entropy=0.9,entropy_steps=3",
                                     "particle_gibbs:n=3,sweeps=3",
                                     "particle_gibbs:n=3,sweeps=2,ancestor_sampling=true,select=weighted",
                                     "particle_gibbs:n=1,sweeps=4,ancestor_sampling=true",
                                     "parallel_tempering:n=2,chains=3,sweeps=2,select=sample",
                                     "parallel_tempering:n=2,chains=2,sweeps=2,ancestor_sampling=true,pool=false"};

TEST(Samplers, KeepEveryBudgetAndAnswerWithWhatTheyHave) {
  for (const std::string strategy : kSamplers) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      for (std::int64_t budget = 0; budget <= 120; budget += 1 + budget / 16) {
        ToySpaceOptions options;
        options.seed = seed;
        options.budget_tokens = budget;
        ToySpace space(ragged_chain(), options);
        ToySpace again(ragged_chain(), options);
        const auto solver = make_strategy(strategy, by_letters(ragged_reward));

        const Outcome outcome = solve_on(space, *solver);

        EXPECT_LE(space.ledger().total(), budget) << strategy;
        EXPECT_EQ(transcript(solve_on(again, *solver)), transcript(outcome)) << strategy;
        std::int64_t letters = 0;
        bool ended = false;
        bool cut_off = outcome.paths.empty();
        for (const PathRecord& path : outcome.paths) {
          letters += path.tokens - path.inherited_tokens;
          ended = ended || path.state == PathState::finished;
          cut_off = cut_off || path.state == PathState::cut_off;
        }
        EXPECT_EQ(space.ledger().generated, letters) << strategy;
        EXPECT_EQ(outcome.answer.has_value(), ended) << strategy << " with " << budget;
        EXPECT_EQ(outcome.status, cut_off ? OutcomeStatus::budget_exhausted : OutcomeStatus::answered) << strategy;
      }
    }
  }
}

TEST(Samplers, DoTheSameOnALanguageModelForTheSameSeed) {
  const auto engine = answering_engine();
  for (const std::string strategy : kSamplers) {
    for (const std::int64_t budget : {1, 10, 11, 30, 100, 400, 100000}) {
      Question question;
      question.strategy = strategy + ",step=tokens,step_tokens=4,max_tokens=16";
      question.budget = tokens(budget);

      const Solved solved = solve(*engine, question);

      EXPECT_LE(solved.ledger.total(), budget) << strategy;
      EXPECT_EQ(transcript(solve(*engine, question).outcome), transcript(solved.outcome)) << strategy;
      std::int64_t drawn = 0;
      for (const PathRecord& path : solved.outcome.paths) drawn += path.tokens - path.inherited_tokens;
      EXPECT_EQ(solved.ledger.generated, drawn) << strategy << " with " << budget;
      if (budget == 100000) {
        EXPECT_NE(solved.outcome.status, OutcomeStatus::budget_exhausted) << strategy;
      }
    }
  }
}

}  // namespace
}  // namespace reckon
