// Grids of colours as text: rows of digits. Shared by the reader of ARC-AGI and the generated grid tasks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tasks/task.h"

namespace reckon {

using Grid = std::vector<std::string>;  // rows of equal length, each cell a digit

constexpr std::size_t kLargestGrid = 30;  // rows and columns
extern const std::string kGridInstruction;

std::string shown(const Grid& grid);                               // rows with newlines between
std::string demonstration(const Grid& input, const Grid& output);  // a pair as the prompt shows it
std::string question(const Grid& input);                           // the last, without its output
std::vector<std::string> read_rows(std::string_view text);         // rows between newlines, blanks or slashes; none if too many
Verdict judge_grid(const Grid& truth, std::string_view text);      // measure "pixels": share of right cells, 0 for another shape

}  // namespace reckon
