// Linear equations with integer coefficients, and their working line by line with randomly chosen legal moves.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/rng.h"
#include "tasks/rational.h"

namespace reckon {

struct TermGroup {  // factor * (x * X + constant); written without parentheses when factor is 1
  std::int64_t factor = 1;
  std::int64_t x = 0;
  std::int64_t constant = 0;
};

struct OneUnknown {  // sum of left groups = sum of right groups
  std::vector<TermGroup> left;
  std::vector<TermGroup> right;

  std::string text() const;           // "3(x+2)-x=5"
  std::string mirrored_text() const;  // the sides swapped
  std::int64_t slope() const;         // coefficient of x, left minus right
  Rational root() const;              // undefined when the slope is 0
};

struct PlaneEquation {  // x * X + y * Y = constant
  std::int64_t x = 0;
  std::int64_t y = 0;
  std::int64_t constant = 0;

  std::string text() const;  // "-2x+y=-8"
  PlaneEquation renamed() const { return {y, x, constant}; }
  PlaneEquation times(std::int64_t factor) const { return {x * factor, y * factor, constant * factor}; }
};

struct TwoUnknowns {
  PlaneEquation first;
  PlaneEquation second;

  std::array<Rational, 2> roots() const;  // Cramer's rule; undefined when the determinant is 0
};

// Lines, each ending with a newline; the last states the root (the last two, for a system, one root each).
std::string working(const OneUnknown& equation, SplitMix64& rng);
std::string working(const TwoUnknowns& system, SplitMix64& rng);

}  // namespace reckon
