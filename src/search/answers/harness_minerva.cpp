// What Minerva's evaluation makes of an answer, in its order.
#include <algorithm>
#include <array>

#include "search/answers/extraction_rules.h"
#include "search/answers/harness.h"
#include "search/answers/parser.h"
#include "search/answers/scalars.h"

namespace reckon::answers {
namespace {

// Articles, and what is only another way to write something. Appendix D of the paper, in its order.
constexpr std::array<std::pair<Text, Text>, 10> kRewritten{{{"an ", ""},
                                                            {"a ", ""},
                                                            {".$", "$"},
                                                            {"\\$", ""},
                                                            {"\\ ", ""},
                                                            {" ", ""},
                                                            {"mbox", "text"},
                                                            {",\\text{and}", ","},
                                                            {"\\text{and}", ","},
                                                            {"\\text{m}", "\\text{}"}}};
// Units and other words, and spacing; the same appendix.
constexpr std::array<Text, 42> kDropped{
    "square",    "ways",      "integers",    "dollars",    "mph",        "inches",     "ft",       "hours",           "km",
    "units",     "\\ldots",   "sue",         "points",     "feet",       "minutes",    "digits",   "cents",           "degrees",
    "cm",        "gm",        "pounds",      "meters",     "meals",      "edges",      "students", "childrentickets", "multiples",
    "\\text{s}", "\\text{.}", "\\text{\ns}", "\\text{}^2", "\\text{}^3", "\\text{\n}", "\\text{}", "\\mathrm{th}",    "^\\circ",
    "^{\\circ}", "\\;",       ",\\!",        "{,}",        "\"",         "\\dots"};

bool is_word(char c) { return is_letter(c) || is_digit(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }

bool only_letters(Text text) { return std::ranges::all_of(text, is_letter); }

// `word` where it stands by itself, and is no LaTeX command.
void drop_standing(std::string& text, Text word) {
  std::string out;
  std::size_t begin = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at)) {
    const std::size_t end = at + word.size();
    const bool starts = at == 0 || (!is_word(text[at - 1]) && text[at - 1] != '\\');
    const bool ends = end == text.size() || !is_word(text[end]);
    if (starts && ends) {
      out.append(text, begin, at - begin);
      begin = end;
    }
    at = starts && ends ? end : at + 1;
  }
  text = out.append(text, begin);
}

// `word` anywhere but inside the name of a LaTeX command: \left keeps its "ft".
void drop_outside_commands(std::string& text, Text word) {
  if (text.find(word) == std::string::npos) return;
  std::string out, plain;
  const auto flush = [&] {
    replace_all(plain, word, "");
    out += plain;
    plain.clear();
  };
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    while (text[at] == '\\' && end < text.size() && is_letter(text[end])) ++end;
    if (end > at + 1) {
      flush();
      out.append(text, at, end - at);
    } else {
      plain += text[at];
    }
    at = end;
  }
  flush();
  text = std::move(out);
}

std::size_t line_end(const std::string& text, std::size_t at) { return std::min(text.find('\n', at), text.size()); }

// Of each line with two dollar signs, what stands between the first two, and they.
void keep_first_math(std::string& text) {
  std::string out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = line_end(text, at);
    const Text line = Text(text).substr(at, end - at);
    const std::size_t open = line.find('$');
    const std::size_t close = open == Text::npos ? Text::npos : line.find('$', open + 1);
    out += close == Text::npos ? line : line.substr(open, close + 1 - open);
    if (end < text.size()) out += '\n';
    at = end + 1;
  }
  text = std::move(out);
}

// "\text{B}" -> "B": to the first brace that closes on the line, or for a box to the last.
void unwrap(std::string& text, Text command, bool to_last) {
  std::string out;
  std::size_t begin = 0;
  for (std::size_t at = text.find(command); at != std::string::npos; at = text.find(command, at)) {
    const std::size_t inside = at + command.size();
    const Text line = Text(text).substr(0, line_end(text, inside));
    const std::size_t close = to_last ? line.rfind('}') : line.find('}', inside);
    if (close == Text::npos || close < inside) {
      at = inside;
      continue;
    }
    out.append(text, begin, at - begin).append(text, inside, close - inside);
    at = begin = close + 1;
  }
  text = out.append(text, begin);
}

// Of UTF-8, as the published patterns count characters.
std::size_t character_end(const std::string& text, std::size_t at) {
  ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
  return at;
}

// "frac12" -> "frac{1}{2}".
void brace_fractions(std::string& text) {
  std::string out;
  std::size_t begin = 0;
  for (std::size_t at = text.find("frac"); at != std::string::npos; at = text.find("frac", at)) {
    const std::size_t above = at + 4;
    at = above;
    if (above >= text.size() || text[above] == '{') continue;
    const std::size_t below = character_end(text, above);
    if (below >= text.size() || text[below] == '\n') continue;
    const std::size_t end = character_end(text, below);
    out.append(text, begin, above - begin).append("{").append(text, above, below - above);
    out.append("}{").append(text, below, end - below).append("}");
    at = begin = end;
  }
  text = out.append(text, begin);
}

