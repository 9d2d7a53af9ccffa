#include "search/answers/parser.h"

#include <string>
#include <utility>
#include <vector>

#include "search/answers/lexer.h"
#include "search/answers/literals.h"

namespace reckon::answers {
namespace {

using enum TokenKind;

[[noreturn]] void reject(const char* reason) { throw NotComparable{reason}; }

class Parser : private TokenStream {
 public:
  Parser(std::vector<Token> tokens, Expression& expression) : TokenStream(std::move(tokens)), out_(expression) {}

  // One reading of the whole text; `sign` is what ± stands for (∓ is the opposite).
  NodeId read(int sign) {
    sign_ = sign;
    const std::vector<NodeId> found = items();
    if (peek().kind != end) reject("unexpected sign");
    return found.size() == 1 ? found[0] : out_.compound(NodeKind::list, found);
  }

  bool saw_plus_minus() const { return saw_plus_minus_; }

 private:
  class Nested {  // counts one level of brackets, exponents or signs
   public:
    explicit Nested(int& depth) : depth_(depth) {
      if (++depth_ > kMaxDepth) throw NotComparable{"nested too deeply", true};
    }
    ~Nested() { --depth_; }
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;

   private:
    int& depth_;
  };

  // --- lists, relations, unions ---

  std::vector<NodeId> items() {
    std::vector<NodeId> found{item()};
    while (peek().kind == comma || peek().kind == semicolon) {
      next();
      found.push_back(item());
    }
    return found;
  }

  NodeId item() {
    const NodeId first = union_of_sets();
    if (peek().kind != relation) return first;
    Node chain{.kind = NodeKind::relation, .children = {first}};
    while (peek().kind == relation) {
      chain.operators.push_back(next().text);
      chain.children.push_back(union_of_sets());
    }
    return out_.add_node(std::move(chain));
  }

  NodeId union_of_sets() {
    const NodeId first = sum();
    if (peek().kind != set_union) return first;
    std::vector<NodeId> parts{first};
    while (accept(set_union)) parts.push_back(sum());
    return out_.compound(NodeKind::set_union, std::move(parts));
  }

  // --- arithmetic ---

  NodeId sum() {
    std::vector<NodeId> terms;
    for (bool first = true;; first = false) {
      const TokenKind kind = peek().kind;
      const bool sign_sign = kind == plus_minus || kind == minus_plus;
      if (kind == plus || kind == minus || sign_sign)
        next();
      else if (!first)
        break;
      bool negative = kind == minus;
      if (sign_sign) {
        saw_plus_minus_ = true;
        negative = (kind == plus_minus) == (sign_ < 0);
      }
      const NodeId next = product();
      terms.push_back(negative ? out_.negated(next) : next);
    }
    return terms.size() == 1 ? terms[0] : out_.compound(NodeKind::add, std::move(terms));
  }

  NodeId product() {
    std::vector<NodeId> factors{signed_factor()};
    for (;;) {
      if (accept(times))
        factors.push_back(signed_factor());
      else if (accept(divide))
        factors.push_back(out_.inverted(signed_factor()));
      else if (starts_factor())
        factors.push_back(factor());
      else
        break;
    }
    return factors.size() == 1 ? factors[0] : out_.compound(NodeKind::multiply, std::move(factors));
  }

  // Whether the next token continues a product without a sign. Two numbers side by side are no product.
  bool starts_factor() const {
    switch (peek().kind) {
      case number: reject("two numbers side by side");
      case symbol:
      case open_paren:
      case open_bracket:
      case open_group:
      case open_floor:
      case open_ceil:
      case function:
      case root:
      case fraction:
      case binomial:
      case infinity: return true;
      case bar: return !inside_bars_;
      default: return false;
    }
  }

  NodeId signed_factor() {
    const Nested level(depth_);
    if (accept(minus)) return out_.negated(signed_factor());
    if (accept(plus)) return signed_factor();
    return factor();
  }

  NodeId factor() {
    NodeId value = primary();
    for (;;) {
      if (accept(factorial))
        value = out_.compound(NodeKind::function, {value}, "factorial");
      else if (accept(percent))
        value = percentage(value);
      else if (accept(degree))
        value = out_.compound(NodeKind::degree, {value});
      else if (peek().kind == power && degree_exponent())
        value = out_.compound(NodeKind::degree, {value});
      else if (accept(power))
        value = out_.power(value, exponent());
      else
        return value;
    }
  }

