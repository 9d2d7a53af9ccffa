#include "cli/one_line.h"

#include "text/utf8.h"

namespace reckon {
namespace {

constexpr std::string_view kEllipsis = "…";

bool moves_the_cursor(char32_t c) {
  const bool control = c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
  const bool direction = (c >= 0x200e && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
  return control || direction;
}

std::size_t width_of(char32_t c) { return c < 0x80 ? 1 : 2; }

}  // namespace

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const Utf8Char next = decode_utf8(text);
    columns += width_of(next.code_point);
    text.remove_prefix(next.length);
  }
  return columns;
}

std::string one_line(std::string_view text, std::size_t columns) {
  std::string line;
  std::size_t used = 0;
  std::size_t room = 0;  // bytes of the line behind which the ellipsis still fits
  while (!text.empty()) {
    const Utf8Char next = decode_utf8(text);
    const char32_t shown = moves_the_cursor(next.code_point) ? U' ' : next.code_point;
    if (used + 2 <= columns) room = line.size();
    used += width_of(shown);
    if (used > columns) {
      line.resize(room);
      return columns < 2 ? std::string() : line.append(kEllipsis);
    }
    append_utf8(line, shown);
    text.remove_prefix(next.length);
  }
  return line;
}

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const Utf8Char next = decode_utf8(text);
    const bool stays = next.code_point == U'\n' || next.code_point == U'\t' || !moves_the_cursor(next.code_point);
    append_utf8(result, stays ? next.code_point : U' ');
    text.remove_prefix(next.length);
  }
  return result;
}

}  // namespace reckon
