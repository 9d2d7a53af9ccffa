#include "text/templates/lexer.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/ascii.h"
#include "base/error.h"
#include "text/utf8.h"

namespace reckon::jinja {
namespace {

constexpr std::array<std::string_view, 25> kSymbols = {"**", "//", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "~", "<",
                                                       ">",  "=",  "(",  ")",  "[",  "]",  "{", "}", ",", ":", ".", "|"};

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

// Length of the white space at the front.
std::size_t space_prefix(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const Utf8Char c = decode_utf8(text.substr(at));
    if (!is_python_space(c.code_point)) break;
    at += c.length;
  }
  return at;
}

void strip_right(std::string& text) {
  std::size_t kept = 0;  // up to the last character that is no white space
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Char c = decode_utf8(std::string_view(text).substr(at));
    at += c.length;
    if (!is_python_space(c.code_point)) kept = at;
  }
  text.resize(kept);
}

class Lexer {
 public:
  explicit Lexer(std::string source) : source_(std::move(source)) {}

  std::vector<Lexeme> run() {
    while (at_ < source_.size()) {
      read_text();
      if (at_ < source_.size()) read_tag();
    }
    emit(LexemeKind::end, "");
    return std::move(lexemes_);
  }

 private:
  std::string_view rest() const { return std::string_view(source_).substr(at_); }
  bool next_is(std::string_view what) const { return rest().starts_with(what); }
  void emit(LexemeKind kind, std::string text) { lexemes_.push_back({kind, std::move(text), line_}); }
  [[noreturn]] void fail(const std::string& message) const {
    throw Error(ErrorCode::bad_file, message, fmt::format("chat template, line {}", line_));
  }
  void skip(std::size_t bytes) {
    const auto from = source_.begin() + static_cast<std::ptrdiff_t>(at_);
    line_ += static_cast<int>(std::count(from, from + static_cast<std::ptrdiff_t>(bytes), '\n'));
    at_ += bytes;
  }

  // Everything up to the next delimiter, stripped on the right as the delimiter says.
  void read_text() {
    std::size_t end = at_;
    for (;; ++end) {
      end = source_.find('{', end);
      if (end == std::string::npos || end + 1 >= source_.size()) end = source_.size();
      if (end == source_.size()) break;
      const char next = source_[end + 1];
      if (next == '%' || next == '{' || next == '#') break;
    }
    std::string text = source_.substr(at_, end - at_);
    if (end < source_.size()) strip_before_tag(text, source_[end + 1], end + 2 < source_.size() ? source_[end + 2] : ' ');
    if (!text.empty()) emit(LexemeKind::text, text);
    skip(end - at_);
  }

  void strip_before_tag(std::string& text, char tag, char sign) const {
    if (sign == '-') {
      strip_right(text);
    } else if (sign != '+' && tag != '{') {  // lstrip_blocks: a tag alone on its line takes its indentation away
      const std::size_t newline = text.rfind('\n');
      const std::size_t line_start = newline == std::string::npos ? 0 : newline + 1;
      if (newline == std::string::npos && !line_starting_) return;
      if (line_start < text.size() && line_start + space_prefix(std::string_view(text).substr(line_start)) == text.size()) {
        text.resize(line_start);
      }
    }
  }

  void read_tag() {
    const char tag = source_[at_ + 1];
    skip(2);
    if (!rest().empty() && (rest()[0] == '-' || rest()[0] == '+')) skip(1);
    if (tag == '#') return read_comment();
    if (tag == '%' && read_raw()) return;
    emit(tag == '%' ? LexemeKind::block_begin : LexemeKind::variable_begin, "");
    read_code(tag == '%' ? '%' : '}');
  }

  void read_comment() {
    const std::size_t end = source_.find("#}", at_);
    if (end == std::string::npos) fail("a comment is not closed; expected '#}'");
    const char sign = end > at_ ? source_[end - 1] : ' ';
    skip(end + 2 - at_);
    after_tag(sign, /*trims=*/true);
  }

