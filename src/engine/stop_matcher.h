// Finds stop texts and step delimiters in text that arrives piece by piece, and says how much of it is safe to stream.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "text/pattern.h"

namespace reckon {

class StopMatcher {
 public:
  StopMatcher() = default;
  // Empty stop texts and delimiters are ignored.
  StopMatcher(const std::vector<std::string>& stop_texts, std::string delimiter, std::vector<std::string> more_delimiters = {},
              std::shared_ptr<const TextPattern> pattern = nullptr);

  // Where the earliest stop text begins in `before + text`, as an offset into `text` (0 when it began in `before`), looking only
  // at those that end behind text.size() - fresh. npos when there is none.
  std::size_t find_stop(std::string_view before, std::string_view text, std::size_t fresh) const;
  // True when a delimiter, or a match of the pattern, lies in `text` and ends in its last `fresh` bytes.
  bool finds_delimiter(std::string_view text, std::size_t fresh) const;
  // How many bytes at the end of `text` could be the beginning of a stop text.
  std::size_t held_back(std::string_view text) const;

  static constexpr std::size_t npos = std::string_view::npos;

 private:
  std::vector<std::string> stop_texts_;
  std::vector<std::string> delimiters_;
  std::shared_ptr<const TextPattern> pattern_;
  std::size_t longest_ = 0;
};

}  // namespace reckon
