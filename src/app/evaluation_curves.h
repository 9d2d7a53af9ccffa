// Accuracy against what it costs, from the scores of an evaluation: lines for plots, and tables at equal cost.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/grid.h"
#include "app/strategy_score.h"
#include "tasks/plot.h"

namespace reckon {

double cost_of(const StrategyScore& score, CostAxis axis);  // mean per problem

// One line for each strategy by name, and for each value of those axes of the grid that are no matter of cost: all but n and the
// limits of the budget. A line of one point is called as its strategy is.
std::vector<PlotSeries> curves_of(std::span<const StrategyScore> scores, std::span<const GridAxis> grid, CostAxis axis);
std::vector<PlotPanel> panels_of(std::span<const StrategyScore> scores, std::span<const GridAxis> grid);  // of all axes

// What each line reaches for the same money: its best accuracy that costs no more than the mark.
struct EqualCost {
  CostAxis axis = CostAxis::tokens;
  std::vector<double> marks;
  struct Row {
    std::string line;
    std::vector<std::optional<double>> accuracy;  // one per mark; nothing where its cheapest point costs more
    std::optional<double> area;                   // under its frontier from the first mark to the last
  };
  std::vector<Row> rows;
};
EqualCost equal_cost(std::span<const StrategyScore> scores, std::span<const GridAxis> grid, CostAxis axis);

// Of resamples of the problems, the share in which each strategy is on the frontier of all. Nothing unless all have the same
// problems.
std::vector<double> frontier_shares_of(std::span<const EvaluatedCell> cells, CostAxis axis);

}  // namespace reckon
