#include "search/answers/reading.h"

#include <algorithm>
#include <array>
#include <utility>

#include "search/answers/parser.h"

namespace reckon::answers {
namespace {

using Text = std::string_view;

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

Text trimmed(Text text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// Whether the brace that opens at `open` closes exactly at the end of the text.
bool closes_at_end(Text text, std::size_t open) {
  int depth = 0;
  for (std::size_t at = open; at < text.size(); ++at) {
    if (text[at] == '\\')
      ++at;
    else if (text[at] == '{')
      ++depth;
    else if (text[at] == '}' && --depth == 0)
      return at + 1 == text.size();
  }
  return false;
}

std::optional<Expression> parsed(Text text, const char*& reason, bool& limit) {
  try {
    return parse(text);
  } catch (const NotComparable& why) {
    reason = why.reason;
    limit = why.limit;
    return std::nullopt;
  }
}

}  // namespace

std::string_view cleaned(std::string_view answer) {
  struct Wrapping {
    Text open, close;
  };
  static constexpr std::array<Wrapping, 6> kWrappings{
      {{"$$", "$$"}, {"$", "$"}, {"\\(", "\\)"}, {"\\[", "\\]"}, {"**", "**"}, {"`", "`"}}};
  Text text = trimmed(answer);
  for (bool changed = true; changed;) {
    const std::size_t before = text.size();
    for (const auto& [open, close] : kWrappings) {
      if (text.size() > open.size() + close.size() && text.starts_with(open) && text.ends_with(close)) {
        text = trimmed(text.substr(open.size(), text.size() - open.size() - close.size()));
      }
    }
    constexpr Text kBox = "\\boxed{";
    if (text.starts_with(kBox) && closes_at_end(text, kBox.size() - 1)) {
      text = trimmed(text.substr(kBox.size(), text.size() - kBox.size() - 1));
    }
    if (text.ends_with('.') && !text.ends_with("..") && !text.ends_with("\\right."))
      text = trimmed(text.substr(0, text.size() - 1));
    changed = text.size() != before && before < 65536;  // one round is enough for what is too long to be compared anyway
  }
  return text;
}

std::string folded(std::string_view text) {
  for (const Text command : {Text("\\text{"), Text("\\textbf{"), Text("\\textit{"), Text("\\mathrm{"), Text("\\mbox{")}) {
    if (text.starts_with(command) && closes_at_end(text, command.size() - 1)) {
      text = text.substr(command.size(), text.size() - command.size() - 1);
    }
  }
  std::string out;
  for (const char c : trimmed(text)) {
    if (is_space(c)) {
      if (out.back() != ' ') out += ' ';
    } else {
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return out;
}

Reading read_answer(std::string_view answer) {
  Reading reading;
  reading.text = cleaned(answer);
  reading.expression = parsed(reading.text, reading.reason, reading.limit);
  if (reading.limit) return reading;
  if (auto quantity = split_unit(reading.text)) {
    const char* reason = "";
    bool limit = false;
    reading.without_unit = parsed(quantity->value, reason, limit);
    if (reading.without_unit) reading.unit = std::move(quantity->unit);
  }
  return reading;
}

}  // namespace reckon::answers
