#include "text/templates/operators.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <fmt/format.h>

#include "text/templates/text_operations.h"

namespace reckon::jinja {
namespace {

std::optional<std::int64_t> integer_of(const Value& value) {
  if (const auto* i = value.as<std::int64_t>()) return *i;
  if (const bool* b = value.as<bool>()) return *b;
  return std::nullopt;
}

std::optional<double> real_of(const Value& value) {
  if (const double* d = value.as<double>()) return *d;
  if (const auto i = integer_of(value)) return static_cast<double>(*i);
  return std::nullopt;
}

[[noreturn]] void fail_types(std::string_view symbol, const Value& left, const Value& right, Runtime& runtime) {
  runtime.fail(fmt::format("unsupported operand types for {}: '{}' and '{}'", symbol, type_name(left), type_name(right)));
}

// Of the sign of b.
std::int64_t floor_remainder(std::int64_t a, std::int64_t b) {
  const std::int64_t remainder = a % b;
  return remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder;
}
std::int64_t floor_divide(std::int64_t a, std::int64_t b) { return a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0); }

Value power(std::int64_t base, std::int64_t exponent, Runtime& runtime) {
  if (exponent < 0) return std::pow(static_cast<double>(base), static_cast<double>(exponent));
  std::int64_t result = 1;
  for (; exponent > 0; --exponent) {
    runtime.charge();
    if (__builtin_mul_overflow(result, base, &result)) runtime.fail("an integer grows over 64 bits");
    if (base == 0 || base == 1) break;
  }
  return result;
}

Value integer_arithmetic(std::string_view symbol, std::int64_t a, std::int64_t b, Runtime& runtime) {
  std::int64_t result = 0;
  bool overflow = false;
  if (symbol == "+") {
    overflow = __builtin_add_overflow(a, b, &result);
  } else if (symbol == "-") {
    overflow = __builtin_sub_overflow(a, b, &result);
  } else if (symbol == "*") {
    overflow = __builtin_mul_overflow(a, b, &result);
  } else if (symbol == "**") {
    return power(a, b, runtime);
  } else {
    if (b == 0) runtime.fail("division by zero");
    if (symbol == "/") return static_cast<double>(a) / static_cast<double>(b);
    overflow = a == INT64_MIN && b == -1;
    if (!overflow) result = symbol == "//" ? floor_divide(a, b) : floor_remainder(a, b);
  }
  if (overflow) runtime.fail("an integer grows over 64 bits");
  return result;
}

Value real_arithmetic(std::string_view symbol, double a, double b, Runtime& runtime) {
  if (symbol == "+") return a + b;
  if (symbol == "-") return a - b;
  if (symbol == "*") return a * b;
  if (symbol == "**") return std::pow(a, b);
  if (b == 0) runtime.fail("division by zero");
  if (symbol == "/") return a / b;
  const double quotient = std::floor(a / b);
  return symbol == "//" ? quotient : a - quotient * b;
}

Value repeat(const Value& value, std::int64_t times, Runtime& runtime) {
  const auto count = static_cast<std::size_t>(std::max<std::int64_t>(0, times));
  if (const TrackedText* text = value.text()) {
    if (!text->empty() && count > kMostTextBytes) runtime.charge_bytes(count);
    runtime.charge_bytes(text->size() * count);
    TrackedText result;
    for (std::size_t i = 0; i < (text->empty() ? 0 : count); ++i) result.append(*text);
    return result;
  }
  const List& list = *value.list();
  if (!list.items.empty()) runtime.charge(std::min<std::size_t>(count, kMostTextBytes) * list.items.size());
  std::vector<Value> items;
  for (std::size_t i = 0; i < (list.items.empty() ? 0 : count); ++i)
    items.insert(items.end(), list.items.begin(), list.items.end());
  return make_list(std::move(items), list.kind);
}

Value add_sequences(const Value& left, const Value& right, Runtime& runtime) {
  if (left.text() && right.text()) {
    runtime.charge_bytes(left.text()->size() + right.text()->size());
    const bool markup = left.text()->is_markup() || right.text()->is_markup();
    TrackedText result = markup ? escape_html(*left.text()) : *left.text();
    result.append(markup ? escape_html(*right.text()) : *right.text());
    return result;
  }
  const List* a = left.list();
  const List* b = right.list();
  if (!a || !b || a->kind != b->kind || a->kind > List::Kind::tuple) fail_types("+", left, right, runtime);
  runtime.charge(a->items.size() + b->items.size());
  std::vector<Value> items = a->items;
  items.insert(items.end(), b->items.begin(), b->items.end());
  return make_list(std::move(items), a->kind);
}

// What stands between "%" and the conversion: flags, width and precision, each within bounds.
struct Specification {
  std::string flags;
  int width = 0;
  int precision = -1;  // none
};

Specification parse_specification(std::string_view text, Runtime& runtime) {
  Specification specification;
  const auto number = [&](std::size_t most_digits) {
    const std::size_t length = std::min(text.find_first_not_of("0123456789"), text.size());
    if (length > most_digits) runtime.fail("a format is too wide");
    int value = 0;
    for (const char digit : text.substr(0, length)) value = value * 10 + (digit - '0');
    text.remove_prefix(length);
    return value;
  };
  const std::size_t flags = std::min(text.find_first_not_of("-+ #0"), text.size());
  specification.flags = text.substr(0, std::min<std::size_t>(flags, 8));
  text.remove_prefix(flags);
  specification.width = number(3);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    specification.precision = number(2);
  }
  if (!text.empty()) runtime.fail("a format has its parts in the wrong order");
  return specification;
}

