// Weighted majority: N independent paths, every answer weighs the sum of its paths' scores.
// Source: Li et al. 2022, arXiv:2206.02336 (specs card B3). Confidence: the winning group's share of the weight.
#include "search/strategies/independent_paths.h"

namespace reckon {
namespace {

class WeightedMajority final : public IndependentPaths {
 public:
  WeightedMajority(int n, StepOptions step, std::shared_ptr<const Verifier> verifier)
      : IndependentPaths(n, std::move(step)), verifier_(std::move(verifier)) {}

  awaitable<std::vector<double>> scores(std::span<Path> paths, const Problem& problem, SearchSpace& space) const override {
    return verifier_->score(paths, problem, space);
  }

  Outcome conclude(std::vector<PathRecord> records) const override {
    const Selection selection = find_selector("weighted").select(records);
    return outcome_of(std::move(records), selection, selection.share);
  }

 private:
  std::shared_ptr<const Verifier> verifier_;
};

std::unique_ptr<Strategy> make(const Parameters& parameters, std::shared_ptr<const Verifier> verifier) {
  return std::make_unique<WeightedMajority>(static_cast<int>(parameters.integer("n")), step_options(parameters),
                                            std::move(verifier));
}

}  // namespace

StrategyEntry weighted_majority_entry() {
  return {.name = "weighted_majority",
          .summary = "n independent paths; the answer with the largest sum of verifier scores wins",
          .source = "Li et al. 2022, arXiv:2206.02336",
          .parameters = drawing_parameters(kSearchTemperature, 16),
          .uses_verifier = true,
          .make = make};
}

}  // namespace reckon
