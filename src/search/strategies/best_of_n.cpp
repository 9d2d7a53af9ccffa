// Best-of-N: N independent paths, the verifier's favourite wins, or whom another selector picks.
// Source: standard; temperature and N as in search-and-learn (specs card B1). Confidence: the verifier's score of the winner, or
// of another selector its share.
#include "search/strategies/parallel_sampling.h"

namespace reckon {
namespace {

class BestOfN final : public Strategy {
 public:
  BestOfN(const Parameters& parameters, std::shared_ptr<const Verifier> verifier)
      : n_(static_cast<int>(parameters.integer("n"))),
        step_(step_options(parameters)),
        selector_(make_selector(parameters.text("select"))),
        verifier_(std::move(verifier)) {}

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    std::vector<Path> paths = co_await draw_paths(problem, space, n_, step_);
    const std::vector<double> scores = co_await verifier_->score(paths, problem, space);
    std::vector<PathRecord> records = records_of(paths, scores, problem);
    const Selection selection = selector_.select(records);
    const double confidence = confidence_of(selector_, selection, records);
    co_return outcome_of(std::move(records), selection, confidence);
  }

 private:
  int n_;
  StepOptions step_;
  Selector selector_;
  std::shared_ptr<const Verifier> verifier_;
};

std::unique_ptr<Strategy> make(const Parameters& parameters, std::shared_ptr<const Verifier> verifier) {
  return std::make_unique<BestOfN>(parameters, std::move(verifier));
}

}  // namespace

StrategyEntry best_of_n_entry() {
  std::vector<ParameterSpec> parameters = drawing_parameters(kSearchTemperature, 16);
  parameters.push_back(select_parameter());
  return {.name = "best_of_n",
          .summary = "n independent paths; the one the verifier scores highest wins",
          .source = "standard",
          .parameters = std::move(parameters),
          .uses_verifier = true,
          .make = make};
}

}  // namespace reckon