TrackedText padded(const TrackedText& text, const Specification& specification) {
  const auto length = length_in_characters(text.bytes());
  if (specification.width <= length) return text;
  const bool left = specification.flags.find('-') != std::string::npos;
  TrackedText out = left ? text : TrackedText();
  out.append(std::string(static_cast<std::size_t>(specification.width - length), ' '), true);
  if (!left) out.append(text);
  return out;
}

std::string format_number(const Specification& specification, char conversion, const Value& value, Runtime& runtime) {
  const auto real = real_of(value);
  if (!real) runtime.fail(fmt::format("%{} format: a number is required, not {}", conversion, type_name(value)));
  char buffer[1600];  // 308 digits, 99 behind the point, or a width of 999
  const std::string format = "%" + specification.flags + "*.*";
  if (std::string_view("dixXo").find(conversion) != std::string_view::npos) {
    if (real && std::isnan(*real)) runtime.fail("cannot convert float NaN to integer");
    const std::int64_t integer = integer_of(value).value_or(static_cast<std::int64_t>(std::clamp(*real, -9e18, 9e18)));
    std::snprintf(buffer, sizeof buffer, (format + "ll" + conversion).c_str(), specification.width, specification.precision,
                  static_cast<long long>(integer));
  } else {
    std::snprintf(buffer, sizeof buffer, (format + conversion).c_str(), specification.width, specification.precision, *real);
  }
  return buffer;
}

}  // namespace

void require_defined(const Value& value, Runtime& runtime) {
  if (const Undefined* undefined = value.as<Undefined>()) runtime.fail(undefined->message);
}

Value binary(std::string_view symbol, const Value& left, const Value& right, Runtime& runtime) {
  require_defined(left, runtime);
  require_defined(right, runtime);
  if (symbol == "%" && left.text()) return format_percent(*left.text(), right, runtime);
  const auto a = integer_of(left);
  const auto b = integer_of(right);
  if (a && b) return integer_arithmetic(symbol, *a, *b, runtime);
  const auto x = real_of(left);
  const auto y = real_of(right);
  if (x && y) return real_arithmetic(symbol, *x, *y, runtime);
  if (symbol == "+") return add_sequences(left, right, runtime);
  const auto is_sequence = [](const Value& v) { return v.text() || (v.list() && v.list()->kind <= List::Kind::tuple); };
  if (symbol == "*" && is_sequence(left) && b) return repeat(left, *b, runtime);
  if (symbol == "*" && a && is_sequence(right)) return repeat(right, *a, runtime);
  fail_types(symbol, left, right, runtime);
}

Value negate(const Value& value, Runtime& runtime) {
  require_defined(value, runtime);
  if (const auto i = integer_of(value)) return integer_arithmetic("-", 0, *i, runtime);
  if (const double* d = value.as<double>()) return -*d;
  runtime.fail(fmt::format("bad operand type for unary -: '{}'", type_name(value)));
}

bool compare(std::string_view symbol, const Value& left, const Value& right, Runtime& runtime) {
  runtime.charge(std::min(parts_of(left), parts_of(right)) + (left.text() ? left.text()->size() / 256 : 0));
  // Dicts look each other's keys up one by one.
  if (left.dict() && right.dict()) runtime.charge(parts_of(left) * (1 + std::min(parts_of(left), parts_of(right)) / 64));
  if (symbol == "==") return equal(left, right);
  if (symbol == "!=") return !equal(left, right);
  if (symbol == "in") return contains(right, left, runtime);
  if (symbol == "not in") return !contains(right, left, runtime);
  require_defined(left, runtime);
  require_defined(right, runtime);
  if (symbol == "<") return less(left, right);
  if (symbol == ">") return less(right, left);
  if (symbol == "<=") return less(left, right) || equal(left, right);
  return less(right, left) || equal(left, right);
}

