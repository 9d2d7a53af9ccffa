#include "search/answers/units.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/ascii.h"

namespace reckon::answers {
namespace {

using Text = std::string_view;

struct BaseUnit {
  Text name;
  Text dimension;
  std::int64_t num;
  std::int64_t den;
  bool prefixes;  // whether SI prefixes apply, symbols to symbols and names to names
};
constexpr std::array kUnits{BaseUnit{"m", "m", 1, 1, true},
                            BaseUnit{"meter", "m", 1, 1, true},
                            BaseUnit{"metre", "m", 1, 1, true},
                            BaseUnit{"g", "g", 1, 1, true},
                            BaseUnit{"gram", "g", 1, 1, true},
                            BaseUnit{"s", "s", 1, 1, true},
                            BaseUnit{"sec", "s", 1, 1, false},
                            BaseUnit{"second", "s", 1, 1, true},
                            BaseUnit{"min", "s", 60, 1, false},
                            BaseUnit{"minute", "s", 60, 1, false},
                            BaseUnit{"h", "s", 3600, 1, false},
                            BaseUnit{"hr", "s", 3600, 1, false},
                            BaseUnit{"hour", "s", 3600, 1, false},
                            BaseUnit{"day", "s", 86400, 1, false},
                            BaseUnit{"week", "s", 604800, 1, false},
                            BaseUnit{"L", "l", 1, 1, true},
                            BaseUnit{"l", "l", 1, 1, true},
                            BaseUnit{"liter", "l", 1, 1, true},
                            BaseUnit{"litre", "l", 1, 1, true},
                            BaseUnit{"in", "m", 254, 10000, false},
                            BaseUnit{"inch", "m", 254, 10000, false},
                            BaseUnit{"inches", "m", 254, 10000, false},
                            BaseUnit{"ft", "m", 3048, 10000, false},
                            BaseUnit{"foot", "m", 3048, 10000, false},
                            BaseUnit{"feet", "m", 3048, 10000, false},
                            BaseUnit{"yd", "m", 9144, 10000, false},
                            BaseUnit{"yard", "m", 9144, 10000, false},
                            BaseUnit{"mi", "m", 1609344, 1000, false},
                            BaseUnit{"mile", "m", 1609344, 1000, false},
                            BaseUnit{"cent", "dollar", 1, 100, false},
                            BaseUnit{"dollar", "dollar", 1, 1, false},
                            BaseUnit{"J", "J", 1, 1, true},
                            BaseUnit{"N", "N", 1, 1, true},
                            BaseUnit{"W", "W", 1, 1, true},
                            BaseUnit{"V", "V", 1, 1, true},
                            BaseUnit{"Pa", "Pa", 1, 1, true},
                            BaseUnit{"Hz", "Hz", 1, 1, true},
                            BaseUnit{"mol", "mol", 1, 1, true},
                            BaseUnit{"lb", "lb", 1, 1, false},
                            BaseUnit{"lbs", "lb", 1, 1, false},
                            BaseUnit{"pound", "lb", 1, 1, false},
                            BaseUnit{"oz", "lb", 1, 16, false},
                            BaseUnit{"ounce", "lb", 1, 16, false},
                            BaseUnit{"unit", "unit", 1, 1, false}};

struct Prefix {
  Text symbol;
  Text name;
  int exponent;
};
constexpr std::array kPrefixes{Prefix{"n", "nano", -9},  Prefix{"u", "micro", -6}, Prefix{"m", "milli", -3},
                               Prefix{"c", "centi", -2}, Prefix{"d", "deci", -1},  Prefix{"h", "hecto", 2},
                               Prefix{"k", "kilo", 3},   Prefix{"M", "mega", 6},   Prefix{"G", "giga", 9}};

struct Scaled {
  Text dimension;
  Rational scale;
};

std::optional<Scaled> known_exact(Text word) {
  for (const BaseUnit& unit : kUnits) {
    if (word == unit.name) return Scaled{unit.dimension, Rational(unit.num, unit.den)};
    if (!unit.prefixes || !word.ends_with(unit.name)) continue;
    const Text front = word.substr(0, word.size() - unit.name.size());
    for (const Prefix& prefix : kPrefixes) {
      if (front != (unit.name.size() <= 3 ? prefix.symbol : prefix.name)) continue;
      const BigInt power = power_of_ten(static_cast<unsigned>(std::abs(prefix.exponent)));
      return Scaled{unit.dimension, prefix.exponent < 0 ? Rational(1, power) : Rational(power)};
    }
  }
  return std::nullopt;
}

std::optional<Scaled> known(Text word) {
  if (const auto found = known_exact(word)) return found;
  if (word.size() >= 3 && word.ends_with('s')) return known_exact(word.substr(0, word.size() - 1));
  return std::nullopt;
}

// Names that mathematics puts behind a number, which are no units.
bool is_mathematics(Text word) {
  static constexpr std::array<Text, 26> kNames{
      "pi",    "sin",   "cos",  "tan",   "cot",   "sec",    "csc",   "log",      "exp",    "abs",    "sqrt",   "or",     "and",
      "theta", "alpha", "beta", "gamma", "delta", "lambda", "omega", "infinity", "choose", "arcsin", "arccos", "arctan", "sigma"};
  return std::ranges::find(kNames, word) != kNames.end();
}

std::size_t letters_from(Text text, std::size_t at) {
  std::size_t finish = at;
  while (finish < text.size() && is_letter(text[finish])) ++finish;
  return finish - at;
}

// \text{…}, \mathrm{…} and \mbox{…}: the offset of the inner text, or 0.
std::size_t upright_at(Text rest) {
  for (const Text command : {Text("\\text{"), Text("\\mathrm{"), Text("\\mbox{"), Text("\\textrm{")}) {
    if (rest.starts_with(command)) return command.size();
  }
  return 0;
}

// Where the unit begins: the first upright text or unit word, outside of braces, behind a digit.
std::optional<std::size_t> unit_start(Text text) {
  int depth = 0;
  bool digit = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '{' || c == '(' || c == '[') ++depth;
    if (c == '}' || c == ')' || c == ']') --depth;
    digit = digit || is_digit(c);
    if (c == '\\') {
      const std::size_t inner = depth == 0 && digit ? upright_at(text.substr(at)) : 0;
      if (inner > 0) return at;
      at += std::max<std::size_t>(1, letters_from(text, at + 1));
    } else if (is_letter(c)) {
      const std::size_t size = letters_from(text, at);
      const Text word = text.substr(at, size);
      const char before = at == 0 ? '\0' : text[at - 1];
      const bool stands = is_space(before) || before == '~' || (is_digit(before) && size > 1);
      const bool unit = size >= 4 || known(word).has_value();
      if (depth == 0 && digit && stands && unit && !is_mathematics(word)) return at;
      at += size - 1;
    }
  }
  return std::nullopt;
}

