#include "text/templates/value.h"

#include <algorithm>
#include <cmath>
#include <compare>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "text/templates/runtime.h"
#include "text/utf8.h"

namespace reckon::jinja {
namespace {

[[noreturn]] void refuse(const std::string& message) { throw Error(ErrorCode::bad_argument, message, "chat template"); }

int depth_of(const Value& value) {
  if (const List* list = value.list()) return list->depth;
  if (const Dict* dict = value.dict()) return dict->depth;
  return 0;
}

// Depth and parts of a list or dict that is being made.
struct Extent {
  int depth = 1;
  std::size_t parts = 1;

  void add(const Value& value) {
    depth = std::max(depth, depth_of(value) + 1);
    parts += parts_of(value);
    if (depth > kMostNesting) refuse(fmt::format("a value nests deeper than {}", kMostNesting));
    if (parts > kMostParts) refuse(fmt::format("a value has more than {} parts", kMostParts));
  }
};

// A number as Python compares it, or nothing; true is 1.
struct Number {
  bool is_number = false;
  bool is_integer = false;
  std::int64_t integer = 0;
  double real = 0;
};

Number number_in(const Value& value) {
  if (const bool* b = value.as<bool>()) return {true, true, *b, static_cast<double>(*b)};
  if (const auto* i = value.as<std::int64_t>()) return {true, true, *i, static_cast<double>(*i)};
  if (const double* d = value.as<double>()) return {true, false, 0, *d};
  return {};
}

bool equal_dicts(const Dict& a, const Dict& b) {
  if (a.items.size() != b.items.size()) return false;
  return std::ranges::all_of(a.items, [&](const auto& item) {
    const Value* other = b.find(item.first);
    return other && equal(item.second, *other);
  });
}

bool is_tuple(const List& list) { return list.kind == List::Kind::tuple; }

}  // namespace

const Value* Dict::find(const Value& key) const {
  const auto found = std::ranges::find_if(items, [&](const auto& item) { return equal(item.first, key); });
  return found == items.end() ? nullptr : &found->second;
}

const Value* Dict::find(std::string_view key) const {
  for (const auto& [name, value] : items) {
    if (name.text() && name.text()->bytes() == key) return &value;
  }
  return nullptr;
}

std::size_t parts_of(const Value& value) noexcept {
  if (const List* list = value.list()) return list->parts;
  if (const Dict* dict = value.dict()) return dict->parts;
  return 1;
}

Value make_list(std::vector<Value> items, List::Kind kind) {
  Extent extent;
  for (const Value& item : items) extent.add(item);
  return std::make_shared<const List>(List{std::move(items), kind, extent.depth, extent.parts});
}

Value make_dict(std::vector<std::pair<Value, Value>> items) {
  Dict dict;
  Extent extent;
  for (auto& [key, value] : items) {
    if (key.list() || key.dict()) refuse(fmt::format("unhashable type: '{}'", type_name(key)));
    extent.add(value);
    // Items of JSON objects are unique and may be many; those of template literals are few.
    if (const Value* known = dict.items.size() < 64 ? dict.find(key) : nullptr) {
      *const_cast<Value*>(known) = std::move(value);
    } else {
      dict.items.emplace_back(std::move(key), std::move(value));
    }
  }
  dict.depth = extent.depth;
  dict.parts = extent.parts;
  return std::make_shared<const Dict>(std::move(dict));
}

Value make_text(std::string_view bytes, bool trusted) { return TrackedText(std::string(bytes), trusted); }

namespace {

Value from_json_at(const nlohmann::ordered_json& json, bool trusted, int depth) {
  if (depth > kMostNesting) refuse(fmt::format("a value nests deeper than {}", kMostNesting));
  const auto text = [trusted](const std::string& bytes) {
    return Value(TrackedText(is_valid_utf8(bytes) ? bytes : replace_invalid_utf8(bytes), trusted));
  };
  switch (json.type()) {
    case nlohmann::ordered_json::value_t::boolean: return json.get<bool>();
    case nlohmann::ordered_json::value_t::number_integer: return json.get<std::int64_t>();
    case nlohmann::ordered_json::value_t::number_unsigned:
      return json.get<std::uint64_t>() > INT64_MAX ? Value(json.get<double>()) : Value(json.get<std::int64_t>());
    case nlohmann::ordered_json::value_t::number_float: return json.get<double>();
    case nlohmann::ordered_json::value_t::string: return text(json.get_ref<const std::string&>());
    case nlohmann::ordered_json::value_t::array: {
      std::vector<Value> items;
      for (const auto& item : json) items.push_back(from_json_at(item, trusted, depth + 1));
      return make_list(std::move(items));
    }
    case nlohmann::ordered_json::value_t::object: {
      std::vector<std::pair<Value, Value>> items;
      for (const auto& [key, item] : json.items()) items.emplace_back(text(key), from_json_at(item, trusted, depth + 1));
      return make_dict(std::move(items));
    }
    default: return None{};
  }
}

}  // namespace

Value from_json(const nlohmann::ordered_json& json, bool trusted) { return from_json_at(json, trusted, 0); }

bool truth(const Value& value) {
  if (value.is_undefined() || value.is_none()) return false;
  if (const Number number = number_in(value); number.is_number) return number.is_integer ? number.integer != 0 : number.real != 0;
  if (const TrackedText* text = value.text()) return !text->empty();
  if (const List* list = value.list()) return list->kind == List::Kind::generator || !list->items.empty();
  if (const Dict* dict = value.dict()) return !dict->items.empty();
  return true;
}

bool equal(const Value& a, const Value& b) {
  const Number x = number_in(a);
  const Number y = number_in(b);
  if (x.is_number && y.is_number) return x.is_integer && y.is_integer ? x.integer == y.integer : x.real == y.real;
  if (a.text() && b.text()) return a.text()->bytes() == b.text()->bytes();
  if (a.list() && b.list()) {
    return is_tuple(*a.list()) == is_tuple(*b.list()) && std::ranges::equal(a.list()->items, b.list()->items, equal);
  }
  if (a.dict() && b.dict()) return equal_dicts(*a.dict(), *b.dict());
  if (a.object() && b.object()) return a.object() == b.object();
  return (a.is_none() && b.is_none()) || (a.is_undefined() && b.is_undefined());
}

bool less(const Value& a, const Value& b) {
  const Number x = number_in(a);
  const Number y = number_in(b);
  if (x.is_number && y.is_number) return x.is_integer && y.is_integer ? x.integer < y.integer : x.real < y.real;
  if (a.text() && b.text()) return a.text()->bytes() < b.text()->bytes();  // UTF-8 sorts like code points
  if (a.list() && b.list()) {
    return std::ranges::lexicographical_compare(a.list()->items, b.list()->items, less);
  }
  for (const Value* value : {&a, &b}) {
    if (const Undefined* undefined = value->as<Undefined>()) refuse(undefined->message);
  }
  refuse(fmt::format("'<' not supported between instances of '{}' and '{}'", type_name(a), type_name(b)));
}

std::string_view type_name(const Value& value) {
  if (value.is_undefined()) return "Undefined";
  if (value.is_none()) return "NoneType";
  if (value.as<bool>()) return "bool";
  if (value.as<std::int64_t>()) return "int";
  if (value.as<double>()) return "float";
  if (value.text()) return "str";
  if (value.dict()) return "dict";
  if (const Object* object = value.object()) return object->type();
  switch (value.list()->kind) {
    case List::Kind::tuple: return "tuple";
    case List::Kind::generator: return "generator";
    case List::Kind::view: return "dict_view";
    default: return "list";
  }
}

std::vector<Value> elements_of(const Value& value, Runtime& runtime) {
  if (value.is_undefined()) return {};
  std::vector<Value> elements;
  if (const List* list = value.list()) {
    elements = list->items;
  } else if (const Dict* dict = value.dict()) {
    for (const auto& item : dict->items) elements.push_back(item.first);
  } else if (const TrackedText* text = value.text()) {
    runtime.charge(text->size());
    for (std::size_t at = 0; at < text->size();) {
      const std::size_t length = decode_utf8(std::string_view(text->bytes()).substr(at)).length;
      elements.emplace_back(text->slice(at, length));
      at += length;
    }
  } else {
    runtime.fail(fmt::format("'{}' object is not iterable", type_name(value)));
  }
  runtime.charge(elements.size());
  return elements;
}

}  // namespace reckon::jinja
