// Three ways to evaluate a scalar expression: exactly, in a prime field at random points, and to 60 digits at real points.
#pragma once

#include <boost/multiprecision/cpp_dec_float.hpp>
#include <optional>

#include "search/answers/expression.h"

namespace reckon::answers {

// 80 digits are carried so that 60 are right after the cancellations of ordinary answers.
using Real = boost::multiprecision::number<boost::multiprecision::cpp_dec_float<80>, boost::multiprecision::et_off>;

// The value when only rational arithmetic occurs; nullopt otherwise. Throws NotComparable at limits and on division by zero.
std::optional<Rational> rational_value(const Expression& expression, NodeId id, Effort& effort);

// The value modulo 2^61 - 1 with variables set to random residues that depend on their name and on `point`; nullopt when anything
// but sums, products and integer powers occurs, or a denominator vanishes there.
std::optional<std::uint64_t> field_value(const Expression& expression, NodeId id, unsigned point, Effort& effort);

// The real value with variables set to random numbers in (0.3, 2.7); nullopt where it is not real or not finite.
std::optional<Real> real_value(const Expression& expression, NodeId id, unsigned point, Effort& effort);

bool agree_to_60_digits(const Real& a, const Real& b);

}  // namespace reckon::answers
