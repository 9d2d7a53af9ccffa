// The trace of an answer: every path and what it cost, as JSON lines.
#pragma once

#include <ostream>
#include <string_view>

#include "app/runtime.h"
#include "app/solve.h"

namespace reckon {

// One line {"problem","strategy","seed","status","answer","receipt"}, then one per path: {"problem", the fields of a path in
// solve --json, "step_ends", "cost":{"tokens","flops"}}. The cost of a path is what its own tokens took, without the shared
// prompt.
void write_trace(std::ostream& out, std::string_view problem, const SolveResult& result, const Model& model);

}  // namespace reckon
