// Particle Gibbs: particle filters in a row, each with a path of the one before as reference. Sources: Andrieu, Doucet and
// Holenstein 2010; Puri et al. 2025, arXiv:2502.01618, appendix; ancestor sampling: Lindsten et al. 2014 (specs card C7).
#include <array>
#include <utility>

#include "search/strategies/tempered_gibbs.h"

namespace reckon {
namespace {

std::unique_ptr<Strategy> make_particle_gibbs(const Parameters& parameters, std::shared_ptr<const Verifier> verifier) {
  return std::make_unique<TemperedGibbs>(parameters, std::array{1.0}, std::move(verifier));
}

}  // namespace

StrategyEntry particle_gibbs_entry() {
  return {.name = "particle_gibbs",
          .summary = "particle filters in a row; each keeps a path that the one before drew by weight",
          .source = "Andrieu, Doucet and Holenstein 2010; Puri et al. 2025, arXiv:2502.01618",
          .parameters = gibbs_parameters(16),
          .uses_verifier = true,
          .make = make_particle_gibbs};
}

}  // namespace reckon
