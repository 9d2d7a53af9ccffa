#include "search/strategies/tempered_gibbs.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

namespace reckon {

std::vector<ParameterSpec> gibbs_parameters(std::int64_t default_n) {
  std::vector<ParameterSpec> table = particle_parameters(default_n);
  table.push_back({"sweeps", std::int64_t{2}, "sweeps, each of n particles", 1, 1e6});
  table.push_back(
      {"ancestor_sampling", false, "give the rest of a reference other beginnings; reads it again behind every particle"});
  table.push_back({"pool", true, "weigh the paths of all sweeps; false = of the last"});
  return table;
}

double exchange_probability(double temperature_1, double log_potential_1, double temperature_2, double log_potential_2) {
  return std::exp(std::min(0.0, (1 / temperature_1 - 1 / temperature_2) * (log_potential_2 - log_potential_1)));
}

void exchange(std::span<Particle> references, std::span<const double> temperatures, SearchSpace& space) {
  for (std::size_t i = 0; i + 1 < references.size(); ++i) {
    const double yes = exchange_probability(temperatures[i], references[i].log_potential(), temperatures[i + 1],
                                            references[i + 1].log_potential());
    if (space.choose(std::array{yes, 1 - yes}) == 0) std::swap(references[i], references[i + 1]);
  }
}

TemperedGibbs::TemperedGibbs(const Parameters& parameters, std::span<const double> factors,
                             std::shared_ptr<const Verifier> verifier)
    : options_(parameters),
      sweeps_(static_cast<int>(parameters.integer("sweeps"))),
      pools_(parameters.flag("pool")),
      verifier_(std::move(verifier)) {
  options_.scheme = resampler_named("multinomial");
  options_.samples_ancestors = parameters.flag("ancestor_sampling");
  for (const double factor : factors) temperatures_.push_back(options_.temperature * factor);
}

awaitable<Outcome> TemperedGibbs::solve(const Problem& problem, SearchSpace& space) const {
  ParticleAccount account(problem);
  const std::optional<Path> root = co_await space.open(problem);
  if (!root) co_return std::move(account).outcome(options_.search.select, space, /*ran_out=*/true);
  std::vector<Population> chains = first_chains(*root, space);
  for (int sweep = 0;; ++sweep) {
    SweepOptions options = options_;
    options.keeps_beginnings = sweep + 1 < sweeps_;
    const SweepContext context{options, *verifier_, problem, space, account};
    const bool whole = co_await run_sweep(chains, context);
    note(chains, sweep == 0, whole, account);
    if (!whole || sweep + 1 == sweeps_) break;
    chains = next_chains(std::move(chains), *root, space);
  }
  co_return std::move(account).outcome(options_.search.select, space, /*ran_out=*/false);
}

std::vector<Population> TemperedGibbs::first_chains(const Path& root, SearchSpace& space) const {
  std::vector<Population> chains;
  for (const double temperature : temperatures_) chains.emplace_back(space.fork(root, options_.search.n), temperature);
  return chains;
}

// Each chain draws its reference by weight, neighbours exchange theirs, and all begin anew.
std::vector<Population> TemperedGibbs::next_chains(std::vector<Population> chains, const Path& root, SearchSpace& space) const {
  std::vector<Particle> references;
  for (Population& chain : chains) references.push_back(std::move(chain.particles()[chain.draw(space)]));
  chains.clear();  // the others' pages go back
  exchange(references, temperatures_, space);
  for (std::size_t i = 0; i < references.size(); ++i) {
    chains.emplace_back(std::move(references[i]), space.fork(root, options_.search.n - 1), temperatures_[i]);
  }
  return chains;
}

// What was cut short weighs nothing, unless there is nothing else.
void TemperedGibbs::note(const std::vector<Population>& chains, bool first_sweep, bool whole, ParticleAccount& account) const {
  if (whole && !pools_) account.forget_weights();
  for (std::size_t i = 0; i < chains.size(); ++i) account.note(chains[i], i == 0 && (whole || first_sweep) ? 1 : 0);
  if (whole && first_sweep) account.set_log_evidence(chains.front().log_evidence());
}

}  // namespace reckon
