// A sweep: populations of particles from the prompt to ended paths, step by step, all in one batch. One population is a particle
// filter (Puri et al. 2025, arXiv:2502.01618); with a reference, a step of particle Gibbs; several at different temperatures, a
// step of parallel tempering (specs cards C6 to C8).
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "search/strategies/particle_account.h"
#include "search/strategies/population.h"
#include "search/strategies/potential.h"
#include "search/strategies/step_search.h"

namespace reckon {

// Rows of step_search_parameters with the ways a sampler selects, and: potential, potential_temperature, resample.
std::vector<ParameterSpec> particle_parameters(std::int64_t default_n);

struct SweepOptions {
  explicit SweepOptions(const Parameters& parameters);  // of particle_parameters; the rest as below

  StepSearchOptions search;
  LogPotential potential;
  double temperature;              // of the potentials, in the end
  double resample_below;           // resample where the effective sample size is at most this share of the particles; 1 = always
  double first_temperature = 0;    // of the potentials of the first step; 0 = as in the end
  std::int64_t cooling_steps = 1;  // from the one to the other
  Resampler scheme = resampler_named("systematic");
  bool repeats_last = false;       // an ended particle's last potential counts again in every later step
  double entropy = 0;              // least share of entropy in the weights by which ancestors are drawn in the first step
  std::int64_t entropy_steps = 1;  // behind so many steps it has fallen to 0
  double ahead = 0;                // share of a step's score that is that of one more step behind it, drawn for this alone
  bool samples_ancestors = false;  // of references
  bool keeps_beginnings = false;   // so that a particle may be the reference of a later sweep

  double temperature_at(std::size_t step) const;
  double resampling_temperature(std::size_t step, const Population& population) const;
};

// Whether a population of these weights, of sum 1, is to be resampled: where its effective sample size is at most the share
// `resample_below` of it.
bool is_due(std::span<const double> weights, double resample_below);

// What a sweep works with; all of it outlives the sweep.
struct SweepContext {
  const SweepOptions& options;
  const Verifier& verifier;
  const Problem& problem;
  SearchSpace& space;
  ParticleAccount& account;  // gets the particles that are dropped
};

// Grows all populations to their ends. False when the budget cut a path off: from there on nothing was resampled.
awaitable<bool> run_sweep(std::vector<Population>& populations, const SweepContext& context);

}  // namespace reckon
