// A population of weighted particles. It stands for an unnormalised distribution over paths, its measure:
//
//     exp(evidence set aside) * (1/N) * Σ_i exp(log_weight_i) * [path_i]
//
// Spawning, extending, weighing, setting evidence aside, resampling and drawing one are valid in the sense of Ścibior et al. 2018
// (specs card C9): each changes the expected measure as it says, whatever the others did before.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "search/space.h"
#include "search/strategies/resampling.h"

namespace reckon {

struct ParticleStep {
  double score = 0;                            // of the verifier, behind the step
  double log_potential = 0;                    // at temperature 1
  std::shared_ptr<const Path> beginning = {};  // the path behind the step, held to fork from; null where nobody will
};

struct Particle {  // moves, never copies, as its path
  Path path;
  double log_weight = 0;
  std::vector<ParticleStep> steps = {};

  double score() const { return steps.empty() ? 1 : steps.back().score; }
  double log_potential() const;  // of all steps, at temperature 1
};

// A second hold on a path as it is now, under the same id: to fork from later, never to advance.
Path hold(const Path& path, SearchSpace& space);

class Population {
 public:
  // Spawns: paths weigh the same, 1 together. Potentials count to the power 1/temperature.
  explicit Population(std::vector<Path> paths, double temperature = 1);
  // Of a conditional sweep (Andrieu, Doucet and Holenstein 2010): `reference`, an ended particle of a sweep before, has the first
  // place and goes its way again; at each resampling it is its own ancestor, and may be others' too.
  Population(Particle reference, std::vector<Path> others, double temperature);

  std::span<Particle> particles() { return particles_; }
  std::span<const Particle> particles() const { return particles_; }
  const Particle* reference() const { return reference_ ? &*reference_ : nullptr; }
  double temperature() const { return temperature_; }
  void set_temperature(double temperature) { temperature_ = temperature; }  // of potentials from here on
  bool grows() const;                                                       // some particle is open

  std::vector<double> log_weights() const;
  std::vector<double> weights() const;  // sum 1
  double log_evidence() const;          // of the measure's total

  void weigh(std::size_t index, double log_potential);
  void set_evidence_aside();  // the weights become those with mean 1
  // Draws as many ancestors as there are particles by weights at `temperature`, and lets each go on as often as it was drawn: the
  // first time as it is, then as a fork. What the temperature left uncounted stays in the weights. Returns those who were not
  // drawn. Does nothing where all weights are 0. With a reference the scheme is multinomial: given that the reference is its
  // own ancestor, only there are the others still independent.
  std::vector<Particle> resample(Resampler scheme, double temperature, SearchSpace& space);
  std::size_t draw(SearchSpace& space) const;  // an index by weight

  // The reference's step of this number, taken over into the first place; nothing behind its end.
  void follow_reference(std::size_t step, SearchSpace& space);
  void replace_reference(Particle reference) { reference_ = std::move(reference); }

 private:
  std::vector<Particle> descend(std::span<const std::size_t> ancestors, SearchSpace& space);

  std::vector<Particle> particles_;
  std::optional<Particle> reference_;  // its path moves to the first place with its last step
  double temperature_;
  double evidence_aside_ = 0;  // logarithm
};

}  // namespace reckon
