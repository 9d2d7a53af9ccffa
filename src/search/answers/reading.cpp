#include "search/answers/reading.h"

#include <algorithm>
#include <array>
#include <utility>

#include "search/answers/extraction_rules.h"
#include "search/answers/parser.h"
#include "search/answers/typeface.h"

namespace reckon::answers {
namespace {

// Whether the brace that opens at `open` closes exactly at the end of the text.
bool closes_at_end(Text text, std::size_t open) {
  int depth = 0;
  for (std::size_t at = open; at < text.size(); ++at) {
    if (text[at] == '\\')
      ++at;
    else if (text[at] == '{')
      ++depth;
    else if (text[at] == '}' && --depth == 0)
      return at + 1 == text.size();
  }
  return false;
}

std::optional<Expression> parsed(Text text, const char*& reason, bool& limit) {
  try {
    return parse(text);
  } catch (const NotComparable& why) {
    reason = why.reason;
    limit = why.limit;
    return std::nullopt;
  }
}

struct Cleaned {
  Text text;
  bool upright = false;  // a typeface was set around it
};

Cleaned cleaned(Text answer) {
  struct Wrapping {
    Text open, close;
  };
  static constexpr std::array<Wrapping, 6> kWrappings{
      {{"$$", "$$"}, {"$", "$"}, {"\\(", "\\)"}, {"\\[", "\\]"}, {"**", "**"}, {"`", "`"}}};
  Text text = trimmed(answer);
  int typefaces = 0;
  for (bool changed = true; changed;) {
    const std::size_t before = text.size();
    for (const auto& [open, close] : kWrappings) {
      if (text.size() > open.size() + close.size() && text.starts_with(open) && text.ends_with(close)) {
        text = trimmed(text.substr(open.size(), text.size() - open.size() - close.size()));
      }
    }
    constexpr Text kBox = "\\boxed{";
    if (text.starts_with(kBox) && closes_at_end(text, kBox.size() - 1)) {
      text = trimmed(text.substr(kBox.size(), text.size() - kBox.size() - 1));
    }
    if (const auto argument = typefaces < kMaxTypefaces ? typeface_argument(text) : std::nullopt) {
      text = trimmed(*argument);
      ++typefaces;
    }
    if (text.ends_with('.') && !text.ends_with("..") && !text.ends_with("\\right."))
      text = trimmed(text.substr(0, text.size() - 1));
    changed = text.size() != before && before < 65536;  // one round is enough for what is too long to be compared anyway
  }
  return {text, typefaces > 0};
}

// Letters that were read as a product, although they are set upright, or are the answer of half of all yes-or-no questions.
bool is_word(const Cleaned& answer, const Expression& expression) {
  const bool letters = std::ranges::all_of(answer.text, [](char c) { return is_letter(c) || is_space(c); });
  if (!letters || expression.root().kind != NodeKind::multiply) return false;
  return answer.upright || equal_ignoring_case(answer.text, "yes") || equal_ignoring_case(answer.text, "no");
}

}  // namespace

std::string folded(std::string_view text) {
  std::string out;
  const std::string plain = without_typefaces(text);
  const std::string_view kept = trimmed(plain);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (is_space(kept[i])) {
      if (out.back() != ' ') out += ' ';
      continue;
    }
    const bool printed_brace = kept[i] == '\\' && i + 1 < kept.size() && (kept[i + 1] == '{' || kept[i + 1] == '}');
    if (!printed_brace) out += lower(kept[i]);
  }
  return out;
}

bool is_blank(std::string_view answer) { return cleaned(answer).text.empty(); }

Reading read_answer(std::string_view answer) {
  Reading reading;
  const Cleaned clean = cleaned(answer);
  reading.text = clean.text;
  reading.expression = parsed(reading.text, reading.reason, reading.limit);
  reading.word = reading.expression && is_word(clean, *reading.expression);
  if (reading.limit) return reading;
  if (auto quantity = split_unit(reading.text)) {
    const char* reason = "";
    bool limit = false;
    reading.without_unit = parsed(quantity->value, reason, limit);
    if (reading.without_unit) reading.unit = std::move(quantity->unit);
  }
  return reading;
}

}  // namespace reckon::answers
