// Drawing independent paths in waves until a rule has seen enough: what the allocators that count samples have in common.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "search/allocator.h"
#include "search/strategies/independent_paths.h"

namespace reckon {

// What to do behind a wave.
struct NextWave {
  int paths = 0;         // to draw next; 0 = stop
  std::string reason;    // of stopping
  bool ran_out = false;  // the budget is the reason
};

class StoppingRule {  // immutable: it may watch many problems at once
 public:
  virtual ~StoppingRule() = default;
  // `drawn` so far, in order; at most `left` may follow (at least one).
  virtual NextWave next(std::span<const PathRecord> drawn, int left) const = 0;
  // Which of what was drawn may answer, by index: the strategy concludes from these alone. None = better no answer.
  virtual std::vector<std::size_t> answerable(std::span<const PathRecord> drawn) const;  // all
};

// The strategy of `request`. Throws Error bad_argument for one whose paths depend on each other: independent() is never null.
std::unique_ptr<Strategy> independent_strategy(const AllocationRequest& request);

// The strategy that draws the paths of `request.strategy` as the rule wants them, at most as many as that would draw by itself:
// the same paths, in the same order. Throws what independent_strategy throws.
std::unique_ptr<Strategy> in_waves(const AllocationRequest& request, std::unique_ptr<const StoppingRule> rule);

// Of the paths drawn so far that have an answer: how many of each, most first. Evidence does not count.
std::vector<int> votes_of(std::span<const PathRecord> drawn);

// Mean surprise of their tokens under the untouched model, in nats; 0 where none was drawn.
double surprise_of(std::span<const PathRecord> drawn);

// Rows of the parameters `least` and `wave`.
std::vector<ParameterSpec> wave_parameters(std::int64_t least, std::int64_t wave);

}  // namespace reckon
