#include "search/answers/normal_form.h"

#include <algorithm>
#include <utility>

namespace reckon::answers {
namespace {

[[noreturn]] void not_a_scalar() { throw NotComparable{"not a scalar"}; }

class Normaliser {
 public:
  Normaliser(const Expression& expression, Effort& effort) : expression_(expression), effort_(effort) {}

  Quotient of(NodeId id) {
    const Node& node = expression_.node(id);
    effort_.charge(50);
    switch (node.kind) {
      case NodeKind::number: return {constant(node.value)};
      case NodeKind::symbol: return {single(symbol(node.name))};
      case NodeKind::add: return sum_of(node);
      case NodeKind::multiply: return product_of(node);
      case NodeKind::power: return power_of(node, id);
      case NodeKind::function: return function(node, id);
      case NodeKind::degree: {
        const Quotient angle = of(node.children[0]);
        return times(angle, {scaled(single({AtomKind::constant, "pi"}), Rational(1, 180), effort_)});
      }
      default: not_a_scalar();
    }
  }

 private:
  static Atom symbol(const std::string& name) {
    if (name == "i") return {AtomKind::imaginary, name};
    if (name == "pi" || name == "e") return {AtomKind::constant, name};
    return {AtomKind::variable, name};
  }

  Quotient times(const Quotient& a, const Quotient& b) {
    return {product(a.top, b.top, effort_), product(a.bottom, b.bottom, effort_), a.conclusive && b.conclusive};
  }

  Quotient sum_of(const Node& node) {
    Quotient total{constant(0)};
    for (const NodeId child : node.children) total = plus(total, of(child));
    return total;
  }

  Quotient plus(const Quotient& a, const Quotient& b) {
    const bool conclusive = a.conclusive && b.conclusive;
    if (a.bottom == b.bottom) return {sum(a.top, b.top, effort_), a.bottom, conclusive};
    return {sum(product(a.top, b.bottom, effort_), product(b.top, a.bottom, effort_), effort_),
            product(a.bottom, b.bottom, effort_), conclusive};
  }

  Quotient product_of(const Node& node) {
    Quotient total{constant(1)};
    for (const NodeId child : node.children) total = times(total, of(child));
    return total;
  }

  Quotient power_of(const Node& node, NodeId id) {
    const Quotient base = of(node.children[0]);
    const Quotient exponent = of(node.children[1]);
    const bool rational = is_constant(exponent.top) && is_constant(exponent.bottom);
    if (!rational) {
      const bool of_e = base.top == single({AtomKind::constant, "e"}) && base.bottom == constant(1);
      const std::optional<Quotient> unit = of_e ? root_of_unity(exponent) : std::nullopt;
      return unit ? *unit : opaque(id);
    }
    const Rational value = multiply(constant_value(exponent.top), invert(constant_value(exponent.bottom)), effort_);
    if (abs(numerator(value)) > kMaxExponent || denominator(value) > kMaxExponent)
      throw NotComparable{"exponent too large", true};
    const auto num = static_cast<std::int64_t>(numerator(value));
    const auto den = static_cast<std::int64_t>(denominator(value));
    if (den == 1) return integer_power(base, num);
    const std::optional<Quotient> root = root_of(base, make_ratio(num, den));
    return root ? *root : opaque(id);
  }

  // e to the power of i pi n / 12, which is e^{i pi n / 3} e^{-i pi n / 4}; nullopt for other exponents.
  std::optional<Quotient> root_of_unity(const Quotient& exponent) {
    const Quotient angle = reduced(exponent);
    const Monomial i_pi{{{AtomKind::imaginary, "i"}, {}}, {{AtomKind::constant, "pi"}, {}}};
    if (angle.bottom != constant(1) || angle.top.size() != 1 || angle.top.begin()->first != i_pi) return std::nullopt;
    const Rational turns = multiply(angle.top.begin()->second, Rational(1, 2), effort_);
    const Rational twelfths = multiply(turns - Rational(floor(turns)), Rational(24), effort_);
    if (!is_integer(twelfths)) return std::nullopt;
    const auto n = static_cast<std::int64_t>(numerator(twelfths));
    const auto half_root = [&](const char* radicand) {
      return scaled(single({AtomKind::radical, radicand}, {1, 2}), {1, 2}, effort_);
    };
    const Polynomial i = single({AtomKind::imaginary, "i"});
    const Polynomial sixth = sum(constant({1, 2}), product(half_root("3"), i, effort_), effort_);
    const Polynomial eighth = product(half_root("2"), sum(constant(1), scaled(i, -1, effort_), effort_), effort_);
    return Quotient{product(to_power(sixth, n, effort_), to_power(eighth, n, effort_), effort_)};
  }

