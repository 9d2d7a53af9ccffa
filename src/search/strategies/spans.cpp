#include "search/strategies/spans.h"

#include <algorithm>

#include "base/error.h"

namespace reckon {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
bool is_punctuation(char c) { return std::string_view(".,;:!?()[]{}\"'").find(c) != std::string_view::npos; }

}  // namespace

Spans::Spans(std::string_view text) : text_(text) {
  for (std::size_t at = 0; at < text_.size();) {
    std::size_t end = at;
    while (end < text_.size() && !is_blank(text_[end])) ++end;
    Word word{at, end};
    while (word.begin < word.end && is_punctuation(text_[word.begin])) ++word.begin;
    while (word.end > word.begin && is_punctuation(text_[word.end - 1])) --word.end;
    if (word.begin < word.end) all_.push_back(word);
    at = end + 1;
  }
  for (std::size_t i = 0; i < all_.size(); ++i) next_.push_back(i);
}

std::string_view Spans::continuation_to(std::size_t word) const {
  const std::size_t from = words_ == 0 ? all_[word].begin : all_[word - 1].end;
  return std::string_view(text_).substr(from, all_[word].end - from);
}

std::vector<std::string> Spans::continuations() const {
  std::vector<std::string> found;
  for (const std::size_t word : next_) {
    const std::string_view text = continuation_to(word);
    if (std::ranges::find(found, text) == found.end()) found.emplace_back(text);
  }
  return found;
}

void Spans::take(std::string_view continuation) {
  std::vector<std::size_t> next;
  bool known = false;
  for (const std::size_t word : next_) {
    if (continuation_to(word) != continuation) continue;
    known = true;
    if (word + 1 < all_.size()) next.push_back(word + 1);
  }
  if (!known) throw Error(ErrorCode::bad_argument, "'" + std::string(continuation) + "' does not follow in the text");
  chosen_ += continuation;
  next_ = std::move(next);
  ++words_;
}

}  // namespace reckon
