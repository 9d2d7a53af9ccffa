// Weighted majority: N independent paths, every answer weighs the sum of its paths' scores.
// Source: Li et al. 2022, arXiv:2206.02336 (specs card B3). Confidence: the winning group's share of the weight.
#include "search/strategies/parallel_sampling.h"

namespace reckon {
namespace {

class WeightedMajority final : public Strategy {
 public:
  WeightedMajority(int n, StepOptions step, std::shared_ptr<const Verifier> verifier)
      : n_(n), step_(std::move(step)), verifier_(std::move(verifier)) {}

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    std::vector<Path> paths = co_await draw_paths(problem, space, n_, step_);
    const std::vector<double> scores = co_await verifier_->score(paths, problem, space);
    std::vector<PathRecord> records = records_of(paths, scores, problem);
    const Selection selection = find_selector("weighted").select(records);
    co_return outcome_of(std::move(records), selection, selection.share);
  }

 private:
  int n_;
  StepOptions step_;
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
