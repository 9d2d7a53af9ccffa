#include "search/answers/real_value.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/rng.h"
#include "search/answers/evaluate.h"

namespace reckon::answers {
namespace {

constexpr double kExact = -std::numeric_limits<double>::infinity();
constexpr double kDigits = 77;       // what Boost's functions of 80 digits keep
constexpr double kKnownDigits = 25;  // fewer are no evidence

// In units of Effort, measured 2026-11-28: sums and products take below 0.5 us, square roots and integer powers 2 us.
constexpr std::uint64_t kNodeCost = 40;
constexpr std::uint64_t kPowerCost = 400;
constexpr std::uint64_t kFunctionCost = 10000;
constexpr std::uint64_t kLogarithmCost = 20000;  // and so is any other power, through one

const Real& pi() {
  static const Real value = acos(Real(-1));
  return value;
}

const Real& euler() {
  static const Real value = exp(Real(1));
  return value;
}

// --- errors, as decimal logarithms ---

double magnitude(const Real& value) {  // log10 |value|
  if (value == 0) return kExact;
  double mantissa = 0;
  Real::backend_type::exponent_type exponent = 0;
  value.backend().extract_parts(mantissa, exponent);
  return std::log10(std::abs(mantissa)) + static_cast<double>(exponent);
}

// log10 (10^a + 10^b)
double joined(double a, double b) {
  const double larger = std::max(a, b);
  return larger == kExact ? kExact : larger + std::log10(1 + std::pow(10.0, std::min(a, b) - larger));
}

// log10 of a factor of growth that is at least 1.
double growth(double magnitude) { return std::max(0.0, magnitude); }

// `value`, off by what its arguments bring along and by its own rounding.
RealValue rounded_value(Real value, double inherited) {
  const double error = joined(inherited, magnitude(value) - kDigits);
  return {std::move(value), error};
}

RealValue times(const RealValue& a, const RealValue& b) {
  return rounded_value(Real(a.value * b.value), joined(a.error + magnitude(b.value), b.error + magnitude(a.value)));
}

RealValue quotient(const RealValue& a, const RealValue& b) {
  Real value = a.value / b.value;
  const double relative = b.error - magnitude(b.value);
  const double inherited = joined(a.error - magnitude(b.value), relative + magnitude(value));
  return rounded_value(std::move(value), inherited);
}

RealValue of_rational(const Rational& value) {
  constexpr unsigned kExactBits = 250;  // 75 digits
  if (is_integer(value) && bits(numerator(value)) <= kExactBits) return {Real(numerator(value)), kExact};
  return rounded_value(Real(numerator(value)) / Real(denominator(value)), kExact);
}

class RealEvaluator {
 public:
  RealEvaluator(const Expression& expression, const RealPoint& point, Effort& effort)
      : expression_(expression), point_(point), effort_(effort) {}

  using Result = std::optional<RealValue>;

  Result of(NodeId id) {
    Result result = value_of(expression_.node(id));
    if (!result || !(boost::multiprecision::isfinite)(result->value) || std::isnan(result->error)) return std::nullopt;
    return result;
  }

 private:
  Result value_of(const Node& node) {
    effort_.charge(kNodeCost);
    switch (node.kind) {
      case NodeKind::number: return of_rational(node.value);
      case NodeKind::symbol: return symbol(node.name);
      case NodeKind::add: return sum(node);
      case NodeKind::multiply: return product(node);
      case NodeKind::degree: {
        const Result angle = of(node.children[0]);
        return angle ? Result(times(*angle, rounded_value(Real(pi() / 180), kExact))) : std::nullopt;
      }
      case NodeKind::power: return power(node);
      case NodeKind::function: return function(node);
      default: return std::nullopt;
    }
  }

  Result symbol(const std::string& name) const {
    if (name == "pi") return rounded_value(pi(), kExact);
    if (name == "e") return rounded_value(euler(), kExact);
    const auto variable = point_.find(name);
    if (variable == point_.end()) return std::nullopt;  // i
    return RealValue{variable->second, kExact};
  }

  Result sum(const Node& node) {
    RealValue total{Real(0), kExact};
    for (const NodeId child : node.children) {
      const Result value = of(child);
      if (!value) return std::nullopt;
      total = rounded_value(Real(total.value + value->value), joined(total.error, value->error));
    }
    return total;
  }

  Result product(const Node& node) {
    RealValue total{Real(1), kExact};
    for (const NodeId child : node.children) {
      const Result value = of(child);
      if (!value) return std::nullopt;
      total = times(total, *value);
    }
    return total;
  }

