#include "formats/gguf/metadata.h"

#include <fmt/format.h>

#include <array>
#include <concepts>
#include <type_traits>
#include <utility>

#include "base/error.h"

namespace reckon {
namespace {

static_assert(std::variant_size_v<MetadataValue> == kValueTypes);
static_assert(std::variant_size_v<decltype(MetadataArray::items)> == kValueTypes);

template <typename T>
concept Integer = std::integral<T> && !std::same_as<T, bool>;

template <typename T>
struct ElementsOf {};
template <typename T>
struct ElementsOf<std::vector<T>> {
  using Type = T;
};

// Calls use(vector) if the array's elements are of a type that `Accepts`; otherwise returns false.
template <template <typename> typename Accepts, typename Use>
bool with_elements(const MetadataArray& array, Use&& use) {
  return std::visit(
      [&use](const auto& items) {
        using Items = std::decay_t<decltype(items)>;
        if constexpr (!std::same_as<Items, StringArray>) {
          if constexpr (Accepts<typename ElementsOf<Items>::Type>::value) {
            use(items);
            return true;
          }
        }
        return false;
      },
      array.items);
}

template <typename T>
using IsInteger = std::bool_constant<Integer<T>>;
template <typename T>
using IsNumber = std::bool_constant<Integer<T> || std::floating_point<T>>;

}  // namespace

std::string_view name_of(ValueType type) {
  static constexpr std::array<std::string_view, kValueTypes> names{"u8",   "i8",     "u16",   "i16", "u32", "i32", "f32",
                                                                   "bool", "string", "array", "u64", "i64", "f64"};
  const auto index = static_cast<std::size_t>(type);
  return index < names.size() ? names[index] : "unknown type";
}

StringArray::StringArray(const std::vector<std::string>& strings) {
  reserve(strings.size());
  for (const std::string& text : strings) push_back(text);
}

void StringArray::push_back(std::string_view text) {
  bytes_ += text;
  ends_.push_back(bytes_.size());
}

std::string_view StringArray::operator[](std::size_t index) const noexcept {
  const std::uint64_t begin = index == 0 ? 0 : ends_[index - 1];
  return std::string_view(bytes_).substr(begin, ends_[index] - begin);
}

std::size_t MetadataArray::size() const noexcept {
  return std::visit([](const auto& elements) { return elements.size(); }, items);
}

std::string describe_type(const MetadataValue& value) {
  const auto* array = std::get_if<MetadataArray>(&value);
  return array == nullptr ? std::string(name_of(type_of(value))) : fmt::format("array of {}", name_of(array->element_type()));
}

void Metadata::erase(std::string_view key) {
  if (const auto entry = values_.find(key); entry != values_.end()) values_.erase(entry);
}

const MetadataValue* Metadata::find(std::string_view key) const {
  const auto entry = values_.find(key);
  return entry == values_.end() ? nullptr : &entry->second;
}

std::string_view Metadata::get_string(std::string_view key) const {
  const MetadataValue& value = require(key, "string");
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  wrong_type(key, value, "string");
}

std::string_view Metadata::get_string(std::string_view key, std::string_view fallback) const {
  return contains(key) ? get_string(key) : fallback;
}

std::uint64_t Metadata::get_uint(std::string_view key) const {
  const MetadataValue& value = require(key, "integer");
  return std::visit(
      [&](const auto& held) -> std::uint64_t {
        if constexpr (Integer<std::decay_t<decltype(held)>>) {
          if (std::cmp_less(held, 0)) fail(key, fmt::format("is {}; expected no negative number", held));
          return static_cast<std::uint64_t>(held);
        } else {
          wrong_type(key, value, "integer");
        }
      },
      value);
}

std::uint64_t Metadata::get_uint(std::string_view key, std::uint64_t fallback) const {
  return contains(key) ? get_uint(key) : fallback;
}

std::int64_t Metadata::get_int(std::string_view key) const {
  const MetadataValue& value = require(key, "integer");
  return std::visit(
      [&](const auto& held) -> std::int64_t {
        if constexpr (Integer<std::decay_t<decltype(held)>>) {
          if (!std::in_range<std::int64_t>(held)) fail(key, fmt::format("is {}; expected at most 2^63 - 1", held));
          return static_cast<std::int64_t>(held);
        } else {
          wrong_type(key, value, "integer");
        }
      },
      value);
}

std::int64_t Metadata::get_int(std::string_view key, std::int64_t fallback) const {
  return contains(key) ? get_int(key) : fallback;
}

double Metadata::get_float(std::string_view key) const {
  const MetadataValue& value = require(key, "number");
  return std::visit(
      [&](const auto& held) -> double {
        if constexpr (IsNumber<std::decay_t<decltype(held)>>::value) {
          return static_cast<double>(held);
        } else {
          wrong_type(key, value, "number");
        }
      },
      value);
}

double Metadata::get_float(std::string_view key, double fallback) const { return contains(key) ? get_float(key) : fallback; }

bool Metadata::get_bool(std::string_view key) const {
  const MetadataValue& value = require(key, "bool");
  if (const bool* flag = std::get_if<bool>(&value)) return *flag;
  wrong_type(key, value, "bool");
}

bool Metadata::get_bool(std::string_view key, bool fallback) const { return contains(key) ? get_bool(key) : fallback; }

const StringArray& Metadata::get_string_array(std::string_view key) const {
  const MetadataArray& array = require_array(key, "array of string");
  if (const auto* strings = std::get_if<StringArray>(&array.items)) return *strings;
  wrong_type(key, *find(key), "array of string");
}

std::vector<std::uint64_t> Metadata::get_uint_array(std::string_view key) const {
  const MetadataArray& array = require_array(key, "array of integers");
  std::vector<std::uint64_t> result;
  result.reserve(array.size());
  const bool known = with_elements<IsInteger>(array, [&](const auto& items) {
    for (const auto item : items) {
      if (std::cmp_less(item, 0)) fail(key, fmt::format("element {} is {}; expected no negative number", result.size(), item));
      result.push_back(static_cast<std::uint64_t>(item));
    }
  });
  if (!known) wrong_type(key, *find(key), "array of integers");
  return result;
}

std::vector<std::int64_t> Metadata::get_int_array(std::string_view key) const {
  const MetadataArray& array = require_array(key, "array of integers");
  std::vector<std::int64_t> result;
  result.reserve(array.size());
  const bool known = with_elements<IsInteger>(array, [&](const auto& items) {
    for (const auto item : items) {
      if (!std::in_range<std::int64_t>(item)) {
        fail(key, fmt::format("element {} is {}; expected at most 2^63 - 1", result.size(), item));
      }
      result.push_back(static_cast<std::int64_t>(item));
    }
  });
  if (!known) wrong_type(key, *find(key), "array of integers");
  return result;
}

std::vector<float> Metadata::get_float_array(std::string_view key) const {
  const MetadataArray& array = require_array(key, "array of numbers");
  std::vector<float> result;
  result.reserve(array.size());
  const bool known = with_elements<IsNumber>(array, [&](const auto& items) {
    for (const auto item : items) result.push_back(static_cast<float>(item));
  });
  if (!known) wrong_type(key, *find(key), "array of numbers");
  return result;
}

std::vector<bool> Metadata::get_bool_array(std::string_view key) const {
  const MetadataArray& array = require_array(key, "array of bool");
  if (const auto* flags = std::get_if<std::vector<bool>>(&array.items)) return *flags;
  wrong_type(key, *find(key), "array of bool");
}

std::vector<std::uint64_t> Metadata::get_uint_per_layer(std::string_view key, std::size_t layers) const {
  const MetadataValue& value = require(key, "integer or array of integers");
  if (!std::holds_alternative<MetadataArray>(value)) return std::vector<std::uint64_t>(layers, get_uint(key));
  std::vector<std::uint64_t> result = get_uint_array(key);
  if (result.size() != layers)
    fail(key, fmt::format("has {} elements; expected one for each of {} layers", result.size(), layers));
  return result;
}

void Metadata::fail(std::string_view key, const std::string& message) const {
  throw Error(ErrorCode::bad_file, message, fmt::format("{}: key {}", source_, quote_bytes(key)));
}

const MetadataValue& Metadata::require(std::string_view key, std::string_view expected) const {
  const MetadataValue* value = find(key);
  if (value == nullptr) fail(key, fmt::format("is missing; expected {}", expected));
  return *value;
}

const MetadataArray& Metadata::require_array(std::string_view key, std::string_view expected) const {
  const MetadataValue& value = require(key, expected);
  if (const auto* array = std::get_if<MetadataArray>(&value)) return *array;
  wrong_type(key, value, expected);
}

void Metadata::wrong_type(std::string_view key, const MetadataValue& value, std::string_view expected) const {
  fail(key, fmt::format("has type {}; expected {}", describe_type(value), expected));
}

std::string quote_bytes(std::string_view bytes) {
  constexpr std::size_t kShown = 80;
  std::string text = "'";
  for (const char c : bytes.substr(0, kShown)) {
    if (c >= ' ' && c <= '~') {
      text += c;
    } else {
      text += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  text += bytes.size() > kShown ? "…'" : "'";
  return text;
}

}  // namespace reckon
