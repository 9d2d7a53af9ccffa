// Splits an answer, LaTeX or plain, into tokens. Spacing, sizing and typeface commands vanish here; Unicode signs become tokens.
// Bytes that no mathematics uses throw NotComparable: the answer is then compared as text.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reckon::answers {

enum class TokenKind {
  end,
  number,
  symbol,
  text,  // number: digits and a point; symbol: one variable; text: \text{…} or an unknown word
  plus,
  minus,
  plus_minus,
  minus_plus,
  times,
  divide,
  power,
  factorial,
  percent,
  degree,
  subscript,
  prime,
  open_paren,
  close_paren,
  open_bracket,
  close_bracket,
  open_group,
  close_group,
  open_set,
  close_set,
  bar,
  open_floor,
  close_floor,
  open_ceil,
  close_ceil,
  comma,
  thousands_comma,
  semicolon,
  relation,
  set_union,
  infinity,
  empty_set,
  function,
  root,
  fraction,
  binomial,
  overline,
  begin_matrix,
  end_matrix,
  ampersand,
  row_break,
};

struct Token {
  TokenKind kind;
  std::string text;           // number: its digits; symbol, function, relation: its name ("pi", "sin", "<=")
  std::size_t position = 0;   // byte offset in the answer
  bool space_before = false;  // white space or a spacing command came before
};

// The last token is always `end`. Throws NotComparable; at most 64 KiB are read.
std::vector<Token> tokenize(std::string_view answer);

// A place in a token list. Reading past the end gives `end` again.
class TokenStream {
 public:
  explicit TokenStream(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  const Token& peek(std::size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  const Token& next() { return tokens_[std::min(at_++, tokens_.size() - 1)]; }
  void skip(std::size_t count) { at_ += count; }
  bool accept(TokenKind kind);
  void expect(TokenKind kind);  // throws NotComparable when another kind comes
  int next_digit();             // takes only the first digit of the number token that comes: \frac12 has two arguments

 private:
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
};

}  // namespace reckon::answers
