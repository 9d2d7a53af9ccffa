// Majority vote over answers, or self-consistency: N independent paths, the largest group of equal answers wins.
// Source: Wang et al. 2022, arXiv:2203.11171 (specs card B2). Confidence: the winning group's share of the votes. Ours: by=mass,
// where what an answer has of the model's probability is summed instead of estimated by counting.
#include "search/strategies/independent_paths.h"

namespace reckon {
namespace {

class Majority final : public IndependentPaths {
 public:
  explicit Majority(const Parameters& parameters)
      : IndependentPaths(independent_drawing(parameters), make_selector(parameters.text("by") == "mass" ? "mass" : "majority")) {}
};

std::unique_ptr<Strategy> make_majority(const Parameters& parameters, std::shared_ptr<const Verifier>) {
  return std::make_unique<Majority>(parameters);
}

}  // namespace

StrategyEntry majority_entry() {
  std::vector<ParameterSpec> parameters = independent_parameters();
  parameters.push_back({.name = "by",
                        .default_value = std::string("votes"),
                        .meaning = "what answers are compared by: votes, or the mass of the selector 'mass'",
                        .choices = {"votes", "mass"}});
  return {.name = "majority",
          .summary = "n independent paths; the answer most of them reach wins (self-consistency)",
          .source = "Wang et al. 2022, arXiv:2203.11171",
          .parameters = std::move(parameters),
          .draws_samples = true,
          .make = make_majority};
}

}  // namespace reckon