  // Powers bind to the right. A bare number ends the exponent: x^2\frac12 is no mixed number.
  NodeId exponent() {
    const Nested level(depth_);
    if (accept(minus)) return out_.negated(exponent());
    accept(plus);
    if (peek().kind != number) return factor();
    const NodeId bare = bare_literal();
    return accept(power) ? out_.power(bare, exponent()) : bare;
  }

  // A number where no mixed number can stand, or any other value.
  NodeId bare_literal() {
    if (peek().kind != number) return primary();
    return out_.add_node(plain_number(next().text));
  }

  bool degree_exponent() {  // ^\circ and ^{\circ}
    if (peek(1).kind == degree) {
      skip(2);
      return true;
    }
    if (peek(1).kind == open_group && peek(2).kind == degree && peek(3).kind == close_group) {
      skip(4);
      return true;
    }
    return false;
  }

  NodeId percentage(NodeId value) {
    Node literal = out_.node(value);
    if (literal.kind != NodeKind::number) return out_.compound(NodeKind::multiply, {value, out_.number(Rational(1, 100))});
    literal.value /= 100;
    literal.percent = true;
    if (literal.decimals >= 0) literal.decimals += 2;
    return out_.add_node(std::move(literal));
  }

  NodeId primary() {
    const Nested level(depth_);
    const Token& token = peek();
    switch (token.kind) {
      case number: return out_.add_node(number_literal(*this, brackets_ == 0));
      case symbol: next(); return variable(token.text);
      case infinity: next(); return out_.compound(NodeKind::infinity, {});
      case open_paren:
      case open_bracket: return bracketed();
      case open_group: return group();
      case open_set: next(); return set_of(close_set);
      case empty_set: next(); return out_.compound(NodeKind::set, {});
      case bar: return absolute();
      case open_floor: next(); return call("floor", close_floor);
      case open_ceil: next(); return call("ceil", close_ceil);
      case function: next(); return applied(token.text);
      case root: next(); return radical();
      case fraction: next(); return quotient();
      case binomial: {
        next();
        const NodeId top = argument();
        return out_.compound(NodeKind::function, {top, argument()}, "binomial");
      }
      case begin_matrix: return matrix();
      case text: reject("words");
      default: reject("a value is missing");
    }
  }

  // --- brackets ---

  std::vector<NodeId> bracket_items() {
    const bool bars = std::exchange(inside_bars_, false);
    ++brackets_;
    std::vector<NodeId> found = items();
    --brackets_;
    inside_bars_ = bars;
    return found;
  }

  NodeId bracketed() {
    const bool open_left = next().kind == open_paren;
    std::vector<NodeId> inside = bracket_items();
    const bool open_right = peek().kind == close_paren;
    if (!open_right && peek().kind != close_bracket) reject("missing bracket");
    next();
    if (inside.size() == 1 && open_left == open_right) return inside[0];
    if (inside.size() == 2 && !(open_left && open_right)) {
      return out_.add_node(
          {.kind = NodeKind::interval, .children = std::move(inside), .open_left = open_left, .open_right = open_right});
    }
    if (open_left != open_right) reject("brackets do not match");
    return out_.compound(NodeKind::tuple, std::move(inside));
  }

  NodeId group() {  // {…}: one value is only grouped; {1,2} is what plain text writes for a set
    next();
    std::vector<NodeId> inside = bracket_items();
    expect(close_group);
    return inside.size() == 1 ? inside[0] : out_.compound(NodeKind::set, std::move(inside));
  }

  NodeId set_of(TokenKind close) {
    if (accept(close)) return out_.compound(NodeKind::set, {});
    std::vector<NodeId> inside = bracket_items();
    expect(close);
    return out_.compound(NodeKind::set, std::move(inside));
  }

  NodeId call(const char* name, TokenKind close) {
    std::vector<NodeId> inside = bracket_items();
    expect(close);
    if (inside.size() != 1) reject("one argument expected");
    return out_.compound(NodeKind::function, std::move(inside), name);
  }

  NodeId absolute() {
    next();
    const bool bars = std::exchange(inside_bars_, true);
    const NodeId inside = sum();
    inside_bars_ = bars;
    expect(bar);
    return out_.compound(NodeKind::function, {inside}, "abs");
  }

