// Solved problems as JSON lines, for examples in a prompt: {"problem": …, "solution": …, "kind": …}. The solution is the whole
// text that answers, as the model should write it; a kind, such as "linear equation, one unknown", may be missing. Further fields
// are left alone.
#pragma once

#include <cstddef>
#include <istream>
#include <string>
#include <vector>

namespace reckon {

struct WorkedProblem {
  std::string problem;
  std::string solution;
  std::string kind;  // "" = not said
};

inline constexpr std::size_t kLongestWorkedLine = std::size_t{1} << 20;
inline constexpr std::size_t kLongestWorkedField = 200'000;
inline constexpr std::size_t kMostWorkedProblems = 100'000;
inline constexpr std::size_t kMostWorkedBytes = std::size_t{256} << 20;  // of all fields together

// At least one; blank lines are skipped. Throws Error bad_file ("where:line: …") for a line that is not such an object or is
// longer than 1 MiB, a field that is no string, is empty (but for the kind) or longer than 200 000 bytes, and for more than 100
// 000 problems or 256 MiB of them. All fields are valid UTF-8.
std::vector<WorkedProblem> parse_worked_problems(std::istream& stream, const std::string& where);

// The same from a file. Throws Error not_found.
std::vector<WorkedProblem> read_worked_problems(const std::string& path);

}  // namespace reckon
