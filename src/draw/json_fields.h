// The fields of one JSON object that somebody else wrote. Everything throws Error bad_file that names the field and says what was
// expected. A field that is null counts as absent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reckon {

class JsonFields {
 public:
  static JsonFields of_line(std::string_view line);  // an object on one line

  bool has(const char* name) const;
  std::string text(const char* name) const;
  std::uint64_t whole_number(const char* name) const;                // 0 or above
  std::int64_t count(const char* name) const;                        // the same, at most 2^62
  std::vector<std::uint64_t> whole_numbers(const char* name) const;  // none where absent, as in the next
  std::vector<double> numbers(const char* name) const;
  std::size_t size_of(const char* name) const;  // elements of a list, 0 where absent
  JsonFields object(const char* name) const;

  std::optional<std::string> optional_text(const char* name) const;
  std::optional<double> optional_number(const char* name) const;
  std::optional<bool> optional_flag(const char* name) const;
  std::uint64_t whole_number_or(const char* name, std::uint64_t otherwise) const;

 private:
  explicit JsonFields(std::shared_ptr<const nlohmann::json> object);
  const nlohmann::json* find(const char* name) const;  // null where absent
  const nlohmann::json& required(const char* name, const char* expected) const;
  const nlohmann::json* list(const char* name) const;  // null where absent

  std::shared_ptr<const nlohmann::json> object_;  // of a field: shares the whole line's
};

}  // namespace reckon