  NodeId matrix() {
    Node result{.kind = NodeKind::matrix, .name = next().text};
    ++brackets_;
    std::size_t in_row = 0;
    while (peek().kind != end_matrix) {
      result.children.push_back(item());
      ++in_row;
      if (accept(ampersand)) continue;
      if (result.columns != 0 && in_row != result.columns) reject("rows of different lengths");
      result.columns = in_row;
      in_row = 0;
      if (!accept(row_break) && peek().kind != end_matrix) reject("unexpected sign in a matrix");
    }
    next();
    --brackets_;
    if (in_row != 0 || result.children.empty()) reject("incomplete matrix");
    return out_.add_node(std::move(result));
  }

  // --- names, roots, fractions, functions ---

  NodeId variable(std::string name) {
    if (accept(subscript)) {
      const bool grouped = accept(open_group);
      if (peek().kind != number && peek().kind != symbol && peek().kind != text) reject("unusual subscript");
      name += '_' + next().text;
      if (grouped) expect(close_group);
    }
    while (accept(prime)) name += '\'';
    return out_.compound(NodeKind::symbol, {}, std::move(name));
  }

  // The argument of \frac and \binom: a group, or one token, which of a number is its first digit.
  NodeId argument() {
    const Nested level(depth_);
    return peek().kind == number ? out_.number(next_digit()) : primary();
  }

  NodeId quotient() {
    const NodeId top = argument();
    const NodeId bottom = argument();
    const Node& a = out_.node(top);
    const Node& b = out_.node(bottom);
    const bool literals = a.kind == NodeKind::number && b.kind == NodeKind::number && !b.value.is_zero();
    if (literals && is_integer(a.value) && is_integer(b.value)) return out_.number(Rational(a.value / b.value));
    return out_.compound(NodeKind::multiply, {top, out_.inverted(bottom)});
  }

  NodeId radical() {
    NodeId degree_of_root = out_.number(Rational(1, 2));
    if (accept(open_bracket)) {
      const std::vector<NodeId> inside = bracket_items();
      expect(close_bracket);
      if (inside.size() != 1) reject("one argument expected");
      degree_of_root = out_.inverted(inside[0]);
    }
    return out_.power(bare_literal(), degree_of_root);
  }

  NodeId applied(const std::string& name) {
    const Nested level(depth_);
    std::vector<NodeId> arguments;
    if (name == "log" && accept(subscript)) arguments.push_back(bare_literal());
    NodeId raised_to = 0;
    const bool raised = accept(power);
    if (raised) raised_to = exponent();
    arguments.insert(arguments.begin(), function_argument());
    const bool inverse = raised && out_.node(raised_to).kind == NodeKind::number && out_.node(raised_to).value < 0;
    if (inverse) return out_.compound(NodeKind::function, std::move(arguments), inverse_of(name, out_.node(raised_to).value));
    const NodeId value = out_.compound(NodeKind::function, std::move(arguments), name);
    return raised ? out_.power(value, raised_to) : value;
  }

  // \sin^{-1} is no quotient.
  static std::string inverse_of(const std::string& name, const Rational& exponent) {
    const bool known = name == "sin" || name == "cos" || name == "tan";
    if (!known || exponent != -1) reject("inverse function");
    return "arc" + name;
  }

  NodeId function_argument() {
    if (peek().kind == open_paren || peek().kind == open_group) return primary();
    std::vector<NodeId> factors{signed_factor()};  // \sin 2x takes the product, up to the next function
    while (peek().kind != function && starts_factor()) factors.push_back(factor());
    return factors.size() == 1 ? factors[0] : out_.compound(NodeKind::multiply, std::move(factors));
  }

  Expression& out_;
  int sign_ = 1;
  int depth_ = 0;
  int brackets_ = 0;  // thousands separators are only read outside of brackets
  bool inside_bars_ = false;
  bool saw_plus_minus_ = false;
};

}  // namespace

Expression parse(std::string_view answer) {
  Expression expression;
  std::vector<Token> tokens = tokenize(answer);
  Parser first(tokens, expression);
  const NodeId upper = first.read(+1);
  expression.set_root(upper);
  if (!first.saw_plus_minus()) return expression;
  const NodeId lower = Parser(std::move(tokens), expression).read(-1);
  expression.set_root(expression.compound(NodeKind::list, {upper, lower}));
  return expression;
}

}  // namespace reckon::answers
