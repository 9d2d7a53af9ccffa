// The laws of the pieces a sampler is made of (specs card C9): each piece changes the expected measure as it says, and in no
// other way.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "unit/search/conditional_sweep.h"

namespace reckon {

inline constexpr double kTolerance = 1e-12;

// A sampler taken apart.
struct Pieces {
  std::function<Population(ToySpace&, int)> spawn;
  std::function<void(Population&, ToySpace&)> extend;                       // by one letter
  std::function<void(Population&, const Target&)> score;                    // the letters that have not been scored yet
  std::function<void(Population&, Resampler, double, ToySpace&)> resample;  // at a temperature
  std::function<void(Population&)> set_aside;
  std::function<Measure(const Population&, ToySpace&)> collapse;  // to one word that has all the weight
  KernelPieces kernel = {};
};

inline void extend_at(double temperature, Population& population, ToySpace& space) {
  std::vector<Path> paths;
  for (Particle& particle : population.particles()) paths.push_back(std::move(particle.path));
  StepOptions letter;
  letter.max_tokens = 1;
  letter.sampling.temperature = temperature;
  advance_on(space, paths, letter);
  for (std::size_t i = 0; i < paths.size(); ++i) population.particles()[i].path = std::move(paths[i]);
}

inline void score_letters(Population& population, const Target& target) {
  for (std::size_t i = 0; i < population.particles().size(); ++i) {
    Particle& particle = population.particles()[i];
    const std::string letters(toy_letters(particle.path.text));
    if (letters.size() == particle.steps.size()) continue;  // ended before
    ParticleStep step;
    step.score = target.reward(letters);
    step.log_potential = target.log_potential()(step.score, particle.score());
    population.weigh(i, step.log_potential);
    particle.steps.push_back(std::move(step));
  }
}

inline Measure all_on(const Population& population, std::size_t index) {
  return {{std::string(toy_letters(population.particles()[index].path.text)), std::exp(population.log_evidence())}};
}

inline Pieces right_pieces() {
  Pieces pieces;
  pieces.spawn = [](ToySpace& space, int n) { return Population(open_on(space, n)); };
  pieces.extend = [](Population& population, ToySpace& space) { extend_at(1, population, space); };
  pieces.score = score_letters;
  pieces.resample = [](Population& population, Resampler scheme, double temperature, ToySpace& space) {
    population.resample(scheme, temperature, space);
  };
  pieces.set_aside = [](Population& population) { population.set_evidence_aside(); };
  pieces.collapse = [](const Population& population, ToySpace& space) { return all_on(population, population.draw(space)); };
  return pieces;
}

inline void add_to_all(Population& population, double log_weight) {
  for (std::size_t i = 0; i < population.particles().size(); ++i) population.weigh(i, log_weight);
}

// Names of the laws that the pieces break.
class Laws {
 public:
  explicit Laws(Pieces pieces) : pieces_(std::move(pieces)) {}

  std::vector<std::string> broken() {
    spawning();
    extending();
    scoring();
    resampling();
    setting_aside();
    collapsing();
    for (const Target& target : {words_, ragged_}) whole_samplers(target);
    kernel();
    return std::move(broken_);
  }

 private:
  void expect(const std::string& law, const Measure& measure, const Measure& expected) {
    if (largest_difference(measure, expected) > kTolerance) broken_.push_back(law);
  }

  Population scored(ToySpace& space, int n) {
    Population population = pieces_.spawn(space, n);
    pieces_.extend(population, space);
    pieces_.score(population, words_);
    return population;
  }

  void spawning() {
    for (int n = 1; n <= 3; ++n) {
      const auto run = [&](ToySpace& space) { return pieces_.collapse(pieces_.spawn(space, n), space); };
      expect("spawn", expected_measure(words_.chain, run), {{"", 1}});
    }
  }

  void extending() {
    Measure expected;
    for (const auto& [letter, mass] : measure_of(words_, 1)) {
      const std::vector<double> next = words_.chain.next(letter);
      for (std::size_t i = 0; i < next.size(); ++i) expected[letter + words_.chain.alphabet[i]] += mass * next[i];
    }
    const auto run = [&](ToySpace& space) {
      Population population = scored(space, 2);
      pieces_.extend(population, space);
      return measure_of(population);
    };
    expect("extend", expected_measure(words_.chain, run), expected);
  }

  void scoring() {
    const auto run = [&](ToySpace& space) { return measure_of(scored(space, 2)); };
    expect("score", expected_measure(words_.chain, run), measure_of(words_, 1));
  }

  void resampling() {
    for (const std::string& name : resampler_names()) {
      for (const double temperature : {1.0, 2.0, 3.5}) {
        const auto run = [&](ToySpace& space) {
          Population population = scored(space, 2);
          const double before = population.log_evidence();
          pieces_.resample(population, resampler_named(name), temperature, space);
          const bool kept = temperature != 1 || std::abs(population.log_evidence() - before) < kTolerance;
          if (!kept || population.particles().size() != 2) broken_.push_back("resample keeps total and size");
          return measure_of(population);
        };
        expect("resample", expected_measure(words_.chain, run), measure_of(words_, 1));
      }
    }
    const auto of_nothing = [&](ToySpace& space) {
      Population population = scored(space, 2);
      add_to_all(population, -std::numeric_limits<double>::infinity());
      pieces_.resample(population, resampler_named("systematic"), 1, space);
      return measure_of(population);
    };
    expect("resample nothing", expected_measure(words_.chain, of_nothing), {});
  }

  void setting_aside() {
    const auto run = [&](ToySpace& space) {
      Population population = scored(space, 2);
      pieces_.set_aside(population);
      if (std::abs(log_mean_exp(population.log_weights())) > kTolerance) broken_.push_back("set aside normalises");
      return measure_of(population);
    };
    expect("set aside", expected_measure(words_.chain, run), measure_of(words_, 1));
  }

  void collapsing() {
    const auto run = [&](ToySpace& space) { return pieces_.collapse(scored(space, 2), space); };
    expect("collapse", expected_measure(words_.chain, run), measure_of(words_, 1));
  }

  // (extend; score; resample)^3, then collapse: with every scheme, and resampling after some steps, also before anything was
  // scored. Bit i of `schedule` is for the place before letter i.
  void whole_samplers(const Target& target) {
    for (const std::string& name : resampler_names()) {
      for (int n = 1; n <= 2; ++n) {
        for (const int schedule : {0, 2, 6, 7}) {
          const auto run = [&](ToySpace& space) {
            Population population = pieces_.spawn(space, n);
            for (int letter = 0; letter < 3; ++letter) {
              if ((schedule >> letter) % 2 == 1) pieces_.resample(population, resampler_named(name), 1.0 + letter, space);
              pieces_.extend(population, space);
              pieces_.score(population, target);
            }
            pieces_.set_aside(population);
            return pieces_.collapse(population, space);
          };
          expect("sampler", expected_measure(target.chain, run), measure_of(target));
        }
      }
    }
  }

  void kernel() { expect("kernel", after_a_step(words_, {{"n", "2"}}, pieces_.kernel), normalised_measure(measure_of(words_))); }

  Pieces pieces_;
  Target words_;
  Target ragged_{ragged_chain(), ragged_reward, "accept", 1};
  std::vector<std::string> broken_;
};

}  // namespace reckon