// "sqrt3" -> "sqrt{3}", "sqrt[3]8" -> "sqrt[3]{8}".
void brace_roots(std::string& text) {
  std::string out;
  std::size_t begin = 0;
  for (std::size_t at = text.find("sqrt"); at != std::string::npos; at = text.find("sqrt", at)) {
    std::size_t radicand = at + 4;
    at = radicand;
    if (radicand >= text.size() || text[radicand] == '{') continue;
    if (text[radicand] == '[') {
      const std::size_t close = text.find(']', radicand);
      if (close == std::string::npos || close + 1 >= text.size() || !is_word(text[close + 1])) continue;
      radicand = close + 1;
    }
    const std::size_t end = character_end(text, radicand);
    out.append(text, begin, radicand - begin).append("{").append(text, radicand, end - radicand).append("}");
    at = begin = end;
  }
  text = out.append(text, begin);
}

// Whether it is one number with its thousands apart, and no list.
bool is_grouped(Text text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t first = std::min(text.find(','), text.size());
  if (first == 0 || first > 3 || first == text.size() || !std::ranges::all_of(text.substr(0, first), is_digit)) return false;
  for (text.remove_prefix(first); !text.empty(); text.remove_prefix(4)) {
    if (text.size() < 4 || text[0] != ',' || !std::ranges::all_of(text.substr(1, 3), is_digit)) return false;
  }
  return true;
}

bool is_scalar(const Expression& expression) {
  using enum NodeKind;
  const NodeKind kind = expression.root().kind;
  return kind == number || kind == symbol || kind == add || kind == multiply || kind == power || kind == function;
}

// What stands before a brace that nothing opens: of "\boxed{x=5}" the rewriting leaves "5}", and the harness reads no further.
Text before_stray_brace(Text text) {
  int depth = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\')
      ++at;
    else if (text[at] == '{')
      ++depth;
    else if (text[at] == '}' && --depth < 0)
      return text.substr(0, at);
  }
  return text;
}

bool same_value(const std::string& gold, const std::string& answer) {
  const Expression left = parse(before_stray_brace(gold));
  const Expression right = parse(before_stray_brace(answer));
  if (!is_scalar(left) || !is_scalar(right)) return false;
  Effort effort;
  const EquivalenceOptions options{.decimals = Decimals::exact};
  return equal_scalars({&left, left.root_id()}, {&right, right.root_id()}, options, effort);
}

}  // namespace

// The end need not be there: the harness puts one behind the text, which a text that ends in a space then meets.
std::optional<std::string> minerva_answer(std::string_view text) {
  constexpr Text kBegin = "Final Answer: The final answer is", kEnd = " I hope it is correct.";
  const std::string whole = std::string(text).append(kEnd.substr(1));
  for (std::size_t at = whole.find(kBegin); at != std::string::npos;) {
    at += kBegin.size();
    const Text line = Text(whole).substr(0, line_end(whole, at));
    const std::size_t end = line.find(kEnd, at + 1);  // one character, the full stop, stands between
    if (end != Text::npos) {
      const Text found = trimmed(line.substr(at, end - 1 - at));
      return found.empty() ? std::nullopt : std::optional(std::string(found));
    }
    at = whole.find(kBegin, line.size());  // what has no end on this line has none from a later begin on it either
  }
  return std::nullopt;
}

std::string minerva_form(std::string_view answer) {
  std::string text(answer.substr(answer.rfind('=') + 1));
  for (const Text word : kDropped) {
    if (only_letters(word)) drop_standing(text, word);
  }
  for (const auto& [from, to] : kRewritten) replace_all(text, from, to);
  for (const Text word : kDropped) {
    only_letters(word) ? drop_outside_commands(text, word) : replace_all(text, word, "");
  }
  keep_first_math(text);
  for (const Text command : {Text("\\text{"), Text("\\textbf{"), Text("\\overline{")}) unwrap(text, command, false);
  unwrap(text, "\\boxed{", true);
  brace_fractions(text);
  brace_roots(text);
  replace_all(text, "$", "");
  if (is_grouped(text)) replace_all(text, ",", "");
  return text;
}

EquivalenceVerdict compare_minerva(std::string_view gold, std::string_view answer) {
  if (gold == answer) return {true, "same text"};
  if (gold.size() > kLongestHarnessAnswer || answer.size() > kLongestHarnessAnswer) return {false, "too long"};
  const std::string left = minerva_form(gold);
  const std::string right = minerva_form(answer);
  if (left.empty() || right.empty()) return {false, "nothing left of the text"};
  if (left == right) return {true, "same text"};
  return {same_value(left, right), "value"};
}

}  // namespace reckon::answers
