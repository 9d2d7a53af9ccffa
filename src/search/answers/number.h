// Exact numbers of the answer engine: big integers and rationals whose size and cost are bounded.
// Limits: specs card "Answer extraction and equivalence", 1.2. Beyond them an answer is not comparable, which is a verdict, not
// an error.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reckon::answers {

using BigInt = boost::multiprecision::cpp_int;
using Rational = boost::multiprecision::cpp_rational;  // always in lowest terms, denominator positive

inline constexpr unsigned kMaxBits = 33220;  // 10^4 decimal digits
inline constexpr int kMaxExponent = 10000;
inline constexpr int kMaxDepth = 64;
inline constexpr int kMaxNodes = 4096;

// Leaves a computation that cannot give a verdict. Never escapes the public functions of this folder.
struct NotComparable {
  const char* reason;
  bool limit = false;  // a limit of the card, rather than a text that is no mathematics
};

// A bound on the work of one comparison, in units of roughly ten nanoseconds.
class Effort {
 public:
  explicit Effort(std::uint64_t units = 1'500'000) : left_(units) {}
  void charge(std::uint64_t units) {
    if (units > left_) throw NotComparable{"too much work", true};
    left_ -= units;
  }
  std::uint64_t left() const { return left_; }

 private:
  std::uint64_t left_;
};

unsigned bits(const BigInt& value);  // of the magnitude; 0 for 0

// Arithmetic that charges `effort` and throws NotComparable above kMaxBits or on division by zero.
Rational add(const Rational& a, const Rational& b, Effort& effort);
Rational multiply(const Rational& a, const Rational& b, Effort& effort);
Rational invert(const Rational& a);
Rational power(const Rational& base, std::int64_t exponent, Effort& effort);
BigInt factorial(const BigInt& n, Effort& effort);
BigInt binomial(const BigInt& n, const BigInt& k, Effort& effort);
BigInt floor(const Rational& value);

BigInt power_of_ten(unsigned exponent);
BigInt parse_digits(std::string_view digits);              // decimal digits only; throws NotComparable above 10^4 of them
BigInt rounded(const Rational& value, unsigned decimals);  // value * 10^decimals, halves away from zero
bool is_integer(const Rational& value);
std::optional<std::int64_t> small_integer(const Rational& value);  // an integer of magnitude <= kMaxExponent

// n = product of base^exponent with trial division by primes below 10^4; `complete` is false when a composite may be left over.
struct PrimePower {
  BigInt base;
  int exponent;
};
struct Factors {
  std::vector<PrimePower> powers;
  bool complete = true;
};
Factors factor(BigInt n, Effort& effort);  // n > 0

}  // namespace reckon::answers
