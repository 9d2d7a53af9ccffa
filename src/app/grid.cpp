#include "app/grid.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "search/allocator.h"

namespace reckon {
namespace {

constexpr std::size_t kLongestShown = 24;  // bytes of a system prompt in a label

[[noreturn]] void refuse(const std::string& message) { throw Error(ErrorCode::bad_argument, message, "--grid"); }

bool limits_budget(const std::string& name) {
  return name == "tokens" || name == "flops" || name == "seconds" || name == "joules";
}

std::vector<std::string> parameters_of(const EvaluationCell& cell) {
  std::vector<std::string> names;
  for (const ParameterSpec& row : parameters_of(parse_allocation(cell.strategy))) names.push_back(row.name);
  return names;
}

bool applies(const GridAxis& axis, const EvaluationCell& cell) {
  if (limits_budget(axis.name) || axis.name == "system") return true;
  if (axis.name == "verifier") return traits_of(cell.strategy).uses_verifier;
  return std::ranges::count(parameters_of(cell), axis.name) > 0;
}

void check_meaning(const GridAxis& axis, std::span<const EvaluationCell> bases) {
  const auto means_something = [&axis](const EvaluationCell& cell) { return applies(axis, cell); };
  if (std::ranges::any_of(bases, means_something)) return;
  if (axis.name == "verifier") refuse("no strategy uses a verifier");
  std::set<std::string> known{"verifier", "system", "tokens", "flops", "seconds", "joules"};
  for (const EvaluationCell& cell : bases)
    known.merge([&] {
      const std::vector<std::string> names = parameters_of(cell);
      return std::set<std::string>(names.begin(), names.end());
    }());
  const std::string near = nearest(axis.name, std::vector<std::string>(known.begin(), known.end()));
  refuse(fmt::format("no strategy has a parameter '{}'; {}it may also vary verifier, system, tokens, flops, seconds", axis.name,
                     near.empty() ? "" : "did you mean '" + near + "'? "));
}

Budget with_limit(const Budget& budget, const GridAxis& axis, const std::string& value) {
  const Budget one = parse_budget(axis.name + "=" + value);
  if ((one.tokens && budget.tokens) || (one.flops && budget.flops) || (one.seconds && budget.seconds) ||
      (one.joules && budget.joules)) {
    refuse(fmt::format("'{}' is limited by the budget already; leave it out of --budget, or out of the grid", axis.name));
  }
  Budget all = budget;
  if (one.tokens) all.tokens = one.tokens;
  if (one.flops) all.flops = one.flops;
  if (one.seconds) all.seconds = one.seconds;
  if (one.joules) all.joules = one.joules;
  return all;
}

bool has_parameter(std::span<const ParameterSpec> rows, const std::string& name) {
  return std::ranges::any_of(rows, [&name](const ParameterSpec& row) { return row.name == name; });
}

std::string with_value(const std::string& named_text, const GridAxis& axis, const std::string& value) {
  const NamedParameters named = parse_named_parameters(named_text, "--strategy");
  if (named.values.contains(axis.name)) refuse(fmt::format("'{}' of strategy '{}' is already given", axis.name, named_text));
  return fmt::format("{}{}{}={}", named_text, named.values.empty() ? ":" : ",", axis.name, value);
}

// Of the strategy, where it has such a parameter, else of the first of its allocators that has.
std::string with_parameter(const std::string& strategy, const GridAxis& axis, const std::string& value) {
  AllocationText text = parse_allocation(strategy);
  AllocationText alone;
  alone.strategy = text.strategy;
  if (has_parameter(parameters_of(alone), axis.name)) {
    text.strategy = with_value(text.strategy, axis, value);
    return to_string(text);
  }
  for (std::string& allocator : text.allocators) {
    if (!has_parameter(find_allocator(parse_named_parameters(allocator, "--allocator").name).parameters, axis.name)) continue;
    allocator = with_value(allocator, axis, value);
    break;
  }
  return to_string(text);
}

EvaluationCell varied(EvaluationCell cell, const GridAxis& axis, const std::string& value) {
  if (limits_budget(axis.name)) {
    cell.budget = with_limit(cell.budget, axis, value);
    cell.label += fmt::format(" {}={}", axis.name, value);
  } else if (axis.name == "verifier") {
    cell.verifier = unnested(value);
    cell.label += " verifier=" + value;
  } else if (axis.name == "system") {
    cell.system = value;
    cell.label += fmt::format(" system='{}{}'", value.substr(0, kLongestShown), value.size() > kLongestShown ? "…" : "");
  } else {
    // Behind the strategy and before what comes after it, so that a label reads as the strategy would be written.
    const std::string after = cell.label.substr(cell.strategy.size());
    cell.strategy = with_parameter(cell.strategy, axis, value);
    cell.label = cell.strategy + after;
  }
  return cell;
}

}  // namespace

GridAxis parse_grid_axis(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == 0 || equals == std::string_view::npos || equals + 1 == text.size()) {
    refuse(fmt::format("'{}' is not NAME=VALUE,VALUE,…", text));
  }
  GridAxis axis{.name = std::string(text.substr(0, equals)), .values = {}};
  for (std::size_t begin = equals + 1; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string value(text.substr(begin, end - begin));
    if (value.empty()) refuse(fmt::format("'{}' has an empty value", text));
    if (std::ranges::find(axis.values, value) != axis.values.end()) refuse(fmt::format("'{}' has '{}' twice", text, value));
    axis.values.push_back(value);
    begin = end + 1;
  }
  return axis;
}

std::vector<EvaluationCell> cells_of(std::span<const EvaluationCell> bases, std::span<const GridAxis> axes) {
  for (std::size_t i = 0; i < axes.size(); ++i) {
    check_meaning(axes[i], bases);
    for (std::size_t j = 0; j < i; ++j) {
      if (axes[i].name == axes[j].name) refuse(fmt::format("'{}' is varied twice", axes[i].name));
    }
  }
  std::vector<EvaluationCell> cells;
  for (const EvaluationCell& base : bases) {
    std::vector<EvaluationCell> grown{base};
    grown.front().label = base.strategy;
    for (const GridAxis& axis : axes) {
      if (!applies(axis, base)) continue;
      std::vector<EvaluationCell> next;
      for (const EvaluationCell& cell : grown) {
        for (const std::string& value : axis.values) next.push_back(varied(cell, axis, value));
      }
      grown = std::move(next);
      if (cells.size() + grown.size() > kMostCells) refuse(fmt::format("makes more than {} runs", kMostCells));
    }
    cells.insert(cells.end(), grown.begin(), grown.end());
  }
  return cells;
}

}  // namespace reckon
