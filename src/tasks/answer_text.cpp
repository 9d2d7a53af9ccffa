#include "tasks/answer_text.h"

#include <algorithm>

namespace reckon {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kOpen = "<think>";
constexpr std::string_view kClose = "</think>";

std::string_view right_trimmed(std::string_view text) {
  const std::size_t last = text.find_last_not_of(kBlanks);
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

// `text` begins after the opening brace; the position of the matching one, or npos.
std::size_t matching_brace(std::string_view text) {
  std::size_t depth = 1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{') ++depth;
    if (text[i] == '}' && --depth == 0) return i;
  }
  return std::string_view::npos;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  return first == std::string_view::npos ? std::string_view() : right_trimmed(text.substr(first));
}

std::string_view after_thinking(std::string_view text) {
  const std::size_t close = text.rfind(kClose);
  return close == std::string_view::npos ? text : text.substr(close + kClose.size());
}

std::optional<std::string_view> boxed_answer(std::string_view text) {
  text = after_thinking(text);
  if (text.find(kOpen) != std::string_view::npos) return std::nullopt;
  constexpr std::string_view kBoxed = "\\boxed";
  constexpr std::string_view kFbox = "\\fbox";
  const std::size_t boxed = text.rfind(kBoxed);
  const std::size_t fbox = text.rfind(kFbox);
  if (boxed == std::string_view::npos && fbox == std::string_view::npos) return std::nullopt;
  const bool use_fbox = boxed == std::string_view::npos || (fbox != std::string_view::npos && fbox > boxed);
  std::string_view rest = use_fbox ? text.substr(fbox + kFbox.size()) : text.substr(boxed + kBoxed.size());
  const std::size_t first = rest.find_first_not_of(" \t");
  if (first == std::string_view::npos) return std::nullopt;
  rest = rest.substr(first);
  if (rest.front() == '{') {
    const std::size_t end = matching_brace(rest.substr(1));
    if (end == std::string_view::npos) return std::nullopt;
    return trimmed(rest.substr(1, end));
  }
  const std::string_view token = trimmed(rest.substr(0, rest.find_first_of("$\n")));
  if (token.empty()) return std::nullopt;
  return token;
}

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = right_trimmed(text.substr(0, end));
    if (!line.empty()) lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::vector<std::string_view> working_lines(std::string_view text) {
  const std::size_t close = text.rfind(kClose);
  const std::size_t open = text.find(kOpen);
  if (close != std::string_view::npos) {
    text = text.substr(0, close);
  } else if (open == std::string_view::npos) {
    text = text.substr(0, text.find("\\boxed"));
  }
  if (open != std::string_view::npos && open < text.size()) text = text.substr(open + kOpen.size());
  return split_lines(text);
}

}  // namespace reckon
