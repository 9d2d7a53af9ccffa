// Weighted majority: N independent paths, every answer weighs the sum of its paths' scores.
// Source: Li et al. 2022, arXiv:2206.02336 (specs card B3). Confidence: the winning group's share of the weight. Ours: by=mass,
// where scores weigh what a path has of the model's probability instead of one vote.
#include "search/strategies/independent_paths.h"

namespace reckon {
namespace {

class WeightedMajority final : public IndependentPaths {
 public:
  WeightedMajority(const Parameters& parameters, std::shared_ptr<const Verifier> verifier)
      : IndependentPaths(independent_drawing(parameters),
                         make_selector(parameters.text("by") == "mass" ? "mass:scored=true" : "weighted")),
        verifier_(std::move(verifier)) {}

  awaitable<std::vector<double>> scores(std::span<Path> paths, const Problem& problem, SearchSpace& space) const override {
    return verifier_->score(paths, problem, space);
  }

 private:
  std::shared_ptr<const Verifier> verifier_;
};

std::unique_ptr<Strategy> make_weighted_majority(const Parameters& parameters, std::shared_ptr<const Verifier> verifier) {
  return std::make_unique<WeightedMajority>(parameters, std::move(verifier));
}

}  // namespace

StrategyEntry weighted_majority_entry() {
  std::vector<ParameterSpec> parameters = independent_parameters();
  parameters.push_back({.name = "by",
                        .default_value = std::string("votes"),
                        .meaning = "what scores weigh: votes, or the mass of the selector 'mass'",
                        .choices = {"votes", "mass"}});
  return {.name = "weighted_majority",
          .summary = "n independent paths; the answer with the largest sum of verifier scores wins",
          .source = "Li et al. 2022, arXiv:2206.02336",
          .parameters = std::move(parameters),
          .uses_verifier = true,
          .draws_samples = true,
          .make = make_weighted_majority};
}

}  // namespace reckon
