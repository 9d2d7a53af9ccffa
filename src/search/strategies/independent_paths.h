// What strategies of independent paths have in common: paths from one prompt, none of which depends on another, and a selector
// that makes an answer of however many there are. How many is n, unless an allocator (search/allocator.h) says otherwise. The
// first may be the greedy one, whatever the others are drawn with.
#pragma once

#include <span>
#include <vector>

#include "search/strategies/parallel_sampling.h"

namespace reckon {

struct IndependentDrawing {
  int most = 1;
  StepOptions step;
  bool greedy_first = false;
};

// Rows of `n`, of drawing, and of `first`.
std::vector<ParameterSpec> independent_parameters();
IndependentDrawing independent_drawing(const Parameters& parameters);  // of those rows

class IndependentPaths : public Strategy {
 public:
  IndependentPaths(IndependentDrawing drawing, Selector selector)
      : drawing_(std::move(drawing)), selector_(std::move(selector)) {}

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const final;  // of all n
  const IndependentPaths* independent() const final { return this; }

  int most() const { return drawing_.most; }
  const StepOptions& step() const { return drawing_.step; }
  bool greedy_first() const { return drawing_.greedy_first; }
  const Selector& selector() const { return selector_; }  // which makes the answer

  // Draws `paths`, before which `before` others were drawn of the same problem, to their ends. `step` as the strategy's own, or
  // what an allocator makes of it; a greedy first path keeps its own temperature. `paths` and `space` outlive the coroutine.
  awaitable<void> advance(std::span<Path> paths, int before, StepOptions step, SearchSpace& space) const;
  // `count` further forks of `root`, drawn so and scored. `root` outlives the coroutine.
  awaitable<std::vector<PathRecord>> draw(const Path& root, int before, int count, StepOptions step, const Problem& problem,
                                          SearchSpace& space) const;

  // One score per path; none where the strategy asks nobody.
  virtual awaitable<std::vector<double>> scores(std::span<Path> paths, const Problem& problem, SearchSpace& space) const;
  // The outcome that these paths come to by the selector, as outcome_of has it; confidence as confidence_of has it.
  Outcome conclude(std::vector<PathRecord> records) const;

 private:
  IndependentDrawing drawing_;
  Selector selector_;
};

}  // namespace reckon
