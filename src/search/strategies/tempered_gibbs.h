// Chains of particle Gibbs sweeps at different temperatures that exchange their references. One chain is particle Gibbs, several
// are parallel tempering: Puri et al. 2025, arXiv:2502.01618, appendix (specs card C7).
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "search/strategies/sweep.h"

namespace reckon {

// Rows of particle_parameters, and: sweeps, ancestor_sampling, pool.
std::vector<ParameterSpec> gibbs_parameters(std::int64_t default_n);

// That two chains exchange states: min(1, exp((1/T_1 - 1/T_2) (S_2 - S_1))), S the sum of a state's log potentials at
// temperature 1. The model's own probabilities cancel.
double exchange_probability(double temperature_1, double log_potential_1, double temperature_2, double log_potential_2);
// Offers every two neighbours an exchange, in order.
void exchange(std::span<Particle> references, std::span<const double> temperatures, SearchSpace& space);

class TemperedGibbs final : public Strategy {
 public:
  // One chain for each factor, its potentials at potential_temperature times it; the first chain answers.
  TemperedGibbs(const Parameters& parameters, std::span<const double> factors, std::shared_ptr<const Verifier> verifier);
  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override;

 private:
  std::vector<Population> first_chains(const Path& root, SearchSpace& space) const;
  std::vector<Population> next_chains(std::vector<Population> chains, const Path& root, SearchSpace& space) const;
  void note(const std::vector<Population>& chains, bool first_sweep, bool whole, ParticleAccount& account) const;

  SweepOptions options_;
  std::vector<double> temperatures_;
  int sweeps_;
  bool pools_;
  std::shared_ptr<const Verifier> verifier_;
};

}  // namespace reckon
