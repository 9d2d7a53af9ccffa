// Metadata of a GGUF file: named values of thirteen types, and arrays of them (arrays of arrays are legal).
// Source: GGUF v3, specs card 1.1. Values own their bytes; a Metadata may outlive the file it was read from.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace reckon {

// Type ids as stored in the file. The alternatives of MetadataValue and of MetadataArray::items stand in this order.
enum class ValueType : std::uint32_t { u8, i8, u16, i16, u32, i32, f32, boolean, string, array, u64, i64, f64 };
inline constexpr std::uint32_t kValueTypes = 13;

std::string_view name_of(ValueType type);  // "u32"

// Many strings in one buffer: a vocabulary of 280 000 merges costs its bytes and 8 bytes each.
class StringArray {
 public:
  StringArray() = default;
  explicit StringArray(const std::vector<std::string>& strings);

  void reserve(std::size_t strings) { ends_.reserve(strings); }
  void push_back(std::string_view text);
  std::size_t size() const noexcept { return ends_.size(); }
  bool empty() const noexcept { return ends_.empty(); }
  // A view into this array, valid until it changes. index < size().
  std::string_view operator[](std::size_t index) const noexcept;

  friend bool operator==(const StringArray&, const StringArray&) = default;

 private:
  std::string bytes_;
  std::vector<std::uint64_t> ends_;  // ends_[i]: where string i ends in bytes_
};

struct MetadataArray {
  std::variant<std::vector<std::uint8_t>, std::vector<std::int8_t>, std::vector<std::uint16_t>, std::vector<std::int16_t>,
               std::vector<std::uint32_t>, std::vector<std::int32_t>, std::vector<float>, std::vector<bool>, StringArray,
               std::vector<MetadataArray>, std::vector<std::uint64_t>, std::vector<std::int64_t>, std::vector<double>>
      items;

  ValueType element_type() const noexcept { return static_cast<ValueType>(items.index()); }
  std::size_t size() const noexcept;
  friend bool operator==(const MetadataArray&, const MetadataArray&) = default;
};

using MetadataValue = std::variant<std::uint8_t, std::int8_t, std::uint16_t, std::int16_t, std::uint32_t, std::int32_t, float,
                                   bool, std::string, MetadataArray, std::uint64_t, std::int64_t, double>;

inline ValueType type_of(const MetadataValue& value) noexcept { return static_cast<ValueType>(value.index()); }
std::string describe_type(const MetadataValue& value);  // "u32", "array of string"

// Key -> value, in ascending order of keys. Getters are tolerant of width: files disagree whether a count is u32, u64 or i32.
// Without a default they throw Error bad_file when the key is missing; with or without, when the value is of another kind.
// The message names the source, the key, what was found and what was expected. Const calls: any thread.
class Metadata {
 public:
  using Map = std::map<std::string, MetadataValue, std::less<>>;

  explicit Metadata(std::string source = "metadata") : source_(std::move(source)) {}

  const std::string& source() const noexcept { return source_; }  // file name, for error messages
  const Map& values() const noexcept { return values_; }
  std::size_t size() const noexcept { return values_.size(); }

  // Adds or replaces.
  void set(std::string key, MetadataValue value) { values_.insert_or_assign(std::move(key), std::move(value)); }
  void erase(std::string_view key);

  bool contains(std::string_view key) const { return values_.contains(key); }
  const MetadataValue* find(std::string_view key) const;  // null if missing

  // Views and references are valid while this object is not changed.
  std::string_view get_string(std::string_view key) const;
  std::string_view get_string(std::string_view key, std::string_view fallback) const;
  std::uint64_t get_uint(std::string_view key) const;  // any integer type, not negative
  std::uint64_t get_uint(std::string_view key, std::uint64_t fallback) const;
  std::int64_t get_int(std::string_view key) const;  // any integer type
  std::int64_t get_int(std::string_view key, std::int64_t fallback) const;
  double get_float(std::string_view key) const;  // any number
  double get_float(std::string_view key, double fallback) const;
  bool get_bool(std::string_view key) const;
  bool get_bool(std::string_view key, bool fallback) const;

  const StringArray& get_string_array(std::string_view key) const;
  std::vector<std::uint64_t> get_uint_array(std::string_view key) const;
  std::vector<std::int64_t> get_int_array(std::string_view key) const;
  std::vector<float> get_float_array(std::string_view key) const;
  std::vector<bool> get_bool_array(std::string_view key) const;

  // A value per layer: an array of exactly `layers` elements, or one number that holds for all of them (head_count, …).
  std::vector<std::uint64_t> get_uint_per_layer(std::string_view key, std::size_t layers) const;

  // Error bad_file about the value of a key, for checks that only the reader of the value can make.
  [[noreturn]] void fail(std::string_view key, const std::string& message) const;

 private:
  const MetadataValue& require(std::string_view key, std::string_view expected) const;
  const MetadataArray& require_array(std::string_view key, std::string_view expected) const;
  [[noreturn]] void wrong_type(std::string_view key, const MetadataValue& value, std::string_view expected) const;

  std::string source_;
  Map values_;
};

// Text of untrusted bytes for a one-line message: quotes around it, what is not printable ASCII as \xNN, cut after 80 bytes.
std::string quote_bytes(std::string_view bytes);

}  // namespace reckon
