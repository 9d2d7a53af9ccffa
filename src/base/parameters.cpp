#include "base/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/error.h"

namespace reckon {
namespace {

constexpr std::size_t kShown = 60;  // how much of a wrong value an error repeats

std::string excerpt(std::string_view text) {
  return fmt::format("'{}{}'", text.substr(0, kShown), text.size() > kShown ? "…" : "");
}

char folded(char c) {
  if (c == '-') return '_';
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Edit distance over folded characters, row by row; two neighbours swapped count once, as the commonest slip of all.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> above(b.size() + 1), row(b.size() + 1), next(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    next[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const char x = folded(a[i - 1]), y = folded(b[j - 1]);
      next[j] = std::min({row[j - 1] + (x == y ? 0 : 1), row[j] + 1, next[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && x == folded(b[j - 2]) && y == folded(a[i - 2]);
      if (swapped) next[j] = std::min(next[j], above[j - 2] + 1);
    }
    above.swap(row);
    row.swap(next);
  }
  return row.back();
}

class ValueParser {  // one given value against its row
 public:
  ValueParser(const ParameterSpec& spec, std::string_view text, std::string_view owner)
      : spec_(spec), text_(text), owner_(owner) {}

  ParameterValue operator()(std::int64_t) const {
    std::int64_t value = 0;
    if (!parse_fully(value)) refuse("a whole number");
    check_range(static_cast<double>(value));
    return value;
  }
  ParameterValue operator()(double) const {
    double value = 0;
    if (!parse_fully(value) || std::isnan(value)) refuse("a number");
    check_range(value);
    return value;
  }
  ParameterValue operator()(bool) const {
    if (text_ == "true" || text_ == "1" || text_ == "yes" || text_ == "on") return true;
    if (text_ == "false" || text_ == "0" || text_ == "no" || text_ == "off") return false;
    refuse("true or false");
  }
  ParameterValue operator()(const std::string&) const {
    if (!spec_.choices.empty() && std::ranges::find(spec_.choices, text_) == spec_.choices.end()) {
      refuse(fmt::format("one of {}", fmt::join(spec_.choices, ", ")));
    }
    if (spec_.needs_text && text_.empty()) refuse("a text");
    return std::string(text_);
  }

 private:
  template <typename Number>
  bool parse_fully(Number& value) const {
    const char* const end = text_.data() + text_.size();
    const auto result = std::from_chars(text_.data(), end, value);
    return result.ec == std::errc() && result.ptr == end;
  }
  void check_range(double value) const {
    if (value >= spec_.minimum && value <= spec_.maximum) return;
    if (std::isinf(spec_.maximum)) refuse(fmt::format("at least {}", spec_.minimum));
    if (std::isinf(spec_.minimum)) refuse(fmt::format("at most {}", spec_.maximum));
    refuse(fmt::format("in {}..{}", spec_.minimum, spec_.maximum));
  }
  [[noreturn]] void refuse(std::string_view expected) const {
    throw Error(ErrorCode::bad_argument, fmt::format("{} is not {} ({})", excerpt(text_), expected, spec_.meaning),
                fmt::format("{}: parameter '{}'", owner_, spec_.name));
  }

  const ParameterSpec& spec_;
  std::string_view text_;
  std::string_view owner_;
};

[[noreturn]] void refuse_unknown(std::span<const ParameterSpec> table, std::string_view key, std::string_view owner) {
  std::vector<std::string> names;
  for (const ParameterSpec& spec : table) names.push_back(spec.name);
  const std::string near = nearest(key, names);
  const std::string hint = near.empty() ? "; " : fmt::format("; did you mean '{}'? ", near);
  const std::string known = names.empty() ? "it takes none" : fmt::format("it takes {}", fmt::join(names, ", "));
  const std::string message = fmt::format("no parameter {}{}{}", excerpt(key), hint, known);
  throw Error(ErrorCode::bad_argument, message, std::string(owner));
}

// The piece of `rest` up to the next comma that no backslash stands before, and takes both away; behind one it is part of the
// piece.
std::string take_item(std::string_view& rest) {
  std::string item;
  while (!rest.empty() && rest.front() != ',') {
    if (rest.starts_with("\\,")) rest.remove_prefix(1);
    item += rest.front();
    rest.remove_prefix(1);
  }
  if (!rest.empty()) rest.remove_prefix(1);
  return item;
}

template <typename Kind>
const Kind& get(const std::map<std::string, ParameterValue, std::less<>>& values, std::string_view name, const char* kind) {
  const auto found = values.find(name);
  if (found == values.end()) throw Error(ErrorCode::internal, fmt::format("parameter '{}' is in no row of its table", name));
  if (const Kind* value = std::get_if<Kind>(&found->second)) return *value;
  throw Error(ErrorCode::internal, fmt::format("parameter '{}' was read as {}, which its row is not", name, kind));
}

}  // namespace

NamedParameters parse_named_parameters(std::string_view text, std::string_view option) {
  const std::size_t colon = text.find(':');
  NamedParameters result{.name = std::string(text.substr(0, colon)), .values = {}};
  const std::string context(option);
  if (result.name.empty()) {
    throw Error(ErrorCode::bad_argument, fmt::format("{} names nothing; write NAME or NAME:key=value,key=value", excerpt(text)),
                context);
  }
  std::string_view rest = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  while (!rest.empty()) {
    const std::string item = take_item(rest);
    const std::size_t equals = item.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw Error(ErrorCode::bad_argument, fmt::format("{} is not key=value (a comma within a value is \\,)", excerpt(item)),
                  context);
    }
    const std::string key = item.substr(0, equals);
    if (!result.values.emplace(key, item.substr(equals + 1)).second) {
      throw Error(ErrorCode::bad_argument, fmt::format("{} is given twice", excerpt(key)), context);
    }
  }
  return result;
}

std::string unnested(std::string_view text) {
  std::string result(text);
  const std::size_t colon = result.find(':');
  if (colon != std::string::npos) std::replace(result.begin() + static_cast<std::ptrdiff_t>(colon) + 1, result.end(), ':', ',');
  return result;
}

Parameters::Parameters(std::span<const ParameterSpec> table, const std::map<std::string, std::string>& given,
                       std::string_view owner) {
  for (const ParameterSpec& spec : table) values_.emplace(spec.name, spec.default_value);
  for (const auto& [key, text] : given) {
    const auto spec = std::ranges::find(table, key, &ParameterSpec::name);
    if (spec == table.end()) refuse_unknown(table, key, owner);
    values_.find(key)->second = std::visit(ValueParser(*spec, text, owner), spec->default_value);
  }
}

std::int64_t Parameters::integer(std::string_view name) const { return get<std::int64_t>(values_, name, "an integer"); }
double Parameters::number(std::string_view name) const { return get<double>(values_, name, "a number"); }
bool Parameters::flag(std::string_view name) const { return get<bool>(values_, name, "a flag"); }
const std::string& Parameters::text(std::string_view name) const { return get<std::string>(values_, name, "text"); }

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
  constexpr std::size_t kLongestWord = 64;  // nobody mistypes a megabyte, and the distance is quadratic
  if (word.empty() || word.size() > kLongestWord) return "";
  const std::string* best = nullptr;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) best = &candidate, best_distance = distance;
  }
  return best == nullptr ? "" : *best;
}

}  // namespace reckon
