#include "cli/checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace reckon {
namespace {

template <typename Number>
bool parse_fully(const std::string& text, Number& value) {
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  return result.ec == std::errc() && result.ptr == end;
}

std::string refusal(const std::string& text, const std::string& expected) {
  constexpr std::size_t kShown = 60;  // enough to recognise, short enough for one line
  return fmt::format("'{}{}' is not {}", text.substr(0, kShown), text.size() > kShown ? "…" : "", expected);
}

template <typename Number>
std::string range(Number minimum, Number maximum) {
  if (maximum < std::numeric_limits<Number>::max()) return fmt::format(" from {} to {}", minimum, maximum);
  if (minimum > std::numeric_limits<Number>::lowest()) return fmt::format(" of {} or above", minimum);
  return "";
}

}  // namespace

CLI::Validator whole_number(std::int64_t minimum, std::int64_t maximum) {
  const auto check = [minimum, maximum](std::string& text) -> std::string {
    std::int64_t value = 0;
    if (!parse_fully(text, value) || value < minimum || value > maximum) {
      return refusal(text, "a whole number" + range(minimum, maximum));
    }
    text = std::to_string(value);  // CLI11 would read 010 as octal
    return "";
  };
  return {check, ""};
}

CLI::Validator one_of(std::span<const int> values) {
  const auto check = [values](std::string& text) -> std::string {
    int value = 0;
    if (!parse_fully(text, value) || std::ranges::find(values, value) == values.end()) {
      return refusal(text, fmt::format("one of {}", fmt::join(values, ", ")));
    }
    text = std::to_string(value);  // as above
    return "";
  };
  return {check, ""};
}

CLI::Validator number(double minimum, double maximum) {
  const auto check = [minimum, maximum](std::string& text) -> std::string {
    double value = 0;
    const bool held = parse_fully(text, value) && std::isfinite(value) && value >= minimum && value <= maximum;
    return held ? "" : refusal(text, "a number" + range(minimum, maximum));
  };
  return {check, ""};
}

CLI::Validator seed_number() {
  const auto check = [](std::string& text) -> std::string {
    std::uint64_t value = 0;
    if (!parse_fully(text, value)) return refusal(text, fmt::format("a whole number from 0 to {}", UINT64_MAX));
    text = std::to_string(value);
    return "";
  };
  return {check, ""};
}

CLI::Validator not_empty(const std::string& expected) {
  const auto check = [expected](std::string& text) -> std::string {
    return text.empty() ? "is empty; expected " + expected : "";
  };
  return {check, ""};
}

}  // namespace reckon
