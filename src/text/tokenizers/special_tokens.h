// Finds the tokens that are cut out of a text before anything else happens to it: the leftmost, and of those the longest.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/token.h"

namespace reckon {

class SpecialTokens {  // immutable; any thread
 public:
  struct Entry {
    std::string text;  // not empty
    Token token;
    bool trusted_only;  // a control token: found in trusted text alone
  };
  struct Match {
    std::size_t length = 0;  // 0: none
    Token token = kNoToken;
  };

  explicit SpecialTokens(std::vector<Entry> entries);

  bool empty() const noexcept { return entries_.empty(); }

  // The longest entry at the very beginning of `text`; of its bytes the first `trusted` are trusted.
  Match match_at_front(std::string_view text, std::size_t trusted) const;

 private:
  std::vector<Entry> entries_;  // in order of text
  std::array<bool, 256> begins_{};
};

}  // namespace reckon
