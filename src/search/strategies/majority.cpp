// Majority vote over answers, or self-consistency: N independent paths, the largest group of equal answers wins.
// Source: Wang et al. 2022, arXiv:2203.11171 (specs card B2). Confidence: the winning group's share of the votes.
#include "search/strategies/parallel_sampling.h"

namespace reckon {
namespace {

class Majority final : public Strategy {
 public:
  Majority(int n, StepOptions step) : n_(n), step_(std::move(step)) {}

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    const std::vector<Path> paths = co_await draw_paths(problem, space, n_, step_);
    std::vector<PathRecord> records = records_of(paths, {}, problem);
    const Selection selection = find_selector("majority").select(records);
    co_return outcome_of(std::move(records), selection, selection.share);
  }

 private:
  int n_;
  StepOptions step_;
};

std::unique_ptr<Strategy> make(const Parameters& parameters, std::shared_ptr<const Verifier>) {
  return std::make_unique<Majority>(static_cast<int>(parameters.integer("n")), step_options(parameters));
}

}  // namespace

StrategyEntry majority_entry() {
  return {.name = "majority",
          .summary = "n independent paths; the answer most of them reach wins (self-consistency)",
          .source = "Wang et al. 2022, arXiv:2203.11171",
          .parameters = drawing_parameters(kSearchTemperature, 16),
          .make = make};
}

}  // namespace reckon
