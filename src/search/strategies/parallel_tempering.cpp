// Parallel tempering: chains of particle Gibbs at rising temperatures; neighbours exchange the paths they keep, so that what a
// hot chain finds by roaming gets to the cold one that answers. Source: Puri et al. 2025, arXiv:2502.01618, appendix (specs card
// C7).
#include <cmath>
#include <utility>

#include "search/strategies/tempered_gibbs.h"

namespace reckon {
namespace {

// Geometric, from 1 to `hottest`.
std::vector<double> ladder(std::int64_t chains, double hottest) {
  std::vector<double> factors;
  for (std::int64_t i = 0; i < chains; ++i) {
    const double place = chains == 1 ? 0 : static_cast<double>(i) / static_cast<double>(chains - 1);
    factors.push_back(std::pow(hottest, place));
  }
  return factors;
}

std::unique_ptr<Strategy> make_parallel_tempering(const Parameters& parameters, std::shared_ptr<const Verifier> verifier) {
  return std::make_unique<TemperedGibbs>(parameters, ladder(parameters.integer("chains"), parameters.number("hottest")),
                                         std::move(verifier));
}

}  // namespace

StrategyEntry parallel_tempering_entry() {
  std::vector<ParameterSpec> parameters = gibbs_parameters(4);
  parameters.push_back({"chains", std::int64_t{4}, "chains of n particles each; the first answers", 1, 256});
  parameters.push_back({"hottest", 4.0, "the last chain's temperature in that of the first; geometric between them", 1, 1e6});
  return {.name = "parallel_tempering",
          .summary = "chains of particle Gibbs from cold to hot that exchange the paths they keep; the cold one answers",
          .source = "Puri et al. 2025, arXiv:2502.01618",
          .parameters = std::move(parameters),
          .uses_verifier = true,
          .make = make_parallel_tempering};
}

}  // namespace reckon
