// One step of particle Gibbs on a toy chain as a kernel: from a word to the law of the next.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
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

// What happens to the reference before the sweep, what its ancestors are drawn by, and how the next one is drawn: as they should
// be, unless a test breaks them.
struct KernelPieces {
  // Of what the model says of the reference's next step behind a particle.
  std::function<double(double log_probability)> likelihood = [](double log_probability) { return log_probability; };
  // The law that an ancestor is drawn from.
  std::function<std::vector<double>(std::vector<double>)> ancestors = [](std::vector<double> law) { return law; };
  std::function<void(Particle&)> reference = [](Particle&) {};
  std::function<std::size_t(const Population&, SearchSpace&)> draw = [](const Population& population, SearchSpace& space) {
    return population.draw(space);
  };
};

// A toy space in which ancestors of references are drawn as the pieces say: a choice behind likelihoods is one of an ancestor.
class AlteredSpace final : public SearchSpace {
 public:
  AlteredSpace(ToySpace& space, const KernelPieces& pieces) : space_(&space), pieces_(&pieces) {}

  awaitable<std::optional<Path>> open(const Problem& problem) override { return space_->open(problem); }
  std::vector<Path> fork(const Path& path, int copies) override { return space_->fork(path, copies); }
  awaitable<void> advance(std::span<Path> paths, StepOptions options) override {
    return space_->advance(paths, std::move(options));
  }
  bool append(Path& path, std::string_view text) override { return space_->append(path, text); }
  awaitable<bool> reply(Path& path, const Problem& problem, std::string text) override {
    return space_->reply(path, problem, std::move(text));
  }
  awaitable<std::optional<std::vector<std::vector<double>>>> likelihoods(std::span<const Path> paths,
                                                                         std::vector<std::string> texts) override {
    auto table = co_await space_->likelihoods(paths, std::move(texts));
    for (std::size_t i = 0; table && i < table->size(); ++i) {
      for (double& value : (*table)[i]) value = pieces_->likelihood(value);
    }
    of_ancestor_ = true;
    co_return table;
  }
  int choose(std::span<const double> probabilities) override {
    if (!std::exchange(of_ancestor_, false)) return space_->choose(probabilities);
    return space_->choose(pieces_->ancestors({probabilities.begin(), probabilities.end()}));
  }
  bool exhausted() const override { return space_->exhausted(); }

 private:
  ToySpace* space_;
  const KernelPieces* pieces_;
  bool of_ancestor_ = false;
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
  AlteredSpace altered(space, pieces);
  const SweepContext context{options, *verifier, problem, altered, account};
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
