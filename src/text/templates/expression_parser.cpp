#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "text/templates/parser.h"

namespace reckon::jinja {

Expression ExpressionParser::node(ExpressionKind kind) const {
  Expression node;
  node.kind = kind;
  node.line = current().line;
  return node;
}

ExpressionPointer ExpressionParser::finish(Expression node) {
  for (const ExpressionPointer& operand : node.operands) {
    if (operand) node.depth = std::max(node.depth, operand->depth + 1);
  }
  for (const auto& [name, operand] : node.named) node.depth = std::max(node.depth, operand->depth + 1);
  if (node.depth > kMostExpressionDepth) fail(fmt::format("an expression nests deeper than {}", kMostExpressionDepth));
  return std::make_unique<const Expression>(std::move(node));
}

ExpressionPointer ExpressionParser::binary(std::string symbol, ExpressionPointer left, ExpressionPointer right) {
  Expression result = node(ExpressionKind::binary);
  result.name = std::move(symbol);
  result.operands.push_back(std::move(left));
  result.operands.push_back(std::move(right));
  return finish(std::move(result));
}

ExpressionPointer ExpressionParser::expression_or_tuple(bool with_condition) {
  ExpressionPointer first = expression(with_condition);
  if (!is_symbol(",")) return first;
  Expression tuple = node(ExpressionKind::tuple);
  tuple.operands.push_back(std::move(first));
  while (skip_symbol(",")) {
    const LexemeKind kind = current().kind;
    if (is_symbol(")") || kind == LexemeKind::block_end || kind == LexemeKind::variable_end) break;
    tuple.operands.push_back(expression(with_condition));
  }
  return finish(std::move(tuple));
}

ExpressionPointer ExpressionParser::expression(bool with_condition) {
  const Nesting nesting(*this);
  ExpressionPointer value = disjunction();
  while (with_condition && skip_name("if")) {
    Expression conditional = node(ExpressionKind::conditional);
    conditional.operands.push_back(disjunction());
    conditional.operands.push_back(std::move(value));
    conditional.operands.push_back(skip_name("else") ? expression() : nullptr);
    value = finish(std::move(conditional));
  }
  return value;
}

ExpressionPointer ExpressionParser::disjunction() {
  ExpressionPointer left = conjunction();
  while (skip_name("or")) left = binary("or", std::move(left), conjunction());
  return left;
}

ExpressionPointer ExpressionParser::conjunction() {
  ExpressionPointer left = negation();
  while (skip_name("and")) left = binary("and", std::move(left), negation());
  return left;
}

ExpressionPointer ExpressionParser::negation() {
  if (!is_name("not")) return comparison();
  const Nesting nesting(*this);
  Expression result = node(ExpressionKind::unary);
  result.name = "not";
  advance();
  result.operands.push_back(negation());
  return finish(std::move(result));
}

ExpressionPointer ExpressionParser::comparison() {
  static constexpr std::array<std::string_view, 6> kComparisons = {"==", "!=", "<", "<=", ">", ">="};
  ExpressionPointer first = sum();
  Expression chain = node(ExpressionKind::compare);
  for (;;) {
    std::string comparison;
    if (current().kind == LexemeKind::symbol && std::ranges::find(kComparisons, current().text) != kComparisons.end()) {
      comparison = current().text;
      advance();
    } else if (skip_name("in")) {
      comparison = "in";
    } else if (is_name("not") && ahead().kind == LexemeKind::name && ahead().text == "in") {
      advance();
      advance();
      comparison = "not in";
    } else {
      break;
    }
    if (chain.operands.empty()) chain.operands.push_back(std::move(first));
    chain.comparisons.push_back(std::move(comparison));
    chain.operands.push_back(sum());
  }
  return chain.operands.empty() ? std::move(first) : finish(std::move(chain));
}

ExpressionPointer ExpressionParser::sum() {
  ExpressionPointer left = concatenation();
  while (is_symbol("+") || is_symbol("-")) {
    const std::string symbol = current().text;
    advance();
    left = binary(symbol, std::move(left), concatenation());
  }
  return left;
}

ExpressionPointer ExpressionParser::concatenation() {
  ExpressionPointer first = product();
  if (!is_symbol("~")) return first;
  Expression result = node(ExpressionKind::concatenate);
  result.operands.push_back(std::move(first));
  while (skip_symbol("~")) result.operands.push_back(product());
  return finish(std::move(result));
}

ExpressionPointer ExpressionParser::product() {
  ExpressionPointer left = power();
  while (is_symbol("*") || is_symbol("/") || is_symbol("//") || is_symbol("%")) {
    const std::string symbol = current().text;
    advance();
    left = binary(symbol, std::move(left), power());
  }
  return left;
}

ExpressionPointer ExpressionParser::power() {
  ExpressionPointer left = unary();
  while (skip_symbol("**")) left = binary("**", std::move(left), unary());
  return left;
}

ExpressionPointer ExpressionParser::unary(bool with_filters) {
  ExpressionPointer value;
  if (is_symbol("-") || is_symbol("+")) {
    const Nesting nesting(*this);
    Expression result = node(ExpressionKind::unary);
    result.name = current().text;
    advance();
    result.operands.push_back(unary(/*with_filters=*/false));
    value = finish(std::move(result));
  } else {
    value = postfix(primary());
  }
  return with_filters ? filters_and_tests(std::move(value)) : std::move(value);
}

ExpressionPointer ExpressionParser::primary() {
  const Lexeme lexeme = current();
  Expression literal = node(ExpressionKind::literal);
  switch (lexeme.kind) {
    case LexemeKind::name: {
      advance();
      if (lexeme.text == "true" || lexeme.text == "True") {
        literal.value = true;
      } else if (lexeme.text == "false" || lexeme.text == "False") {
        literal.value = false;
      } else if (lexeme.text == "none" || lexeme.text == "None") {
        literal.value = None{};
      } else {
        literal.kind = ExpressionKind::variable;
        literal.name = lexeme.text;
      }
      return finish(std::move(literal));
    }
    case LexemeKind::string: {
      std::string text;
      for (; current().kind == LexemeKind::string; advance()) text += current().text;  // adjacent strings are one
      literal.value = make_text(text);
      return finish(std::move(literal));
    }
    case LexemeKind::integer: {
      std::int64_t number = 0;
      const auto [end, error] = std::from_chars(lexeme.text.data(), lexeme.text.data() + lexeme.text.size(), number);
      if (error != std::errc{}) fail(fmt::format("the number {} is too large", lexeme.text));
      literal.value = number;
      advance();
      return finish(std::move(literal));
    }
    case LexemeKind::real: {
      double number = 0;
      const auto [end, error] = std::from_chars(lexeme.text.data(), lexeme.text.data() + lexeme.text.size(), number);
      if (error != std::errc{}) fail(fmt::format("the number {} is too large", lexeme.text));
      literal.value = number;
      advance();
      return finish(std::move(literal));
    }
    default: break;
  }
  if (is_symbol("[")) return list_literal();
  if (is_symbol("{")) return dict_literal();
  if (!skip_symbol("(")) fail_expected("an expression");
  if (skip_symbol(")")) return finish(node(ExpressionKind::tuple));
  ExpressionPointer inner = expression_or_tuple();
  expect_symbol(")");
  return inner;
}

ExpressionPointer ExpressionParser::list_literal() {
  Expression list = node(ExpressionKind::list);
  expect_symbol("[");
  while (!is_symbol("]")) {
    list.operands.push_back(expression());
    if (!skip_symbol(",")) break;
  }
  expect_symbol("]");
  return finish(std::move(list));
}

ExpressionPointer ExpressionParser::dict_literal() {
  Expression dict = node(ExpressionKind::dict);
  expect_symbol("{");
  while (!is_symbol("}")) {
    dict.operands.push_back(expression());
    expect_symbol(":");
    dict.operands.push_back(expression());
    if (!skip_symbol(",")) break;
  }
  expect_symbol("}");
  return finish(std::move(dict));
}

ExpressionPointer ExpressionParser::postfix(ExpressionPointer operand) {
  for (;;) {
    if (skip_symbol(".")) {
      Expression attribute = node(ExpressionKind::attribute);
      if (current().kind == LexemeKind::integer) {  // x.0 is x[0]
        attribute.kind = ExpressionKind::subscript;
        attribute.operands.push_back(std::move(operand));
        attribute.operands.push_back(primary());
      } else {
        attribute.name = expect_name();
        attribute.operands.push_back(std::move(operand));
      }
      operand = finish(std::move(attribute));
    } else if (is_symbol("[")) {
      operand = subscript(std::move(operand));
    } else if (is_symbol("(")) {
      Expression call = node(ExpressionKind::call);
      call.operands.push_back(std::move(operand));
      arguments(call);
      operand = finish(std::move(call));
    } else {
      return operand;
    }
  }
}

ExpressionPointer ExpressionParser::subscript(ExpressionPointer operand) {
  Expression result = node(ExpressionKind::subscript);
  result.operands.push_back(std::move(operand));
  expect_symbol("[");
  ExpressionPointer start = is_symbol(":") ? nullptr : expression();
  if (!is_symbol(":")) {
    result.operands.push_back(std::move(start));
    expect_symbol("]");
    return finish(std::move(result));
  }
  result.kind = ExpressionKind::slice;
  result.operands.push_back(std::move(start));
  for (int part = 0; part < 2; ++part) {
    const bool given = skip_symbol(":") && !is_symbol(":") && !is_symbol("]");
    result.operands.push_back(given ? expression() : nullptr);
  }
  expect_symbol("]");
  return finish(std::move(result));
}

ExpressionPointer ExpressionParser::filters_and_tests(ExpressionPointer operand) {
  for (;;) {
    if (skip_symbol("|")) {
      operand = filter(std::move(operand));
    } else if (skip_name("is")) {
      operand = test(std::move(operand));
    } else if (is_symbol("(")) {
      operand = postfix(std::move(operand));
    } else {
      return operand;
    }
  }
}

ExpressionPointer ExpressionParser::filter(ExpressionPointer operand) {
  Expression result = node(ExpressionKind::filter);
  result.name = expect_name();
  result.operands.push_back(std::move(operand));
  if (is_symbol("(")) arguments(result);
  return finish(std::move(result));
}

ExpressionPointer ExpressionParser::filters_only() { return filter_chain(filter(nullptr)); }

ExpressionPointer ExpressionParser::filter_chain(ExpressionPointer operand) {
  while (skip_symbol("|")) operand = filter(std::move(operand));
  return operand;
}

ExpressionPointer ExpressionParser::test(ExpressionPointer operand) {
  static constexpr std::array<std::string_view, 8> kNoArgument = {"else", "or", "and", "if", "is", "in", "not", "recursive"};
  const bool negated = skip_name("not");
  Expression result = node(ExpressionKind::test);
  result.name = expect_name();
  result.operands.push_back(std::move(operand));
  const LexemeKind kind = current().kind;
  const bool name_argument = kind == LexemeKind::name && std::ranges::find(kNoArgument, current().text) == kNoArgument.end();
  if (is_symbol("(")) {
    arguments(result);
  } else if (name_argument || kind == LexemeKind::string || kind == LexemeKind::integer || kind == LexemeKind::real ||
             is_symbol("[") || is_symbol("{")) {
    result.operands.push_back(postfix(primary()));
  }
  ExpressionPointer value = finish(std::move(result));
  if (!negated) return value;
  Expression inverse = node(ExpressionKind::unary);
  inverse.name = "not";
  inverse.operands.push_back(std::move(value));
  return finish(std::move(inverse));
}

void ExpressionParser::arguments(Expression& call) {
  expect_symbol("(");
  while (!is_symbol(")")) {
    if (is_symbol("*") || is_symbol("**")) fail("unpacking arguments with '*' is not supported");
    const bool named = current().kind == LexemeKind::name && ahead().kind == LexemeKind::symbol && ahead().text == "=";
    if (named) {
      std::string name = expect_name();
      expect_symbol("=");
      call.named.emplace_back(std::move(name), expression());
    } else {
      if (!call.named.empty()) fail("a positional argument follows a named one");
      call.operands.push_back(expression());
    }
    if (!skip_symbol(",")) break;
  }
  expect_symbol(")");
}

}  // namespace reckon::jinja