  Quotient integer_power(const Quotient& base, std::int64_t exponent) {
    if (exponent >= 0) return {to_power(base.top, exponent, effort_), to_power(base.bottom, exponent, effort_), base.conclusive};
    if (base.top.empty()) throw NotComparable{"division by zero"};
    return reduced({to_power(base.bottom, -exponent, effort_), to_power(base.top, -exponent, effort_), base.conclusive});
  }

  // A denominator of one term becomes negative exponents at once, so that sums find a common denominator for free.
  Quotient reduced(Quotient q) {
    if (q.bottom.size() != 1) return q;
    const Term inverse = to_power(Term{q.bottom.begin()->first, q.bottom.begin()->second}, -1, effort_);
    return {product(q.top, Polynomial{{inverse.monomial, inverse.coefficient}}, effort_), constant(1), q.conclusive};
  }

  // base^exponent of a single term, factor by factor; nullopt where that would not be valid, as for sqrt(x^2).
  std::optional<Quotient> root_of(const Quotient& quotient, SmallRatio exponent) {
    const Quotient base = reduced(quotient);
    if (base.top.empty()) return exponent.num > 0 ? std::optional(Quotient{constant(0)}) : std::nullopt;
    if (base.top.size() != 1 || base.bottom != constant(1)) return std::nullopt;
    const auto& [monomial, coefficient] = *base.top.begin();
    Quotient result{constant(1), constant(1), base.conclusive};
    for (const auto& [atom, power_of_atom] : monomial) {
      const bool positive = atom.kind == AtomKind::radical || atom.kind == AtomKind::constant;
      const bool variable =
          atom.kind == AtomKind::variable && power_of_atom.num % 2 != 0 && monomial.size() == 1 && coefficient > 0;
      if (!positive && !variable) return std::nullopt;
      if (variable) result.conclusive = false;
      multiply_in(result, {{{atom, SmallRatio{}}}, 1}, power_of_atom * exponent);
    }
    return sign_and_roots(std::move(result), coefficient, exponent);
  }

  std::optional<Quotient> sign_and_roots(Quotient result, const Rational& coefficient, SmallRatio exponent) {
    if (coefficient < 0) {
      if (exponent.den == 2)
        multiply_in(result, {{{Atom{AtomKind::imaginary, "i"}, SmallRatio{}}}, 1}, SmallRatio{exponent.num, 1});
      else if (exponent.den % 2 == 0)
        return std::nullopt;
      else if (exponent.num % 2 != 0)
        result.top = scaled(result.top, -1, effort_);  // the real root of odd degree
    }
    multiply_integer(result, abs(numerator(coefficient)), exponent);
    multiply_integer(result, denominator(coefficient), make_ratio(-exponent.num, exponent.den));
    return result;
  }

  void multiply_integer(Quotient& result, const BigInt& n, SmallRatio exponent) {
    if (n == 1) return;
    const Factors factors = factor(n, effort_);
    if (!factors.complete) result.conclusive = false;
    for (const PrimePower& prime : factors.powers) {
      const Monomial base{{Atom{AtomKind::radical, prime.base.str()}, SmallRatio{}}};
      multiply_in(result, {base, 1}, make_ratio(prime.exponent, 1) * exponent);
    }
  }

  // result *= base^exponent, where base is one bare atom.
  void multiply_in(Quotient& result, const Term& base, SmallRatio exponent) {
    const Atom& atom = base.monomial[0].atom;
    // Starting from atom^0 lets the product reduce whole powers of primes and of i.
    const Term empty_power{{{atom, SmallRatio{0, 1}}}, 1};
    const Term raised = product(empty_power, Term{{{atom, exponent}}, 1}, effort_);
    result.top = product(result.top, Polynomial{{raised.monomial, raised.coefficient}}, effort_);
  }

