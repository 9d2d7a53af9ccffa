// What `solve` shows on a terminal while it searches, as text: no clock, no terminal, the same lines for the same state.
#pragma once

#include <string>
#include <vector>

#include "app/search_progress.h"
#include "engine/budget.h"

namespace reckon {

struct LiveState {
  ProgressSnapshot progress;
  Budget budget;
  double seconds = 0;            // since the search began
  double joules = 0;             // the same, where the budget limits them
  double tokens_per_second = 0;  // lately; 0 = not known yet
};

inline constexpr std::size_t kLiveLines = 3;  // always so many, so that they can be redrawn in place

// At most `columns` columns each, colour codes not counted; whatever an answer holds, a line stays one line.
std::vector<std::string> live_lines(const LiveState& state, int columns, bool colour);

}  // namespace reckon
