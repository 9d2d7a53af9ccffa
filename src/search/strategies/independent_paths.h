// What strategies of independent paths have in common: paths from one prompt, none of which depends on another, and a rule that
// makes an answer of however many there are. How many is n, unless an allocator (search/allocator.h) says otherwise.
#pragma once

#include <span>
#include <vector>

#include "search/strategies/parallel_sampling.h"

namespace reckon {

class IndependentPaths : public Strategy {
 public:
  IndependentPaths(int most, StepOptions step) : most_(most), step_(std::move(step)) {}

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const final;  // of all n
  const IndependentPaths* independent() const final { return this; }

  int most() const { return most_; }
  const StepOptions& step() const { return step_; }

  // `count` further forks of `root`, drawn to their ends in one batch, and scored. `root` outlives the coroutine. `step` as the
  // strategy's own, or what an allocator makes of it.
  awaitable<std::vector<PathRecord>> draw(const Path& root, int count, StepOptions step, const Problem& problem,
                                          SearchSpace& space) const;

  // One score per path; none where the strategy asks nobody.
  virtual awaitable<std::vector<double>> scores(std::span<Path> paths, const Problem& problem, SearchSpace& space) const;
  // The outcome that these paths come to, as outcome_of has it.
  virtual Outcome conclude(std::vector<PathRecord> records) const = 0;

 private:
  int most_;
  StepOptions step_;
};

}  // namespace reckon