  Quotient opaque(NodeId id) {
    Quotient q{single({AtomKind::opaque, expression_.text(id)})};
    effort_.charge(50 + q.top.begin()->first[0].atom.name.size());
    q.conclusive = false;
    return q;
  }

  std::optional<Rational> rational(NodeId id) {
    const Quotient q = of(id);
    if (!is_constant(q.top) || !is_constant(q.bottom)) return std::nullopt;
    return multiply(constant_value(q.top), invert(constant_value(q.bottom)), effort_);
  }

  Quotient function(const Node& node, NodeId id) {
    if (node.name == "exp") {
      const std::optional<Quotient> unit = root_of_unity(of(node.children[0]));
      return unit ? *unit : opaque(id);
    }
    const std::optional<Rational> argument = rational(node.children[0]);
    if (!argument) return opaque(id);
    if (node.name == "abs") return {constant(abs(*argument))};
    if (node.name == "floor") return {constant(Rational(floor(*argument)))};
    if (node.name == "ceil") return {constant(Rational(-floor(-*argument)))};
    if (node.name == "factorial" && is_integer(*argument)) return {constant(Rational(factorial(numerator(*argument), effort_)))};
    if (node.name == "binomial") {
      const std::optional<Rational> chosen = rational(node.children[1]);
      if (!chosen || !is_integer(*argument) || !is_integer(*chosen)) return opaque(id);
      return {constant(Rational(binomial(numerator(*argument), numerator(*chosen), effort_)))};
    }
    return opaque(id);
  }

  const Expression& expression_;
  Effort& effort_;
};

// The square root or i that the denominator still contains, if it contains nothing but such and rationals.
std::optional<Atom> square_root_in(const Polynomial& p) {
  std::optional<Atom> found;
  for (const auto& [monomial, coefficient] : p) {
    for (const auto& [atom, exponent] : monomial) {
      const bool square_root = atom.kind == AtomKind::radical && exponent == SmallRatio{1, 2};
      if (!square_root && atom.kind != AtomKind::imaginary) return std::nullopt;
      if (!found) found = atom;
    }
  }
  return found;
}

// The polynomial with `atom` (a square root or i) replaced by its negative.
Polynomial conjugate(const Polynomial& p, const Atom& atom) {
  Polynomial result = p;
  for (auto& [monomial, coefficient] : result) {
    if (std::ranges::any_of(monomial, [&](const Factor& factor) { return factor.atom == atom; })) coefficient = -coefficient;
  }
  return result;
}

}  // namespace

Quotient normal_form(const Expression& expression, NodeId id, Effort& effort) { return Normaliser(expression, effort).of(id); }

Quotient difference(const Quotient& a, const Quotient& b, Effort& effort) {
  const Polynomial left = product(a.top, b.bottom, effort);
  const Polynomial right = product(b.top, a.bottom, effort);
  return {sum(left, scaled(right, -1, effort), effort), product(a.bottom, b.bottom, effort), a.conclusive && b.conclusive};
}

bool same_value(const Quotient& a, const Quotient& b, Effort& effort) {
  return product(a.top, b.bottom, effort) == product(b.top, a.bottom, effort);
}

std::optional<Rational> ratio(const Quotient& a, const Quotient& b, Effort& effort) {
  const Polynomial left = product(a.top, b.bottom, effort);
  const Polynomial right = product(b.top, a.bottom, effort);
  if (left.empty() || right.empty() || left.begin()->first != right.begin()->first) return std::nullopt;
  const Rational factor = multiply(left.begin()->second, invert(right.begin()->second), effort);
  if (scaled(right, factor, effort) != left) return std::nullopt;
  return factor;
}

std::optional<std::string> canonical_text(const Quotient& value, Effort& effort) {
  if (!value.conclusive) return std::nullopt;
  Quotient q = value;
  while (const std::optional<Atom> atom = square_root_in(q.bottom)) {
    const Polynomial other = conjugate(q.bottom, *atom);
    q.top = product(q.top, other, effort);
    q.bottom = product(q.bottom, other, effort);
    if (q.bottom.empty()) return std::nullopt;
  }
  if (q.bottom.size() != 1) return std::nullopt;
  const Term inverse = to_power(Term{q.bottom.begin()->first, q.bottom.begin()->second}, -1, effort);
  return to_text(product(q.top, Polynomial{{inverse.monomial, inverse.coefficient}}, effort));
}

}  // namespace reckon::answers
