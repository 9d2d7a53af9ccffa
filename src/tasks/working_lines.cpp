#include "tasks/working_lines.h"

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

}  // namespace

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
