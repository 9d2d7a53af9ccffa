#include "tasks/expression.h"

#include <algorithm>
#include <string>

#include "base/ascii.h"

namespace reckon {
namespace {

constexpr std::size_t kMaximumLength = 4096;
constexpr int kMaximumDepth = 64;
constexpr int kMaximumDigits = 18;  // fits 64 bits

struct Spelling {
  std::string_view written;
  char meaning;  // ' ' is skipped
};
constexpr Spelling kSpellings[] = {
    {"\\times", '*'}, {"\\cdot", '*'}, {"\\div", '/'}, {"\\left", ' '}, {"\\right", ' '}, {"\\dfrac", 'F'},
    {"\\tfrac", 'F'}, {"\\frac", 'F'}, {"×", '*'},     {"·", '*'},      {"÷", '/'},       {"−", '-'},
    {"\\,", ' '},     {"\\!", ' '},    {"\\ ", ' '},   {"$", ' '},
};

// One character per symbol; a blank stays a blank, so that "5 3" is not read as 53.
std::string plain_symbols(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const auto known = std::ranges::find_if(kSpellings, [&](const Spelling& s) { return text.starts_with(s.written); });
    if (known != std::end(kSpellings)) {
      plain += known->meaning;
      text.remove_prefix(known->written.size());
    } else {
      plain += (text.front() == 'F') ? '?' : text.front();  // 'F' is ours
      text.remove_prefix(1);
    }
  }
  return plain;
}

// Recursive descent: sum -> product -> factor. `failed_` ends every loop.
class Parser {
 public:
  Parser(std::string text, std::vector<Rational>* literals) : text_(std::move(text)), literals_(literals) {}

  std::optional<LinearForm> whole() {
    const LinearForm form = sum();
    skip_blanks();
    if (failed_ || at_ != text_.size()) return std::nullopt;
    return form;
  }

 private:
  char peek() {
    skip_blanks();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) ++at_;
  }
  bool take(char wanted) {
    if (peek() != wanted || at_ >= text_.size()) return false;
    ++at_;
    return true;
  }
  LinearForm fail() {
    failed_ = true;
    return {};
  }

  LinearForm sum() {
    LinearForm total = product();
    while (!failed_) {
      if (take('+')) {
        const LinearForm next = product();
        total = {total.constant + next.constant, total.x + next.x, total.y + next.y};
      } else if (take('-')) {
        const LinearForm next = product();
        total = {total.constant - next.constant, total.x - next.x, total.y - next.y};
      } else {
        break;
      }
    }
    return total;
  }

  LinearForm product() {
    bool negative = false;
    for (int signs = 0; peek() == '-' || peek() == '+'; ++signs) {
      if (signs == 2) return fail();  // "3--2" is read, longer runs are noise
      negative ^= peek() == '-';
      ++at_;
    }
    LinearForm value = factor();
    while (!failed_) {
      if (take('*')) {
        value = times(value, signed_factor());
      } else if (take('/')) {
        const LinearForm divisor = signed_factor();
        if (!divisor.is_constant()) return fail();
        value = scaled(value, Rational(1) / divisor.constant);
      } else if (const char c = peek(); c == '(' || c == '{' || c == '[' || c == 'x' || c == 'y' || c == 'F') {
        value = times(value, factor());  // 2x, 3(x+1)
      } else {
        break;
      }
    }
    return negative ? scaled(value, -1) : value;
  }

  LinearForm signed_factor() {
    if (take('-')) return scaled(factor(), -1);
    return factor();
  }

  LinearForm factor() {
    if (++depth_ > kMaximumDepth) return fail();
    const char c = peek();
    LinearForm value;
    if (is_digit(c) || c == '.') {
      value = number();
    } else if (take('x')) {
      value.x = 1;
    } else if (take('y')) {
      value.y = 1;
    } else if (take('(')) {
      value = closed(')');
    } else if (take('{')) {
      value = closed('}');
    } else if (take('[')) {
      value = closed(']');
    } else if (take('F')) {
      value = fraction();
    } else {
      value = fail();
    }
    --depth_;
    return value;
  }

  LinearForm closed(char bracket) {
    const LinearForm value = sum();
    return take(bracket) ? value : fail();
  }

  LinearForm fraction() {  // \frac{a}{b}, \frac12
    const LinearForm over = fraction_part();
    if (failed_) return {};
    const LinearForm under = fraction_part();
    if (failed_ || !under.is_constant()) return fail();
    return scaled(over, Rational(1) / under.constant);
  }
  LinearForm fraction_part() {
    if (take('{')) return closed('}');
    if (!is_digit(peek())) return fail();
    const Rational digit(text_[at_++] - '0');
    if (literals_) literals_->push_back(digit);
    return {.constant = digit};
  }

  LinearForm number() {
    std::int64_t digits = 0;
    std::int64_t denominator = 1;
    int count = 0;
    bool after_point = false;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (is_digit(c)) {
        if (++count > kMaximumDigits) return fail();
        digits = digits * 10 + (c - '0');
        if (after_point) denominator *= 10;
      } else if (c == '.' && !after_point) {
        after_point = true;
      } else if (!(c == ',' && is_thousands_comma(count, after_point))) {
        break;
      }
    }
    if (count == 0) return fail();
    const Rational value(digits, denominator);
    if (literals_) literals_->push_back(value);
    return {.constant = value};
  }
  bool is_thousands_comma(int digits_before, bool after_point) const {
    if (after_point || digits_before == 0 || at_ + 3 >= text_.size()) return false;
    return is_digit(text_[at_ + 1]) && is_digit(text_[at_ + 2]) && is_digit(text_[at_ + 3]) &&
           (at_ + 4 == text_.size() || !is_digit(text_[at_ + 4]));
  }

  static LinearForm scaled(const LinearForm& form, Rational by) { return {form.constant * by, form.x * by, form.y * by}; }
  LinearForm times(const LinearForm& a, const LinearForm& b) {
    if (a.is_constant()) return scaled(b, a.constant);
    if (b.is_constant()) return scaled(a, b.constant);
    return fail();
  }

  std::string text_;
  std::vector<Rational>* literals_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool failed_ = false;
};

}  // namespace

std::optional<LinearForm> parse_linear_form(std::string_view text, std::vector<Rational>* literals) {
  if (text.size() > kMaximumLength) return std::nullopt;
  return Parser(plain_symbols(text), literals).whole();
}

std::optional<Rational> parse_value(std::string_view text) {
  const std::optional<LinearForm> form = parse_linear_form(text);
  if (!form || !form->is_constant() || !form->constant.defined()) return std::nullopt;
  return form->constant;
}

std::optional<LinearForm> parse_equation(std::string_view text) {
  const std::size_t sign = text.find('=');
  if (sign == std::string_view::npos || text.find('=', sign + 1) != std::string_view::npos) return std::nullopt;
  const std::optional<LinearForm> left = parse_linear_form(text.substr(0, sign));
  const std::optional<LinearForm> right = parse_linear_form(text.substr(sign + 1));
  if (!left || !right) return std::nullopt;
  return LinearForm{left->constant - right->constant, left->x - right->x, left->y - right->y};
}

}  // namespace reckon
