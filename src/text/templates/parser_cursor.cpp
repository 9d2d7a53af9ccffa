// How the parsers move over lexemes, and what they say when one is not the expected one.
#include <fmt/format.h>

#include "base/error.h"
#include "text/templates/parser.h"

namespace reckon::jinja {
namespace {

std::string describe(const Lexeme& lexeme) {
  switch (lexeme.kind) {
    case LexemeKind::end: return "the end of the template";
    case LexemeKind::block_end: return "'%}'";
    case LexemeKind::variable_end: return "'}}'";
    case LexemeKind::string: return "a string";
    default: return fmt::format("'{}'", lexeme.text);
  }
}

}  // namespace

ExpressionParser::Nesting::Nesting(ExpressionParser& parser) : parser_(parser) {
  if (parser.nesting_ >= kMostNesting) parser.fail(fmt::format("nested deeper than {}", kMostNesting));
  ++parser.nesting_;
}

void ExpressionParser::fail(const std::string& message) const {
  throw Error(ErrorCode::bad_file, message, fmt::format("chat template, line {}", current().line));
}

void ExpressionParser::fail_expected(std::string_view what) const {
  fail(fmt::format("unexpected {}; expected {}", describe(current()), what));
}

bool ExpressionParser::skip_symbol(std::string_view text) {
  if (!is_symbol(text)) return false;
  advance();
  return true;
}

bool ExpressionParser::skip_name(std::string_view text) {
  if (!is_name(text)) return false;
  advance();
  return true;
}

void ExpressionParser::expect_symbol(std::string_view text) {
  if (!skip_symbol(text)) fail_expected(fmt::format("'{}'", text));
}

std::string ExpressionParser::expect_name() {
  if (current().kind != LexemeKind::name) fail_expected("a name");
  std::string name = current().text;
  advance();
  return name;
}

void ExpressionParser::expect(LexemeKind kind, std::string_view what) {
  if (current().kind != kind) fail_expected(what);
  advance();
}

}  // namespace reckon::jinja
