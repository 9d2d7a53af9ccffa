// What allocators that choose take where nothing was measured of such problems: strategies of independent paths that do well on
// tasks they were not chosen on (docs/allocation.md, "Tasks that were not measured"). Ours.
#pragma once

#include <string>

#include "engine/budget.h"

namespace reckon {

// Each as a user would write it, of so many paths that a budget ends them, or of a few where there is none.
std::string unmeasured_vote(const Budget& budget);         // nobody scores, or scores are not worth their tokens
std::string unmeasured_scored_vote(const Budget& budget);  // scores tell more than further paths
std::string unmeasured_checked(const Budget& budget);      // who scores knows what is right

}  // namespace reckon
