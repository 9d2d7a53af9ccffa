#include "text/templates/tracked_text.h"

#include <algorithm>

namespace reckon::jinja {

bool TrackedText::all_trusted() const noexcept {
  if (bytes_.empty()) return true;
  return marks_.empty() ? trusted_ : marks_.find('\0') == std::string::npos;
}

void TrackedText::append(const TrackedText& other) {
  if (other.empty()) return;
  if (other.marks_.empty()) {
    append(other.bytes_, other.trusted_);
    return;
  }
  if (marks_.empty()) marks_.assign(bytes_.size(), trusted_ ? '\1' : '\0');
  bytes_ += other.bytes_;
  marks_ += other.marks_;
}

void TrackedText::append(std::string_view bytes, bool trusted) {
  if (bytes.empty()) return;
  if (bytes_.empty()) {
    trusted_ = trusted;
    marks_.clear();
  } else if (marks_.empty() && trusted != trusted_) {
    marks_.assign(bytes_.size(), trusted_ ? '\1' : '\0');
  }
  bytes_ += bytes;
  if (!marks_.empty()) marks_.resize(bytes_.size(), trusted ? '\1' : '\0');
}

TrackedText TrackedText::slice(std::size_t from, std::size_t length) const {
  TrackedText part(bytes_.substr(from, length), trusted_);
  if (!marks_.empty()) part.marks_ = marks_.substr(from, length);
  part.markup_ = markup_;
  return part;
}

TrackedText TrackedText::as_markup() const {
  TrackedText text = *this;
  text.markup_ = true;
  return text;
}

std::vector<TextSpan> TrackedText::spans() const {
  std::vector<TextSpan> spans;
  for (std::size_t from = 0; from < bytes_.size();) {
    std::size_t to = bytes_.size();
    if (!marks_.empty()) to = std::min(to, marks_.find(marks_[from] ? '\0' : '\1', from));
    spans.push_back({bytes_.substr(from, to - from), trusted_at(from)});
    from = to;
  }
  return spans;
}

}  // namespace reckon::jinja
