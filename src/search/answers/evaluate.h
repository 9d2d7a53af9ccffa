// Two exact ways to evaluate a scalar expression: with rational numbers, and in a prime field at random points. At real points:
// real_value.h.
#pragma once

#include <cstdint>
#include <optional>

#include "search/answers/expression.h"

namespace reckon::answers {

// The value when only rational arithmetic occurs; nullopt otherwise. Throws NotComparable at limits and on division by zero.
std::optional<Rational> rational_value(const Expression& expression, NodeId id, Effort& effort);

// The value modulo 2^61 - 1 with variables set to random residues that depend on their name and on `point`; nullopt when anything
// but sums, products and integer powers occurs, or a denominator vanishes there.
std::optional<std::uint64_t> field_value(const Expression& expression, NodeId id, unsigned point, Effort& effort);

}  // namespace reckon::answers
