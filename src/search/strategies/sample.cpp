// Sample: one path drawn from the model's distribution.
#include "search/strategies/single_path.h"

namespace reckon {
namespace {

std::unique_ptr<Strategy> make_sample(const Parameters& parameters, std::shared_ptr<const Verifier>) {
  return std::make_unique<SinglePath>(step_options(parameters));
}

}  // namespace

StrategyEntry sample_entry() {
  return {.name = "sample",
          .summary = "one path, drawn from the model's distribution",
          .source = "standard",
          .parameters = drawing_parameters(kSearchTemperature),
          .make = make_sample};
}

}  // namespace reckon
