// Best-of-N: N independent paths, the verifier's favourite wins, or whom another selector picks.
// Source: standard; temperature and N as in search-and-learn (specs card B1). Confidence: the verifier's score of the winner, or
// of another selector its share.
#include "search/strategies/independent_paths.h"

namespace reckon {
namespace {

class BestOfN final : public IndependentPaths {
 public:
  BestOfN(const Parameters& parameters, std::shared_ptr<const Verifier> verifier)
      : IndependentPaths(independent_drawing(parameters), make_selector(parameters.text("select"))),
        verifier_(std::move(verifier)) {}

  awaitable<std::vector<double>> scores(std::span<Path> paths, const Problem& problem, SearchSpace& space) const override {
    return verifier_->score(paths, problem, space);
  }

 private:
  std::shared_ptr<const Verifier> verifier_;
};

std::unique_ptr<Strategy> make_best_of_n(const Parameters& parameters, std::shared_ptr<const Verifier> verifier) {
  return std::make_unique<BestOfN>(parameters, std::move(verifier));
}

}  // namespace

StrategyEntry best_of_n_entry() {
  std::vector<ParameterSpec> parameters = independent_parameters();
  parameters.push_back(select_parameter());
  return {.name = "best_of_n",
          .summary = "n independent paths; the one the verifier scores highest wins",
          .source = "standard",
          .parameters = std::move(parameters),
          .uses_verifier = true,
          .draws_samples = true,
          .make = make_best_of_n};
}

}  // namespace reckon