// "\text{ cm}^2" -> "cm^2": commands, braces and dollar signs go, anything else unusual spoils it.
std::optional<std::string> plain_unit(Text text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\') {
      if (const std::size_t inner = upright_at(text.substr(at)))
        at += inner - 1;
      else if (text.substr(at, 5) == "\\cdot")
        at += 4, plain += '*';
      else if (at + 1 < text.size() && !is_letter(text[at + 1]))
        at += 1, plain += ' ';
      else
        return std::nullopt;
    } else if (is_letter(c) || is_digit(c) || c == '^' || c == '/' || c == '*' || c == '-') {
      plain += c;
    } else if (is_space(c) || c == '.' || c == '~') {
      plain += ' ';
    } else if (c != '{' && c != '}' && c != '$') {
      return std::nullopt;
    }
  }
  return plain;
}

class UnitReader {
 public:
  explicit UnitReader(Text text) : text_(text) {}

  std::optional<Unit> read() {
    bool any = false;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (is_space(c) || c == '*')
        ++at_;
      else if (c == '/')
        ++at_, sign_ = -1;
      else if (!is_letter(c) || !word())
        return std::nullopt;
      else
        any = true;
    }
    if (!any) return std::nullopt;
    return unit_;
  }

 private:
  bool word() {
    const std::size_t size = letters_from(text_, at_);
    std::string name(text_.substr(at_, size));
    at_ += size;
    if (name == "per") return sign_ = -1, true;
    if (name == "square" || name == "sq") return modifier_ = 2, true;
    if (name == "cubic" || name == "cu") return modifier_ = 3, true;
    int exponent = modifier_;
    modifier_ = 1;
    if (at_ < text_.size() && text_[at_] == '^') {
      const bool negative = text_.substr(at_ + 1, 1) == "-";
      at_ += negative ? 2 : 1;
      if (at_ >= text_.size() || text_[at_] < '1' || text_[at_] > '9') return false;
      exponent = (text_[at_++] - '0') * (negative ? -1 : 1);
      if (at_ < text_.size() && is_digit(text_[at_])) return false;
    }
    apply(std::move(name), exponent * sign_);
    return true;
  }

  void apply(std::string name, int exponent) {
    Rational scale = 1;
    if (const auto unit = known(name)) {
      name = unit->dimension;
      scale = unit->scale;
    } else {
      std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
      if (name.size() > 3 && name.ends_with('s')) name.pop_back();  // apples, apple
    }
    Effort effort;
    unit_.scale = multiply(unit_.scale, power(scale, exponent, effort), effort);
    if ((unit_.dimensions[name] += exponent) == 0) unit_.dimensions.erase(name);
  }

  Text text_;
  std::size_t at_ = 0;
  int sign_ = 1;
  int modifier_ = 1;
  Unit unit_;
};

}  // namespace

std::optional<Quantity> split_unit(std::string_view answer) {
  constexpr std::size_t kLongest = 256;  // of the unit; what is longer is prose
  const std::optional<std::size_t> start = unit_start(answer);
  if (!start || answer.size() - *start > kLongest) return std::nullopt;
  const std::optional<std::string> plain = plain_unit(answer.substr(*start));
  std::optional<Unit> unit = plain ? UnitReader(*plain).read() : std::nullopt;
  if (!unit) return std::nullopt;
  return Quantity{std::string(answer.substr(0, *start)), *std::move(unit)};
}

}  // namespace reckon::answers
