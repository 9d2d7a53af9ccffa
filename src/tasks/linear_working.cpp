#include "tasks/linear_working.h"

#include <cstdlib>
#include <numeric>
#include <string_view>
#include <utility>

namespace reckon {
namespace {

std::string in_parentheses(const std::string& text) { return std::string("(").append(text).append(")"); }

// A sum under construction: terms in the order they are added, zeros left out.
class SideText {
 public:
  SideText& add(std::int64_t coefficient, std::string_view symbol) {
    if (coefficient == 0) return *this;
    if (coefficient < 0) text_ += '-';
    if (coefficient > 0 && !text_.empty()) text_ += '+';
    const std::int64_t size = coefficient < 0 ? -coefficient : coefficient;
    if (symbol.empty() || size != 1) text_ += std::to_string(size);
    text_ += symbol;
    return *this;
  }
  SideText& add(Rational constant) {
    if (constant.is_zero()) return *this;
    if (constant.numerator() > 0 && !text_.empty()) text_ += '+';
    text_ += constant.text();
    return *this;
  }
  SideText& add(const TermGroup& group) {
    if (group.factor == 1) return add(group.x, "x").add(group.constant, "");
    return add(group.factor, in_parentheses(SideText().add(group.x, "x").add(group.constant, "").text()));
  }
  std::string text() const { return text_.empty() ? "0" : text_; }

 private:
  std::string text_;
};

std::string text_of(const std::vector<TermGroup>& side) {
  SideText text;
  for (const TermGroup& group : side) text.add(group);
  return text.text();
}

// Lines of working; a line equal to the one before is not written again.
class Lines {
 public:
  void add(const std::string& left, const std::string& right) {
    std::string line = left + '=' + right;
    if (line == last_) return;
    text_ += line + '\n';
    last_ = std::move(line);
  }
  // The line that would repeat the problem is not working either.
  explicit Lines(std::string problem) : last_(std::move(problem)) {}
  const std::string& text() const { return text_; }

