// How answers give values to the constants of a script: the second half of smt_script.h.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "search/constraints/claim.h"
#include "search/constraints/smt_script.h"

namespace reckon {
namespace {

constexpr std::size_t kMostDigits = 100;
constexpr std::size_t kLongestAnswer = 1 << 16;

std::string_view bare_value(std::string_view text, std::string_view before = " \t\r\n$", std::string_view behind = " \t\r\n.$") {
  const std::size_t begin = text.find_first_not_of(before);
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(behind) + 1);
}

// Without blanks only: a point may belong to a number.
std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  return bare_value(text, kBlanks, kBlanks);
}

// "(3, 4)" -> "3, 4"; also in LaTeX, where brackets may be written \{ and \left(.
std::string_view without_brackets(std::string_view text) {
  for (bool found = true; found;) {
    found = false;
    for (const std::string_view mark : {"", "\\left", "\\"}) {
      const std::string_view closing = mark == "\\left" ? "\\right" : mark;
      if (text.size() < mark.size() + closing.size() + 2 || !text.starts_with(mark)) continue;
      const std::string_view inside = text.substr(mark.size() + 1, text.size() - mark.size() - closing.size() - 2);
      const bool opens = std::string_view("([{").find(text[mark.size()]) != std::string_view::npos;
      const bool closes = std::string_view(")]}").find(text.back()) != std::string_view::npos;
      if (!opens || !closes || text.substr(mark.size() + 1 + inside.size(), closing.size()) != closing) continue;
      text = bare_value(inside);
      found = true;
      break;
    }
  }
  return text;
}

std::vector<std::string_view> items_of(std::string_view text) {
  std::vector<std::string_view> items;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(",;\n"), text.size());
    if (const std::string_view item = without_blanks(text.substr(0, end)); !item.empty()) items.push_back(item);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return items;
}

bool all_digits(std::string_view text) {
  return !text.empty() && text.size() <= kMostDigits && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "12" or, where a fraction is allowed, "1.5": as SMT-LIB writes it for the sort.
std::optional<std::string> unsigned_number(std::string_view text, bool real) {
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos)
    return all_digits(text) ? std::optional(std::string(text) + (real ? ".0" : "")) : std::nullopt;
  if (!real || !all_digits(text.substr(point + 1))) return std::nullopt;
  const std::string_view whole = text.substr(0, point);
  if (!whole.empty() && !all_digits(whole)) return std::nullopt;
  return fmt::format("{}.{}", whole.empty() ? "0" : whole, text.substr(point + 1));
}

std::optional<std::string> number_term(std::string_view text, bool real) {
  bool negative = false;
  for (const std::string_view sign : {"-", "\u2212", "+"}) {
    if (!text.starts_with(sign)) continue;
    negative = sign != "+";
    text = without_blanks(text.substr(sign.size()));
    break;
  }
  const std::size_t slash = text.find('/');
  std::optional<std::string> term;
  if (slash == std::string_view::npos) {
    term = unsigned_number(text, real);
  } else if (real) {
    const auto above = unsigned_number(without_blanks(text.substr(0, slash)), real);
    const auto below = unsigned_number(without_blanks(text.substr(slash + 1)), real);
    if (!above || !below || below->find_first_not_of("0.") == std::string::npos) return std::nullopt;
    term = fmt::format("(/ {} {})", *above, *below);
  }
  if (term && negative) term = fmt::format("(- {})", *term);
  return term;
}

std::optional<std::string> term_of(std::string_view value, SmtSort sort) {
  if (sort != SmtSort::boolean) return number_term(without_blanks(value), sort == SmtSort::real);
  const std::string plain = trimmed_lower(value);
  if (plain == "true" || plain == "yes" || plain == "1") return "true";
  if (plain == "false" || plain == "no" || plain == "0") return "false";
  return std::nullopt;
}

}  // namespace

std::optional<std::vector<SmtValue>> read_smt_values(std::string_view answer, std::span<const SmtConstant> constants) {
  if (answer.size() > kLongestAnswer) return std::nullopt;
  const std::vector<std::string_view> items = items_of(without_brackets(bare_value(answer)));
  if (items.size() != constants.size()) return std::nullopt;
  const bool named = std::ranges::any_of(items, [](std::string_view item) { return item.find('=') != std::string_view::npos; });
  std::map<std::string_view, const SmtConstant*> open;  // still without a value
  for (const SmtConstant& constant : constants) open.emplace(constant.name, &constant);
  std::vector<SmtValue> values;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::size_t equals = items[i].find('=');
    if (named && equals == std::string_view::npos) return std::nullopt;
    const std::string_view name = named ? without_blanks(items[i].substr(0, equals)) : std::string_view(constants[i].name);
    const auto found = open.find(name);
    if (found == open.end()) return std::nullopt;
    const std::optional<std::string> term = term_of(named ? items[i].substr(equals + 1) : items[i], found->second->sort);
    if (!term) return std::nullopt;
    values.push_back(SmtValue{found->second, *term});
    open.erase(found);
  }
  return values;
}

}  // namespace reckon
