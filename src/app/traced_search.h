// A result as the drawing of trees wants it.
#pragma once

#include "app/solve.h"
#include "draw/search_trace.h"

namespace reckon {

// What a trace of it would say, without events.
TracedSearch traced_search(const std::string& problem, const SolveResult& result);

}  // namespace reckon
