// Running the coroutines of search to their end, compiled once for all tests of the layer.
#pragma once

#include <optional>
#include <span>

#include "search/strategy.h"

namespace reckon {

Outcome solve_on(SearchSpace& space, const Strategy& strategy, const Problem& problem = {});
// `copies` forks of the opened root; none when the budget cannot pay for the prompt.
std::vector<Path> open_on(SearchSpace& space, int copies, const Problem& problem = {});
void advance_on(SearchSpace& space, std::span<Path> paths, const StepOptions& step);
std::vector<double> score_on(SearchSpace& space, const Verifier& verifier, std::span<Path> paths, const Problem& problem = {});

}  // namespace reckon