  // {% raw %} … {% endraw %}; the begin delimiter is behind us.
  bool read_raw() {
    std::string_view code = rest();
    code.remove_prefix(space_prefix(code));
    if (!code.starts_with("raw")) return false;
    code.remove_prefix(3);
    code.remove_prefix(space_prefix(code));
    const char sign = code.empty() ? ' ' : code[0];
    if (sign == '-' || sign == '+') code.remove_prefix(1);
    if (!code.starts_with("%}")) return false;
    skip(rest().size() - code.size() + 2);
    after_tag(sign, /*trims=*/true);
    for (std::size_t begin = source_.find("{%", at_); begin != std::string::npos; begin = source_.find("{%", begin + 2)) {
      std::string_view tag = std::string_view(source_).substr(begin + 2);
      const char begin_sign = tag.empty() ? ' ' : tag[0];
      if (begin_sign == '-' || begin_sign == '+') tag.remove_prefix(1);
      tag.remove_prefix(space_prefix(tag));
      if (!tag.starts_with("endraw")) continue;
      tag.remove_prefix(6);
      tag.remove_prefix(space_prefix(tag));
      const char end_sign = tag.empty() ? ' ' : tag[0];
      if (end_sign == '-' || end_sign == '+') tag.remove_prefix(1);
      if (!tag.starts_with("%}")) continue;
      std::string text = source_.substr(at_, begin - at_);
      strip_before_tag(text, '%', begin_sign);
      if (!text.empty()) emit(LexemeKind::text, text);
      skip(source_.size() - tag.size() + 2 - at_);
      after_tag(end_sign, /*trims=*/true);
      return true;
    }
    fail("a raw block is not closed; expected '{% endraw %}'");
  }

  // White space behind a tag: "-" takes all of it, trim_blocks one newline behind blocks and comments.
  void after_tag(char sign, bool trims) {
    if (sign == '-') {
      skip(space_prefix(rest()));
    } else if (trims && sign != '+' && next_is("\n")) {
      skip(1);
    }
    line_starting_ = at_ > 0 && source_[at_ - 1] == '\n';
  }

  void read_code(char closing) {
    std::vector<char> open;  // brackets: inside them "}}" closes two dicts, not the tag
    for (;;) {
      skip(space_prefix(rest()));
      if (rest().empty()) fail(fmt::format("a tag is not closed; expected '{}}}'", closing));
      if (open.empty() && read_end(closing)) return;
      const char c = rest()[0];
      if (c == '"' || c == '\'') {
        read_string(c);
      } else if (is_digit(c)) {
        read_number();
      } else if (is_name_start(c)) {
        std::size_t length = 1;
        while (length < rest().size() && (is_name_start(rest()[length]) || is_digit(rest()[length]))) ++length;
        emit(LexemeKind::name, std::string(rest().substr(0, length)));
        skip(length);
      } else {
        read_symbol(open);
      }
    }
  }

  bool read_end(char closing) {
    const char sign = rest()[0];
    const std::size_t at = sign == '-' || sign == '+' ? 1 : 0;
    if (rest().substr(at, 2) != std::string{closing, '}'}) return false;
    if (at == 1 && closing == '}' && sign == '+') return false;
    emit(closing == '%' ? LexemeKind::block_end : LexemeKind::variable_end, "");
    skip(at + 2);
    after_tag(at == 1 ? sign : ' ', closing == '%');
    return true;
  }

  void read_symbol(std::vector<char>& open) {
    const auto found = std::ranges::find_if(kSymbols, [this](std::string_view symbol) { return next_is(symbol); });
    if (found == kSymbols.end()) fail(fmt::format("unexpected character '{}'", rest().substr(0, decode_utf8(rest()).length)));
    const char c = (*found)[0];
    if (c == '(' || c == '[' || c == '{') open.push_back(c);
    if (c == ')' || c == ']' || c == '}') {
      const char partner = c == ')' ? '(' : c == ']' ? '[' : '{';
      if (open.empty() || open.back() != partner) fail(fmt::format("unexpected '{}'", c));
      open.pop_back();
    }
    emit(LexemeKind::symbol, std::string(*found));
    skip(found->size());
  }

