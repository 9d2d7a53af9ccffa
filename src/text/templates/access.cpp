// Attributes, items, slices and calls.
#include <algorithm>

#include <fmt/format.h>

#include "text/templates/operators.h"
#include "text/utf8.h"

namespace reckon::jinja {
namespace {

Value missing(const Value& value, std::string_view name) {
  const std::string owner = value.is_none() ? "None" : fmt::format("{} object", type_name(value));
  return Undefined{fmt::format("'{}' has no attribute '{}'", owner, name)};
}

std::vector<Value> characters_of(const TrackedText& text, Runtime& runtime) { return elements_of(Value(text), runtime); }

std::optional<std::int64_t> index_of(const Value& key) {
  if (const auto* i = key.as<std::int64_t>()) return *i;
  if (const bool* b = key.as<bool>()) return *b;
  return std::nullopt;
}

Value element(const std::vector<Value>& elements, std::int64_t index, std::string_view owner) {
  const auto size = static_cast<std::int64_t>(elements.size());
  if (index < 0) index += size;
  if (index < 0 || index >= size) return Undefined{fmt::format("'{} object' has no element {}", owner, index)};
  return elements[static_cast<std::size_t>(index)];
}

std::optional<std::int64_t> bound(const Value& value, Runtime& runtime) {
  if (value.is_undefined() || value.is_none()) return std::nullopt;
  const auto index = index_of(value);
  if (!index) runtime.fail("slice indices must be integers or None");
  return index;
}

// The indices that Python's slice(start, stop, step) takes from a sequence of `size`.
std::vector<std::size_t> slice_indices(std::int64_t size, const Value& start, const Value& stop, const Value& step,
                                       Runtime& runtime) {
  const std::int64_t by = bound(step, runtime).value_or(1);
  if (by == 0) runtime.fail("slice step cannot be zero");
  const std::int64_t lowest = by > 0 ? 0 : -1;
  const std::int64_t highest = by > 0 ? size : size - 1;
  const auto place = [&](const Value& value, std::int64_t fallback) {
    const auto index = bound(value, runtime);
    if (!index) return fallback;
    return *index < 0 ? std::max(*index + size, lowest) : std::min(*index, highest);
  };
  std::int64_t at = place(start, by > 0 ? lowest : highest);
  const std::int64_t end = place(stop, by > 0 ? highest : lowest);
  std::vector<std::size_t> indices;
  while (by > 0 ? at < end : at > end) {
    indices.push_back(static_cast<std::size_t>(at));
    if (__builtin_add_overflow(at, by, &at)) break;
  }
  return indices;
}

}  // namespace

Value attribute_of(const Value& value, std::string_view name, Runtime& runtime) {
  runtime.charge();
  require_defined(value, runtime);
  if (const Object* object = value.object()) {
    if (auto attribute = object->attribute(name)) return *attribute;
    return missing(value, name);
  }
  if (has_method(value, name)) {
    return runtime.make<Function>([value, name = std::string(name)](const Arguments& arguments, Runtime& called) {
      return *call_method(value, name, arguments, called);
    });
  }
  if (const Dict* dict = value.dict()) {
    runtime.charge(dict->items.size() / 64);
    if (const Value* found = dict->find(name)) return *found;
  }
  return missing(value, name);
}

Value item_of(const Value& value, const Value& key, Runtime& runtime) {
  runtime.charge();
  require_defined(value, runtime);
  if (const Dict* dict = value.dict()) {
    runtime.charge(dict->items.size() / 64);
    if (const Value* found = dict->find(key)) return *found;
  } else if (const auto index = index_of(key)) {
    if (const List* list = value.list(); list && list->kind <= List::Kind::tuple) return element(list->items, *index, "list");
    if (const TrackedText* text = value.text()) return element(characters_of(*text, runtime), *index, "str");
  }
  if (key.text()) return attribute_of(value, key.text()->bytes(), runtime);
  return missing(value, to_text(key, runtime).bytes());
}

Value slice_of(const Value& value, const Value& start, const Value& stop, const Value& step, Runtime& runtime) {
  require_defined(value, runtime);
  const List* list = value.list();
  const TrackedText* text = value.text();
  if (!text && (!list || list->kind > List::Kind::tuple)) return missing(value, "slice");
  const std::vector<Value> elements = elements_of(value, runtime);
  const auto indices = slice_indices(static_cast<std::int64_t>(elements.size()), start, stop, step, runtime);
  if (!text) {
    std::vector<Value> items;
    for (const std::size_t index : indices) items.push_back(elements[index]);
    return make_list(std::move(items), list->kind);
  }
  TrackedText out;
  for (const std::size_t index : indices) out.append(*elements[index].text());
  return out;
}

Value call(const Value& callee, const Arguments& arguments, Runtime& runtime) {
  require_defined(callee, runtime);
  Object* object = callee.object();
  if (!object || !object->callable()) runtime.fail(fmt::format("'{}' object is not callable", type_name(callee)));
  return object->call(arguments, runtime);
}

}  // namespace reckon::jinja
