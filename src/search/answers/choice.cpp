// Multiple choice: which letter a text gives. Specs card "Answer extraction and equivalence", 1.1, rule 4.
#include <algorithm>
#include <array>
#include <utility>

#include "search/answers/extract.h"
#include "search/answers/extraction_rules.h"

namespace reckon {
namespace answers {
namespace {

// The letter of the only option with this text.
std::optional<char> option_equal_to(Text text, std::span<const std::string> options) {
  std::optional<char> found;
  for (std::size_t i = 0; i < options.size() && i < 26; ++i) {
    if (!equal_ignoring_case(trimmed(options[i]), text)) continue;
    if (found) return std::nullopt;
    found = static_cast<char>('A' + i);
  }
  return found;
}

// How many letters there are to choose from.
int letters_of(std::span<const std::string> options) {
  return options.empty() ? 26 : static_cast<int>(std::min<std::size_t>(options.size(), 26));
}

std::optional<char> letter_at_front(Text text, int letters) {
  if (text.empty() || !is_letter(text.front()) || lower(text.front()) - 'a' >= letters) return std::nullopt;
  return static_cast<char>(lower(text.front()) - 'a' + 'A');
}

// The word that ends before `at`, whatever brackets and emphasis stand between.
Text word_before(Text text, std::size_t at) {
  constexpr Text kOpening = " \t([*{$`\"'";
  while (at > 0 && kOpening.find(text[at - 1]) != Text::npos) --at;
  std::size_t begin = at;
  while (begin > 0 && (is_letter(text[begin - 1]) || text[begin - 1] == '\'')) --begin;
  return text.substr(begin, at - begin);
}

// Of what follows a letter, with the marks that close around it left out: "is not", "isn't", "is wrong" and so on.
bool is_dismissed(Text rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(")]*}$`. \t"), rest.size()));
  constexpr std::array<Text, 8> kDismissals{"is not",   "isn't",     "is wrong", "is incorrect",
                                            "is false", "cannot be", "can't be", "is ruled out"};
  return std::ranges::any_of(kDismissals, [&](Text words) {
    const bool ends = rest.size() <= words.size() || !is_letter(rest[words.size()]);
    return ends && equal_ignoring_case(rest.substr(0, words.size()), words);
  });
}

// Whether the letter at `at` is named to say that it is none: "not B", "(B) is wrong".
bool is_denied(Text text, std::size_t at) {
  constexpr std::array<Text, 6> kDenials{"not", "nor", "neither", "isn't", "never", "cannot"};
  const Text word = word_before(text, at);
  const auto same = [word](Text denial) { return equal_ignoring_case(word, denial); };
  return std::ranges::any_of(kDenials, same) || is_dismissed(text.substr(at + 1));
}

bool is_part_of_word(char c) { return is_letter(c) || is_digit(c) || c == '\''; }

// Whether a letter of the same case as `like`, and another, stands alone at `at`.
bool is_another_letter(Text text, std::size_t at, char like, int letters) {
  const char first = like <= 'Z' ? 'A' : 'a';
  if (text[at] < first || text[at] >= first + letters || text[at] == like) return false;
  return (at == 0 || !is_part_of_word(text[at - 1])) && (at + 1 == text.size() || !is_part_of_word(text[at + 1]));
}

// Whether two letters with this between them are a list: "A, B", "A or B", "(A) (B)".
bool joins(Text gap) {
  const std::size_t begin = std::min(gap.find_first_not_of(")]*}$`. \t"), gap.size());
  const Text rest = gap.substr(begin);
  const Text words = rest.substr(0, rest.find_last_not_of(" \t([*{$`") + 1);
  if (words.empty()) return gap.find_first_of("([") != Text::npos;
  constexpr std::array<Text, 9> kJoining{",", "/", ";", "&", "and", "or", ", and", ", or", "and/or"};
  return std::ranges::any_of(kJoining, [words](Text join) { return equal_ignoring_case(words, join); });
}

constexpr std::size_t kWidestGap = 16;

// Whether the letter before `rest` is the first of a list of letters: then it is no choice. `labelled`: also where the next one
// comes later, as in "A. red, B. green".
bool begins_list(char letter, Text rest, int letters, bool labelled) {
  constexpr std::size_t kFarthest = 200;  // bytes: what is a list of labels has come by then
  for (std::size_t i = 0; i < std::min(rest.size(), kFarthest); ++i) {
    if (!is_another_letter(rest, i, letter, letters)) continue;
    if (i <= kWidestGap && joins(rest.substr(0, i))) return true;
    if (!labelled) return false;
    const bool label = i + 1 < rest.size() && Text(".):]").find(rest[i + 1]) != Text::npos;
    const std::size_t before = rest.substr(0, i).find_last_of(",;/");
    if (label && before != Text::npos && joins(rest.substr(before, i - before)) && !is_denied(rest, i)) return true;
  }
  return false;
}

bool ends_list(Text text, std::size_t at, int letters) {
  for (std::size_t gap = 0; gap <= kWidestGap && gap < at; ++gap) {
    const std::size_t i = at - gap - 1;
    if (is_another_letter(text, i, text[at], letters)) return joins(text.substr(i + 1, gap));
  }
  return false;
}

// The letter of "B", "(B)", "[B]", "B.", "B)", and of "B) reason" or "(B) reason".
std::optional<char> lone_letter(Text text, int letters) {
  const bool bracket = !text.empty() && (text.front() == '(' || text.front() == '[');
  if (bracket) text.remove_prefix(1);
  const std::optional<char> letter = letter_at_front(text, letters);
  if (!letter) return std::nullopt;
  const Text rest = text.substr(1);
  if (rest.empty()) return bracket ? std::nullopt : letter;
  if (is_dismissed(rest) || begins_list(text.front(), rest, letters, /*labelled=*/true)) return std::nullopt;
  const bool closes = rest.front() == ')' || rest.front() == ']';
  const bool punctuated = !bracket && (rest.front() == '.' || rest.front() == ':' || rest.front() == ',');
  if (closes || (punctuated && (rest.size() == 1 || is_space(rest[1])))) return letter;
  return std::nullopt;
}

// Whether behind a bare "A" or "I" comes a reason: else these are words of English.
bool gives_reason(Text rest) {
  rest = trimmed(rest);
  if (rest.empty() || is_digit(rest.front())) return false;
  if (!is_letter(rest.front())) return true;
  const auto word = static_cast<std::size_t>(std::ranges::find_if_not(rest, is_letter) - rest.begin());
  constexpr std::array<Text, 7> kReasons{"because", "since", "as", "for", "which", "and", "but"};
  return std::ranges::any_of(kReasons, [&](Text reason) { return equal_ignoring_case(rest.substr(0, word), reason); });
}

// The capital that a sentence begins with: of "B because", "**B** since", "B, which", "B - a reason".
std::optional<char> leading_letter(Text text, int letters) {
  constexpr Text kOpening = "([*{$`", kClosing = ")]*}$`";
  const std::size_t start = std::min(text.find_first_not_of(kOpening), text.size());
  text.remove_prefix(start);
  const std::optional<char> letter = letter_at_front(text, letters);
  if (!letter || *letter != text.front() || is_dismissed(text.substr(1))) return std::nullopt;
  if (begins_list(*letter, text.substr(1), letters, /*labelled=*/false)) return std::nullopt;
  Text rest = text.substr(1);
  rest.remove_prefix(std::min(rest.find_first_not_of(kClosing), rest.size()));
  if (rest.empty() || Text(".,:;").find(rest.front()) != Text::npos) return letter;
  if (!is_space(rest.front())) return std::nullopt;
  const bool bare_word = start == 0 && (*letter == 'A' || *letter == 'I');
  return bare_word && !gives_reason(rest) ? std::nullopt : letter;
}

// The last capital that stands alone where a choice would: in brackets, in bold, before ')' , or at the end of a line. One that
// is named to rule it out is passed over; one that ends a list of them says that none was chosen.
std::optional<char> last_standing_letter(Text text, int letters) {
  for (std::size_t i = text.size(); i-- > 0;) {
    if (text[i] < 'A' || text[i] >= 'A' + letters) continue;
    const char before = i == 0 ? '\n' : text[i - 1];
    std::size_t next = i + 1;
    if (next < text.size() && text[next] == '.') ++next;
    const char after = next == text.size() ? '\n' : text[next];
    const bool starts = is_space(before) || Text("([*{$").find(before) != Text::npos;
    const bool ends = Text(")]*}$\n\r").find(after) != Text::npos;
    if (starts && ends && ends_list(text, i, letters)) return std::nullopt;
    if (starts && ends && !is_denied(text, i)) return text[i];
  }
  return std::nullopt;
}

std::optional<char> choice_outside_boxes(Text text, std::span<const std::string> options) {
  const int letters = letters_of(options);
  if (const auto phrase = after_answer_phrase(text)) {
    if (const auto letter = choice_letter(*phrase, options)) return letter;
    if (const auto letter = leading_letter(*phrase, letters)) return letter;
  }
  if (const auto letter = choice_letter(text, options)) return letter;
  if (const auto letter = last_standing_letter(text, letters)) return letter;
  if (const auto letter = leading_letter(trimmed(text), letters)) return letter;
  if (options.empty()) return std::nullopt;
  // What the rules for other problems take, where that is an option.
  const auto math = last_math(text);
  const auto last = math ? math : last_number(text);
  return last ? option_equal_to(*last, options) : std::nullopt;
}

}  // namespace

std::optional<std::string> as_choice(std::optional<std::string> answer, std::span<const std::string> options) {
  const auto letter = answer ? choice_letter(*answer, options) : std::nullopt;
  return letter ? std::optional(std::string(1, *letter)) : answer;
}

std::optional<std::string> choice_of(Text text, std::span<const std::string> options) {
  if (auto box = last_box(text)) return as_choice(std::move(box), options);
  const auto letter = choice_outside_boxes(text, options);
  return letter ? std::optional(std::string(1, *letter)) : std::nullopt;
}

}  // namespace answers

std::optional<char> choice_letter(std::string_view answer, std::span<const std::string> options) {
  using namespace answers;
  const Text text = without_outer_typeface(undecorated(answer));
  const auto letter = lone_letter(text, letters_of(options));
  return letter ? letter : option_equal_to(text, options);
}

}  // namespace reckon
