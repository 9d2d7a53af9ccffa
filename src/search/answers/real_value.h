// Evaluates a scalar expression to 60 digits at real points, with a bound on the error of every value: what cancels at one point
// says nothing there, instead of something wrong.
#pragma once

#include <boost/multiprecision/cpp_dec_float.hpp>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "search/answers/expression.h"

namespace reckon::answers {

// 80 digits are carried so that 60 are right after the cancellations of ordinary answers.
using Real = boost::multiprecision::number<boost::multiprecision::cpp_dec_float<80>, boost::multiprecision::et_off>;

struct RealValue {
  Real value;
  double error;  // log10 of a bound on how far off `value` may be, to first order; -infinity of an exact value
};

using RealPoint = std::map<std::string, Real, std::less<>>;  // of each variable its value

// Points of both signs and of magnitudes from 0.01 to 9000, those first that differ most. They depend on the names alone.
RealPoint real_point(const std::set<std::string>& variables, unsigned number);

// nullopt where the value is not real, not finite, or known to less than 25 digits.
std::optional<RealValue> real_value(const Expression& expression, NodeId id, const RealPoint& point, Effort& effort);

// To 60 digits, or as far as both are known.
bool agree(const RealValue& a, const RealValue& b);

}  // namespace reckon::answers
