// A regular expression that a user gives (PCRE2, Unicode), to be looked for in text as it grows. What a search may cost is
// counted in steps of the matcher, which works without JIT, so that results do not depend on the machine; whoever writes one that
// needs more finds nothing.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace reckon {

inline constexpr std::size_t kLongestPattern = 1000;  // bytes
inline constexpr std::size_t kPatternReach = 4096;    // a match begins in so many last bytes of a text

class TextPattern {  // immutable; any thread
 public:
  // Throws Error bad_argument, with `where` as its context: what does not compile and where, is longer than kLongestPattern, or
  // matches nothing at all, as a* does: it would be found everywhere.
  TextPattern(std::string_view expression, std::string_view where);
  ~TextPattern();
  TextPattern(const TextPattern&) = delete;
  TextPattern& operator=(const TextPattern&) = delete;

  // Whether a match lies in `text` and ends in its last `fresh` bytes. Matches are looked for from left to right, none in
  // another.
  bool ends_in(std::string_view text, std::size_t fresh) const;

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace reckon
