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

#include "search/strategies/tempered_gibbs.h"
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
  std::function<double(const std::string& name, double score, double before)> log_potential;
  std::function<bool(std::span<const double> weights, double share)> resamples;  // whether it is time to
  // That two chains exchange what they hold, given their temperatures and the logarithms of its potentials.
  std::function<double(double first_t, double first, double second_t, double second)> exchanges;
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
  pieces.log_potential = [](const std::string& name, double score, double before) {
    return potential_named(name)(score, before);
  };
  pieces.resamples = is_due;
  pieces.exchanges = exchange_probability;
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
    ancestors();
    potentials();
    trigger();
    exchanging();
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

  // A reference that may get other ancestors leaves the target as it is, also where the model's own probabilities decide.
  void ancestors() {
    Target mild;
    mild.reward = [](std::string_view letters) { return letters.ends_with('1') ? 0.75 : 0.5; };
    for (const Target& target : {words_, mild}) {
      expect("ancestors", after_a_step(target, {{"n", "2"}, {"ancestor_sampling", "true"}}, pieces_.kernel),
             normalised_measure(measure_of(target)));
    }
  }

  // What the potentials make of the model is what the card says: its totals for three of them, and all by their definition.
  void potentials() {
    const std::map<std::string, std::function<double(double, double)>> factors{
        {"value", [](double score, double before) { return score / before; }},
        {"accept", [](double score, double) { return score; }},
        {"odds", [](double score, double) { return score / (1 - score); }},
        {"exp", [](double score, double) { return std::exp(score); }}};
    const std::map<std::string, double> totals{{"value", 2803.0 / 5000}, {"accept", 69741.0 / 500000}, {"odds", 82149.0 / 14000}};
    if (potential_names().size() != factors.size()) broken_.push_back("a potential without a law");
    for (const auto& [name, factor] : factors) {
      double total = 0;
      for (const auto& [word, prior] : law_of(*make_strategy("sample:temperature=1", nullptr), words_.chain)) {
        double weight = prior, before = 1;
        for (std::size_t length = 1; length <= word.size(); ++length) {
          const double score = words_.reward(std::string_view(word).substr(0, length));
          const double log_potential = pieces_.log_potential(name, score, before);
          if (std::abs(log_potential - std::log(factor(score, before))) > kTolerance) broken_.push_back("potential " + name);
          weight *= std::exp(log_potential);
          before = score;
        }
        total += weight;
      }
      const auto known = totals.find(name);
      if (known != totals.end() && std::abs(total - known->second) > kTolerance) broken_.push_back("total of " + name);
    }
  }

  // It is time to resample where one over the sum of squared weights is at most a share of the particles.
  void trigger() {
    const std::vector<std::vector<double>> populations{
        {1}, {0.5, 0.5}, {0.25, 0.75}, {0.1, 0.9}, {1, 0, 0}, {0.2, 0.3, 0.5}, {0.25, 0.25, 0.25, 0.25}, {0.4, 0.4, 0.1, 0.1}};
    for (const std::vector<double>& weights : populations) {
      double squares = 0;
      for (const double weight : weights) squares += weight * weight;
      for (const double share : {0.3, 0.5, 0.7, 0.9}) {
        const bool due = 1 <= share * static_cast<double>(weights.size()) * squares;
        if (pieces_.resamples(weights, share) != due) broken_.push_back("trigger");
      }
    }
  }

  // Two chains hold words by their targets; whoever exchanges them leaves both as they are, and of equal temperatures, always.
  void exchanging() {
    constexpr double kCold = 1, kHot = 3;
    const Measure words = measure_of(Target{words_.chain, [](std::string_view) { return 1; }, "accept", 1}, 2);
    const auto potential = [&](const std::string& word) {
      double sum = 0;
      for (std::size_t length = 1; length <= 2; ++length) sum += std::log(words_.reward(word.substr(0, length)));
      return sum;
    };
    for (const auto& [first, mass_1] : words) {
      for (const auto& [second, mass_2] : words) {
        const double a = potential(first), b = potential(second);
        const double there = std::exp(a / kCold + b / kHot) * pieces_.exchanges(kCold, a, kHot, b);
        const double back = std::exp(b / kCold + a / kHot) * pieces_.exchanges(kCold, b, kHot, a);
        if (std::abs(mass_1 * mass_2 * (there - back)) > kTolerance) broken_.push_back("exchange");
        if (pieces_.exchanges(kHot, a, kHot, b) != 1) broken_.push_back("exchange at equal temperatures");
      }
    }
  }

  Pieces pieces_;
  Target words_;
  Target ragged_{ragged_chain(), ragged_reward, "accept", 1};
  std::vector<std::string> broken_;
};

}  // namespace reckon
