// What countdown and the Game of 24 share: writing the lines of working, following them, judging an expression.
// A line is "35-25=10 | 7 37 10": an operation on two numbers of the table, and what lies on it afterwards. Under rational rules
// negative numbers and fractions stand in parentheses: "3/4=(3/4) | 1 6 (3/4)".
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/countdown_solver.h"
#include "tasks/rational.h"
#include "tasks/task.h"

namespace reckon {

// A number on the table with the expression that made it. Precedence: 3 a number, 2 a product, 1 a sum.
struct CountdownOperand {
  Rational value;
  int precedence;
  std::string text;
};

// Writes the lines of working while operations are applied; what remains keeps its order, the result goes last.
class CountdownTable {
 public:
  explicit CountdownTable(std::span<const std::int64_t> numbers);

  void apply(std::size_t left, char operation, std::size_t right, Rational value);
  // Where the number lies; throws Error internal when it does not.
  std::size_t index_of(Rational value, std::size_t other_than = static_cast<std::size_t>(-1)) const;
  const std::string& lines() const { return lines_; }
  const std::string& expression() const { return operands_.back().text; }

 private:
  std::vector<CountdownOperand> operands_;
  std::string lines_;
};

// A worked solution of these steps. `numbers` are the given ones.
std::string countdown_worked(std::span<const std::int64_t> numbers, std::span<const CountdownStep> steps);

// The boxed expression of `text`: every given number used exactly once, and the target reached. Any bytes.
Verdict judge_countdown(std::span<const std::int64_t> numbers, std::int64_t target, std::string_view text);
// A verdict per line of working; `still_solvable` looks ahead exactly.
std::vector<StepVerdict> follow_countdown(std::span<const std::int64_t> numbers, std::int64_t target, std::string_view text,
                                          CountdownRules rules);

}  // namespace reckon
