#include "search/constraints/claim.h"

#include <algorithm>
#include <array>

namespace reckon {

std::string trimmed_lower(std::string_view text) {
  constexpr std::string_view kAround = " \t\r\n.$";
  const std::size_t begin = text.find_first_not_of(kAround);
  if (begin == std::string_view::npos) return "";
  std::string words(text.substr(begin, text.find_last_not_of(kAround) + 1 - begin));
  std::ranges::transform(words, words.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return words;
}

bool claims_none(std::string_view answer) {
  constexpr std::array<std::string_view, 8> kClaims{"none",         "unsat",      "unsatisfiable", "no solution",
                                                    "no solutions", "impossible", "infeasible",    "no model"};
  constexpr std::size_t kLongestClaim = 64;
  return answer.size() <= kLongestClaim && std::ranges::find(kClaims, trimmed_lower(answer)) != kClaims.end();
}

}  // namespace reckon
