#include "search/answers/evaluate.h"

#include <algorithm>

#include "base/rng.h"

namespace reckon::answers {
namespace {

__extension__ using Wide = unsigned __int128;
constexpr std::uint64_t kPrime = (std::uint64_t{1} << 61) - 1;

std::uint64_t reduce(Wide value) {
  const auto low = static_cast<std::uint64_t>(value & kPrime);
  const auto high = static_cast<std::uint64_t>(value >> 61);
  const std::uint64_t total = low + high;
  return total >= kPrime ? total - kPrime : total;
}

std::uint64_t field_multiply(std::uint64_t a, std::uint64_t b) { return reduce(static_cast<Wide>(a) * b); }

std::uint64_t field_power(std::uint64_t base, std::uint64_t exponent) {
  std::uint64_t result = 1;
  for (; exponent > 0; exponent >>= 1) {
    if (exponent & 1) result = field_multiply(result, base);
    base = field_multiply(base, base);
  }
  return result;
}

std::uint64_t field_residue(const BigInt& value) {
  const BigInt residue = value % kPrime;
  return static_cast<std::uint64_t>(residue < 0 ? BigInt(residue + kPrime) : residue);
}

std::uint64_t random_word(const std::string& name, unsigned point) { return SplitMix64(fnv1a(name) + point).next(); }

const Real& pi() {
  static const Real value = acos(Real(-1));
  return value;
}

const Real& euler() {
  static const Real value = exp(Real(1));
  return value;
}

Real to_real(const Rational& value) { return Real(numerator(value)) / Real(denominator(value)); }

class RealEvaluator {
 public:
  RealEvaluator(const Expression& expression, unsigned point, Effort& effort)
      : expression_(expression), point_(point), effort_(effort) {}

  std::optional<Real> of(NodeId id) {
    const std::optional<Real> value = value_of(expression_.node(id));
    if (!value || !(boost::multiprecision::isfinite)(*value)) return std::nullopt;
    return value;
  }

 private:
  std::optional<Real> value_of(const Node& node) {
    effort_.charge(40);
    switch (node.kind) {
      case NodeKind::number: return to_real(node.value);
      case NodeKind::symbol: return symbol(node.name);
      case NodeKind::add: return fold(node, Real(0), [](const Real& a, const Real& b) { return Real(a + b); });
      case NodeKind::multiply: return fold(node, Real(1), [](const Real& a, const Real& b) { return Real(a * b); });
      case NodeKind::degree: {
        const std::optional<Real> angle = of(node.children[0]);
        return angle ? std::optional(Real(*angle * pi() / 180)) : std::nullopt;
      }
      case NodeKind::power: return power(node);
      case NodeKind::function: return function(node);
      default: return std::nullopt;
    }
  }

  std::optional<Real> symbol(const std::string& name) const {
    if (name == "pi") return pi();
    if (name == "e") return euler();
    if (name == "i") return std::nullopt;
    return Real(0.3) + Real(random_word(name, point_) >> 11) * Real(2.4) / Real(std::uint64_t{1} << 53);
  }

  template <typename Operation>
  std::optional<Real> fold(const Node& node, Real total, Operation operation) {
    for (const NodeId child : node.children) {
      const std::optional<Real> value = of(child);
      if (!value) return std::nullopt;
      total = operation(total, *value);
    }
    return total;
  }

  std::optional<Real> power(const Node& node) {
    const std::optional<Real> base = of(node.children[0]);
    if (!base) return std::nullopt;
    if (const std::optional<Rational> exact = rational_value(expression_, node.children[1], effort_)) {
      return rational_power(*base, *exact);
    }
    const std::optional<Real> exponent = of(node.children[1]);
    effort_.charge(20000);
    if (!exponent || *base <= 0 || abs(*exponent) > kMaxExponent) return std::nullopt;
    return Real(pow(*base, *exponent));
  }

  std::optional<Real> rational_power(const Real& base, const Rational& exponent) {
    if (abs(numerator(exponent)) > kMaxExponent || denominator(exponent) > kMaxExponent) return std::nullopt;
    effort_.charge(20000);
    const int num = static_cast<int>(numerator(exponent));
    const int den = static_cast<int>(denominator(exponent));
    if (base == 0) return num > 0 ? std::optional(Real(0)) : std::nullopt;
    if (den == 1) return Real(pow(base, num));
    if (base < 0 && den % 2 == 0) return std::nullopt;
    const Real magnitude = den == 2 ? Real(pow(sqrt(abs(base)), num)) : Real(pow(abs(base), Real(num) / den));
    return base < 0 && num % 2 != 0 ? Real(-magnitude) : magnitude;
  }

  std::optional<Real> function(const Node& node) {
    const std::optional<Real> argument = of(node.children[0]);
    if (!argument) return std::nullopt;
    effort_.charge(20000);
    const Real& x = *argument;
    const std::string& name = node.name;
    if (name == "abs") return Real(abs(x));
    if (name == "floor") return Real(floor(x));
    if (name == "ceil") return Real(ceil(x));
    if (name == "exp") return abs(x) > kMaxExponent ? std::nullopt : std::optional(Real(exp(x)));
    if (name == "ln" || name == "log" || name == "lg") return logarithm(node, x);
    return abs(x) > 1'000'000 ? std::nullopt : trigonometric(name, x);  // more would lose digits to the reduction of the angle
  }

