// Measures over the words of a toy chain: what a sampler should stand for, by direct enumeration of words, and what it stands
// for, by enumeration of its executions (specs cards C6, C9).
#pragma once

#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "search/strategies/population.h"
#include "search/strategies/potential.h"
#include "unit/search/exhaustive.h"

namespace reckon {

using Measure = std::map<std::string, double>;  // unnormalised mass of each word
using Reward = std::function<double(std::string_view letters)>;

struct Target {  // the chain times the product of its steps' potentials, each letter being a step
  ToyChain chain = two_letter_chain();
  Reward reward = two_letter_reward;
  std::string potential = "accept";
  double temperature = 1;

  LogPotential log_potential() const { return potential_named(potential); }
};

inline double total_of(const Measure& measure) {
  double total = 0;
  for (const auto& [word, mass] : measure) total += mass;
  return total;
}

inline bool is_word(const ToyChain& chain, std::string_view letters) {
  return letters.size() == chain.length || (!letters.empty() && chain.last.find(letters.back()) != std::string::npos);
}

// Mass of all words, and of shorter beginnings where `letters` says where to stop.
inline Measure measure_of(const Target& target, std::size_t letters = 99) {
  Measure measure;
  const std::function<void(const std::string&, double, double)> grow = [&](const std::string& word, double mass, double before) {
    if (word.size() == letters || is_word(target.chain, word)) {
      measure[word] += mass;
      return;
    }
    const std::vector<double> next = target.chain.next(word);
    for (std::size_t i = 0; i < next.size(); ++i) {
      const std::string longer = word + target.chain.alphabet[i];
      const double score = target.reward(longer);
      grow(longer, mass * next[i] * std::exp(target.log_potential()(score, before) / target.temperature), score);
    }
  };
  grow("", 1, 1);
  return measure;
}

inline Measure normalised_measure(Measure measure) {
  const double total = total_of(measure);
  for (auto& [word, mass] : measure) mass /= total;
  return measure;
}

// Words of one to three letters: '2' ends them early, so that some particles end before others.
inline ToyChain ragged_chain() {
  ToyChain chain;
  chain.alphabet = "012";
  chain.last = "2";
  chain.next = [](std::string_view letters) {
    if (letters.empty()) return std::vector<double>{0.5, 0.25, 0.25};
    return letters.back() == '1' ? std::vector<double>{0.125, 0.625, 0.25} : std::vector<double>{0.25, 0.25, 0.5};
  };
  return chain;
}

// Depends on every letter, so that another beginning changes the potentials of all later steps.
inline double ragged_reward(std::string_view letters) {
  double reward = 0.25;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    reward += (letters[i] == '1' ? 0.2 : letters[i] == '2' ? 0.05 : -0.05) / static_cast<double>(i + 1);
  }
  return reward;
}

// What a population stands for, by the letters of its paths.
inline Measure measure_of(const Population& population) {
  Measure measure;
  const double total = std::exp(population.log_evidence());
  const std::vector<double> weights = population.weights();
  for (std::size_t i = 0; i < weights.size(); ++i) {
    measure[std::string(toy_letters(population.particles()[i].path.text))] += total * weights[i];
  }
  return measure;
}

// Sum over all executions of probability times the measure that one ends with.
inline Measure expected_measure(const ToyChain& chain, const std::function<Measure(ToySpace&)>& execution) {
  ExhaustiveChooser chooser;
  Measure expected;
  do {
    ToySpaceOptions options;
    options.choose = [&chooser](std::span<const double> probabilities) { return chooser.choose(probabilities); };
    ToySpace space(chain, options);
    for (const auto& [word, mass] : execution(space)) expected[word] += chooser.probability() * mass;
  } while (chooser.next());
  return expected;
}

inline double largest_difference(const Measure& a, const Measure& b) {
  double most = 0;
  for (const auto& [word, mass] : a) most = std::max(most, std::abs(mass - (b.contains(word) ? b.at(word) : 0)));
  for (const auto& [word, mass] : b) most = std::max(most, a.contains(word) ? 0 : std::abs(mass));
  return most;
}

// An ended particle that holds this word, as a sweep leaves it: with what it was behind each letter.
inline Particle particle_of(const std::string& word, const Target& target, ToySpace& space) {
  Particle particle;
  particle.path = std::move(open_on(space, 1).front());
  for (std::size_t i = 0; i < word.size(); ++i) {
    space.append(particle.path, word.substr(i, 1));
    particle.path.tokens = particle.path.inherited_tokens = static_cast<std::int64_t>(i) + 1;
    particle.path.step_ends.push_back(particle.path.text.size());
    ParticleStep step;
    step.score = target.reward(word.substr(0, i + 1));
    step.log_potential = target.log_potential()(step.score, particle.score());
    if (i + 1 < word.size()) step.beginning = std::make_shared<const Path>(hold(particle.path, space));
    particle.steps.push_back(std::move(step));
  }
  return particle;
}

}  // namespace reckon
