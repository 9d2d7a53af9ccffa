#include "formats/toml_document.h"

#include <fmt/format.h>

#include "base/error.h"

namespace reckon {
namespace {

// "a.a.a.…" is a table in a table in a table, and the parser's own destructors would run out of stack. No sensible line is near.
void check_depth(std::string_view text, const std::string& where) {
  constexpr int kMostDots = 1000;
  std::size_t line = 1;
  int dots = 0;
  for (const char c : text) {
    if (c == '\n') ++line, dots = 0;
    dots += c == '.' ? 1 : 0;
    if (dots > kMostDots) {
      throw Error(ErrorCode::bad_file, "has more than 1000 dots in one line; break it", fmt::format("{}:{}", where, line));
    }
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
