// Normal form of a scalar expression: a quotient of two polynomials in the sense of polynomial.h (rules R2, R5, R6, R7 of the
// card).
#pragma once

#include <optional>
#include <string>

#include "search/answers/expression.h"
#include "search/answers/polynomial.h"

namespace reckon::answers {

struct Quotient {
  Polynomial top;
  Polynomial bottom = constant(1);
  bool conclusive = true;  // unequal quotients are unequal values: nothing opaque, no unfactored radical, no root of a variable
};

// Throws NotComparable, with `limit` when it grows too large. The node must be a scalar.
Quotient normal_form(const Expression& expression, NodeId id, Effort& effort);

Quotient difference(const Quotient& a, const Quotient& b, Effort& effort);
bool same_value(const Quotient& a, const Quotient& b, Effort& effort);  // cross-multiplied

// c with a = c * b for a rational c, when there is one; a and b not 0.
std::optional<Rational> ratio(const Quotient& a, const Quotient& b, Effort& effort);

// Text that is equal for equal values; nullopt when this form cannot promise that. Denominators of square roots and i are
// rationalised, single-term denominators become negative exponents.
std::optional<std::string> canonical_text(const Quotient& value, Effort& effort);

}  // namespace reckon::answers
