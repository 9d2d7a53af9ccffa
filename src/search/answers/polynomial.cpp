#include "search/answers/polynomial.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <utility>

namespace reckon::answers {
namespace {

std::int64_t floor_divide(std::int64_t a, std::int64_t b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

// Brings the exponent of a radical into (0, 1) and powers of i to i or 1, moving the rest into the coefficient.
void append_reduced(Term& term, const Atom& atom, SmallRatio exponent, Effort& effort) {
  if (atom.kind == AtomKind::radical) {
    const std::int64_t whole = floor_divide(exponent.num, exponent.den);
    if (whole != 0) term.coefficient = multiply(term.coefficient, power(Rational(BigInt(atom.name)), whole, effort), effort);
    exponent = make_ratio(exponent.num - whole * exponent.den, exponent.den);
  }
  if (atom.kind == AtomKind::imaginary) {
    if (exponent.den != 1) throw NotComparable{"root of i"};
    const std::int64_t turns = ((exponent.num % 4) + 4) % 4;
    if (turns >= 2) term.coefficient = -term.coefficient;
    exponent = SmallRatio{turns % 2, 1};
  }
  if (exponent.num != 0) term.monomial.push_back({atom, exponent});
}

void accumulate(Polynomial& into, const Monomial& monomial, const Rational& coefficient, Effort& effort) {
  if (coefficient.is_zero()) return;
  const auto [at, fresh] = into.try_emplace(monomial, coefficient);
  if (!fresh) {
    at->second = add(at->second, coefficient, effort);
    if (at->second.is_zero()) into.erase(at);
  }
  if (into.size() > kMaxTerms) throw NotComparable{"too many terms", true};
}

}  // namespace

SmallRatio make_ratio(std::int64_t num, std::int64_t den) {
  const std::int64_t divisor = std::gcd(num, den) * (den < 0 ? -1 : 1);
  const SmallRatio ratio{num / divisor, den / divisor};
  if (std::abs(ratio.num) > kMaxExponent || ratio.den > kMaxExponent) throw NotComparable{"exponent too large", true};
  return ratio;
}

SmallRatio operator+(SmallRatio a, SmallRatio b) { return make_ratio(a.num * b.den + b.num * a.den, a.den * b.den); }
SmallRatio operator*(SmallRatio a, SmallRatio b) { return make_ratio(a.num * b.num, a.den * b.den); }

Polynomial constant(const Rational& value) {
  Polynomial p;
  if (!value.is_zero()) p.emplace(Monomial{}, value);
  return p;
}

Polynomial single(const Atom& atom, SmallRatio exponent) { return {{Monomial{{atom, exponent}}, Rational(1)}}; }

bool is_constant(const Polynomial& p) { return p.empty() || (p.size() == 1 && p.begin()->first.empty()); }

Rational constant_value(const Polynomial& p) { return p.empty() ? Rational(0) : p.begin()->second; }

Term product(const Term& a, const Term& b, Effort& effort) {
  effort.charge(50 + 20 * (a.monomial.size() + b.monomial.size()));  // allocations of the product and of its place in a sum
  Term result{{}, multiply(a.coefficient, b.coefficient, effort)};
  auto left = a.monomial.begin();
  auto right = b.monomial.begin();
  while (left != a.monomial.end() || right != b.monomial.end()) {
    if (right == b.monomial.end() || (left != a.monomial.end() && left->atom < right->atom))
      result.monomial.push_back(*left++);
    else if (left == a.monomial.end() || right->atom < left->atom)
      result.monomial.push_back(*right++);
    else {
      append_reduced(result, left->atom, left->exponent + right->exponent, effort);
      ++left;
      ++right;
    }
  }
  return result;
}

Term to_power(const Term& term, std::int64_t exponent, Effort& effort) {
  Term result{{}, power(term.coefficient, exponent, effort)};
  for (const Factor& factor : term.monomial) {
    append_reduced(result, factor.atom, factor.exponent * make_ratio(exponent, 1), effort);
  }
  return result;
}

Polynomial sum(const Polynomial& a, const Polynomial& b, Effort& effort) {
  Polynomial result = a;
  effort.charge(20 * a.size());
  for (const auto& [monomial, coefficient] : b) accumulate(result, monomial, coefficient, effort);
  return result;
}

Polynomial product(const Polynomial& a, const Polynomial& b, Effort& effort) {
  Polynomial result;
  for (const auto& [left, x] : a) {
    for (const auto& [right, y] : b) {
      const Term term = product(Term{left, x}, Term{right, y}, effort);
      accumulate(result, term.monomial, term.coefficient, effort);
    }
  }
  return result;
}

Polynomial scaled(const Polynomial& p, const Rational& factor, Effort& effort) {
  Polynomial result;
  if (factor.is_zero()) return result;
  for (const auto& [monomial, coefficient] : p) result.emplace(monomial, multiply(coefficient, factor, effort));
  return result;
}

Polynomial to_power(const Polynomial& p, std::int64_t exponent, Effort& effort) {
  if (p.size() == 1) {
    const Term term = to_power(Term{p.begin()->first, p.begin()->second}, exponent, effort);
    return {{term.monomial, term.coefficient}};
  }
  if (exponent > kMaxExponent) throw NotComparable{"exponent too large", true};
  if (p.empty()) return constant(exponent == 0 ? 1 : 0);
  if (exponent >= static_cast<std::int64_t>(kMaxTerms)) throw NotComparable{"too many terms", true};
  Polynomial result = constant(1);
  Polynomial square = p;
  for (std::int64_t left = exponent; left > 0; left >>= 1) {
    if (left & 1) result = product(result, square, effort);
    if (left > 1) square = product(square, square, effort);
  }
  return result;
}

std::string to_text(const Polynomial& p) {
  if (p.empty()) return "0";
  std::string out;
  for (const auto& [monomial, coefficient] : p) {
    if (!out.empty()) out += " + ";
    if (coefficient != 1 || monomial.empty()) out += coefficient.str() + (monomial.empty() ? "" : "*");
    for (std::size_t i = 0; i < monomial.size(); ++i) {
      const auto& [atom, exponent] = monomial[i];
      if (i > 0) out += '*';
      out += atom.name;
      if (exponent != SmallRatio{}) {
        out += "^" + std::to_string(exponent.num);
        if (exponent.den != 1) out += "/" + std::to_string(exponent.den);
      }
    }
  }
  return out;
}

}  // namespace reckon::answers
