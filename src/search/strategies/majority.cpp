// Majority vote over answers, or self-consistency: N independent paths, the largest group of equal answers wins.
// Source: Wang et al. 2022, arXiv:2203.11171 (specs card B2). Confidence: the winning group's share of the votes.
#include "search/strategies/independent_paths.h"

namespace reckon {
namespace {

class Majority final : public IndependentPaths {
 public:
  using IndependentPaths::IndependentPaths;

  Outcome conclude(std::vector<PathRecord> records) const override {
    const Selection selection = find_selector("majority").select(records);
    return outcome_of(std::move(records), selection, selection.share);
  }
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