  std::optional<Real> logarithm(const Node& node, const Real& x) {
    if (x <= 0) return std::nullopt;
    Real base = node.name == "ln" ? euler() : Real(10);
    if (node.children.size() == 2) {
      const std::optional<Real> written = of(node.children[1]);
      if (!written || *written <= 0 || *written == 1) return std::nullopt;
      base = *written;
    }
    return Real(log(x) / log(base));
  }

  static std::optional<Real> trigonometric(const std::string& name, const Real& x) {
    if (name == "sin") return Real(sin(x));
    if (name == "cos") return Real(cos(x));
    if (name == "tan") return Real(tan(x));
    if (name == "cot") return Real(cos(x) / sin(x));
    if (name == "sec") return Real(1 / cos(x));
    if (name == "csc") return Real(1 / sin(x));
    if (name == "arctan" || name == "atan") return Real(atan(x));
    if (abs(x) > 1 && (name.starts_with("a"))) return std::nullopt;
    if (name == "arcsin" || name == "asin") return Real(asin(x));
    if (name == "arccos" || name == "acos") return Real(acos(x));
    if (abs(x) > kMaxExponent) return std::nullopt;
    if (name == "sinh") return Real(sinh(x));
    if (name == "cosh") return Real(cosh(x));
    if (name == "tanh") return Real(tanh(x));
    return std::nullopt;
  }

  const Expression& expression_;
  unsigned point_;
  Effort& effort_;
};

}  // namespace

std::optional<Rational> rational_value(const Expression& expression, NodeId id, Effort& effort) {
  const Node& node = expression.node(id);
  if (node.kind == NodeKind::number) return node.value;
  const bool sums = node.kind == NodeKind::add;
  if (sums || node.kind == NodeKind::multiply) {
    Rational total = sums ? 0 : 1;
    for (const NodeId child : node.children) {
      const std::optional<Rational> value = rational_value(expression, child, effort);
      if (!value) return std::nullopt;
      total = sums ? add(total, *value, effort) : multiply(total, *value, effort);
    }
    return total;
  }
  if (node.kind == NodeKind::power) {
    const std::optional<Rational> base = rational_value(expression, node.children[0], effort);
    const std::optional<Rational> exponent = base ? rational_value(expression, node.children[1], effort) : std::nullopt;
    if (!exponent || !is_integer(*exponent)) return std::nullopt;
    const std::optional<std::int64_t> small = small_integer(*exponent);
    if (!small) throw NotComparable{"exponent too large", true};
    return power(*base, *small, effort);
  }
  if (node.kind == NodeKind::function && node.name == "factorial") {
    const std::optional<Rational> n = rational_value(expression, node.children[0], effort);
    if (n && is_integer(*n)) return Rational(factorial(numerator(*n), effort));
  }
  return std::nullopt;
}

std::optional<std::uint64_t> field_value(const Expression& expression, NodeId id, unsigned point, Effort& effort) {
  const Node& node = expression.node(id);
  effort.charge(4);
  switch (node.kind) {
    case NodeKind::number: {
      const std::uint64_t bottom = field_residue(denominator(node.value));
      if (bottom == 0) return std::nullopt;
      return field_multiply(field_residue(numerator(node.value)), field_power(bottom, kPrime - 2));
    }
    case NodeKind::symbol:
      if (node.name == "i") return std::nullopt;  // pi and e are as good as variables: no rational relation binds them here
      return random_word(node.name, point) % kPrime;
    case NodeKind::add:
    case NodeKind::multiply: {
      std::uint64_t total = node.kind == NodeKind::add ? 0 : 1;
      for (const NodeId child : node.children) {
        const std::optional<std::uint64_t> value = field_value(expression, child, point, effort);
        if (!value) return std::nullopt;
        total = node.kind == NodeKind::add ? reduce(static_cast<Wide>(total) + *value) : field_multiply(total, *value);
      }
      return total;
    }
    case NodeKind::power: {
      const std::optional<std::uint64_t> base = field_value(expression, node.children[0], point, effort);
      const std::optional<Rational> exponent = base ? rational_value(expression, node.children[1], effort) : std::nullopt;
      const std::optional<std::int64_t> small = exponent ? small_integer(*exponent) : std::nullopt;
      if (!small || (*small < 0 && *base == 0)) return std::nullopt;
      const std::uint64_t magnitude = field_power(*base, static_cast<std::uint64_t>(std::abs(*small)));
      return *small < 0 ? field_power(magnitude, kPrime - 2) : magnitude;
    }
    default: return std::nullopt;
  }
}

std::optional<Real> real_value(const Expression& expression, NodeId id, unsigned point, Effort& effort) {
  return RealEvaluator(expression, point, effort).of(id);
}

bool agree_to_60_digits(const Real& a, const Real& b) {
  static const Real tolerance("1e-55");  // 60 digits less what conditioning of an ordinary answer costs
  return abs(a - b) <= tolerance * std::max({Real(1), Real(abs(a)), Real(abs(b))});
}

}  // namespace reckon::answers
