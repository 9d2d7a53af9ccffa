// What `eval` shows on a terminal while it works, as text: no clock, no terminal, the same lines for the same state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace reckon {

struct EvalRow {
  std::string label;
  std::int64_t done = 0;
  std::int64_t right = 0;
  double tokens = 0;  // of all that are done
};

struct EvalState {
  std::string task;
  std::int64_t done = 0;  // problems of all strategies
  std::int64_t total = 0;
  std::optional<double> seconds_left;
  std::vector<EvalRow> rows;  // strategies that have begun, in their order
};

inline constexpr std::size_t kMostEvalRows = 12;  // the latest are shown

// A bar, and a running table under it; at most `columns` columns each. Whatever a label holds, a line stays one line.
std::vector<std::string> eval_lines(const EvalState& state, int columns);

}  // namespace reckon
