#include "search/answers/literals.h"

#include <algorithm>
#include <string>

namespace reckon::answers {
namespace {

using enum TokenKind;

bool has_point(const Token& token) { return token.text.find('.') != std::string::npos; }
bool plain_digits(const Token& token) { return token.kind == number && !has_point(token); }

Node exact(const Rational& value) { return {.kind = NodeKind::number, .value = value}; }

// Joins "1,234,567.8" into one number.
std::string digits_with_separators(TokenStream& tokens, bool commas_group) {
  std::string digits = tokens.next().text;
  if (digits.size() > 3 || digits[0] == '0' || digits.find('.') != std::string::npos) return digits;
  const auto group_at = [&](std::size_t ahead, bool with_point) {
    const Token& separator = tokens.peek(ahead);
    const Token& group = tokens.peek(ahead + 1);
    const bool separates = separator.kind == thousands_comma || (separator.kind == comma && commas_group);
    if (!separates || separator.space_before || group.space_before || group.kind != number) return false;
    return with_point ? group.text.find('.') == 3 : plain_digits(group) && group.text.size() == 3;
  };
  std::size_t groups = 0;
  while (group_at(2 * groups, false)) ++groups;
  if (group_at(2 * groups, true)) ++groups;
  const bool list_goes_on = tokens.peek(2 * groups).kind == comma && !tokens.peek(2 * groups + 1).space_before && commas_group;
  if (groups == 0 || list_goes_on) return digits;
  for (; groups > 0; --groups) {
    digits += tokens.peek(1).text;
    tokens.skip(2);
  }
  return digits;
}

// 0.1\overline{6}: exact, so no decimal any more.
Node repeating(TokenStream& tokens, const Rational& start, std::size_t places) {
  tokens.expect(overline);
  tokens.expect(open_group);
  if (!plain_digits(tokens.peek())) throw NotComparable{"overline without digits"};
  const std::string period = tokens.next().text;
  tokens.expect(close_group);
  const BigInt nines = power_of_ten(static_cast<unsigned>(period.size())) - 1;
  return exact(start + Rational(parse_digits(period), nines * power_of_ten(static_cast<unsigned>(places))));
}

// "1.5e3", "2E-4": an exponent only when it touches the digits.
Node scientific(TokenStream& tokens, Node literal) {
  const Token& letter = tokens.peek();
  if (letter.kind != symbol || (letter.text != "e" && letter.text != "E") || letter.space_before) return literal;
  const bool negative = tokens.peek(1).kind == minus;
  const bool is_signed = negative || tokens.peek(1).kind == plus;
  const Token& digits = tokens.peek(is_signed ? 2 : 1);
  if (!plain_digits(digits) || digits.space_before) return literal;
  if (digits.text.size() > 5 || std::stoi(digits.text) > kMaxExponent) throw NotComparable{"exponent too large", true};
  const BigInt scale = power_of_ten(static_cast<unsigned>(std::stoi(digits.text)));
  literal.value *= negative ? Rational(1, scale) : Rational(scale);
  tokens.skip(is_signed ? 3 : 2);
  return literal;
}

// \frac{1}{2}, \frac12, \frac1{2}: digits in both places.
bool literal_fraction_follows(const TokenStream& tokens) {
  if (tokens.peek().kind != fraction) return false;
  std::size_t missing = 2;
  for (std::size_t ahead = 1; missing > 0;) {
    const Token& token = tokens.peek(ahead);
    if (plain_digits(token)) {
      missing -= std::min(missing, token.text.size());
      ahead += 1;
    } else if (token.kind == open_group && plain_digits(tokens.peek(ahead + 1)) && tokens.peek(ahead + 2).kind == close_group) {
      missing -= 1;
      ahead += 3;
    } else {
      return false;
    }
  }
  return true;
}

BigInt literal_argument(TokenStream& tokens) {
  if (!tokens.accept(open_group)) return tokens.next_digit();
  const BigInt value = parse_digits(tokens.next().text);
  tokens.expect(close_group);
  return value;
}

Node mixed(const BigInt& whole, const BigInt& top, const BigInt& bottom) {
  if (bottom.is_zero()) throw NotComparable{"division by zero"};
  return exact(Rational(whole) + Rational(top, bottom));
}

// What may follow an integer: a fraction (mixed number) or an exponent.
Node after_integer(TokenStream& tokens, const BigInt& whole) {
  const bool slash =
      plain_digits(tokens.peek()) && tokens.peek().space_before && tokens.peek(1).kind == divide && plain_digits(tokens.peek(2));
  if (slash) {
    const BigInt top = parse_digits(tokens.peek().text);
    const BigInt bottom = parse_digits(tokens.peek(2).text);
    if (top >= bottom) throw NotComparable{"not a mixed number"};
    tokens.skip(3);
    return mixed(whole, top, bottom);
  }
  if (!whole.is_zero() && literal_fraction_follows(tokens)) {
    tokens.next();
    const BigInt top = literal_argument(tokens);
    return mixed(whole, top, literal_argument(tokens));
  }
  return scientific(tokens, exact(whole));
}

}  // namespace

Node number_literal(TokenStream& tokens, bool commas_group) {
  const std::string digits = digits_with_separators(tokens, commas_group);
  const std::size_t point = digits.find('.');
  if (point == std::string::npos) return after_integer(tokens, parse_digits(digits));
  Node literal = plain_number(digits);
  if (tokens.peek().kind == overline) return repeating(tokens, literal.value, digits.size() - point - 1);
  return scientific(tokens, std::move(literal));
}

Node plain_number(const std::string& digits) {
  const std::size_t point = digits.find('.');
  if (point == std::string::npos) return exact(parse_digits(digits));
  const auto places = static_cast<unsigned>(digits.size() - point - 1);
  const BigInt scaled = parse_digits(digits.substr(0, point) + digits.substr(point + 1));
  return {.kind = NodeKind::number,
          .value = Rational(scaled, power_of_ten(places)),
          .decimals = places == 0 ? -1 : static_cast<int>(places)};
}

}  // namespace reckon::answers
