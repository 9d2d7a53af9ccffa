// One path, drawn to its end: what greedy and sample have in common.
#pragma once

#include "search/strategies/parallel_sampling.h"

namespace reckon {

class SinglePath final : public Strategy {
 public:
  explicit SinglePath(StepOptions step) : step_(std::move(step)) {}
  // Confidence: the geometric mean of the probabilities of the path's tokens under the untouched model.
  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override;

 private:
  StepOptions step_;
};

}  // namespace reckon
