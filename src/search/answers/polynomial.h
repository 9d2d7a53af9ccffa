// Sums of rational multiples of monomials. A monomial is a product of atoms to rational exponents, where an atom is a prime under
// a root, i, pi, e, a variable, or something opaque such as sin(x). Distinct monomials of primes are linearly independent over
// the rationals (Besicovitch 1940), so two such sums are equal exactly when all coefficients are.
#pragma once

#include <compare>
#include <map>
#include <string>
#include <vector>

#include "search/answers/number.h"

namespace reckon::answers {

enum class AtomKind { radical, imaginary, constant, variable, opaque };

struct Atom {
  AtomKind kind;
  std::string name;  // radical: its base in decimal; opaque: the text of the expression
  auto operator<=>(const Atom&) const = default;
};

struct SmallRatio {  // lowest terms, den > 0; magnitudes bounded by kMaxExponent
  std::int64_t num = 1;
  std::int64_t den = 1;
  auto operator<=>(const SmallRatio&) const = default;
};
SmallRatio make_ratio(std::int64_t num, std::int64_t den);  // throws NotComparable out of range
SmallRatio operator+(SmallRatio a, SmallRatio b);
SmallRatio operator*(SmallRatio a, SmallRatio b);

struct Factor {
  Atom atom;
  SmallRatio exponent;  // never 0; of a radical within (0, 1); of i always 1
  auto operator<=>(const Factor&) const = default;
};
using Monomial = std::vector<Factor>;             // sorted by atom, each atom once
using Polynomial = std::map<Monomial, Rational>;  // no zero coefficients

struct Term {
  Monomial monomial;
  Rational coefficient;
};

Polynomial constant(const Rational& value);
Polynomial single(const Atom& atom, SmallRatio exponent = {});
bool is_constant(const Polynomial& p);         // a rational number, 0 included
Rational constant_value(const Polynomial& p);  // of is_constant(p)

Term product(const Term& a, const Term& b, Effort& effort);
Term to_power(const Term& term, std::int64_t exponent, Effort& effort);

Polynomial sum(const Polynomial& a, const Polynomial& b, Effort& effort);
Polynomial product(const Polynomial& a, const Polynomial& b, Effort& effort);  // throws NotComparable above kMaxTerms terms
Polynomial scaled(const Polynomial& p, const Rational& factor, Effort& effort);
Polynomial to_power(const Polynomial& p, std::int64_t exponent, Effort& effort);  // exponent >= 0

inline constexpr std::size_t kMaxTerms = 1024;

std::string to_text(const Polynomial& p);  // canonical: equal polynomials give equal texts

}  // namespace reckon::answers
