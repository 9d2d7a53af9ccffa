// One step of particle Gibbs on a toy chain as a kernel: from a word to the law of the next.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "search/strategies/sweep.h"
#include "unit/engine/running_engine.h"
#include "unit/search/measures.h"

namespace reckon {

using Given = std::map<std::string, std::string>;  // parameters

inline SweepOptions sweep_options(const Given& given, const Target& target) {
  Given all = given;
  all["temperature"] = "1";
  all["potential"] = target.potential;
  const Parameters parameters(find_strategy("particle_gibbs").parameters, all, "test");
  SweepOptions options(parameters);
  options.temperature = target.temperature;
  options.samples_ancestors = parameters.flag("ancestor_sampling");
  options.keeps_beginnings = true;
  return options;
}

// What happens to the reference before the sweep, and how the next one is drawn: as they should be, unless a test breaks them.
struct KernelPieces {
  std::function<void(Particle&)> reference = [](Particle&) {};
  std::function<std::size_t(const Population&, SearchSpace&)> draw = [](const Population& population, SearchSpace& space) {
    return population.draw(space);
  };
};

// The population that a sweep with this word as reference leaves.
inline Population swept(const std::string& word, const Target& target, const SweepOptions& options, const KernelPieces& pieces,
                        ToySpace& space) {
  Particle reference = particle_of(word, target, space);
  pieces.reference(reference);
  std::vector<Population> populations;
  populations.emplace_back(std::move(reference), open_on(space, options.search.n - 1), target.temperature);
  const auto verifier = by_letters(target.reward);
  const Problem problem;
  ParticleAccount account(problem);
  const SweepContext context{options, *verifier, problem, space, account};
  EXPECT_TRUE(run(run_sweep(populations, context)));
  return std::move(populations.front());
}

inline Measure next_words(const std::string& word, const Target& target, const Given& given, const KernelPieces& pieces = {}) {
  const SweepOptions options = sweep_options(given, target);
  return expected_measure(target.chain, [&](ToySpace& space) {
    const Population population = swept(word, target, options, pieces, space);
    const Particle& next = population.particles()[pieces.draw(population, space)];
    return Measure{{std::string(toy_letters(next.path.text)), 1.0}};
  });
}

// What the target becomes in one step.
inline Measure after_a_step(const Target& target, const Given& given, const KernelPieces& pieces = {}) {
  Measure after;
  for (const auto& [word, mass] : normalised_measure(measure_of(target))) {
    for (const auto& [next, probability] : next_words(word, target, given, pieces)) after[next] += mass * probability;
  }
  return after;
}

}  // namespace reckon
