// Methods of strings, lists and dicts. What would change a list or dict is forbidden, as in the sandbox that the transformers
// library renders templates in.
#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "text/templates/lexer.h"
#include "text/templates/operators.h"
#include "text/templates/text_operations.h"
#include "text/utf8.h"

namespace reckon::jinja {
namespace {

using TextMethod = Value (*)(const TrackedText&, const Arguments&, Runtime&);

Value texts(std::vector<TrackedText> parts) {
  std::vector<Value> items;
  for (TrackedText& part : parts) items.emplace_back(std::move(part));
  return make_list(std::move(items));
}

template <Side side>
Value strip_method(const TrackedText& text, const Arguments& arguments, Runtime& runtime) {
  const TrackedText characters = text_argument(arguments, 0, "chars", "", runtime);
  runtime.charge_search(text.size(), characters.size());
  return strip(text, side, characters.bytes());
}

template <bool from_right>
Value split_method(const TrackedText& text, const Arguments& arguments, Runtime& runtime) {
  const Value* separator = arguments.find(0, "sep");
  if (separator && separator->text() && separator->text()->empty()) runtime.fail("empty separator");
  const TrackedText by = text_argument(arguments, 0, "sep", "", runtime);
  runtime.charge_search(text.size(), by.size());
  std::vector<TrackedText> parts = split(text, by.bytes(), integer_argument(arguments, 1, "maxsplit", -1, runtime), from_right);
  runtime.charge(parts.size());
  return texts(std::move(parts));
}

// startswith and endswith take one text or a tuple of them.
template <bool at_start>
Value affix_method(const TrackedText& text, const Arguments& arguments, Runtime& runtime) {
  const auto matches = [&](const TrackedText& affix) {
    return at_start ? text.bytes().starts_with(affix.bytes()) : text.bytes().ends_with(affix.bytes());
  };
  const Value* argument = arguments.find(0, "prefix");
  if (argument && argument->list() && argument->list()->kind == List::Kind::tuple) {
    for (const Value& affix : argument->list()->items) {
      if (affix.text() && matches(*affix.text())) return true;
    }
    return false;
  }
  return matches(text_argument(arguments, 0, "prefix", std::nullopt, runtime));
}

Value replace_method(const TrackedText& text, const Arguments& arguments, Runtime& runtime) {
  const TrackedText what = text_argument(arguments, 0, "old", std::nullopt, runtime);
  const TrackedText with = text_argument(arguments, 1, "new", std::nullopt, runtime);
  const std::size_t pieces = what.empty() ? text.size() + 1 : text.size() / what.size() + 1;
  runtime.charge(text.size() / 16 + with.size() / 256 + 1);
  runtime.charge_search(text.size(), what.size());
  if (with.size() * pieces > kMostTextBytes) runtime.charge(text.size());  // it may grow: see how much before it does
  std::size_t found = what.empty() ? pieces : 0;
  for (std::size_t at = 0; !what.empty() && (at = text.bytes().find(what.bytes(), at)) != std::string::npos; at += what.size())
    ++found;
  runtime.charge_bytes(text.size() + found * with.size());
  return replace(text, what.bytes(), with, integer_argument(arguments, 2, "count", -1, runtime));
}

template <TrackedText (*f)(const TrackedText&)>
Value mapped_method(const TrackedText& text, const Arguments&, Runtime& runtime) {
  runtime.charge(text.size() / 16);
  return f(text);
}

template <bool (*predicate)(char32_t)>
Value predicate_method(const TrackedText& text, const Arguments&, Runtime& runtime) {
  runtime.charge(text.size() / 16);
  return all_characters(text.bytes(), predicate);
}

bool is_letter_or_decimal(char32_t c) { return is_letter(c) || is_decimal(c); }
bool is_not_upper_case(char32_t c) { return !is_upper_case(c); }
bool is_not_lower_case(char32_t c) { return !is_lower_case(c); }

// islower: no character in upper case, and not all without case.
Value is_lower_method(const TrackedText& text, const Arguments&, Runtime& runtime) {
  runtime.charge(text.size() / 16);
  return all_characters(text.bytes(), is_not_upper_case) && !all_characters(text.bytes(), is_not_lower_case);
}
Value is_upper_method(const TrackedText& text, const Arguments&, Runtime& runtime) {
  runtime.charge(text.size() / 16);
  return all_characters(text.bytes(), is_not_lower_case) && !all_characters(text.bytes(), is_not_upper_case);
}

template <bool from_right>
Value find_method(const TrackedText& text, const Arguments& arguments, Runtime& runtime) {
  const std::string what = text_argument(arguments, 0, "sub", std::nullopt, runtime).bytes();
  runtime.charge_search(text.size(), what.size());
  const std::size_t at = from_right ? text.bytes().rfind(what) : text.bytes().find(what);
  if (at == std::string::npos) return std::int64_t{-1};
  return length_in_characters(std::string_view(text.bytes()).substr(0, at));
}

Value index_method(const TrackedText& text, const Arguments& arguments, Runtime& runtime) {
  Value found = find_method<false>(text, arguments, runtime);
  if (*found.as<std::int64_t>() < 0) runtime.fail("substring not found");
  return found;
}

Value count_method(const TrackedText& text, const Arguments& arguments, Runtime& runtime) {
  const std::string what = text_argument(arguments, 0, "sub", std::nullopt, runtime).bytes();
  runtime.charge_search(text.size(), what.size());
  if (what.empty()) return length_in_characters(text.bytes()) + 1;
  return static_cast<std::int64_t>(split(text, what, -1).size()) - 1;
}

Value join_method(const TrackedText& text, const Arguments& arguments, Runtime& runtime) {
  const Value* parts = arguments.find(0, "iterable");
  if (!parts) runtime.fail("join() needs an iterable");
  TrackedText out;
  bool first = true;
  for (const Value& part : elements_of(*parts, runtime)) {
    if (!part.text()) runtime.fail(fmt::format("join(): expected strings, found '{}'", type_name(part)));
    if (!std::exchange(first, false)) out.append(text);
    out.append(*part.text());
    runtime.charge_bytes(out.size());
  }
  return out;
}

template <bool prefix>
Value remove_affix_method(const TrackedText& text, const Arguments& arguments, Runtime& runtime) {
  const std::string affix = text_argument(arguments, 0, "affix", std::nullopt, runtime).bytes();
  if (prefix ? !text.bytes().starts_with(affix) : !text.bytes().ends_with(affix)) return text;
  return prefix ? text.slice(affix.size()) : text.slice(0, text.size() - affix.size());
}

// "{} {0} {name}", without format specifications.
Value format_method(const TrackedText& text, const Arguments& arguments, Runtime& runtime) {
  const std::string& bytes = text.bytes();
  TrackedText out;
  std::size_t automatic = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t brace = std::min(bytes.find_first_of("{}", at), bytes.size());
    out.append(text.slice(at, brace - at));
    if (brace == bytes.size()) break;
    if (brace + 1 < bytes.size() && bytes[brace + 1] == bytes[brace]) {
      out.append(text.slice(brace, 1));
      at = brace + 2;
      continue;
    }
    const std::size_t end = bytes[brace] == '{' ? bytes.find('}', brace) : std::string::npos;
    if (end == std::string::npos) runtime.fail("unbalanced braces in format string");
    const std::string field = bytes.substr(brace + 1, end - brace - 1);
    const bool number = !field.empty() && field.size() < 4 && field.find_first_not_of("0123456789") == std::string::npos;
    const bool positional = field.empty() || number;
    const std::size_t position = field.empty() ? automatic++ : number ? std::stoul(field) : arguments.positional.size();
    const Value* value = arguments.find(position, positional ? std::string_view() : std::string_view(field));
    if (!value) runtime.fail(fmt::format("format(): no argument for '{{{}}}'", field));
    out.append(to_text(*value, runtime));
    runtime.charge_bytes(out.size());
    at = end + 1;
  }
  return out;
}

const std::map<std::string_view, TextMethod>& text_methods() {
  static const std::map<std::string_view, TextMethod> table = {
      {"strip", strip_method<Side::both>},
      {"lstrip", strip_method<Side::left>},
      {"rstrip", strip_method<Side::right>},
      {"split", split_method<false>},
      {"rsplit", split_method<true>},
      {"splitlines", [](const TrackedText& text, const Arguments&, Runtime&) { return texts(split_lines(text)); }},
      {"startswith", affix_method<true>},
      {"endswith", affix_method<false>},
      {"removeprefix", remove_affix_method<true>},
      {"removesuffix", remove_affix_method<false>},
      {"replace", replace_method},
      {"join", join_method},
      {"format", format_method},
      {"upper", mapped_method<upper>},
      {"lower", mapped_method<lower>},
      {"capitalize", mapped_method<capitalize>},
      {"title", mapped_method<title>},
      {"find", find_method<false>},
      {"rfind", find_method<true>},
      {"index", index_method},
      {"count", count_method},
      {"isdigit", predicate_method<is_decimal>},
      {"isalpha", predicate_method<is_letter>},
      {"isspace", predicate_method<is_python_space>},
      {"isalnum", predicate_method<is_letter_or_decimal>},
      {"islower", is_lower_method},
      {"isupper", is_upper_method},
  };
  return table;
}

constexpr std::array<std::string_view, 11> kForbidden = {"append",  "clear", "extend",  "insert", "pop",       "remove",
                                                         "reverse", "sort",  "popitem", "update", "setdefault"};
constexpr std::array<std::string_view, 4> kDictMethods = {"get", "items", "keys", "values"};
constexpr std::array<std::string_view, 2> kListMethods = {"index", "count"};

Value dict_method(const Dict& dict, std::string_view name, const Arguments& arguments, Runtime& runtime) {
  runtime.charge(1 + dict.items.size() / 64);
  if (name == "get") {
    const Value* key = arguments.find(0, "key");
    if (!key) runtime.fail("get() needs a key");
    if (const Value* found = dict.find(*key)) return *found;
    const Value* fallback = arguments.find(1, "default");
    return fallback ? *fallback : Value(None{});
  }
  runtime.charge(dict.items.size());
  std::vector<Value> items;
  for (const auto& [key, value] : dict.items) {
    if (name == "items") {
      items.push_back(make_list({key, value}, List::Kind::tuple));
    } else {
      items.push_back(name == "keys" ? key : value);
    }
  }
  return make_list(std::move(items), List::Kind::view);
}

Value list_method(const List& list, std::string_view name, const Arguments& arguments, Runtime& runtime) {
  runtime.charge(list.parts);
  const Value* wanted = arguments.find(0, "value");
  if (!wanted) runtime.fail(fmt::format("{}() needs a value", name));
  std::int64_t count = 0;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    if (!equal(list.items[i], *wanted)) continue;
    if (name == "index") return static_cast<std::int64_t>(i);
    ++count;
  }
  if (name == "index") runtime.fail("the value is not in the list");
  return count;
}

bool among(std::string_view name, std::span<const std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

bool has_method(const Value& value, std::string_view name) {
  if (value.text()) return text_methods().contains(name);
  if (value.dict()) return among(name, kDictMethods) || among(name, kForbidden);
  const List* list = value.list();
  return list && list->kind <= List::Kind::tuple && (among(name, kListMethods) || among(name, kForbidden));
}

std::optional<Value> call_method(const Value& value, std::string_view name, const Arguments& arguments, Runtime& runtime) {
  if (!has_method(value, name)) return std::nullopt;
  if (const TrackedText* text = value.text()) {
    runtime.charge_bytes(text->size());
    return text_methods().at(name)(*text, arguments, runtime);
  }
  if (among(name, kForbidden)) {
    runtime.fail(
        fmt::format("access to attribute '{}' of '{}' is unsafe: templates may not change values", name, type_name(value)));
  }
  if (const Dict* dict = value.dict()) return dict_method(*dict, name, arguments, runtime);
  return list_method(*value.list(), name, arguments, runtime);
}

}  // namespace reckon::jinja
