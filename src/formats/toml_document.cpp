#include "formats/toml_document.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace reckon {
namespace {

// Where the text of a string or a comment that begins at `at` ends.
std::size_t behind_text(std::string_view text, std::size_t at) {
  if (text[at] == '#') return std::min(text.find('\n', at), text.size());
  const char quote = text[at];
  const std::string_view three = text.substr(at, 3);
  const bool long_string = three == R"(""")" || three == "'''";
  const std::string_view end = long_string ? three : three.substr(0, 1);
  for (at += end.size(); at < text.size(); ++at) {
    if (quote == '"' && text[at] == '\\') {
      ++at;
    } else if (text.substr(at).starts_with(end)) {
      at += end.size();
      for (int extra = 0; extra < 2 && long_string && text.substr(at).starts_with(quote); ++extra) ++at;  // part of the text
      return at;
    } else if (!long_string && text[at] == '\n') {
      break;  // an error, which the parser describes
    }
  }
  return std::min(at, text.size());
}

// "a.a.a.…" is a table in a table in a table, and the parser's own destructors would run out of stack; nested in inline tables,
// the keys of one line add to those of the next. So all dots outside of texts count together.
void check_depth(std::string_view text, const std::string& where) {
  constexpr int kMostDots = 5000;
  std::size_t line = 1;
  int dots = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    const std::size_t next = c == '#' || c == '"' || c == '\'' ? behind_text(text, at) : at + 1;
    dots += c == '.' ? 1 : 0;
    if (dots > kMostDots) {
      throw Error(ErrorCode::bad_file, "has more than 5000 dots outside of texts", fmt::format("{}:{}", where, line));
    }
    line += static_cast<std::size_t>(std::ranges::count(text.substr(at, next - at), '\n'));
    at = next;
  }
}

}  // namespace

toml::table parse_toml(std::string_view text, const std::string& where) {
  check_depth(text, where);
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& fault) {
    throw Error(ErrorCode::bad_file, fmt::format("is not TOML: {}", fault.description()),
                fmt::format("{}:{}", where, fault.source().begin.line));
  }
}

}  // namespace reckon
