#include "engine/stop_matcher.h"

#include <algorithm>

namespace reckon {

StopMatcher::StopMatcher(const std::vector<std::string>& stop_texts, std::string delimiter,
                         std::vector<std::string> more_delimiters, std::shared_ptr<const TextPattern> pattern)
    : delimiters_(std::move(more_delimiters)), pattern_(std::move(pattern)) {
  delimiters_.push_back(std::move(delimiter));
  std::erase(delimiters_, std::string());
  for (const std::string& text : stop_texts) {
    if (text.empty()) continue;
    stop_texts_.push_back(text);
    longest_ = std::max(longest_, text.size());
  }
}

std::size_t StopMatcher::find_stop(std::string_view before, std::string_view text, std::size_t fresh) const {
  if (stop_texts_.empty() || fresh == 0) return npos;
  // Only a window can hold a match that ends in the fresh bytes.
  const std::size_t reach = fresh + longest_ - 1;
  std::string window;
  if (reach > text.size()) window = before.substr(before.size() - std::min(before.size(), reach - text.size()));
  const std::size_t from_before = window.size();
  const std::size_t text_begin = text.size() - std::min(text.size(), reach);
  window += text.substr(text_begin);
  std::size_t earliest = npos;
  for (const std::string& stop : stop_texts_) {
    for (std::size_t at = window.find(stop); at != npos; at = window.find(stop, at + 1)) {
      if (at + stop.size() <= window.size() - fresh) continue;  // ended before: it was seen then
      earliest = std::min(earliest, at);
      break;
    }
  }
  if (earliest == npos) return npos;
  return earliest < from_before ? 0 : text_begin + earliest - from_before;
}

bool StopMatcher::finds_delimiter(std::string_view text, std::size_t fresh) const {
  if (fresh == 0) return false;
  if (pattern_ && pattern_->ends_in(text, fresh)) return true;
  return std::ranges::any_of(delimiters_, [&](const std::string& delimiter) {
    const std::size_t reach = std::min(text.size(), fresh + delimiter.size() - 1);
    return text.substr(text.size() - reach).find(delimiter) != npos;
  });
}

std::size_t StopMatcher::held_back(std::string_view text) const {
  for (std::size_t length = std::min(text.size(), longest_); length > 0; --length) {
    const std::string_view tail = text.substr(text.size() - length);
    for (const std::string& stop : stop_texts_) {
      if (stop.starts_with(tail)) return length;
    }
  }
  return 0;
}

}  // namespace reckon
