// Concepts of abstract grid puzzles: functions from grid to grid that compose. Grids have at most 10 rows and columns; 0 is
// empty.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/grid.h"

namespace reckon {

constexpr std::size_t kLargestConceptGrid = 10;

struct GridConcept {
  std::string_view name;
  Grid (*apply)(const Grid& grid);  // may give a grid that is too large or empty
};
std::span<const GridConcept> grid_concepts();

// nullopt for an unknown name, or when a grid on the way is empty or too large.
std::optional<Grid> apply_concepts(std::span<const std::string> names, Grid grid);

}  // namespace reckon
