// Exact look-ahead for countdown: can a target still be made from these numbers, and how? The value function of the task.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "tasks/rational.h"

namespace reckon {

enum class CountdownRules {
  exact_int,  // every intermediate a non-negative integer, divisions exact
  rational,   // Game of 24: intermediates may be negative or fractions
};

struct CountdownStep {
  Rational left;
  char operation;  // one of + - * /
  Rational right;
  Rational result;
};

// Whether some order of operations uses every number exactly once and gives `target`. Exhaustive over unordered pairs with a memo
// of dead multisets: microseconds for 4 numbers, some milliseconds for 6. At most 8 numbers (Error bad_argument above).
bool reachable(std::span<const std::int64_t> numbers, std::int64_t target, CountdownRules rules = CountdownRules::exact_int);
// The same from the middle of a game; under exact_int every number must be an integer.
bool reachable(std::span<const Rational> numbers, std::int64_t target, CountdownRules rules);

// The first solution in a fixed order; nullopt when there is none.
std::optional<std::vector<CountdownStep>> countdown_solution(std::span<const std::int64_t> numbers, std::int64_t target,
                                                             CountdownRules rules = CountdownRules::exact_int);

// How many sequences of operations lead to the target: pairs by position, so equal numbers count apart; a+b and b+a once.
std::int64_t countdown_ways(std::span<const std::int64_t> numbers, std::int64_t target, CountdownRules rules);

}  // namespace reckon
