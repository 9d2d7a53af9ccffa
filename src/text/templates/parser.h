// Tokens to syntax trees. The grammar is that of Jinja 3.1 without inheritance, includes, imports and recursive loops.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "text/templates/lexer.h"
#include "text/templates/syntax.h"

namespace reckon::jinja {

inline constexpr int kMostExpressionDepth = 200;

// Throws Error bad_file with the line.
Body parse_template(std::string_view source);

// A cursor over lexemes that reads expressions; the statement parser reads on with the same cursor.
class ExpressionParser {
 public:
  explicit ExpressionParser(const std::vector<Lexeme>& lexemes) : lexemes_(lexemes) {}

  ExpressionPointer expression(bool with_condition = true);
  // One expression, or a tuple of those separated by commas.
  ExpressionPointer expression_or_tuple(bool with_condition = true);
  ExpressionPointer filters_only();                           // name(args) | name … of a filter block; applied to a null operand
  ExpressionPointer filter_chain(ExpressionPointer operand);  // | name … behind an operand that may be null

  const Lexeme& current() const { return lexemes_[at_]; }
  const Lexeme& ahead(std::size_t by = 1) const { return lexemes_[std::min(at_ + by, lexemes_.size() - 1)]; }
  void advance() {
    if (at_ + 1 < lexemes_.size()) ++at_;
  }
  bool is_symbol(std::string_view text) const { return current().kind == LexemeKind::symbol && current().text == text; }
  bool is_name(std::string_view text) const { return current().kind == LexemeKind::name && current().text == text; }
  bool skip_symbol(std::string_view text);
  bool skip_name(std::string_view text);
  void expect_symbol(std::string_view text);
  std::string expect_name();
  void expect(LexemeKind kind, std::string_view what);
  [[noreturn]] void fail(const std::string& message) const;
  [[noreturn]] void fail_expected(std::string_view what) const;

  // One more level of nesting, for as long as the result lives.
  class Nesting {
   public:
    explicit Nesting(ExpressionParser& parser);
    ~Nesting() { --parser_.nesting_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

   private:
    ExpressionParser& parser_;
  };

 private:
  ExpressionPointer disjunction();
  ExpressionPointer conjunction();
  ExpressionPointer negation();
  ExpressionPointer comparison();
  ExpressionPointer sum();
  ExpressionPointer concatenation();
  ExpressionPointer product();
  ExpressionPointer power();
  ExpressionPointer unary(bool with_filters = true);
  ExpressionPointer primary();
  ExpressionPointer list_literal();
  ExpressionPointer dict_literal();
  ExpressionPointer postfix(ExpressionPointer operand);
  ExpressionPointer subscript(ExpressionPointer operand);
  ExpressionPointer filters_and_tests(ExpressionPointer operand);
  ExpressionPointer filter(ExpressionPointer operand);
  ExpressionPointer test(ExpressionPointer operand);
  void arguments(Expression& call);
  ExpressionPointer binary(std::string symbol, ExpressionPointer left, ExpressionPointer right);
  Expression node(ExpressionKind kind) const;
  ExpressionPointer finish(Expression node);

  const std::vector<Lexeme>& lexemes_;
  std::size_t at_ = 0;
  int nesting_ = 0;
};

}  // namespace reckon::jinja
