#include "search/answers/scalars.h"

#include <algorithm>

#include "search/answers/evaluate.h"
#include "search/answers/normal_form.h"
#include "search/answers/real_value.h"

namespace reckon::answers {
namespace {

constexpr int kMinDecimals = 6;           // R3: both sides are rounded to at least this many decimals
constexpr int kMinSignificantDigits = 3;  // R3: a shorter decimal is no rounding of an exact value
constexpr unsigned kFieldPoints = 8;      // R7
constexpr unsigned kEnoughPoints = 3;     // R7
constexpr unsigned kRealPoints = 6;       // where the effort suffices: of both signs and several magnitudes
constexpr unsigned kRealAttempts = 18;    // a point may lie outside of the domain of either side, and then says nothing
constexpr int kRealDecimals = 50;         // what 60 right digits allow to round to

int significant_digits(const BigInt& scaled) { return scaled.is_zero() ? 0 : static_cast<int>(BigInt(abs(scaled)).str().size()); }

// R3 for a decimal written with `decimals` digits against an exact value; or what other harnesses have in its place.
bool rounds_to(const Rational& exact, const Rational& decimal, int decimals, Decimals rule) {
  if (rule == Decimals::exact) return false;
  if (rule == Decimals::six_places) return rounded(exact, kMinDecimals) == rounded(decimal, kMinDecimals);
  const auto places = static_cast<unsigned>(std::max(kMinDecimals, decimals));
  if (rounded(exact, places) == rounded(decimal, places)) return true;
  const BigInt written = rounded(decimal, static_cast<unsigned>(decimals));
  return significant_digits(written) >= kMinSignificantDigits && rounded(exact, static_cast<unsigned>(decimals)) == written;
}

// R3 against an irrational value, through its first 50 decimals.
bool rounds_to(const Real& value, const Rational& decimal, int decimals, Decimals rule) {
  if (decimals > kRealDecimals || abs(value) > Real("1e20")) return false;
  const Real shifted = trunc(value * pow(Real(10), kRealDecimals));
  const BigInt digits = shifted == 0 ? BigInt(0) : BigInt(shifted);  // Boost 1.81 negates INT_MIN when it converts a zero
  return rounds_to(Rational(digits, power_of_ten(kRealDecimals)), decimal, decimals, rule);
}

class ScalarComparison {
 public:
  ScalarComparison(Place gold, Place answer, const EquivalenceOptions& options, Effort& effort)
      : gold_(gold), answer_(answer), options_(options), effort_(effort) {}

  bool equal() {
    const std::optional<Rational> a = rational_value(*gold_.expression, gold_.id, effort_);
    const std::optional<Rational> b = rational_value(*answer_.expression, answer_.id, effort_);
    if (a && b) return rationals(*a, *b);
    const bool constants = !gold_.expression->has_variable(gold_.id) && !answer_.expression->has_variable(answer_.id);
    if (constants && a && gold_.node().decimals >= 0) return decimal(answer_, *a, gold_.node().decimals);
    if (constants && b && answer_.node().decimals >= 0) return decimal(gold_, *b, answer_.node().decimals);
    if (const std::optional<bool> exact = normal_forms()) return *exact;
    if (!constants) {
      if (const std::optional<bool> modular = field_points()) return *modular;
    }
    return constants ? real_constants() : real_points();
  }

 private:
  bool rationals(const Rational& a, const Rational& b) const {
    if (a == b) return true;
    if (options_.lenient_percent && gold_.node().percent && a * 100 == b) return true;
    if (options_.bare_percent && bare_percent(a, b)) return true;
    const int gold_decimals = gold_.node().decimals;
    const int answer_decimals = answer_.node().decimals;
    if (options_.decimals == Decimals::six_places && gold_decimals >= 0 && answer_decimals >= 0) {
      return rounded(a, kMinDecimals) == rounded(b, kMinDecimals);
    }
    if ((gold_decimals >= 0) == (answer_decimals >= 0)) return false;
    return gold_decimals >= 0 ? rounds_to(b, a, gold_decimals, options_.decimals)
                              : rounds_to(a, b, answer_decimals, options_.decimals);
  }

  // Integers, one of which is of a hundred.
  bool bare_percent(const Rational& a, const Rational& b) const {
    const bool gold = gold_.node().percent, answer = answer_.node().percent;
    if (gold == answer) return false;
    const Rational bare = gold ? b : a, whole = (gold ? a : b) * 100;
    return is_integer(bare) && bare == whole;
  }

  bool decimal(Place exact, const Rational& written, int decimals) {
    const std::optional<RealValue> value = real_value(*exact.expression, exact.id, {}, effort_);
    return value && rounds_to(value->value, written, decimals, options_.decimals);
  }

  // R5, R6, R7 exactly; nullopt when the forms grow too large or hold opaque parts that differ.
  std::optional<bool> normal_forms() {
    Effort half(effort_.left() / 2);
    const auto charge = [&] { effort_.charge(effort_.left() / 2 - half.left()); };
    try {
      const Quotient a = normal_form(*gold_.expression, gold_.id, half);
      const Quotient b = normal_form(*answer_.expression, answer_.id, half);
      const bool same = same_value(a, b, half);
      charge();
      if (same || (a.conclusive && b.conclusive)) return same;
    } catch (const NotComparable& why) {
      charge();
      if (!why.limit) throw;
    }
    return std::nullopt;
  }

  std::optional<bool> field_points() {
    for (unsigned point = 0; point < kFieldPoints; ++point) {
      const auto a = field_value(*gold_.expression, gold_.id, point, effort_);
      const auto b = field_value(*answer_.expression, answer_.id, point, effort_);
      if (!a || !b) return std::nullopt;
      if (*a != *b) return false;
    }
    return true;
  }

  // Whether both sides agree at a point; nullopt where that is outside of the domain of one.
  std::optional<bool> agree_at(const RealPoint& point) {
    const std::optional<RealValue> a = real_value(*gold_.expression, gold_.id, point, effort_);
    if (!a) return std::nullopt;
    const std::optional<RealValue> b = real_value(*answer_.expression, answer_.id, point, effort_);
    if (!b) return std::nullopt;
    return agree(*a, *b);
  }

  bool real_constants() {
    const std::optional<bool> same = agree_at({});
    if (!same) throw NotComparable{"no real value"};
    return *same;
  }

  bool real_points() {
    std::set<std::string> variables;
    gold_.expression->collect_variables(gold_.id, variables);
    answer_.expression->collect_variables(answer_.id, variables);
    unsigned agreed = 0;
    try {
      for (unsigned number = 0; number < kRealAttempts && agreed < kRealPoints; ++number) {
        const std::optional<bool> same = agree_at(real_point(variables, number));
        if (same && !*same) return false;
        if (same) ++agreed;
      }
    } catch (const NotComparable& why) {
      if (!why.limit || agreed < kEnoughPoints) throw;
    }
    if (agreed == 0) throw NotComparable{"no real value"};
    return true;
  }

  Place gold_;
  Place answer_;
  const EquivalenceOptions& options_;
  Effort& effort_;
};

}  // namespace

bool equal_scalars(Place gold, Place answer, const EquivalenceOptions& options, Effort& effort) {
  return ScalarComparison(gold, answer, options, effort).equal();
}

}  // namespace reckon::answers
