#include "app/evaluation_curves.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "search/allocator.h"
#include "tasks/frontier.h"

namespace reckon {
namespace {

constexpr std::array<std::string_view, 5> kCostNames{"n", "tokens", "flops", "seconds", "joules"};

double cost_of(const Ledger& ledger, CostAxis axis) {
  switch (axis) {
    case CostAxis::tokens: return static_cast<double>(ledger.total());
    case CostAxis::flops: return ledger.flops;
    case CostAxis::seconds: return ledger.seconds;
  }
  return 0;
}

// The parts of "majority:n=32@adaptive:threshold=0.9".
std::vector<NamedParameters> parts_of(const std::string& strategy) {
  const AllocationText text = parse_allocation(strategy);
  std::vector<NamedParameters> parts;
  if (!text.strategy.empty()) parts.push_back(parse_named_parameters(text.strategy, "--strategy"));
  for (const std::string& allocator : text.allocators) parts.push_back(parse_named_parameters(allocator, "--allocator"));
  return parts;
}

// Each part with those of its parameters that the grid varies.
std::string line_of(const StrategyScore& score, std::span<const GridAxis> grid) {
  std::string name, further;
  for (const NamedParameters& part : parts_of(score.cell.strategy)) {
    name += (name.empty() ? "" : "@") + part.name;
    char separator = ':';
    for (const GridAxis& axis : grid) {
      const auto given = part.values.find(axis.name);
      if (given == part.values.end() || std::ranges::find(kCostNames, axis.name) != kCostNames.end()) continue;
      name += fmt::format("{}{}={}", separator, axis.name, given->second);
      separator = ',';
    }
  }
  for (const GridAxis& axis : grid) {
    if (axis.name != "verifier" && axis.name != "system") continue;
    if (score.cell.label.find(" " + axis.name + "=") == std::string::npos) continue;
    further += fmt::format(" {}", axis.name == "verifier" ? score.cell.verifier : score.cell.system);
  }
  return name + further;
}

std::vector<CostPoint> points_of(const PlotSeries& line) {
  std::vector<CostPoint> points;
  for (const PlotPoint& point : line.points) {
    if (point.cost > 0) points.push_back({point.cost, point.accuracy});
  }
  return points;
}

}  // namespace

double cost_of(const StrategyScore& score, CostAxis axis) {
  switch (axis) {
    case CostAxis::tokens: return score.tokens_mean;
    case CostAxis::flops: return score.flops_mean;
    case CostAxis::seconds: return score.seconds_mean;
  }
  return 0;
}

std::vector<PlotSeries> curves_of(std::span<const StrategyScore> scores, std::span<const GridAxis> grid, CostAxis axis) {
  std::vector<PlotSeries> lines;
  std::vector<std::string> only;  // label of the first point of each
  for (const StrategyScore& score : scores) {
    const std::string name = line_of(score, grid);
    auto line = std::ranges::find(lines, name, &PlotSeries::name);
    if (line == lines.end()) {
      line = lines.insert(lines.end(), PlotSeries{name, {}});
      only.push_back(score.strategy);
    }
    line->points.push_back({cost_of(score, axis), score.accuracy, score.interval});
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool bare = lines[i].name.find_first_of(": ") == std::string::npos;  // nothing in it that a grid varies
    if (lines[i].points.size() == 1 && bare) lines[i].name = only[i];
  }
  return lines;
}

std::vector<PlotPanel> panels_of(std::span<const StrategyScore> scores, std::span<const GridAxis> grid) {
  std::vector<PlotPanel> panels;
  for (const CostAxis axis : kCostAxes) panels.push_back({axis, curves_of(scores, grid, axis)});
  return panels;
}

EqualCost equal_cost(std::span<const StrategyScore> scores, std::span<const GridAxis> grid, CostAxis axis) {
  EqualCost table{.axis = axis, .marks = {}, .rows = {}};
  double least = 0, largest = 0;
  for (const StrategyScore& score : scores) {
    const double cost = cost_of(score, axis);
    if (cost > 0) least = least == 0 ? cost : std::min(least, cost);
    largest = std::max(largest, cost);
  }
  if (least == 0) return table;
  table.marks = cost_marks(least, largest);
  for (const PlotSeries& line : curves_of(scores, grid, axis)) {
    const std::vector<CostPoint> points = points_of(line);
    EqualCost::Row& row = table.rows.emplace_back();
    row.line = line.name;
    for (const double mark : table.marks) row.accuracy.push_back(accuracy_at(points, mark));
    if (table.marks.size() > 1) row.area = area_under_frontier(points, table.marks.front(), table.marks.back());
  }
  return table;
}

std::vector<double> frontier_shares_of(std::span<const EvaluatedCell> cells, CostAxis axis) {
  std::vector<MeasuredPoint> points;
  if (cells.empty()) return {};
  for (const EvaluatedCell& cell : cells) {
    if (!std::ranges::equal(cell.results, cells.front().results, {}, &ProblemResult::problem, &ProblemResult::problem)) return {};
    MeasuredPoint& point = points.emplace_back();
    for (const ProblemResult& result : cell.results) {
      point.costs.push_back(cost_of(result.solved.receipt.ledger, axis));
      point.right.push_back(result.right() ? 1 : 0);
    }
  }
  constexpr int kMostResamples = 1000;
  return frontier_shares(points, /*seed=*/0, std::min(kMostResamples, resamples_for(points.front().costs.size())));
}

}  // namespace reckon
