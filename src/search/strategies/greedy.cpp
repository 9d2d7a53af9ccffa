// Greedy: one path of most likely tokens. The baseline everything else is compared with.
#include "search/strategies/single_path.h"

namespace reckon {
namespace {

std::unique_ptr<Strategy> make_greedy(const Parameters& parameters, std::shared_ptr<const Verifier>) {
  StepOptions step;
  step.sampling.temperature = 0;
  step.path_tokens = parameters.integer("max_tokens");
  return std::make_unique<SinglePath>(std::move(step));
}

}  // namespace

StrategyEntry greedy_entry() {
  return {.name = "greedy",
          .summary = "one path, always the most likely token",
          .source = "standard",
          .parameters = {max_tokens_parameter()},
          .make = make_greedy};
}

}  // namespace reckon