 private:
  std::string last_;
  std::string text_;
};

struct Side {
  std::int64_t x = 0;
  std::int64_t constant = 0;
  std::string text() const { return SideText().add(x, "x").add(constant, "").text(); }
};

Side total(const std::vector<TermGroup>& groups) {
  Side side;
  for (const TermGroup& group : groups) {
    side.x += group.factor * group.x;
    side.constant += group.factor * group.constant;
  }
  return side;
}

std::vector<TermGroup> expanded(std::vector<TermGroup> side) {
  for (TermGroup& group : side) group = {1, group.factor * group.x, group.factor * group.constant};
  return side;
}

// coefficient * symbol = value, then divided. `mirrored`: the unknown stands on the right.
void finish(Lines& lines, std::int64_t coefficient, Rational value, std::string_view symbol, bool mirrored = false) {
  const std::string term = SideText().add(coefficient, symbol).text();
  if (mirrored) {
    lines.add(value.text(), term);
  } else {
    lines.add(term, value.text());
  }
  lines.add(std::string(symbol), (value / Rational(coefficient)).text());
}

// ax+b=cx+d: the unknown is collected on one side, in one move or two, in either order.
void collect(Lines& lines, const Side& left, const Side& right, SplitMix64& rng) {
  const bool to_right = left.x == 0 || (right.x != 0 && rng.below(4) == 0);
  const Side& keep = to_right ? right : left;  // the side the unknown ends on
  const Side& other = to_right ? left : right;
  const auto add = [&](const std::string& unknowns, const std::string& constants) {
    if (to_right) {
      lines.add(constants, unknowns);
    } else {
      lines.add(unknowns, constants);
    }
  };
  switch (rng.below(3)) {
    case 0:  // both at once, combined on the next line
      add(SideText().add(keep.x, "x").add(-other.x, "x").text(),
          SideText().add(other.constant, "").add(-keep.constant, "").text());
      break;
    case 1: add(SideText().add(keep.x, "x").text(), Side{other.x, other.constant - keep.constant}.text()); break;
    default: add(Side{keep.x - other.x, keep.constant}.text(), std::to_string(other.constant)); break;
  }
  finish(lines, keep.x - other.x, other.constant - keep.constant, "x", to_right);
}

// One root is known: put it into `equation` and solve for the other. The equation must contain the other.
void substitute(Lines& lines, const PlaneEquation& equation, bool x_known, Rational known) {
  const Rational part = Rational(x_known ? equation.x : equation.y) * known;
  const std::int64_t rest = x_known ? equation.y : equation.x;
  const std::string_view symbol = x_known ? "y" : "x";
  const SideText with_part = x_known ? SideText().add(part).add(rest, symbol) : SideText().add(rest, symbol).add(part);
  lines.add(with_part.text(), std::to_string(equation.constant));
  finish(lines, rest, Rational(equation.constant) - part, symbol);
}

// Multiples whose sum has one unknown less; then the other root by substitution.
void eliminate(Lines& lines, const TwoUnknowns& system, SplitMix64& rng) {
  const bool eliminate_y = rng.below(2) == 0;
  const std::int64_t p = eliminate_y ? system.first.y : system.first.x;
  const std::int64_t q = eliminate_y ? system.second.y : system.second.x;
  const std::int64_t common = std::lcm(p, q);
  std::int64_t factor_first = common / p;
  std::int64_t factor_second = -common / q;
  const bool both_negative = factor_first < 0 && factor_second < 0;
  const bool one_negative = (factor_first < 0) != (factor_second < 0);
  const bool flip = both_negative || (one_negative && rng.below(2) == 0);
  if (flip) {
    factor_first = -factor_first;
    factor_second = -factor_second;
  }
  const PlaneEquation first = system.first.times(factor_first);
  const PlaneEquation second = system.second.times(factor_second);
  for (const PlaneEquation& line : {first, second}) {
    const std::size_t sign = line.text().find('=');
    lines.add(line.text().substr(0, sign), line.text().substr(sign + 1));
  }
  const std::int64_t coefficient = eliminate_y ? first.x + second.x : first.y + second.y;
  const Rational sum(first.constant + second.constant);
  finish(lines, coefficient, sum, eliminate_y ? "x" : "y");
  substitute(lines, rng.below(2) == 0 ? system.first : system.second, eliminate_y, sum / Rational(coefficient));
}

// From an equation where `solved` (x or y) has coefficient 1 or -1: express it, put it into the other, solve, go back.
void insert_expression(Lines& lines, const PlaneEquation& from, const PlaneEquation& into, bool solve_y) {
  const std::int64_t unit = solve_y ? from.y : from.x;  // 1 or -1
  const std::int64_t slope = -unit * (solve_y ? from.x : from.y);
  const std::int64_t shift = unit * from.constant;
  const std::string_view solved = solve_y ? "y" : "x";
  const std::string_view other = solve_y ? "x" : "y";
  const std::string expression = SideText().add(slope, other).add(shift, "").text();
  lines.add(std::string(solved), expression);
  const std::int64_t a = solve_y ? into.x : into.y;  // coefficient of the other unknown
  const std::int64_t b = solve_y ? into.y : into.x;  // coefficient of the one replaced
  const std::string constant = std::to_string(into.constant);
  lines.add(SideText().add(a, other).add(b, in_parentheses(expression)).text(), constant);
  lines.add(SideText().add(a, other).add(b * slope, other).add(b * shift, "").text(), constant);
  const Rational root(into.constant - b * shift, a + b * slope);
  finish(lines, a + b * slope, Rational(into.constant - b * shift), other);
  lines.add(std::string(solved), (Rational(slope) * root + Rational(shift)).text());
}

}  // namespace

std::string OneUnknown::text() const { return text_of(left) + '=' + text_of(right); }
std::string OneUnknown::mirrored_text() const { return text_of(right) + '=' + text_of(left); }
std::int64_t OneUnknown::slope() const { return total(left).x - total(right).x; }
Rational OneUnknown::root() const { return Rational(total(right).constant - total(left).constant, slope()); }

std::string PlaneEquation::text() const { return SideText().add(x, "x").add(y, "y").text() + '=' + std::to_string(constant); }

std::array<Rational, 2> TwoUnknowns::roots() const {
  const std::int64_t determinant = first.x * second.y - second.x * first.y;
  return {Rational(first.constant * second.y - second.constant * first.y, determinant),
          Rational(first.x * second.constant - second.x * first.constant, determinant)};
}

std::string working(const OneUnknown& equation, SplitMix64& rng) {
  Lines lines(equation.text());
  const Side left = total(equation.left);
  const Side right = total(equation.right);
  if (rng.below(4) != 0) lines.add(text_of(expanded(equation.left)), text_of(expanded(equation.right)));
  lines.add(left.text(), right.text());
  collect(lines, left, right, rng);
  return lines.text();
}

std::string working(const TwoUnknowns& system, SplitMix64& rng) {
  struct Unit {
    const PlaneEquation& from;
    const PlaneEquation& into;
    bool solve_y;
  };
  std::vector<Unit> units;
  for (const bool second : {false, true}) {
    const PlaneEquation& from = second ? system.second : system.first;
    const PlaneEquation& into = second ? system.first : system.second;
    if (std::abs(from.x) == 1) units.push_back({from, into, false});
    if (std::abs(from.y) == 1) units.push_back({from, into, true});
  }
  Lines lines("");
  if (!units.empty() && rng.below(2) == 0) {
    const Unit& unit = units[rng.below(units.size())];
    insert_expression(lines, unit.from, unit.into, unit.solve_y);
  } else {
    eliminate(lines, system, rng);
  }
  return lines.text();
}

}  // namespace reckon
