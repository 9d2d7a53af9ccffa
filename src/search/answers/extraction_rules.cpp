#include "search/answers/extraction_rules.h"

#include <algorithm>
#include <initializer_list>

#include "search/answers/typeface.h"

namespace reckon::answers {
namespace {

constexpr std::size_t kAnswerPhraseReach = 50;  // characters between "answer" and its colon or "is": card 1.1, rule 3

std::optional<std::string> non_empty(Text text) {
  text = undecorated(text);
  if (text.empty()) return std::nullopt;
  return std::string(text);
}

// The argument of the box command that ends at `at`: brace-matched, or the token up to '$' or the end of the line.
std::optional<std::string> box_argument(Text text, std::size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
  if (at < text.size() && text[at] == '{') {
    int depth = 0;
    for (std::size_t i = at; i < text.size(); ++i) {
      if (text[i] == '\\')
        ++i;  // \{ and \} are printed braces, not groups
      else if (text[i] == '{')
        ++depth;
      else if (text[i] == '}' && --depth == 0)
        return non_empty(text.substr(at + 1, i - at - 1));
    }
    return std::nullopt;
  }
  return non_empty(text.substr(at, text.find_first_of("$\n", at) - at));
}

// The rest of the line at `at`, or the next line that is not blank.
Text line_after(Text text, std::size_t at) {
  while (at < text.size() && (is_space(text[at]) || text[at] == ':')) ++at;
  return text.substr(at, text.find('\n', at) - at);
}

// The text between the last two single dollar signs of a stretch, or empty. No math ends before a digit: "$3 + $4" is money.
Text last_inline_math(Text text) {
  const std::size_t close = text.rfind('$');
  if (close == Text::npos || close == 0) return {};
  if (close + 1 < text.size() && is_digit(text[close + 1])) return {};
  const std::size_t open = text.rfind('$', close - 1);
  if (open == Text::npos) return {};
  return text.substr(open + 1, close - open - 1);
}

constexpr Text kAnswer = "answer";

// The word at the front of `text`, behind blanks and emphasis, which are taken away with it.
Text take_word(Text& text) {
  constexpr Text kBetween = " \t*_`";
  text.remove_prefix(std::min(text.find_first_not_of(kBetween), text.size()));
  const Text word = text.substr(0, std::min(text.find_first_of(" \t*_`\n.,;:!?"), text.size()));
  text.remove_prefix(word.size());
  return word;
}

bool is_one_of(Text word, std::initializer_list<Text> words) {
  return std::ranges::any_of(words, [word](Text one) { return equal_ignoring_case(word, one); });
}

// Whether what follows the word "answer", which ends at `at`, says what it is not: "is not 5", "is surely not 5", "cannot be 5".
bool denies(Text text, std::size_t at) {
  Text rest = text.substr(at, kAnswerPhraseReach);
  Text word = take_word(rest);
  if (is_one_of(word, {"isn't", "isn’t", "cannot", "can't", "can’t"})) return true;
  if (!is_one_of(word, {"is"})) return false;
  word = take_word(rest);
  if (word.size() > 2 && equal_ignoring_case(word.substr(word.size() - 2), "ly")) word = take_word(rest);
  return is_one_of(word, {"not", "never", "neither"}) || (is_one_of(word, {"no"}) && is_one_of(take_word(rest), {"longer"}));
}

// Where the clause begins whose word "answer" stands at `at`: before its article and what joins it to the clause before.
std::size_t clause_start(Text text, std::size_t at) {
  constexpr std::size_t kLongest = 8;  // letters and dots
  for (;;) {
    const std::size_t end = text.substr(0, at).find_last_not_of(" \t,*_(") + 1;
    std::size_t begin = end;
    while (begin > 0 && end - begin <= kLongest && (is_letter(text[begin - 1]) || text[begin - 1] == '.')) --begin;
    const Text word = text.substr(begin, end - begin);
    if (!is_one_of(word, {"the", "my", "our", "final", "correct", "right", "and", "but", "so", "since", "because", "as", "while",
                          "e.g.", "i.e."})) {
      return end;
    }
    at = begin;
  }
}

// The line up to a clause that says what the answer is not.
Text without_denial(Text line) {
  for (std::size_t from = 0;;) {
    const auto found = std::ranges::search(line.substr(from), kAnswer, [](char a, char b) { return lower(a) == b; });
    if (found.empty()) return line;
    const auto at = static_cast<std::size_t>(found.begin() - line.begin());
    if (denies(line, at + kAnswer.size())) return line.substr(0, clause_start(line, at));
    from = at + kAnswer.size();
  }
}

// What an answer phrase points at: its line without "I hope it is correct", the math in it when there is some.
std::optional<std::string> phrase_tail(Text text, std::size_t at) {
  Text line = line_after(text, at);
  line = without_denial(line.substr(0, line.find(". I hope")));
  const Text math = last_inline_math(line);
  return non_empty(trimmed(math).empty() ? line : math);
}

std::size_t rfind_ignoring_case(Text text, Text lower_phrase) {
  if (text.size() < lower_phrase.size()) return Text::npos;
  for (std::size_t at = text.size() - lower_phrase.size() + 1; at-- > 0;) {
    if (lower(text[at]) == lower_phrase[0] && equal_ignoring_case(text.substr(at, lower_phrase.size()), lower_phrase)) return at;
  }
  return Text::npos;
}

// The end of a ':' , '=' or " is " within reach of the word "answer" that ends at `at`, on the same line.
std::optional<std::size_t> answer_mark(Text text, std::size_t at) {
  const std::size_t end = std::min(text.size(), at + kAnswerPhraseReach);
  for (std::size_t i = at; i < end && text[i] != '\n'; ++i) {
    if (text[i] == ':' || text[i] == '=') return i + 1;
    const bool word_is = i + 3 < text.size() && text[i] == ' ' && lower(text[i + 1]) == 'i' && lower(text[i + 2]) == 's';
    if (word_is && (is_space(text[i + 3]) || text[i + 3] == ':')) return i + 4;
  }
  return std::nullopt;
}

// Where the answer begins that the last `phrase` names which does not deny one: behind `link`, or where that is "" behind a mark.
std::optional<std::size_t> last_not_denied(Text text, Text phrase, Text link) {
  for (Text rest = text;;) {
    const std::size_t at = rfind_ignoring_case(rest, phrase);
    if (at == Text::npos) return std::nullopt;
    rest = text.substr(0, at);
    const std::size_t end = at + phrase.size();
    if (denies(text, end)) continue;
    if (link.empty()) {
      if (const auto mark = answer_mark(text, end)) return mark;
    } else if (equal_ignoring_case(text.substr(end, link.size()), link)) {
      return end + link.size();
    }
  }
}

std::optional<std::string> number_in(Text match) {
  return std::ranges::any_of(match, is_digit) ? std::optional(without_number_marks(match)) : std::nullopt;
}

}  // namespace

Text trimmed(Text text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

bool equal_ignoring_case(Text a, Text b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

Text undecorated(Text text) {
  text = trimmed(text);
  for (bool changed = true; changed && !text.empty();) {
    changed = false;
    const auto drop = [&](std::size_t front, std::size_t back) {
      text.remove_prefix(front);
      text.remove_suffix(back);
      text = trimmed(text);
      changed = true;
    };
    const auto wrapped = [&](Text open, Text close) {
      return text.size() >= open.size() + close.size() && text.starts_with(open) && text.ends_with(close);
    };
    if (wrapped("**", "**"))
      drop(2, 2);
    else if (wrapped("$$", "$$"))
      drop(2, 2);
    else if (wrapped("$", "$"))
      drop(1, 1);
    else if (wrapped("\\(", "\\)") || wrapped("\\[", "\\]"))
      drop(2, 2);
    else if (wrapped("`", "`"))
      drop(1, 1);
    else if (text.ends_with('.') && !text.ends_with("..") && !text.ends_with("\\right."))
      drop(0, 1);
    else if (text.starts_with("**") && text.find("**", 2) == Text::npos)
      drop(2, 0);  // the label held the other half
  }
  return text;
}

Text without_outer_typeface(Text text) {
  for (int layers = 0; layers < kMaxTypefaces; ++layers) {
    const auto argument = typeface_argument(text);
    const Text inside = argument ? undecorated(*argument) : Text();
    if (inside.empty()) break;
    text = inside;
  }
  return text;
}

std::optional<std::string> last_box(Text text) {
  for (std::size_t at = text.size(); at-- > 0;) {
    if (text[at] != '\\') continue;
    for (const Text name : {Text("\\boxed"), Text("\\fbox")}) {
      const std::size_t end = at + name.size();
      if (text.substr(at, name.size()) == name && (end == text.size() || !is_letter(text[end]))) return box_argument(text, end);
    }
  }
  return std::nullopt;
}

std::optional<std::string> after_answer_phrase(Text text) {
  if (const std::size_t at = text.rfind("####"); at != Text::npos) {
    if (auto answer = phrase_tail(text, at + 4)) return answer;
  }
  if (const auto at = last_not_denied(text, "final answer", " is")) {
    if (auto answer = phrase_tail(text, *at)) return answer;
  }
  if (const auto at = last_not_denied(text, kAnswer, "")) return phrase_tail(text, *at);
  const std::size_t at = rfind_ignoring_case(text, kAnswer);  // at most what it is not
  const auto mark = at == Text::npos ? std::nullopt : answer_mark(text, at + kAnswer.size());
  return mark ? phrase_tail(text, *mark) : std::nullopt;
}

std::optional<std::string> last_math(Text text) { return non_empty(last_inline_math(text)); }

// The last number of the text: digits with commas and one point, a sign that does not subtract, a denominator.
std::optional<std::string> last_number(Text text) {
  std::size_t end = text.size();
  while (end > 0 && !is_digit(text[end - 1])) --end;
  if (end == 0) return std::nullopt;
  const auto run_start = [&](std::size_t from) {  // backwards over digits, and over , or . that stand between digits
    std::size_t at = from;
    bool point = false;
    while (at > 0) {
      const char c = text[at - 1];
      const bool between = at >= 2 && is_digit(text[at - 2]);
      if (is_digit(c) || (c == ',' && between))
        --at;
      else if (c == '.' && !point && (between || at < 2 || is_space(text[at - 2]) || text[at - 2] == '-'))
        --at, point = true;
      else
        break;
    }
    return at;
  };
  std::size_t start = run_start(end);
  if (start >= 2 && text[start - 1] == '/' && is_digit(text[start - 2])) start = run_start(start - 1);
  const bool sign = start > 0 && text[start - 1] == '-';
  if (sign && (start == 1 || !(is_digit(text[start - 2]) || is_letter(text[start - 2]) || text[start - 2] == ')'))) --start;
  return std::string(text.substr(start, end - start));
}

std::string without_number_marks(Text number) {
  std::string kept;
  for (const char c : number) {
    if (c != ',' && c != '$') kept += c;
  }
  if (kept.ends_with('.')) kept.pop_back();
  return kept;
}

// The harness looks no further than at its first match, #### (-?[0-9.,]+), even where that holds no digit.
std::optional<std::string> gsm8k_strict(Text text) {
  constexpr Text kMark = "#### ";
  for (std::size_t at = text.find(kMark); at != Text::npos; at = text.find(kMark, at + 1)) {
    const std::size_t start = at + kMark.size();
    const std::size_t digits = start < text.size() && text[start] == '-' ? start + 1 : start;
    const std::size_t end = std::min(text.find_first_not_of("0123456789.,", digits), text.size());
    if (end > digits) return number_in(text.substr(start, end - start));
  }
  return std::nullopt;
}

// And no further than at its last, (-?[$0-9.,]{2,})|(-?[0-9]+): "It costs $5..." ends with one that is no number.
std::optional<std::string> gsm8k_flex(Text text) {
  constexpr Text kInNumber = "$0123456789.,";
  for (std::size_t end = text.find_last_of(kInNumber) + 1; end > 0; end = text.find_last_of(kInNumber, end - 1) + 1) {
    std::size_t start = text.find_last_not_of(kInNumber, end - 1) + 1;
    if (end - start >= 2 || is_digit(text[start])) {
      if (start > 0 && text[start - 1] == '-') --start;
      return number_in(text.substr(start, end - start));
    }
    if (start == 0) break;
    end = start;
  }
  return std::nullopt;
}

}  // namespace reckon::answers
