// Filters on texts and numbers, and the table of all filters. Those on sequences are in sequence_filters.cpp.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "text/templates/lexer.h"
#include "text/templates/operators.h"
#include "text/templates/sequence_filters.h"
#include "text/templates/text_operations.h"
#include "text/utf8.h"

namespace reckon::jinja {
namespace {

template <TrackedText (*f)(const TrackedText&)>
Value mapped(const Value& input, const Arguments&, Runtime& runtime) {
  const TrackedText text = to_text(input, runtime);
  runtime.charge(text.size() / 16);
  return f(text);
}

Value trim_filter(const Value& input, const Arguments& arguments, Runtime& runtime) {
  const TrackedText text = to_text(input, runtime);
  const TrackedText characters = text_argument(arguments, 0, "chars", "", runtime);
  runtime.charge_search(text.size(), characters.size());
  return strip(text, Side::both, characters.bytes());
}

Value replace_filter(const Value& input, const Arguments& arguments, Runtime& runtime) {
  return *call_method(Value(to_text(input, runtime)), "replace", arguments, runtime);
}

// The words of Jinja's own `title` begin behind white space, hyphens and opening brackets only.
Value title_filter(const Value& input, const Arguments&, Runtime& runtime) {
  const TrackedText text = to_text(input, runtime);
  runtime.charge(text.size());
  TrackedText out;
  bool begins = true;
  for (const Value& element : elements_of(Value(text), runtime)) {
    const TrackedText& character = *element.text();
    out.append(begins ? upper(character) : lower(character));
    const char32_t c = decode_utf8(character.bytes()).code_point;
    begins = is_python_space(c) || c == '-' || c == '(' || c == '{' || c == '[' || c == '<';
  }
  return out;
}

Value default_filter(const Value& input, const Arguments& arguments, Runtime&) {
  const bool for_all_false = flag_argument(arguments, 1, "boolean", false);
  if (!input.is_undefined() && !(for_all_false && !truth(input))) return input;
  const Value* fallback = arguments.find(0, "default_value");
  return fallback ? *fallback : make_text("");
}

Value tojson_filter(const Value& input, const Arguments& arguments, Runtime& runtime) {
  JsonStyle style;
  style.ascii = flag_argument(arguments, 0, "ensure_ascii", false);
  const std::int64_t indent = integer_argument(arguments, 1, "indent", -1, runtime);
  // tojson(4): Jinja's own filter takes the indentation first, and templates use that too.
  const Value* first = arguments.find(0, "ensure_ascii");
  const bool first_is_indent = first && first->as<std::int64_t>() && !arguments.positional.empty();
  if (first_is_indent) style.ascii = false;
  style.indent = static_cast<int>(std::clamp<std::int64_t>(first_is_indent ? *first->as<std::int64_t>() : indent, -1, 32));
  style.sort_keys = flag_argument(arguments, 3, "sort_keys", false);
  if (const Value* separators = arguments.find(2, "separators"); separators && separators->list()) {
    const auto& parts = separators->list()->items;
    if (parts.size() != 2 || !parts[0].text() || !parts[1].text()) runtime.fail("tojson: separators must be two strings");
    style.item_separator = parts[0].text()->bytes();
    style.key_separator = parts[1].text()->bytes();
  }
  return to_json(input, style, runtime);
}

Value indent_filter(const Value& input, const Arguments& arguments, Runtime& runtime) {
  const TrackedText text = to_text(input, runtime);
  const Value* width = arguments.find(0, "width");
  std::string indentation(4, ' ');
  if (width && width->text()) {
    indentation = width->text()->bytes();
  } else if (width) {
    indentation.assign(
        static_cast<std::size_t>(std::clamp<std::int64_t>(integer_argument(arguments, 0, "width", 4, runtime), 0, 256)), ' ');
  }
  const bool first = flag_argument(arguments, 1, "first", false);
  const bool blank = flag_argument(arguments, 2, "blank", false);
  TrackedText with_end = text;
  with_end.append("\n", true);  // as Jinja does, so that a last empty line counts
  const std::vector<TrackedText> lines = split_lines(with_end);
  runtime.charge_bytes(text.size() + lines.size() * (indentation.size() + 1));
  TrackedText out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) out.append("\n", true);
    if (i == 0 ? first : (blank || !lines[i].empty())) out.append(indentation, true);
    out.append(lines[i]);
  }
  return out;
}

Value escape_filter(const Value& input, const Arguments&, Runtime& runtime) {
  const TrackedText text = to_text(input, runtime);
  runtime.charge(text.size() / 16);
  return escape_html(text);
}

Value safe_filter(const Value& input, const Arguments&, Runtime& runtime) { return to_text(input, runtime).as_markup(); }

