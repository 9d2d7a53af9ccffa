#include "search/answers/lexer.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/ascii.h"
#include "search/answers/number.h"
#include "search/answers/typeface.h"

namespace reckon::answers {
namespace {

using Text = std::string_view;
using enum TokenKind;
constexpr std::size_t kMaxBytes = 65536;
constexpr std::size_t kMaxTokens = 16384;

struct Meaning {
  TokenKind kind;
  Text text;
};

const std::map<Text, Meaning>& commands() {
  static const std::map<Text, Meaning> table{
      {"frac", {fraction, ""}},
      {"dfrac", {fraction, ""}},
      {"tfrac", {fraction, ""}},
      {"cfrac", {fraction, ""}},
      {"binom", {binomial, ""}},
      {"dbinom", {binomial, ""}},
      {"tbinom", {binomial, ""}},
      {"sqrt", {root, ""}},
      {"cdot", {times, ""}},
      {"times", {times, ""}},
      {"ast", {times, ""}},
      {"div", {divide, ""}},
      {"pm", {plus_minus, ""}},
      {"mp", {minus_plus, ""}},
      {"le", {relation, "<="}},
      {"leq", {relation, "<="}},
      {"leqslant", {relation, "<="}},
      {"lt", {relation, "<"}},
      {"ge", {relation, ">="}},
      {"geq", {relation, ">="}},
      {"geqslant", {relation, ">="}},
      {"gt", {relation, ">"}},
      {"ne", {relation, "!="}},
      {"neq", {relation, "!="}},
      {"approx", {relation, "="}},
      {"in", {relation, "="}},
      {"equiv", {relation, "="}},
      {"infty", {infinity, ""}},
      {"cup", {set_union, ""}},
      {"emptyset", {empty_set, ""}},
      {"varnothing", {empty_set, ""}},
      {"circ", {degree, ""}},
      {"degree", {degree, ""}},
      {"prime", {prime, ""}},
      {"lfloor", {open_floor, ""}},
      {"rfloor", {close_floor, ""}},
      {"lceil", {open_ceil, ""}},
      {"rceil", {close_ceil, ""}},
      {"vert", {bar, ""}},
      {"lvert", {bar, ""}},
      {"rvert", {bar, ""}},
      {"mid", {bar, ""}},
      {"langle", {open_paren, ""}},
      {"rangle", {close_paren, ""}},
      {"lbrace", {open_set, ""}},
      {"rbrace", {close_set, ""}},
      {"lbrack", {open_bracket, ""}},
      {"rbrack", {close_bracket, ""}},
      {"overline", {overline, ""}},
      {"bar", {overline, ""}},
      {"cr", {row_break, ""}},
      {"ldots", {end, "..."}},
      {"dots", {end, "..."}},
      {"cdots", {end, "..."}},
  };
  return table;
}

// What a command prints nothing for: spaces, sizes of brackets, styles.
bool is_silent(Text name) {
  static constexpr std::array<Text, 24> kSilent{"left",   "right",        "big",       "Big",         "bigg",    "Bigg",
                                                "bigl",   "bigr",         "Bigl",      "Bigr",        "biggl",   "biggr",
                                                "middle", "displaystyle", "textstyle", "scriptstyle", "limits",  "quad",
                                                "qquad",  "thinspace",    "medspace",  "hfill",       "nobreak", "space"};
  return std::ranges::find(kSilent, name) != kSilent.end();
}

// \text{…}: words; \mathrm{…} and its kin too, since they set units and names upright.
bool is_text_command(Text name) { return is_typeface(name) || name == "operatorname" || name == "rm"; }

// Bold mathematics: unlike those, only ever around formulas.
bool is_bold_mathematics(Text name) { return name == "boldsymbol" || name == "bm" || name == "pmb"; }

bool is_function(Text name) {
  static constexpr std::array<Text, 23> kFunctions{"sin",    "cos",  "tan",  "cot",  "sec",   "csc",  "arcsin",   "arccos",
                                                   "arctan", "asin", "acos", "atan", "sinh",  "cosh", "tanh",     "ln",
                                                   "log",    "lg",   "exp",  "abs",  "floor", "ceil", "factorial"};
  return std::ranges::find(kFunctions, name) != kFunctions.end();
}

bool is_greek(Text name) {
  static constexpr std::array<Text, 33> kGreek{
      "alpha",  "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta",   "eta",   "theta",   "iota", "kappa",
      "lambda", "mu",   "nu",    "xi",    "pi",      "rho",        "sigma",  "tau",   "upsilon", "phi",  "varphi",
      "chi",    "psi",  "omega", "Gamma", "Delta",   "Theta",      "Lambda", "Sigma", "Phi",     "Psi",  "Omega"};
  return std::ranges::find(kGreek, name) != kGreek.end();
}

struct UnicodeSign {
  Text bytes;
  TokenKind kind;
  Text text;
};
constexpr std::array kUnicode{
    UnicodeSign{"−", minus, ""},       UnicodeSign{"–", minus, ""},      UnicodeSign{"×", times, ""},
    UnicodeSign{"·", times, ""},       UnicodeSign{"⋅", times, ""},      UnicodeSign{"÷", divide, ""},
    UnicodeSign{"±", plus_minus, ""},  UnicodeSign{"∓", minus_plus, ""}, UnicodeSign{"π", symbol, "pi"},
    UnicodeSign{"θ", symbol, "theta"}, UnicodeSign{"∞", infinity, ""},   UnicodeSign{"√", root, ""},
    UnicodeSign{"≤", relation, "<="},  UnicodeSign{"≥", relation, ">="}, UnicodeSign{"≠", relation, "!="},
    UnicodeSign{"≈", relation, "="},   UnicodeSign{"∈", relation, "="},  UnicodeSign{"°", degree, ""},
    UnicodeSign{"∪", set_union, ""},   UnicodeSign{"∅", empty_set, ""},  UnicodeSign{"′", prime, ""},
    UnicodeSign{"\u00a0", end, " "},   UnicodeSign{"\u2009", end, " "},  UnicodeSign{"\u202f", end, " "}};
constexpr std::array<Text, 10> kSuperscripts{"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};

class Lexer {
 public:
  explicit Lexer(Text text) : text_(text) {}

  std::vector<Token> run() {
    while (at_ < text_.size()) step();
    emit(end, "", text_.size());
    return std::move(tokens_);
  }

 private:
  bool looking_at(Text expected) const { return text_.substr(at_, expected.size()) == expected; }
  TokenKind last() const { return tokens_.empty() ? end : tokens_.back().kind; }

  void emit(TokenKind kind, Text text, std::size_t position) {
    if (kind == comma && last() == comma) return;  // "1, 2, and 3"
    if (tokens_.size() >= kMaxTokens) throw NotComparable{"answer too long", true};
    tokens_.push_back(Token{kind, std::string(text), position, space_});
    space_ = false;
  }

  void take(TokenKind kind, std::size_t bytes, Text text = "") {
    emit(kind, text, at_);
    at_ += bytes;
  }

  void step() {
    const char c = text_[at_];
    if (is_space(c) || c == '~' || c == '$') {
      space_ = true;
      ++at_;
    } else if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) {
      number_token();
    } else if (is_letter(c)) {
      word();
    } else if (c == '\\') {
      command();
    } else if (static_cast<unsigned char>(c) >= 0x80) {
      unicode();
    } else {
      sign();
    }
  }

  void number_token() {
    std::size_t finish = at_;
    while (finish < text_.size() && is_digit(text_[finish])) ++finish;
    if (finish < text_.size() && text_[finish] == '.' && text_.substr(finish, 2) != "..") ++finish;
    while (finish < text_.size() && is_digit(text_[finish])) ++finish;
    take(number, finish - at_, text_.substr(at_, finish - at_));
  }

  // A known name is one token; up to three unknown letters are a product of variables; a longer run is a word.
  void word() {
    std::size_t finish = at_;
    while (finish < text_.size() && is_letter(text_[finish])) ++finish;
    const Text run = text_.substr(at_, finish - at_);
    if (is_function(run)) return take(function, run.size(), run);
    if (run == "sqrt") return take(root, run.size());
    if (run == "inf" || run == "infinity" || run == "oo") return take(infinity, run.size());
    if (run == "or" || run == "and") return take(comma, run.size());
    if (run == "U" && (last() == close_paren || last() == close_bracket || last() == close_set)) return take(set_union, 1);
    if (is_greek(run)) return take(symbol, run.size(), run);
    if (run.size() > 3) return take(text, run.size(), run);
    for (std::size_t i = 0; i < run.size(); ++i) take(symbol, 1, run.substr(i, 1));
  }

  void command() {
    const std::size_t start = at_++;
    if (at_ == text_.size()) throw NotComparable{"stray backslash"};
    const char c = text_[at_];
    if (!is_letter(c)) return escaped(c, start);
    std::size_t finish = at_;
    while (finish < text_.size() && is_letter(text_[finish])) ++finish;
    const Text name = text_.substr(at_, finish - at_);
    at_ = finish;
    named(name, start);
  }

  void escaped(char c, std::size_t start) {
    ++at_;
    switch (c) {
      case ',': return thin_space(start);
      case '!': return;
      case ';':
      case ':':
      case ' ':
      case '\n':
      case '(':
      case ')':
      case '[':
      case ']':
      case '$': space_ = true; return;
      case '{': return emit(open_set, "", start);
      case '}': return emit(close_set, "", start);
      case '%': return emit(percent, "", start);
      case '|': return emit(bar, "", start);
      case '\\': return emit(row_break, "", start);
      default: throw NotComparable{"unknown escape"};
    }
  }

  // "1\,234" groups thousands; anywhere else the command is only a space.
  void thin_space(std::size_t start) {
    std::size_t digits = 0;
    while (digits < 4 && at_ + digits < text_.size() && is_digit(text_[at_ + digits])) ++digits;
    if (last() == number && digits == 3) return emit(thousands_comma, "", start);
    space_ = true;
  }

  void named(Text name, std::size_t start) {
    if (is_silent(name)) {
      space_ = true;
      const bool invisible = (name == "left" || name == "right") && looking_at(".");
      if (invisible) ++at_;
      return;
    }
    if (name == "boxed" || name == "fbox" || is_bold_mathematics(name)) return;  // its argument is a group
    if (is_text_command(name)) return upright(start);
    if (name == "begin" || name == "end") return environment(name, start);
    if (const auto found = commands().find(name); found != commands().end()) {
      if (found->second.kind != end) emit(found->second.kind, found->second.text, start);
      return;
    }
    if (is_function(name)) return emit(function, name, start);
    if (is_greek(name)) return emit(symbol, name, start);
    throw NotComparable{"unknown command"};
  }

  // \text{…}: one letter is a variable, known words keep their meaning, figures are what they are anywhere; else a text token.
  void upright(std::size_t start) {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    if (!looking_at("{")) return;
    const std::size_t close = text_.find('}', at_);
    if (close == Text::npos) throw NotComparable{"unclosed group"};
    Text inner = text_.substr(at_ + 1, close - at_ - 1);
    at_ = close + 1;
    while (!inner.empty() && is_space(inner.front())) inner.remove_prefix(1);
    while (!inner.empty() && is_space(inner.back())) inner.remove_suffix(1);
    space_ = true;
    if (inner.empty()) return;
    if (inner == "or" || inner == "and") return emit(comma, "", start);
    if (is_function(inner)) return emit(function, inner, start);
    if (inner.size() == 1 && is_letter(inner[0])) return emit(symbol, inner, start);
    if (inner.size() == 3 && inner[0] == '(' && is_letter(inner[1]) && inner[2] == ')')
      return emit(symbol, inner.substr(1, 1), start);
    if (std::ranges::any_of(inner, is_digit) && std::ranges::none_of(inner, is_letter)) return figures(inner, start);
    emit(text, inner, start);
  }

  void figures(Text inner, std::size_t start) {
    for (const Token& token : Lexer(inner).run()) {
      space_ = space_ || token.space_before;
      if (token.kind != end) emit(token.kind, token.text, start);
    }
  }

  void environment(Text name, std::size_t start) {
    const std::size_t close = looking_at("{") ? text_.find('}', at_) : Text::npos;
    if (close == Text::npos) throw NotComparable{"environment without a name"};
    const Text kind = text_.substr(at_ + 1, close - at_ - 1);
    at_ = close + 1;
    if (kind == "array" && name == "begin" && looking_at("{")) at_ = std::min(text_.find('}', at_), text_.size() - 1) + 1;
    if (!kind.ends_with("matrix") && kind != "array") throw NotComparable{"unknown environment"};
    emit(name == "begin" ? begin_matrix : end_matrix, kind == "vmatrix" ? "determinant" : "", start);
  }

  void unicode() {
    for (const UnicodeSign& known : kUnicode) {
      if (!looking_at(known.bytes)) continue;
      if (known.kind == end)
        space_ = true;
      else
        emit(known.kind, known.text, at_);
      at_ += known.bytes.size();
      return;
    }
    for (std::size_t digit = 0; digit < kSuperscripts.size(); ++digit) {
      if (!looking_at(kSuperscripts[digit])) continue;
      const std::string value = std::to_string(digit);
      if (superscript_end_ == at_ && last() == number)
        tokens_.back().text += value;  // a second digit of the same exponent
      else {
        emit(power, "", at_);
        emit(number, value, at_);
      }
      at_ += kSuperscripts[digit].size();
      superscript_end_ = at_;
      return;
    }
    throw NotComparable{"unknown character"};
  }

  void sign() {
    if (looking_at("{,}")) return take(thousands_comma, 3);
    static constexpr std::array<std::pair<Text, Meaning>, 10> kLong{{{"**", {power, ""}},
                                                                     {"<=", {relation, "<="}},
                                                                     {">=", {relation, ">="}},
                                                                     {"=<", {relation, "<="}},
                                                                     {"!=", {relation, "!="}},
                                                                     {"==", {relation, "="}},
                                                                     {"+/-", {plus_minus, ""}},
                                                                     {"+-", {plus_minus, ""}},
                                                                     {"'", {prime, ""}},
                                                                     {":", {divide, ""}}}};
    for (const auto& [bytes, meaning] : kLong) {
      if (looking_at(bytes)) return take(meaning.kind, bytes.size(), meaning.text);
    }
    if (looking_at("...")) {
      at_ += 3;
      return;
    }
    static constexpr Text kSigns = "+-*/^!%_()[]{}|,;=<>&";
    static constexpr std::array kKinds{plus,      minus,      times,       divide,       power,         factorial,  percent,
                                       subscript, open_paren, close_paren, open_bracket, close_bracket, open_group, close_group,
                                       bar,       comma,      semicolon,   relation,     relation,      relation,   ampersand};
    const std::size_t index = kSigns.find(text_[at_]);
    if (index == Text::npos) throw NotComparable{"unknown character"};
    take(kKinds[index], 1, kKinds[index] == relation ? text_.substr(at_, 1) : Text());
  }

  Text text_;
  std::size_t at_ = 0;
  std::size_t superscript_end_ = 0;
  bool space_ = false;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokenize(std::string_view answer) {
  if (answer.size() > kMaxBytes) throw NotComparable{"answer too long", true};
  return Lexer(answer).run();
}

bool TokenStream::accept(TokenKind kind) {
  if (peek().kind != kind) return false;
  next();
  return true;
}

void TokenStream::expect(TokenKind kind) {
  if (!accept(kind)) throw NotComparable{"missing bracket"};
}

int TokenStream::next_digit() {
  Token& token = tokens_[std::min(at_, tokens_.size() - 1)];
  if (token.kind != number || !is_digit(token.text[0])) throw NotComparable{"a digit is missing"};
  const int digit = token.text[0] - '0';
  token.text.erase(0, 1);
  token.space_before = false;
  if (token.text.empty()) next();
  return digit;
}

}  // namespace reckon::answers