bool contains(const Value& container, const Value& value, Runtime& runtime) {
  if (const TrackedText* text = container.text()) {
    require_defined(value, runtime);
    if (!value.text()) runtime.fail(fmt::format("'in <string>' requires string as left operand, not {}", type_name(value)));
    runtime.charge_search(text->size(), value.text()->size());
    return text->bytes().find(value.text()->bytes()) != std::string::npos;
  }
  if (const Dict* dict = container.dict()) {
    runtime.charge(1 + dict->items.size() / 64);
    return dict->find(value) != nullptr;
  }
  if (container.object() || container.is_none() || container.as<bool>() || container.as<std::int64_t>() ||
      container.as<double>()) {
    runtime.fail(fmt::format("argument of type '{}' is not iterable", type_name(container)));
  }
  const std::vector<Value> elements = elements_of(container, runtime);
  runtime.charge(parts_of(container));
  return std::ranges::any_of(elements, [&](const Value& element) { return equal(element, value); });
}

Value format_percent(const TrackedText& format, const Value& arguments, Runtime& runtime) {
  const bool tuple = arguments.list() && arguments.list()->kind == List::Kind::tuple;
  const std::vector<Value> values = tuple ? arguments.list()->items : std::vector<Value>{arguments};
  std::size_t used = 0;
  TrackedText out;
  const std::string& bytes = format.bytes();
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t percent = std::min(bytes.find('%', at), bytes.size());
    out.append(format.slice(at, percent - at));
    if (percent == bytes.size()) break;
    const std::size_t end = bytes.find_first_not_of("-+ #0123456789.", percent + 1);
    if (end == std::string::npos) runtime.fail("incomplete format");
    const std::string_view parts = std::string_view(bytes).substr(percent + 1, end - percent - 1);
    at = end + 1;
    if (bytes[end] == '%') {
      out.append("%", format.trusted_at(percent));
      continue;
    }
    if (used >= values.size()) runtime.fail("not enough arguments for format string");
    const Value& value = values[used++];
    const Specification specification = parse_specification(parts, runtime);
    if (std::string_view("sr").find(bytes[end]) != std::string_view::npos) {
      out.append(padded(bytes[end] == 's' ? to_text(value, runtime) : to_repr(value, runtime), specification));
    } else if (std::string_view("dixXofeEgG").find(bytes[end]) != std::string_view::npos) {
      out.append(format_number(specification, bytes[end], value, runtime), true);
    } else {
      runtime.fail(fmt::format("unsupported conversion in '%{}'", parts));
    }
    runtime.charge_bytes(out.size());
  }
  if (used < values.size() && tuple) runtime.fail("not all arguments converted during string formatting");
  return out;
}

std::int64_t integer_argument(const Arguments& arguments, std::size_t position, std::string_view name,
                              std::optional<std::int64_t> fallback, Runtime& runtime) {
  const Value* value = arguments.find(position, name);
  if (value) {
    if (const auto integer = integer_of(*value)) return *integer;
    if (!value->is_none() || !fallback) {
      runtime.fail(fmt::format("argument '{}' must be an integer, not '{}'", name, type_name(*value)));
    }
  }
  if (!fallback) runtime.fail(fmt::format("argument '{}' is missing", name));
  return *fallback;
}

bool flag_argument(const Arguments& arguments, std::size_t position, std::string_view name, bool fallback) {
  const Value* value = arguments.find(position, name);
  return value ? truth(*value) : fallback;
}

TrackedText text_argument(const Arguments& arguments, std::size_t position, std::string_view name,
                          std::optional<std::string_view> fallback, Runtime& runtime) {
  const Value* value = arguments.find(position, name);
  if (value && value->text()) return *value->text();
  if (value && !(value->is_none() && fallback)) {
    require_defined(*value, runtime);
    runtime.fail(fmt::format("argument '{}' must be a string, not '{}'", name, type_name(*value)));
  }
  if (!fallback) runtime.fail(fmt::format("argument '{}' is missing", name));
  return {std::string(*fallback), true};
}

}  // namespace reckon::jinja
