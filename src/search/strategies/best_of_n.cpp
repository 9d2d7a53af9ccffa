// Best-of-N: N independent paths, the verifier's favourite wins.
// Source: standard; temperature and N as in search-and-learn (specs card B1). Confidence: the verifier's score of the winner.
#include "search/strategies/parallel_sampling.h"

namespace reckon {
namespace {

class BestOfN final : public Strategy {
 public:
  BestOfN(int n, StepOptions step, std::shared_ptr<const Verifier> verifier)
      : n_(n), step_(std::move(step)), verifier_(std::move(verifier)) {}

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    std::vector<Path> paths = co_await draw_paths(problem, space, n_, step_);
    const std::vector<double> scores = co_await verifier_->score(paths, problem, space);
    std::vector<PathRecord> records = records_of(paths, scores, problem);
    const Selection selection = find_selector("best").select(records);
    const double confidence = selection.chosen ? records[*selection.chosen].score : 0;
    co_return outcome_of(std::move(records), selection, confidence);
  }

 private:
  int n_;
  StepOptions step_;
  std::shared_ptr<const Verifier> verifier_;
};

std::unique_ptr<Strategy> make(const Parameters& parameters, std::shared_ptr<const Verifier> verifier) {
  return std::make_unique<BestOfN>(static_cast<int>(parameters.integer("n")), step_options(parameters), std::move(verifier));
}

}  // namespace

StrategyEntry best_of_n_entry() {
  return {.name = "best_of_n",
          .summary = "n independent paths; the one the verifier scores highest wins",
          .source = "standard",
          .parameters = drawing_parameters(kSearchTemperature, 16),
          .uses_verifier = true,
          .make = make};
}

}  // namespace reckon
