#include "text/markup.h"

#include "text/utf8.h"

namespace reckon {
namespace {

constexpr char32_t kReplacement = U'\uFFFD';

// C1 control characters are allowed in XML, but not in HTML.
bool is_text(char32_t c) { return c >= 0x20 && (c < 0x7f || c >= 0xa0) && c != 0xfffe && c != 0xffff; }

void append_escaped(std::string& out, char32_t c) {
  switch (c) {
    case U'&': out += "&amp;"; break;
    case U'<': out += "&lt;"; break;
    case U'>': out += "&gt;"; break;
    case U'"': out += "&quot;"; break;
    default: append_utf8(out, is_text(c) ? c : kReplacement);
  }
}

}  // namespace

std::string escaped(std::string_view text, std::size_t most_characters, LineBreaks breaks) {
  std::string out;
  for (std::size_t characters = 1; !text.empty(); ++characters) {
    const Utf8Char next = decode_utf8(text);
    text.remove_prefix(next.length);
    if (characters >= most_characters && !text.empty()) return out + "…";
    if (next.code_point == U'\n' && breaks == LineBreaks::kept) {
      out += '\n';
    } else {
      const bool blank = next.code_point == U'\n' || next.code_point == U'\r' || next.code_point == U'\t';
      append_escaped(out, blank ? U' ' : next.code_point);
    }
  }
  return out;
}

}  // namespace reckon