  Result power(const Node& node) {
    const Result base = of(node.children[0]);
    if (!base) return std::nullopt;
    if (const std::optional<Rational> exact = rational_value(expression_, node.children[1], effort_)) {
      return rational_power(*base, *exact);
    }
    const Result exponent = of(node.children[1]);
    effort_.charge(kLogarithmCost);
    if (!exponent || base->value <= 0 || abs(exponent->value) > kMaxExponent) return std::nullopt;
    Real value = pow(base->value, exponent->value);
    const double size = magnitude(exponent->value);
    const double logarithm = std::log10(1 + std::log(10.0) * std::abs(magnitude(base->value)));  // at least log10 |ln base|
    const double relative = joined(size + base->error - magnitude(base->value), logarithm + exponent->error);
    const double inherited = magnitude(value) + joined(relative, growth(size + logarithm) - kDigits);
    return rounded_value(std::move(value), inherited);
  }

  Result rational_power(const RealValue& base, const Rational& exponent) {
    if (abs(numerator(exponent)) > kMaxExponent || denominator(exponent) > kMaxExponent) return std::nullopt;
    const int num = static_cast<int>(numerator(exponent));
    const int den = static_cast<int>(denominator(exponent));
    effort_.charge(den <= 2 ? kPowerCost : kLogarithmCost);
    if (base.value == 0) return num > 0 ? Result(RealValue{Real(0), base.error * num / den}) : std::nullopt;
    if (base.value < 0 && den % 2 == 0) return std::nullopt;
    const Real size = abs(base.value);
    const Real root = den == 2 ? Real(sqrt(size)) : size;
    Real value = den <= 2 ? Real(pow(root, num)) : Real(pow(size, Real(num) / den));
    const double factor = std::log10(std::abs(static_cast<double>(num) / den));
    const double steps = growth(factor + std::log10(1 + std::abs(magnitude(size))));
    const double inherited = magnitude(value) + joined(factor + base.error - magnitude(size), steps - kDigits);
    if (base.value < 0 && num % 2 != 0) value = -value;
    return rounded_value(std::move(value), inherited);
  }

  Result function(const Node& node) {
    const Result argument = of(node.children[0]);
    if (!argument) return std::nullopt;
    const Real& x = argument->value;
    const std::string& name = node.name;
    if (name == "abs") return RealValue{Real(abs(x)), argument->error};
    if (name == "floor" || name == "ceil") return integer_beside(*argument, name == "floor");
    effort_.charge(kFunctionCost);
    if (name == "ln" || name == "log" || name == "lg") return logarithm(node, *argument);
    if (name == "exp") return abs(x) > kMaxExponent ? std::nullopt : exponential(Real(exp(x)), *argument);
    return abs(x) > 1'000'000 ? std::nullopt : trigonometric(name, *argument);  // more would lose digits to its reduction
  }

  // What may well be an integer, such as \log_2 8, is one.
  static Result integer_beside(const RealValue& argument, bool below) {
    if (argument.error > -kKnownDigits) return std::nullopt;
    const Real nearest = floor(Real(argument.value + Real(0.5)));
    if (magnitude(Real(argument.value - nearest)) <= argument.error) return RealValue{nearest, kExact};
    return RealValue{below ? Real(floor(argument.value)) : Real(ceil(argument.value)), kExact};
  }

  // e^x, \sinh x, \cosh x: no steeper than they are high, or than 1.
  static Result exponential(Real value, const RealValue& argument) {
    const double error = joined(argument.error, growth(magnitude(argument.value)) - kDigits);
    const double inherited = growth(magnitude(value)) + error;
    return rounded_value(std::move(value), inherited);
  }

  Result logarithm(const Node& node, const RealValue& argument) {
    static const RealValue ten = natural_logarithm({Real(10), kExact});
    effort_.charge(kLogarithmCost - kFunctionCost);
    if (argument.value <= 0) return std::nullopt;
    const RealValue top = natural_logarithm(argument);
    if (node.children.size() < 2) return node.name == "ln" ? top : quotient(top, ten);
    const Result base = of(node.children[1]);
    if (!base || base->value <= 0 || base->value == 1) return std::nullopt;
    effort_.charge(kLogarithmCost);
    return quotient(top, natural_logarithm(*base));
  }

  static RealValue natural_logarithm(const RealValue& argument) {
    return rounded_value(Real(log(argument.value)), joined(argument.error - magnitude(argument.value), -kDigits));
  }

  // Of a periodic function: an argument of 10^n is reduced with n digits less.
  static Result periodic(Real value, const RealValue& argument, double slope) {
    return rounded_value(std::move(value), slope + joined(argument.error, growth(magnitude(argument.value)) - kDigits));
  }

