// The trace of a search as JSON lines: what happened, in order, and every path with what it cost (docs/tracing.md).
#pragma once

#include <ostream>
#include <string_view>

#include "app/runtime.h"
#include "app/solve.h"

namespace reckon {

// One line {"event","path","parent","steps","tokens","spent", …}: what the kind of event has, and no clock, so that the same
// command writes the same lines.
void write_event(std::ostream& out, const SearchEvent& event);

// One line {"problem", its "text" where `problem` only names it, the fields of solve --json but for "paths"}, then one per path:
// {"problem", the fields of a path in solve --json, "step_ends", "cost":{"tokens","flops"}}. The cost of a path is what its own
// tokens took, without the prompt and without what it shares with its parent.
void write_trace(std::ostream& out, std::string_view problem, const SolveResult& result);

}  // namespace reckon
