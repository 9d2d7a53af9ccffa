// What the template language does with values: arithmetic, comparison, access, methods, filters and tests, as Python and Jinja
// define them. All charge the runtime for what they do and fail through it.
#pragma once

#include <optional>
#include <string_view>

#include "text/templates/runtime.h"
#include "text/templates/value.h"

namespace reckon::jinja {

Value binary(std::string_view symbol, const Value& left, const Value& right, Runtime& runtime);  // arithmetic only
Value negate(const Value& value, Runtime& runtime);
bool compare(std::string_view symbol, const Value& left, const Value& right, Runtime& runtime);
bool contains(const Value& container, const Value& value, Runtime& runtime);
Value format_percent(const TrackedText& format, const Value& arguments, Runtime& runtime);  // "%s" % value

// x.name looks for a method first and an item second, x[key] the other way round. What is not there is undefined.
Value attribute_of(const Value& value, std::string_view name, Runtime& runtime);
Value item_of(const Value& value, const Value& key, Runtime& runtime);
Value slice_of(const Value& value, const Value& start, const Value& stop, const Value& step, Runtime& runtime);
// x.name(arguments), or nothing if the type has no such method.
std::optional<Value> call_method(const Value& value, std::string_view name, const Arguments& arguments, Runtime& runtime);
bool has_method(const Value& value, std::string_view name);

Value call(const Value& callee, const Arguments& arguments, Runtime& runtime);

using Filter = Value (*)(const Value& input, const Arguments& arguments, Runtime& runtime);
using Test = bool (*)(const Value& input, const Arguments& arguments, Runtime& runtime);

Filter find_filter(std::string_view name);  // null if unknown
Test find_test(std::string_view name);

// The functions every template sees, by name.
std::optional<Value> make_global(std::string_view name, Runtime& runtime);

// Arguments as their types. A missing one takes the fallback, without one it is an error; so is another type.
std::int64_t integer_argument(const Arguments& arguments, std::size_t position, std::string_view name,
                              std::optional<std::int64_t> fallback, Runtime& runtime);
bool flag_argument(const Arguments& arguments, std::size_t position, std::string_view name, bool fallback);
TrackedText text_argument(const Arguments& arguments, std::size_t position, std::string_view name,
                          std::optional<std::string_view> fallback, Runtime& runtime);

// Fails if the value is undefined.
void require_defined(const Value& value, Runtime& runtime);

}  // namespace reckon::jinja
