#include "cli/eval_lines.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"
#include "cli/one_line.h"

namespace reckon {
namespace {

constexpr std::int64_t kBarWidth = 24;
constexpr std::size_t kFigures = 32;  // columns right of the labels

std::string bar_line(const EvalState& state) {
  const std::int64_t total = std::max<std::int64_t>(state.total, 1);
  const std::int64_t filled = std::clamp<std::int64_t>(kBarWidth * state.done / total, 0, kBarWidth);
  std::string line = fmt::format("{} [{:=<{}}{: <{}}] {}/{}", state.task, "", filled, "", kBarWidth - filled, state.done, total);
  return state.seconds_left ? line + fmt::format(", {} left", format_seconds(*state.seconds_left)) : line;
}

std::string row_line(const EvalRow& row, std::size_t width) {
  const auto done = static_cast<double>(std::max<std::int64_t>(row.done, 1));
  const std::string label = one_line(row.label, width);
  const std::size_t gap = width - std::min(width, columns_of(label));
  return fmt::format("{}{} {:>7} {:>8.1f} % {:>10.1f}", label, std::string(gap, ' '), row.done,
                     100 * static_cast<double>(row.right) / done, row.tokens / done);
}

}  // namespace

std::vector<std::string> eval_lines(const EvalState& state, int columns) {
  const auto most = static_cast<std::size_t>(std::max(columns, 0));
  const std::size_t width = std::clamp<std::size_t>(most > kFigures ? most - kFigures : 0, 8, 60);
  std::vector<std::string> lines{one_line(bar_line(state), most)};
  if (state.rows.empty()) return lines;
  lines.push_back(one_line(fmt::format("{:<{}} {:>7} {:>10} {:>10}", "strategy", width, "done", "accuracy", "tokens"), most));
  const std::size_t first = state.rows.size() - std::min(state.rows.size(), kMostEvalRows);
  for (std::size_t i = first; i < state.rows.size(); ++i) lines.push_back(one_line(row_line(state.rows[i], width), most));
  return lines;
}

}  // namespace reckon