  void read_number() {
    std::size_t length = 0;
    bool real = false;
    const std::string_view code = rest();
    const auto digits = [&] {
      while (length < code.size() &&
             (is_digit(code[length]) || (code[length] == '_' && length > 0 && is_digit(code[length - 1]))))
        ++length;
    };
    digits();
    if (length + 1 < code.size() && code[length] == '.' && is_digit(code[length + 1])) {
      real = true;
      ++length;
      digits();
    }
    if (length < code.size() && (code[length] == 'e' || code[length] == 'E')) {
      const std::size_t sign = length + 1 < code.size() && (code[length + 1] == '+' || code[length + 1] == '-') ? 1 : 0;
      if (length + 1 + sign < code.size() && is_digit(code[length + 1 + sign])) {
        real = true;
        length += 1 + sign;
        digits();
      }
    }
    std::string text(code.substr(0, length));
    std::erase(text, '_');
    emit(real ? LexemeKind::real : LexemeKind::integer, text);
    skip(length);
  }

  void read_string(char quote) {
    std::string value;
    std::size_t at = 1;
    const std::string_view code = rest();
    for (; at < code.size() && code[at] != quote; ++at) {
      if (code[at] != '\\') {
        value += code[at];
      } else if (++at < code.size()) {
        at += append_escape(value, code.substr(at)) - 1;
      }
    }
    if (at >= code.size()) fail("a string is not closed");
    emit(LexemeKind::string, replace_invalid_utf8(value));
    skip(at + 1);
  }

  // Python's escapes; returns how many bytes behind the backslash were used (at least 1).
  std::size_t append_escape(std::string& value, std::string_view code) const {
    static constexpr std::string_view kLetters = "abfnrtv\\'\"";
    static constexpr std::string_view kValues = "\a\b\f\n\r\t\v\\'\"";
    if (const std::size_t found = kLetters.find(code[0]); found != std::string_view::npos) {
      value += kValues[found];
      return 1;
    }
    if (code[0] == '\n') return 1;
    if (code[0] >= '0' && code[0] <= '7') {
      std::size_t length = 1;
      while (length < 3 && length < code.size() && code[length] >= '0' && code[length] <= '7') ++length;
      append_code_point(value, std::stoul(std::string(code.substr(0, length)), nullptr, 8));
      return length;
    }
    const std::size_t digits = code[0] == 'x' ? 2 : code[0] == 'u' ? 4 : code[0] == 'U' ? 8 : 0;
    if (digits == 0) {  // unknown escapes stay as they are
      value += '\\';
      value += code[0];
      return 1;
    }
    const std::string hex(code.substr(1, digits));
    if (hex.size() != digits || hex.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) {
      fail(fmt::format("'\\{}' needs {} hexadecimal digits", code[0], digits));
    }
    append_code_point(value, std::stoul(hex, nullptr, 16));
    return 1 + digits;
  }

  void append_code_point(std::string& value, unsigned long code_point) const {
    if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point < 0xE000)) fail("an escape is not a Unicode character");
    append_utf8(value, static_cast<char32_t>(code_point));
  }

  std::string source_;
  std::size_t at_ = 0;
  int line_ = 1;
  bool line_starting_ = true;  // what is behind us ends with a newline (or is nothing)
  std::vector<Lexeme> lexemes_;
};

// All line ends become "\n", and one at the very end is dropped.
std::string normalise(std::string_view source) {
  std::string text = replace_invalid_utf8(source);
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      out += text[i];
    } else if (i + 1 >= text.size() || text[i + 1] != '\n') {
      out += '\n';
    }
  }
  if (out.ends_with('\n')) out.pop_back();
  return out;
}

}  // namespace

bool is_python_space(char32_t c) noexcept {
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

std::vector<Lexeme> lex(std::string_view source) { return Lexer(normalise(source)).run(); }

}  // namespace reckon::jinja
