// Grids: every strategy of an evaluation under every combination of some values.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/run_identity.h"

namespace reckon {

// What a grid varies: a parameter of strategies (temperature, top_p, n …), `verifier` (the type of reward; in a value, ':' stands
// for
// ','), `system` (the prompt), or a limit of the budget: tokens, flops, seconds, joules.
struct GridAxis {
  std::string name;
  std::vector<std::string> values;  // at least one, all different
};

// "temperature=0.5,0.8,1". Throws Error bad_argument.
GridAxis parse_grid_axis(std::string_view text);

inline constexpr std::size_t kMostCells = 1000;

// The cells of each of `bases` in turn, the last axis varying fastest, with labels. An axis that means nothing to a strategy
// (temperature to greedy, verifier to majority) leaves it one cell. Throws Error bad_argument for an axis that means nothing to
// any, a value that the strategy already has, and more than kMostCells.
std::vector<EvaluationCell> cells_of(std::span<const EvaluationCell> bases, std::span<const GridAxis> axes);

}  // namespace reckon