  // No steeper than 1.
  static Result gentle(Real value, const RealValue& argument) {
    return rounded_value(std::move(value), joined(argument.error, -kDigits));
  }

  static Result trigonometric(const std::string& name, const RealValue& argument) {
    const Real& x = argument.value;
    if (name == "sin") return periodic(Real(sin(x)), argument, 0);
    if (name == "cos") return periodic(Real(cos(x)), argument, 0);
    if (name == "tan") return steep(Real(tan(x)), argument);
    if (name == "cot") return steep(Real(cos(x) / sin(x)), argument);
    if (name == "sec") return steep(Real(1 / cos(x)), argument);
    if (name == "csc") return steep(Real(1 / sin(x)), argument);
    if (name == "arctan" || name == "atan") return gentle(Real(atan(x)), argument);
    if (abs(x) > 1 && name.starts_with("a")) return std::nullopt;
    if (name == "arcsin" || name == "asin") return arc(Real(asin(x)), argument);
    if (name == "arccos" || name == "acos") return arc(Real(acos(x)), argument);
    if (abs(x) > kMaxExponent) return std::nullopt;
    if (name == "sinh") return exponential(Real(sinh(x)), argument);
    if (name == "cosh") return exponential(Real(cosh(x)), argument);
    if (name == "tanh") return gentle(Real(tanh(x)), argument);
    return std::nullopt;
  }

  // With poles: the slope is at most 1 + value^2.
  static Result steep(Real value, const RealValue& argument) {
    const double slope = 2 * growth(magnitude(value)) + std::log10(2.0);
    return periodic(std::move(value), argument, slope);
  }

  // The slope is 1 / sqrt(1 - x^2), but from the end of the domain an error of d brings one of sqrt(2 d) at most.
  static Result arc(Real value, const RealValue& argument) {
    const double error = joined(argument.error, -kDigits);
    const double from_end = magnitude(Real(1 - argument.value * argument.value));
    return rounded_value(std::move(value), std::min(error - from_end / 2, error / 2 + std::log10(2.0)));
  }

  const Expression& expression_;
  const RealPoint& point_;
  Effort& effort_;
};

// --- points ---

enum class Signs { positive, negative, either, other };

struct Region {
  double low, high;  // of the magnitude
  Signs signs;
};

// In this order: a function that is defined everywhere is settled by the first six, the others are for narrow domains.
constexpr std::array kRegions{Region{0.3, 2.7, Signs::positive},   Region{0.3, 2.7, Signs::negative},
                              Region{1000, 9000, Signs::positive}, Region{1000, 9000, Signs::either},
                              Region{3, 30, Signs::positive},      Region{30, 300, Signs::other}};
constexpr std::array kNarrow{Region{0.01, 0.3, Signs::positive}, Region{0.3, 2.7, Signs::positive},
                             Region{0.01, 0.3, Signs::either}, Region{0.3, 2.7, Signs::other}};

// Any two of four variables have different signs in one pattern at least.
bool is_negative(Signs signs, std::size_t variable) {
  switch (signs) {
    case Signs::positive: return false;
    case Signs::negative: return true;
    case Signs::either: return variable % 2 == 0;
    case Signs::other: return variable % 4 == 1 || variable % 4 == 2;
  }
  return false;
}

}  // namespace

RealPoint real_point(const std::set<std::string>& variables, unsigned number) {
  const bool first = number < kRegions.size();
  const Region& region = first ? kRegions[number] : kNarrow[(number - kRegions.size()) % kNarrow.size()];
  RealPoint point;
  std::size_t index = 0;
  for (const std::string& name : variables) {
    const Real fraction = Real(SplitMix64(fnv1a(name) + number).next() >> 11) / Real(std::uint64_t{1} << 53);
    const Real size = Real(region.low) + fraction * Real(region.high - region.low);
    point.emplace(name, is_negative(region.signs, index++) ? Real(-size) : size);
  }
  return point;
}

std::optional<RealValue> real_value(const Expression& expression, NodeId id, const RealPoint& point, Effort& effort) {
  std::optional<RealValue> result = RealEvaluator(expression, point, effort).of(id);
  if (result && result->error > growth(magnitude(result->value)) - kKnownDigits) return std::nullopt;
  return result;
}

bool agree(const RealValue& a, const RealValue& b) {
  constexpr double kTolerance = -55;  // 60 digits less what conditioning of an ordinary answer costs
  const double scale = growth(std::max(magnitude(a.value), magnitude(b.value)));
  return magnitude(Real(a.value - b.value)) <= joined(scale + kTolerance, joined(a.error, b.error));
}

}  // namespace reckon::answers
