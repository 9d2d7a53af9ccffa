// Running the coroutines of search to their end, compiled once for all tests of the layer.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "search/strategy.h"

namespace reckon {

// Those that do nothing but draw from the problem: their laws and totals on any space follow from that.
std::vector<StrategyEntry> drawing_strategies();

Outcome solve_on(SearchSpace& space, const Strategy& strategy, const Problem& problem = {});
// `copies` forks of the opened root; none when the budget cannot pay for the prompt.
std::vector<Path> open_on(SearchSpace& space, int copies, const Problem& problem = {});
// Whether there were any.
bool likelihoods_on(SearchSpace& space, std::span<const Path> paths, std::vector<std::string> texts);
void advance_on(SearchSpace& space, std::span<Path> paths, const StepOptions& step);
std::vector<double> score_on(SearchSpace& space, const Verifier& verifier, std::span<Path> paths, const Problem& problem = {});

}  // namespace reckon
