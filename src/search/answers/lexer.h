// Splits an answer, LaTeX or plain, into tokens. Spacing, sizing and typeface commands vanish here; Unicode signs become tokens.
// Bytes that no mathematics uses throw NotComparable: the answer is then compared as text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reckon::answers {

enum class TokenKind {
  end, number, symbol, text,            // number: digits and a point; symbol: one variable; text: \text{…} or an unknown word
  plus, minus, plus_minus, minus_plus, times, divide, power, factorial, percent, degree, subscript, prime,
  open_paren, close_paren, open_bracket, close_bracket, open_group, close_group, open_set, close_set,
  bar, open_floor, close_floor, open_ceil, close_ceil,
  comma, thousands_comma, semicolon, relation, set_union, infinity, empty_set,
  function, root, fraction, binomial, overline,
  begin_matrix, end_matrix, ampersand, row_break,
};

struct Token {
  TokenKind kind;
  std::string text;           // number: its digits; symbol, function, relation: its name ("pi", "sin", "<=")
  std::size_t position = 0;   // byte offset in the answer
  bool space_before = false;  // white space or a spacing command came before
};

// The last token is always `end`. Throws NotComparable; at most 64 KiB are read.
std::vector<Token> tokenize(std::string_view answer);

}  // namespace reckon::answers
