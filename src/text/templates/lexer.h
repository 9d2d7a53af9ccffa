// Template source to tokens. Follows Jinja 3.1 with trim_blocks and lstrip_blocks on (as the transformers library sets them), and
// with "-" and "+" next to the delimiters; comments and raw blocks are gone from the result.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reckon::jinja {

enum class LexemeKind : std::uint8_t {
  text,         // template text to write as it is
  block_begin,  // {%
  block_end,
  variable_begin,  // {{
  variable_end,
  name,
  string,  // text holds the value, escapes resolved
  integer,
  real,
  symbol,  // text holds the operator or bracket
  end,
};

struct Lexeme {
  LexemeKind kind;
  std::string text;
  int line;  // 1-based
};

// Throws Error bad_file with the line. The last lexeme is `end`.
std::vector<Lexeme> lex(std::string_view source);

// White space of Python's str.isspace and of its regular expressions.
bool is_python_space(char32_t c) noexcept;

}  // namespace reckon::jinja
