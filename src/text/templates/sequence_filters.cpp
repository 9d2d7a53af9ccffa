#include "text/templates/sequence_filters.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "text/templates/text_operations.h"

namespace reckon::jinja {
namespace {

Value generator(std::vector<Value> items) { return make_list(std::move(items), List::Kind::generator); }

// "a.b.0" step by step.
Value path_of(const Value& value, std::string_view path, Runtime& runtime) {
  Value at = value;
  while (!path.empty()) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    const std::string_view step = path.substr(0, dot);
    path.remove_prefix(std::min(path.size(), dot + 1));
    const bool index = step.find_first_not_of("0123456789") == std::string_view::npos && !step.empty() && step.size() < 9;
    at = item_of(at, index ? Value(static_cast<std::int64_t>(std::stoi(std::string(step)))) : make_text(step), runtime);
  }
  return at;
}

// The attribute that sort, unique, min … look at; texts are compared without case unless asked.
Value key_of(const Value& value, const Value* attribute, bool case_sensitive, Runtime& runtime) {
  Value key = attribute && attribute->text() ? path_of(value, attribute->text()->bytes(), runtime) : value;
  if (case_sensitive || !key.text()) return key;
  runtime.charge_bytes(key.text()->size());
  return lower(*key.text());
}

Value length_filter(const Value& input, const Arguments&, Runtime& runtime) {
  if (input.is_undefined()) return std::int64_t{0};
  if (const TrackedText* text = input.text()) {
    runtime.charge_bytes(text->size());
    return length_in_characters(text->bytes());
  }
  if (const Dict* dict = input.dict()) return static_cast<std::int64_t>(dict->items.size());
  const List* list = input.list();
  if (!list || list->kind == List::Kind::generator)
    runtime.fail(fmt::format("object of type '{}' has no len()", type_name(input)));
  return static_cast<std::int64_t>(list->items.size());
}

Value list_filter(const Value& input, const Arguments&, Runtime& runtime) { return make_list(elements_of(input, runtime)); }

Value first_filter(const Value& input, const Arguments&, Runtime& runtime) {
  const std::vector<Value> elements = elements_of(input, runtime);
  return elements.empty() ? Value(Undefined{"No first item, sequence was empty."}) : elements.front();
}

Value last_filter(const Value& input, const Arguments&, Runtime& runtime) {
  const std::vector<Value> elements = elements_of(input, runtime);
  return elements.empty() ? Value(Undefined{"No last item, sequence was empty."}) : elements.back();
}

Value reverse_filter(const Value& input, const Arguments&, Runtime& runtime) {
  std::vector<Value> elements = elements_of(input, runtime);
  std::ranges::reverse(elements);
  if (!input.text()) return generator(std::move(elements));
  TrackedText out;
  for (const Value& element : elements) out.append(*element.text());
  return out;
}

Value join_filter(const Value& input, const Arguments& arguments, Runtime& runtime) {
  const TrackedText separator = arguments.find(0, "d") ? to_text(*arguments.find(0, "d"), runtime) : TrackedText();
  const Value* attribute = arguments.find(1, "attribute");
  TrackedText out;
  bool first = true;
  for (const Value& element : elements_of(input, runtime)) {
    if (!std::exchange(first, false)) out.append(separator);
    out.append(
        to_text(attribute && attribute->text() ? path_of(element, attribute->text()->bytes(), runtime) : element, runtime));
    if (out.size() > kMostTextBytes) runtime.charge_bytes(out.size());
  }
  return out;
}

Value items_filter(const Value& input, const Arguments& arguments, Runtime& runtime) {
  if (input.is_undefined()) return generator({});
  if (!input.dict()) runtime.fail("Can only get item pairs from a mapping.");
  return generator(call_method(input, "items", arguments, runtime)->list()->items);
}

Value sorted(std::vector<Value> elements, bool reverse, bool case_sensitive, const Value* attribute, Runtime& runtime) {
  std::vector<std::pair<Value, Value>> keyed;
  for (Value& element : elements) keyed.emplace_back(key_of(element, attribute, case_sensitive, runtime), element);
  for (const auto& [key, element] : keyed) runtime.charge(8 * parts_of(key));
  const auto before = [reverse](const auto& a, const auto& b) {
    return reverse ? less(b.first, a.first) : less(a.first, b.first);
  };
  std::ranges::stable_sort(keyed, before);
  for (std::size_t i = 0; i < keyed.size(); ++i) elements[i] = std::move(keyed[i].second);
  return make_list(std::move(elements));
}

Value sort_filter(const Value& input, const Arguments& arguments, Runtime& runtime) {
  return sorted(elements_of(input, runtime), flag_argument(arguments, 0, "reverse", false),
                flag_argument(arguments, 1, "case_sensitive", false), arguments.find(2, "attribute"), runtime);
}

Value dictsort_filter(const Value& input, const Arguments& arguments, Runtime& runtime) {
  require_defined(input, runtime);
  if (!input.dict()) runtime.fail(fmt::format("dictsort: a dict is required, not '{}'", type_name(input)));
  const std::string by = text_argument(arguments, 1, "by", "key", runtime).bytes();
  if (by != "key" && by != "value") runtime.fail("dictsort: by must be 'key' or 'value'");
  const Value place = make_text(by == "key" ? "0" : "1");
  return sorted(call_method(input, "items", {}, runtime)->list()->items, flag_argument(arguments, 2, "reverse", false),
                flag_argument(arguments, 0, "case_sensitive", false), &place, runtime);
}

Value unique_filter(const Value& input, const Arguments& arguments, Runtime& runtime) {
  std::vector<Value> kept;
  std::vector<Value> keys;
  for (const Value& element : elements_of(input, runtime)) {
    Value key = key_of(element, arguments.find(1, "attribute"), flag_argument(arguments, 0, "case_sensitive", false), runtime);
    runtime.charge(1 + keys.size() * parts_of(key) / 16);
    if (std::ranges::any_of(keys, [&](const Value& known) { return equal(known, key); })) continue;
    keys.push_back(std::move(key));
    kept.push_back(element);
  }
  return generator(std::move(kept));
}

template <bool largest>
Value extreme_filter(const Value& input, const Arguments& arguments, Runtime& runtime) {
  const Value in_order = sorted(elements_of(input, runtime), /*reverse=*/largest,
                                flag_argument(arguments, 0, "case_sensitive", false), arguments.find(1, "attribute"), runtime);
  const auto& items = in_order.list()->items;
  return items.empty() ? Value(Undefined{"No aggregated item, sequence was empty."}) : items.front();
}

Value sum_filter(const Value& input, const Arguments& arguments, Runtime& runtime) {
  const Value* start = arguments.find(1, "start");
  const Value* attribute = arguments.find(0, "attribute");
  Value total = start ? *start : Value(std::int64_t{0});
  for (const Value& element : elements_of(input, runtime)) {
    total = binary("+", total, attribute && attribute->text() ? path_of(element, attribute->text()->bytes(), runtime) : element,
                   runtime);
  }
  return total;
}

Value batch_filter(const Value& input, const Arguments& arguments, Runtime& runtime) {
  const std::int64_t width = integer_argument(arguments, 0, "linecount", std::nullopt, runtime);
  if (width < 1) runtime.fail("batch: linecount must be positive");
  const auto size = static_cast<std::size_t>(width);
  const Value* fill = arguments.find(1, "fill_with");
  const std::vector<Value> elements = elements_of(input, runtime);
  std::vector<Value> batches;
  for (std::size_t at = 0; at < elements.size(); at += size) {
    const auto begin = elements.begin() + static_cast<std::ptrdiff_t>(at);
    std::vector<Value> batch(begin, begin + static_cast<std::ptrdiff_t>(std::min(size, elements.size() - at)));
    if (fill && !fill->is_none() && batch.size() < size) {
      runtime.charge(std::min<std::size_t>(size, kMostTextBytes));
      batch.resize(size, *fill);
    }
    batches.push_back(make_list(std::move(batch)));
  }
  return generator(std::move(batches));
}

Arguments without_first(const Arguments& arguments, std::size_t count) {
  Arguments rest = arguments;
  rest.positional.erase(rest.positional.begin(),
                        rest.positional.begin() + static_cast<std::ptrdiff_t>(std::min(count, rest.positional.size())));
  return rest;
}

// map(attribute="x", default=…), or map("filter", arguments…).
Value map_filter(const Value& input, const Arguments& arguments, Runtime& runtime) {
  if (!truth(input)) return generator({});
  std::vector<Value> mapped;
  const Value* attribute = arguments.positional.empty() ? arguments.find(0, "attribute") : nullptr;
  const Value* fallback = attribute ? arguments.find(1, "default") : nullptr;
  const std::string name = attribute ? "" : text_argument(arguments, 0, "name", std::nullopt, runtime).bytes();
  const Filter filter = attribute ? nullptr : find_filter(name);
  if (!attribute && !filter) runtime.fail(fmt::format("No filter named '{}'.", name));
  const Arguments rest = without_first(arguments, 1);
  for (const Value& element : elements_of(input, runtime)) {
    if (filter) {
      mapped.push_back(filter(element, rest, runtime));
      continue;
    }
    Value value = path_of(element, to_text(*attribute, runtime).bytes(), runtime);
    if (value.is_undefined() && fallback) value = *fallback;
    mapped.push_back(std::move(value));
  }
  return generator(std::move(mapped));
}

// select("test", arguments…), selectattr("attribute", "test", arguments…) and their opposites; without a test: truth.
template <bool by_attribute, bool keep>
Value select_filter(const Value& input, const Arguments& arguments, Runtime& runtime) {
  if (!truth(input)) return generator({});  // none is as good as nothing here, as in Jinja
  constexpr std::size_t kTestPosition = by_attribute ? 1 : 0;
  const std::string attribute = by_attribute ? text_argument(arguments, 0, "attribute", std::nullopt, runtime).bytes() : "";
  Test test = nullptr;
  if (arguments.positional.size() > kTestPosition) {
    const std::string name = text_argument(arguments, kTestPosition, "test", std::nullopt, runtime).bytes();
    test = find_test(name);
    if (!test) runtime.fail(fmt::format("No test named '{}'.", name));
  }
  const Arguments rest = without_first(arguments, kTestPosition + 1);
  std::vector<Value> kept;
  for (const Value& element : elements_of(input, runtime)) {
    const Value value = by_attribute ? path_of(element, attribute, runtime) : element;
    if ((test ? test(value, rest, runtime) : truth(value)) == keep) kept.push_back(element);
  }
  return generator(std::move(kept));
}

Value attribute_filter(const Value& input, const Arguments& arguments, Runtime& runtime) {
  return attribute_of(input, text_argument(arguments, 0, "name", std::nullopt, runtime).bytes(), runtime);
}

}  // namespace

std::span<const std::pair<std::string_view, Filter>> sequence_filters() {
  static const std::array<std::pair<std::string_view, Filter>, 22> table = {{
      {"length", length_filter},
      {"count", length_filter},
      {"list", list_filter},
      {"first", first_filter},
      {"last", last_filter},
      {"reverse", reverse_filter},
      {"join", join_filter},
      {"items", items_filter},
      {"sort", sort_filter},
      {"dictsort", dictsort_filter},
      {"unique", unique_filter},
      {"min", extreme_filter<false>},
      {"max", extreme_filter<true>},
      {"sum", sum_filter},
      {"batch", batch_filter},
      {"map", map_filter},
      {"select", select_filter<false, true>},
      {"reject", select_filter<false, false>},
      {"selectattr", select_filter<true, true>},
      {"rejectattr", select_filter<true, false>},
      {"attr", attribute_filter},
      {"tuple", list_filter},
  }};
  return table;
}

}  // namespace reckon::jinja
