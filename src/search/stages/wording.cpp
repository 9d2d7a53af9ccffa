#include "search/stages/wording.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "text/lines.h"

namespace reckon {
namespace {

constexpr std::size_t kLongestItem = 500;  // bytes; a list of prose is quoted whole for each candidate

// The numbers of "[n]" in 1..count, each at its first place, counted from 0.
std::vector<std::size_t> numbers_in(std::string_view text, std::size_t count) {
  std::vector<std::size_t> numbers;
  for (std::size_t at = text.find('['); at != std::string_view::npos; at = text.find('[', at + 1)) {
    std::size_t number = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + at + 1, end, number);
    if (read.ec != std::errc() || read.ptr == end || *read.ptr != ']' || number < 1 || number > count) continue;
    if (std::ranges::find(numbers, number - 1) == numbers.end()) numbers.push_back(number - 1);
  }
  return numbers;
}

bool same_letters(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  return std::ranges::equal(a, b, {}, lower, lower);
}

// What follows "3.", "3)", "-" or "*"; "" where the line begins otherwise.
std::string_view item_of(std::string_view line) {
  line = trimmed(line);
  std::size_t at = 0;
  while (at < line.size() && std::isdigit(static_cast<unsigned char>(line[at])) != 0) ++at;
  const bool marked = at < line.size() && (at > 0 ? line[at] == '.' || line[at] == ')' : line[at] == '-' || line[at] == '*');
  return marked ? trimmed(line.substr(at + 1)) : std::string_view();
}

}  // namespace

std::vector<std::size_t> ranking_in(std::string_view said, std::size_t count) {
  std::vector<std::size_t> order;
  for (std::string_view rest = said; !rest.empty();) {
    const std::string_view line = next_line(rest);
    if (line.find('>') == std::string_view::npos) continue;
    std::vector<std::size_t> here = numbers_in(line, count);
    if (here.size() > 1) order = std::move(here);
  }
  if (order.empty()) order = numbers_in(said, count);
  std::vector<bool> named(count, false);
  for (const std::size_t index : order) named[index] = true;
  for (std::size_t i = 0; i < count; ++i) {
    if (!named[i]) order.push_back(i);
  }
  return order;
}

std::vector<bool> marks_in(std::string_view said, std::string_view yes, std::string_view no) {
  std::vector<bool> marks;
  for (std::size_t at = said.find('['); at != std::string_view::npos; at = said.find('[', at + 1)) {
    const std::size_t end = said.find(']', at);
    if (end == std::string_view::npos) break;
    const std::string_view word = said.substr(at + 1, end - at - 1);
    if (same_letters(word, yes)) marks.push_back(true);
    if (same_letters(word, no)) marks.push_back(false);
  }
  return marks;
}

std::vector<std::string> items_in(std::string_view said, std::size_t most) {
  std::vector<std::string> items;
  std::vector<std::string> lines;
  while (!said.empty()) {
    const std::string_view line = next_line(said);
    const std::string_view item = item_of(line);
    if (item.size() > kLongestItem || trimmed(line).size() > kLongestItem) continue;
    if (!item.empty()) items.emplace_back(item);
    if (!trimmed(line).empty()) lines.emplace_back(trimmed(line));
  }
  std::vector<std::string>& chosen = items.empty() ? lines : items;
  if (chosen.size() > most) chosen.resize(most);
  return std::move(chosen);
}

}  // namespace reckon
