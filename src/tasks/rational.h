// Exact rationals of 64-bit parts for checkers. A result that does not fit, or a division by zero, becomes undefined and stays
// so through every operation: an answer that leads there equals nothing.
#pragma once

#include <cstdint>
#include <numeric>
#include <string>

namespace reckon {

class Rational {
 public:
  constexpr Rational() = default;
  constexpr Rational(std::int64_t integer)  // NOLINT(google-explicit-constructor): integers are rationals
      : numerator_(integer) {}
  Rational(std::int64_t numerator, std::int64_t denominator) : Rational(reduced(numerator, denominator)) {}
  static constexpr Rational undefined() {
    Rational result;
    result.denominator_ = 0;
    return result;
  }

  bool defined() const { return denominator_ != 0; }
  bool is_integer() const { return denominator_ == 1; }
  bool is_zero() const { return defined() && numerator_ == 0; }
  std::int64_t numerator() const { return numerator_; }
  std::int64_t denominator() const { return denominator_; }  // > 0, or 0 when undefined

  friend Rational operator+(Rational a, Rational b) {
    return reduced(Wide{a.numerator_} * b.denominator_ + Wide{b.numerator_} * a.denominator_,
                   Wide{a.denominator_} * b.denominator_);
  }
  friend Rational operator-(Rational a) { return Rational(0) - a; }
  friend Rational operator-(Rational a, Rational b) {
    return reduced(Wide{a.numerator_} * b.denominator_ - Wide{b.numerator_} * a.denominator_,
                   Wide{a.denominator_} * b.denominator_);
  }
  friend Rational operator*(Rational a, Rational b) {
    return reduced(Wide{a.numerator_} * b.numerator_, Wide{a.denominator_} * b.denominator_);
  }
  friend Rational operator/(Rational a, Rational b) {
    if (!b.defined()) return undefined();
    return reduced(Wide{a.numerator_} * b.denominator_, Wide{a.denominator_} * b.numerator_);
  }
  // Undefined equals nothing, not even itself.
  friend bool operator==(Rational a, Rational b) {
    return a.defined() && b.defined() && a.numerator_ == b.numerator_ && a.denominator_ == b.denominator_;
  }

  std::string text() const {  // "-5/2", "3"
    if (!defined()) return "undefined";
    std::string text = std::to_string(numerator_);
    if (!is_integer()) text.append("/").append(std::to_string(denominator_));
    return text;
  }

 private:
  __extension__ using Wide = __int128;  // parts stay below 2^62, so sums of two products fit

  static Rational reduced(Wide numerator, Wide denominator) {
    if (denominator == 0) return undefined();
    Wide a = numerator < 0 ? -numerator : numerator;
    Wide b = denominator < 0 ? -denominator : denominator;
    while (b != 0) {
      const Wide rest = a % b;
      a = b;
      b = rest;
    }
    const Wide sign = denominator < 0 ? -1 : 1;
    const Wide n = sign * numerator / a;
    const Wide d = sign * denominator / a;
    constexpr Wide kLimit = Wide{1} << 62;
    if (n >= kLimit || n <= -kLimit || d >= kLimit) return undefined();
    Rational result;
    result.numerator_ = static_cast<std::int64_t>(n);
    result.denominator_ = static_cast<std::int64_t>(d);
    return result;
  }

  std::int64_t numerator_ = 0;
  std::int64_t denominator_ = 1;
};

}  // namespace reckon
