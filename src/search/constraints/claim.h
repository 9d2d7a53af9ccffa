// What an answer to constraints may say besides values: that there are none.
#pragma once

#include <string>
#include <string_view>

namespace reckon {

// Texts of constraints, of any kind, are read up to this size.
inline constexpr std::size_t kMostConstraintBytes = std::size_t{1} << 20;

// "none", "unsat", "No solution." and the like: nothing but that.
bool claims_none(std::string_view answer);

// In small ASCII letters, without blanks and a full stop around it.
std::string trimmed_lower(std::string_view text);

}  // namespace reckon
