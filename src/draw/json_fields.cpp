#include "draw/json_fields.h"

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace reckon {
namespace {

[[noreturn]] void refuse(const char* name, const char* expected) {
  throw Error(ErrorCode::bad_file, std::string("expected ") + expected + " in the field '" + name + "'");
}

constexpr const char* kWholeNumber = "a whole number of 0 or above";

std::uint64_t whole_number_in(const nlohmann::json& value, const char* name) {
  if (!value.is_number_unsigned()) refuse(name, kWholeNumber);
  return value.get<std::uint64_t>();
}

}  // namespace

JsonFields::JsonFields(std::shared_ptr<const nlohmann::json> object) : object_(std::move(object)) {}

JsonFields JsonFields::of_line(std::string_view line) {
  auto object = std::make_shared<const nlohmann::json>(nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false));
  if (!object->is_object()) throw Error(ErrorCode::bad_file, "expected a JSON object on one line, as --trace writes them");
  return JsonFields(std::move(object));
}

const nlohmann::json* JsonFields::find(const char* name) const {
  const auto field = object_->find(name);
  return field == object_->end() || field->is_null() ? nullptr : &*field;
}

const nlohmann::json& JsonFields::required(const char* name, const char* expected) const {
  const nlohmann::json* field = find(name);
  if (field == nullptr) refuse(name, expected);
  return *field;
}

const nlohmann::json* JsonFields::list(const char* name) const {
  const nlohmann::json* field = find(name);
  if (field != nullptr && !field->is_array()) refuse(name, "a list");
  return field;
}

bool JsonFields::has(const char* name) const { return find(name) != nullptr; }

std::string JsonFields::text(const char* name) const {
  const nlohmann::json& field = required(name, "a text");
  if (!field.is_string()) refuse(name, "a text");
  return field.get<std::string>();
}

std::uint64_t JsonFields::whole_number(const char* name) const { return whole_number_in(required(name, kWholeNumber), name); }

std::int64_t JsonFields::count(const char* name) const {
  const std::uint64_t value = whole_number(name);
  if (value > std::uint64_t{1} << 62) refuse(name, "a whole number of at most 2^62");
  return static_cast<std::int64_t>(value);
}

std::vector<std::uint64_t> JsonFields::whole_numbers(const char* name) const {
  std::vector<std::uint64_t> values;
  const nlohmann::json* elements = list(name);
  if (elements == nullptr) return values;
  values.reserve(elements->size());
  for (const nlohmann::json& element : *elements) values.push_back(whole_number_in(element, name));
  return values;
}

std::vector<double> JsonFields::numbers(const char* name) const {
  std::vector<double> values;
  const nlohmann::json* elements = list(name);
  if (elements == nullptr) return values;
  values.reserve(elements->size());
  for (const nlohmann::json& element : *elements) {
    if (!element.is_number()) refuse(name, "numbers");
    values.push_back(element.get<double>());
  }
  return values;
}

std::size_t JsonFields::size_of(const char* name) const {
  const nlohmann::json* elements = list(name);
  return elements == nullptr ? 0 : elements->size();
}

JsonFields JsonFields::object(const char* name) const {
  const nlohmann::json& field = required(name, "an object");
  if (!field.is_object()) refuse(name, "an object");
  return JsonFields(std::shared_ptr<const nlohmann::json>(object_, &field));
}

std::optional<std::string> JsonFields::optional_text(const char* name) const {
  return has(name) ? std::optional(text(name)) : std::nullopt;
}

std::optional<double> JsonFields::optional_number(const char* name) const {
  const nlohmann::json* field = find(name);
  if (field == nullptr) return std::nullopt;
  if (!field->is_number()) refuse(name, "a number");
  return field->get<double>();
}

std::optional<bool> JsonFields::optional_flag(const char* name) const {
  const nlohmann::json* field = find(name);
  if (field == nullptr) return std::nullopt;
  if (!field->is_boolean()) refuse(name, "true or false");
  return field->get<bool>();
}

std::uint64_t JsonFields::whole_number_or(const char* name, std::uint64_t otherwise) const {
  return has(name) ? whole_number(name) : otherwise;
}

}  // namespace reckon
