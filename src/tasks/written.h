// How generated texts write months, decimals and the first letter of a sentence.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace reckon {

inline constexpr std::array<std::string_view, 12> kMonths{"January", "February", "March",     "April",   "May",      "June",
                                                          "July",    "August",   "September", "October", "November", "December"};

inline std::string tenths_text(std::int64_t tenths) {  // "9.5"; not for negative ones
  return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10);
}

inline std::string capitalised(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') text.front() = static_cast<char>(text.front() - 'a' + 'A');
  return text;
}

}  // namespace reckon
