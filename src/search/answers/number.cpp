#include "search/answers/number.h"

#include <algorithm>
#include <vector>

namespace reckon::answers {
namespace {

constexpr std::uint32_t kTrialLimit = 10000;
constexpr std::size_t kMaxDigits = 10000;

std::uint64_t limbs(const BigInt& value) { return bits(value) / 64 + 1; }
std::uint64_t limbs(const Rational& value) { return limbs(numerator(value)) + limbs(denominator(value)); }

Rational checked(Rational value) {
  if (bits(numerator(value)) > kMaxBits || bits(denominator(value)) > kMaxBits) throw NotComparable{"number too long", true};
  return value;
}

// Every operation on fractions takes greatest common divisors, quadratic in the length.
void charge_fraction(const Rational& a, const Rational& b, Effort& effort) { effort.charge(20 + limbs(a) * limbs(b)); }

}  // namespace

unsigned bits(const BigInt& value) { return value.is_zero() ? 0 : static_cast<unsigned>(msb(abs(value))) + 1; }

Rational add(const Rational& a, const Rational& b, Effort& effort) {
  charge_fraction(a, b, effort);
  return checked(a + b);
}

Rational multiply(const Rational& a, const Rational& b, Effort& effort) {
  charge_fraction(a, b, effort);
  return checked(a * b);
}

Rational invert(const Rational& a) {
  if (a.is_zero()) throw NotComparable{"division by zero"};
  return 1 / a;
}

Rational power(const Rational& base, std::int64_t exponent, Effort& effort) {
  if (exponent > kMaxExponent || exponent < -kMaxExponent) throw NotComparable{"exponent too large", true};
  if (exponent < 0) return power(invert(base), -exponent, effort);
  const std::uint64_t n = static_cast<std::uint64_t>(exponent);
  const std::uint64_t result_bits = n * std::max(bits(numerator(base)) - 1, bits(denominator(base)) - 1);
  if (base.is_zero()) return exponent == 0 ? 1 : 0;  // 0^0 = 1, as polynomials need it
  if (result_bits > kMaxBits) throw NotComparable{"number too long", true};
  const std::uint64_t result_limbs = result_bits / 64 + 2;
  effort.charge(8 + result_limbs * result_limbs);
  const auto small = static_cast<unsigned>(n);
  return checked(Rational(pow(numerator(base), small), pow(denominator(base), small)));
}

BigInt factorial(const BigInt& n, Effort& effort) {
  constexpr int kMax = 3248;  // 3249! has more than 10^4 digits
  if (n < 0) throw NotComparable{"factorial of a negative number"};
  if (n > kMax) throw NotComparable{"number too long", true};
  BigInt product = 1;
  for (int i = 2; i <= static_cast<int>(n); ++i) {
    effort.charge(2 + limbs(product));
    product *= i;
  }
  return product;
}

BigInt binomial(const BigInt& n, const BigInt& k, Effort& effort) {
  if (n < 0 || k < 0 || n > kMaxExponent) throw NotComparable{"binomial coefficient out of range", true};
  if (k > n) return 0;
  const int top = static_cast<int>(n);
  const int chosen = std::min(static_cast<int>(k), top - static_cast<int>(k));
  BigInt value = 1;
  for (int i = 1; i <= chosen; ++i) {
    effort.charge(4 + 2 * limbs(value));
    value = value * (top - chosen + i) / i;
  }
  return value;
}

BigInt floor(const Rational& value) {
  BigInt quotient = numerator(value) / denominator(value);
  if (value < 0 && denominator(value) != 1) --quotient;  // big integer division truncates towards zero
  return quotient;
}

BigInt power_of_ten(unsigned exponent) { return pow(BigInt(10), exponent); }

BigInt parse_digits(std::string_view digits) {
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));  // a leading zero would mean octal to the library
  if (digits.size() > kMaxDigits) throw NotComparable{"number too long", true};
  if (digits.size() <= 18) {
    std::int64_t small = 0;
    for (const char digit : digits) small = small * 10 + (digit - '0');
    return small;
  }
  return BigInt(std::string(digits));
}

BigInt rounded(const Rational& value, unsigned decimals) {
  const BigInt scale = power_of_ten(decimals);
  const BigInt doubled = 2 * abs(numerator(value)) * scale + denominator(value);
  const BigInt magnitude = doubled / (2 * denominator(value));
  return value < 0 ? BigInt(-magnitude) : magnitude;
}

bool is_integer(const Rational& value) { return denominator(value) == 1; }

std::optional<std::int64_t> small_integer(const Rational& value) {
  if (!is_integer(value) || abs(numerator(value)) > kMaxExponent) return std::nullopt;
  return static_cast<std::int64_t>(numerator(value));
}

Factors factor(BigInt n, Effort& effort) {
  Factors factors;
  const auto divide_out = [&](std::uint32_t divisor) {
    int exponent = 0;
    while (n % divisor == 0) {
      effort.charge(2 + limbs(n));
      n /= divisor;
      ++exponent;
    }
    if (exponent > 0) factors.powers.push_back({divisor, exponent});
  };
  divide_out(2);
  for (std::uint32_t divisor = 3; divisor < kTrialLimit && n >= BigInt(divisor) * divisor; divisor += 2) {
    effort.charge(2 + limbs(n));
    divide_out(divisor);
  }
  if (n > 1) {
    factors.complete = n < BigInt(kTrialLimit) * kTrialLimit;
    factors.powers.push_back({n, 1});
  }
  return factors;
}

}  // namespace reckon::answers
