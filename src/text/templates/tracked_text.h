// A string that remembers, byte by byte, whether it was written by the template (or is bos/eos), or came in with the messages.
// Only trusted bytes may later become control tokens, however a template slices, trims, splits and joins what it is given.
// Always valid UTF-8; positions are byte offsets at character boundaries.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reckon::jinja {

struct TextSpan {
  std::string text;
  bool trusted;
};

class TrackedText {
 public:
  TrackedText() = default;
  TrackedText(std::string bytes, bool trusted) : bytes_(std::move(bytes)), trusted_(trusted) {}

  const std::string& bytes() const noexcept { return bytes_; }
  std::size_t size() const noexcept { return bytes_.size(); }
  bool empty() const noexcept { return bytes_.empty(); }

  bool trusted_at(std::size_t position) const noexcept { return marks_.empty() ? trusted_ : marks_[position] != 0; }
  bool all_trusted() const noexcept;  // true for an empty text

  void append(const TrackedText& other);
  void append(std::string_view bytes, bool trusted);
  TrackedText slice(std::size_t from, std::size_t length = std::string::npos) const;

  // Marked as HTML by the filters safe and escape: + escapes the other side then. Slices keep the mark, append() does not read
  // it.
  bool is_markup() const noexcept { return markup_; }
  TrackedText as_markup() const;

  // Maximal runs of equal trust, in order.
  std::vector<TextSpan> spans() const;

 private:
  std::string bytes_;
  std::string marks_;    // one per byte, 0 or 1; empty while all bytes are alike
  bool trusted_ = true;  // of all bytes, while marks_ is empty
  bool markup_ = false;
};

}  // namespace reckon::jinja
