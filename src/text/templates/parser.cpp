#include "text/templates/parser.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace reckon::jinja {
namespace {

class StatementParser {
 public:
  explicit StatementParser(const std::vector<Lexeme>& lexemes) : at_(lexemes) {}

  Body whole_template() {
    Body body = body_until({});
    if (at_.current().kind != LexemeKind::end) at_.fail("unexpected end of a block");
    return body;
  }

 private:
  using Names = std::initializer_list<std::string_view>;

  static Statement make(StatementKind kind, int line) {
    Statement statement;
    statement.kind = kind;
    statement.line = line;
    return statement;
  }

  // Statements up to a block whose name is one of `ends`; that name is then the current lexeme.
  Body body_until(Names ends) {
    const ExpressionParser::Nesting nesting(at_);
    Body body;
    for (;;) {
      const Lexeme lexeme = at_.current();
      if (lexeme.kind == LexemeKind::end) {
        if (ends.size() == 0) return body;
        at_.fail(fmt::format("the template ends inside a block; expected '{}'", *(ends.end() - 1)));
      }
      at_.advance();
      Statement statement = make(StatementKind::text, lexeme.line);
      if (lexeme.kind == LexemeKind::text) {
        statement.name = lexeme.text;
      } else if (lexeme.kind == LexemeKind::variable_begin) {
        statement.kind = StatementKind::output;
        statement.expression = at_.expression_or_tuple();
        at_.expect(LexemeKind::variable_end, "'}}'");
      } else {
        if (std::ranges::find(ends, at_.current().text) != ends.end()) return body;
        statement = block();
      }
      body.push_back(std::make_unique<const Statement>(std::move(statement)));
    }
  }

  void end_of_block() { at_.expect(LexemeKind::block_end, "'%}'"); }

  // The body of a block, with its end.
  Body body_and_end(std::string_view end) {
    end_of_block();
    Body body = body_until({end});
    at_.advance();
    end_of_block();
    return body;
  }

  Statement block() {
    static const std::map<std::string_view, Statement (StatementParser::*)(Statement)> kBlocks = {
        {"if", &StatementParser::branch},  {"for", &StatementParser::loop},
        {"set", &StatementParser::set},    {"macro", &StatementParser::macro},
        {"call", &StatementParser::call},  {"filter", &StatementParser::filter},
        {"with", &StatementParser::with},  {"generation", &StatementParser::generation},
        {"break", &StatementParser::jump}, {"continue", &StatementParser::jump},
    };
    const Lexeme lexeme = at_.current();
    const auto found = lexeme.kind == LexemeKind::name ? kBlocks.find(lexeme.text) : kBlocks.end();
    if (found == kBlocks.end()) at_.fail(fmt::format("unknown block '{}'", lexeme.text));
    at_.advance();
    Statement statement = make(StatementKind::text, lexeme.line);
    statement.name = lexeme.text;
    return (this->*found->second)(std::move(statement));
  }

  Statement branch(Statement result) {
    result.kind = StatementKind::branch;
    for (;;) {
      Branch branch;
      branch.condition = at_.expression_or_tuple(/*with_condition=*/false);
      end_of_block();
      branch.body = body_until({"elif", "else", "endif"});
      result.branches.push_back(std::move(branch));
      const std::string name = at_.expect_name();
      if (name == "elif") continue;
      if (name == "else") {
        end_of_block();
        result.otherwise = body_until({"endif"});
        at_.advance();
      }
      end_of_block();
      return result;
    }
  }

  // name, or name, name …
  void targets(Statement& statement) {
    const bool parentheses = at_.skip_symbol("(");
    statement.targets.push_back(at_.expect_name());
    while (at_.skip_symbol(",")) {
      statement.unpack = true;
      if (at_.current().kind != LexemeKind::name || at_.is_name("in")) break;
      statement.targets.push_back(at_.expect_name());
    }
    if (parentheses) at_.expect_symbol(")");
  }

  Statement loop(Statement result) {
    result.kind = StatementKind::loop;
    targets(result);
    if (!at_.skip_name("in")) at_.fail_expected("'in'");
    result.expression = at_.expression_or_tuple(/*with_condition=*/false);
    if (at_.skip_name("if")) result.condition = at_.expression();
    if (at_.is_name("recursive")) at_.fail("recursive loops are not supported");
    end_of_block();
    ++loops_;
    result.body = body_until({"else", "endfor"});
    --loops_;
    if (at_.skip_name("else")) {
      end_of_block();
      result.otherwise = body_until({"endfor"});
    }
    at_.advance();
    end_of_block();
    return result;
  }

  Statement set(Statement result) {
    result.kind = StatementKind::set;
    targets(result);
    if (!result.unpack && at_.skip_symbol(".")) {
      result.attribute_of = result.targets[0];
      result.targets[0] = at_.expect_name();
    }
    if (at_.skip_symbol("=")) {
      result.expression = at_.expression_or_tuple();
      end_of_block();
      return result;
    }
    result.kind = StatementKind::set_block;
    if (at_.is_symbol("|")) result.expression = at_.filter_chain(nullptr);
    result.body = body_and_end("endset");
    return result;
  }

  void parameters(Statement& statement) {
    at_.expect_symbol("(");
    while (!at_.is_symbol(")")) {
      Parameter parameter{at_.expect_name(), nullptr};
      if (at_.skip_symbol("=")) parameter.fallback = at_.expression();
      statement.parameters.push_back(std::move(parameter));
      if (!at_.skip_symbol(",")) break;
    }
    at_.expect_symbol(")");
  }

  Statement macro(Statement result) {
    result.kind = StatementKind::macro;
    result.name = at_.expect_name();
    parameters(result);
    const int outer_loops = std::exchange(loops_, 0);
    result.body = body_and_end("endmacro");
    loops_ = outer_loops;
    return result;
  }

  Statement call(Statement result) {
    result.kind = StatementKind::call_block;
    if (at_.is_symbol("(")) parameters(result);
    result.expression = at_.expression();
    if (result.expression->kind != ExpressionKind::call) at_.fail("a call block needs a call");
    const int outer_loops = std::exchange(loops_, 0);
    result.body = body_and_end("endcall");
    loops_ = outer_loops;
    return result;
  }

  Statement filter(Statement result) {
    result.kind = StatementKind::filter_block;
    result.expression = at_.filters_only();
    result.body = body_and_end("endfilter");
    return result;
  }

  Statement with(Statement result) {
    result.kind = StatementKind::with;
    while (at_.current().kind == LexemeKind::name) {
      Parameter parameter{at_.expect_name(), nullptr};
      at_.expect_symbol("=");
      parameter.fallback = at_.expression();
      result.parameters.push_back(std::move(parameter));
      if (!at_.skip_symbol(",")) break;
    }
    result.body = body_and_end("endwith");
    return result;
  }

  Statement generation(Statement result) {
    result.kind = StatementKind::scope;
    result.body = body_and_end("endgeneration");
    return result;
  }

  Statement jump(Statement result) {
    result.kind = result.name == "break" ? StatementKind::break_loop : StatementKind::continue_loop;
    if (loops_ == 0) at_.fail(fmt::format("'{}' outside of a loop", result.name));
    end_of_block();
    return result;
  }

  ExpressionParser at_;
  int loops_ = 0;  // around the current statement
};

}  // namespace

Body parse_template(std::string_view source) {
  const std::vector<Lexeme> lexemes = lex(source);
  return StatementParser(lexemes).whole_template();
}

}  // namespace reckon::jinja