Value text_filter(const Value& input, const Arguments&, Runtime& runtime) { return to_text(input, runtime); }

Value format_filter(const Value& input, const Arguments& arguments, Runtime& runtime) {
  return format_percent(to_text(input, runtime), make_list(arguments.positional, List::Kind::tuple), runtime);
}

Value wordcount_filter(const Value& input, const Arguments&, Runtime& runtime) {
  const TrackedText text = to_text(input, runtime);
  std::int64_t words = 0;
  bool inside = false;
  for (const Value& element : elements_of(Value(text), runtime)) {
    const char32_t c = decode_utf8(element.text()->bytes()).code_point;
    const bool word = is_letter(c) || is_decimal(c) || c == '_';
    if (word && !std::exchange(inside, word)) ++words;
    inside = word;
  }
  return words;
}

std::optional<double> parse_real(std::string_view text) {
  double value = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_integer(std::string_view text, int base) {
  std::int64_t value = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> number_of(const Value& input) {
  if (const bool* b = input.as<bool>()) return *b;
  if (const auto* i = input.as<std::int64_t>()) return static_cast<double>(*i);
  if (const double* d = input.as<double>()) return *d;
  if (input.text()) return parse_real(strip(*input.text(), Side::both).bytes());
  return std::nullopt;
}

Value int_filter(const Value& input, const Arguments& arguments, Runtime& runtime) {
  require_defined(input, runtime);
  const Value fallback = integer_argument(arguments, 0, "default", 0, runtime);
  if (const auto* i = input.as<std::int64_t>()) return *i;
  if (input.text()) {
    const auto base = static_cast<int>(std::clamp<std::int64_t>(integer_argument(arguments, 1, "base", 10, runtime), 2, 36));
    if (const auto integer = parse_integer(strip(*input.text(), Side::both).bytes(), base)) return *integer;
  }
  const auto real = number_of(input);
  if (!real || !(std::fabs(*real) < 9.2e18)) return fallback;
  return static_cast<std::int64_t>(*real);
}

Value float_filter(const Value& input, const Arguments& arguments, Runtime& runtime) {
  require_defined(input, runtime);
  if (const auto real = number_of(input)) return *real;
  const Value* fallback = arguments.find(0, "default");
  return fallback ? *fallback : Value(0.0);
}

Value abs_filter(const Value& input, const Arguments&, Runtime& runtime) {
  require_defined(input, runtime);
  if (const double* d = input.as<double>()) return std::fabs(*d);
  return compare("<", input, Value(std::int64_t{0}), runtime) ? negate(input, runtime) : input;
}

Value round_filter(const Value& input, const Arguments& arguments, Runtime& runtime) {
  require_defined(input, runtime);
  const auto value = number_of(input);
  if (!value || input.text()) runtime.fail(fmt::format("round: a number is required, not '{}'", type_name(input)));
  const auto precision = std::clamp<std::int64_t>(integer_argument(arguments, 0, "precision", 0, runtime), -300, 300);
  const std::string method = text_argument(arguments, 1, "method", "common", runtime).bytes();
  if (method != "common" && method != "ceil" && method != "floor") runtime.fail("round: method must be common, ceil or floor");
  if (input.as<std::int64_t>() && method == "common" && precision >= 0) return input;
  const double scale = std::pow(10.0, static_cast<double>(precision));
  if (method == "ceil") return std::ceil(*value * scale) / scale;
  if (method == "floor") return std::floor(*value * scale) / scale;
  if (precision < 0) return std::nearbyint(*value * scale) / scale;
  return parse_real(fmt::format("{:.{}f}", *value, precision)).value_or(*value);  // decimal, half to even, as Python's round
}

}  // namespace

Filter find_filter(std::string_view name) {
  static const std::map<std::string_view, Filter> table = [] {
    std::map<std::string_view, Filter> filters = {
        {"trim", trim_filter},     {"upper", mapped<upper>},    {"lower", mapped<lower>},    {"capitalize", mapped<capitalize>},
        {"title", title_filter},   {"replace", replace_filter}, {"default", default_filter}, {"d", default_filter},
        {"tojson", tojson_filter}, {"indent", indent_filter},   {"escape", escape_filter},   {"e", escape_filter},
        {"safe", safe_filter},     {"string", text_filter},     {"format", format_filter},   {"wordcount", wordcount_filter},
        {"int", int_filter},       {"float", float_filter},     {"abs", abs_filter},         {"round", round_filter},
    };
    for (const auto& [filter_name, filter] : sequence_filters()) filters.emplace(filter_name, filter);
    return filters;
  }();
  const auto found = table.find(name);
  return found == table.end() ? nullptr : found->second;
}

}  // namespace reckon::jinja
