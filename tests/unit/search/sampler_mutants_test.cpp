// The laws of samplers are worth keeping only if they find what is wrong: each mutant below has one wrong piece, and breaks a
// law.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "unit/search/sampler_laws.h"

namespace reckon {
namespace {

struct Mutant {
  const char* name;
  void (*mutate)(Pieces& pieces);
};

void resample_as_it_should(Population& population, Resampler scheme, double temperature, ToySpace& space) {
  population.resample(scheme, temperature, space);
}

void flatten(Population& population) {  // weights become equal, the total stays
  const double total = population.log_evidence();
  for (std::size_t i = 0; i < population.particles().size(); ++i) {
    population.weigh(i, -population.particles()[i].log_weight);
  }
  add_to_all(population, total - population.log_evidence());
}

void change_potential(Pieces& pieces, const std::string& of, double (*changed)(double score, double before)) {
  pieces.log_potential = [of, changed](const std::string& name, double score, double before) {
    return name == of ? changed(score, before) : potential_named(name)(score, before);
  };
}

constexpr Mutant kMutants[] = {
    {"one over n forgotten",
     [](Pieces& pieces) {
       pieces.spawn = [](ToySpace& space, int n) {
         Population population(open_on(space, n));
         add_to_all(population, std::log(n));
         return population;
       };
     }},
    {"drawn at another temperature",
     [](Pieces& pieces) { pieces.extend = [](Population& population, ToySpace& space) { extend_at(1.25, population, space); }; }},
    {"weight squared",
     [](Pieces& pieces) {
       pieces.score = [](Population& population, const Target& target) {
         const std::vector<double> before = population.log_weights();
         score_letters(population, target);
         const std::vector<double> after = population.log_weights();
         for (std::size_t i = 0; i < after.size(); ++i) population.weigh(i, after[i] - before[i]);
       };
     }},
    {"score of the letter before",
     [](Pieces& pieces) {
       pieces.score = [](Population& population, const Target& target) {
         Target late = target;
         late.reward = [&](std::string_view letters) { return target.reward(letters.substr(0, letters.size() - 1)); };
         score_letters(population, late);
       };
     }},
    {"ended paths weighed again",
     [](Pieces& pieces) {
       pieces.score = [](Population& population, const Target& target) {
         for (std::size_t i = 0; i < population.particles().size(); ++i) {
           const Particle& particle = population.particles()[i];
           const bool ended = particle.path.state != PathState::open && !particle.steps.empty() &&
                              toy_letters(particle.path.text).size() == particle.steps.size();
           if (ended) population.weigh(i, particle.steps.back().log_potential);
         }
         score_letters(population, target);
       };
     }},
    {"weights kept when resampled",
     [](Pieces& pieces) {
       pieces.resample = [](Population& population, Resampler scheme, double temperature, ToySpace& space) {
         resample_as_it_should(population, scheme, temperature, space);
         for (std::size_t i = 0; i < population.particles().size(); ++i) {
           population.weigh(i, population.particles()[i].log_potential());
         }
       };
     }},
    {"evidence lost when resampled",
     [](Pieces& pieces) {
       pieces.resample = [](Population& population, Resampler scheme, double temperature, ToySpace& space) {
         const double evidence = log_mean_exp(population.log_weights(), temperature);
         resample_as_it_should(population, scheme, temperature, space);
         if (!std::isinf(evidence)) add_to_all(population, -evidence);
       };
     }},
    {"ancestors drawn whatever they weigh",
     [](Pieces& pieces) {
       pieces.resample = [](Population& population, Resampler scheme, double, ToySpace& space) {
         resample_as_it_should(population, scheme, kHottest, space);
         if (!std::isinf(population.log_evidence())) flatten(population);
       };
     }},
    {"ancestors drawn by squared weights",
     [](Pieces& pieces) {
       pieces.resample = [](Population& population, Resampler scheme, double, ToySpace& space) {
         resample_as_it_should(population, scheme, 0.5, space);
         if (!std::isinf(population.log_evidence())) flatten(population);
       };
     }},
    {"what a temperature left is forgotten",
     [](Pieces& pieces) {
       pieces.resample = [](Population& population, Resampler scheme, double temperature, ToySpace& space) {
         resample_as_it_should(population, scheme, temperature, space);
         if (!std::isinf(population.log_evidence())) flatten(population);
       };
     }},
    {"systematic without a random place",
     [](Pieces& pieces) {
       pieces.resample = [](Population& population, Resampler, double temperature, ToySpace& space) {
         const Resampler fixed = [](std::span<const double> weights, std::size_t count, SearchSpace&) {
           std::vector<std::size_t> ancestors;
           double end = weights[0];
           for (std::size_t unit = 0, i = 0; unit < count; ++unit) {
             const double place = (static_cast<double>(unit) + 0.5) / static_cast<double>(count);
             while (i + 1 < weights.size() && end <= place) end += weights[++i];
             ancestors.push_back(i);
           }
           return ancestors;
         };
         resample_as_it_should(population, fixed, temperature, space);
       };
     }},
    {"evidence set aside and kept",
     [](Pieces& pieces) {
       pieces.set_aside = [](Population& population) {
         const double evidence = population.log_evidence();
         population.set_evidence_aside();
         add_to_all(population, evidence);
       };
     }},
    {"the best for a draw",
     [](Pieces& pieces) {
       pieces.collapse = [](const Population& population, ToySpace&) {
         const std::vector<double> weights = population.weights();
         return all_on(population, static_cast<std::size_t>(std::ranges::max_element(weights) - weights.begin()));
       };
     }},
    {"a draw whatever they weigh",
     [](Pieces& pieces) {
       pieces.collapse = [](const Population& population, ToySpace& space) {
         const std::size_t n = population.particles().size();
         const std::vector<double> same(n, 1.0 / static_cast<double>(n));
         return all_on(population, static_cast<std::size_t>(space.choose(same)));
       };
     }},
    {"the total forgotten in a draw",
     [](Pieces& pieces) {
       pieces.collapse = [](const Population& population, ToySpace& space) {
         Measure measure = all_on(population, population.draw(space));
         measure.begin()->second = 1;
         return measure;
       };
     }},
    {"the reference's potentials one step late",
     [](Pieces& pieces) {
       pieces.kernel.reference = [](Particle& reference) {
         for (std::size_t i = 0; i + 1 < reference.steps.size(); ++i) {
           reference.steps[i].log_potential = reference.steps[i + 1].log_potential;
         }
       };
     }},
    {"the reference weighed as if it had no potentials",
     [](Pieces& pieces) {
       pieces.kernel.reference = [](Particle& reference) {
         for (ParticleStep& step : reference.steps) step.log_potential = 0;
       };
     }},
    {"the reference never drawn again",
     [](Pieces& pieces) {
       pieces.kernel.draw = [](const Population& population, SearchSpace&) { return population.particles().size() - 1; };
     }},
    {"the next reference drawn whatever it weighs",
     [](Pieces& pieces) {
       pieces.kernel.draw = [](const Population& population, SearchSpace& space) {
         const std::size_t n = population.particles().size();
         const std::vector<double> same(n, 1.0 / static_cast<double>(n));
         return static_cast<std::size_t>(space.choose(same));
       };
     }},
    {"ancestors drawn as if the model found all alike",
     [](Pieces& pieces) { pieces.kernel.likelihood = [](double) { return 0.0; }; }},
    {"the model's probability counted twice for ancestors",
     [](Pieces& pieces) { pieces.kernel.likelihood = [](double log_probability) { return 2 * log_probability; }; }},
    {"ancestors of the reference drawn whatever they weigh",
     [](Pieces& pieces) {
       pieces.kernel.ancestors = [](std::vector<double> law) {
         return std::vector<double>(law.size(), 1.0 / static_cast<double>(law.size()));
       };
     }},
    {"the likeliest ancestor for a draw",
     [](Pieces& pieces) {
       pieces.kernel.ancestors = [](std::vector<double> law) {
         const auto best = std::ranges::max_element(law) - law.begin();
         std::ranges::fill(law, 0.0);
         law[static_cast<std::size_t>(best)] = 1;
         return law;
       };
     }},
    {"the reference never its own ancestor",
     [](Pieces& pieces) {
       pieces.kernel.ancestors = [](std::vector<double> law) {
         if (law.size() < 2) return law;
         std::ranges::fill(law, 0.0);
         law.back() = 1;
         return law;
       };
     }},
    {"the value of a step without what it was before",
     [](Pieces& pieces) { change_potential(pieces, "value", [](double score, double) { return std::log(score); }); }},
    {"accepted by the score before",
     [](Pieces& pieces) { change_potential(pieces, "accept", [](double, double before) { return std::log(before); }); }},
    {"the odds upside down",
     [](Pieces& pieces) {
       change_potential(pieces, "odds", [](double score, double) { return std::log((1 - score) / score); });
     }},
    {"the odds without their denominator",
     [](Pieces& pieces) { change_potential(pieces, "odds", [](double score, double) { return std::log(score); }); }},
    {"the exponential of the odds",
     [](Pieces& pieces) { change_potential(pieces, "exp", [](double score, double) { return score / (1 - score); }); }},
    {"resampled by the sum of squares itself",
     [](Pieces& pieces) {
       pieces.resamples = [](std::span<const double> weights, double share) {
         return 1 / effective_sample_size(weights) <= share * static_cast<double>(weights.size());
       };
     }},
    {"resampled by the largest weight",
     [](Pieces& pieces) {
       pieces.resamples = [](std::span<const double> weights, double share) {
         return 1 / *std::ranges::max_element(weights) <= share * static_cast<double>(weights.size());
       };
     }},
    {"resampled where the sample size is large",
     [](Pieces& pieces) {
       pieces.resamples = [](std::span<const double> weights, double share) { return !is_due(weights, share); };
     }},
    {"resampled by a share of one, not of all",
     [](Pieces& pieces) {
       pieces.resamples = [](std::span<const double> weights, double share) { return effective_sample_size(weights) <= share; };
     }},
    {"resampled after every step, whatever is asked for",
     [](Pieces& pieces) { pieces.resamples = [](std::span<const double>, double) { return true; }; }},
    {"exchanged the wrong way round",
     [](Pieces& pieces) {
       pieces.exchanges = [](double first_t, double first, double second_t, double second) {
         return exchange_probability(first_t, second, second_t, first);
       };
     }},
    {"exchanged by temperatures that are not inverted",
     [](Pieces& pieces) {
       pieces.exchanges = [](double first_t, double first, double second_t, double second) {
         return std::exp(std::min(0.0, (second_t - first_t) * (second - first)));
       };
     }},
    {"exchanged as if both were at the temperature of the model",
     [](Pieces& pieces) {
       pieces.exchanges = [](double, double first, double, double second) { return std::exp(std::min(0.0, second - first)); };
     }},
    {"always exchanged", [](Pieces& pieces) { pieces.exchanges = [](double, double, double, double) { return 1.0; }; }},
    {"never exchanged", [](Pieces& pieces) { pieces.exchanges = [](double, double, double, double) { return 0.0; }; }},
    {"exchanged half as often",
     [](Pieces& pieces) {
       pieces.exchanges = [](double first_t, double first, double second_t, double second) {
         return exchange_probability(first_t, first, second_t, second) / 2;
       };
     }},
};

class Mutants : public testing::TestWithParam<Mutant> {};

TEST_P(Mutants, BreakALaw) {
  Pieces pieces = right_pieces();
  GetParam().mutate(pieces);

  EXPECT_FALSE(Laws(std::move(pieces)).broken().empty()) << GetParam().name;
}

std::string name_of_mutant(const testing::TestParamInfo<Mutant>& info) {
  std::string name = info.param.name;
  std::erase_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; });
  return name;
}

INSTANTIATE_TEST_SUITE_P(OfASampler, Mutants, testing::ValuesIn(kMutants), name_of_mutant);

}  // namespace
}  // namespace reckon
