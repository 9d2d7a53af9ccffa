#include "search/answers/harness_places.h"

#include <algorithm>
#include <array>
#include <optional>

#include "search/answers/extraction_rules.h"

namespace reckon::answers {
namespace {

constexpr std::size_t kMostJoined = 5;  // formulas behind the first

// Where each kind of delimiter last looked in vain for its end: nothing before that place need look again.
struct Formula {
  Text open, close;
  bool one_line;
};
constexpr std::array<Formula, 4> kFormulas{{{"$$", "$$", false}, {"\\[", "\\]", false}, {"$", "$", true}, {"\\(", "\\)", true}}};

bool escaped(Text text, std::size_t at) { return at > 0 && text[at - 1] == '\\'; }

class Formulas {
 public:
  explicit Formulas(Text text) : text_(text) {}

  // The formula that begins at `at`.
  std::optional<MathPlace> at(std::size_t at) {
    for (std::size_t kind = 0; kind < kFormulas.size(); ++kind) {
      const Formula& formula = kFormulas[kind];
      if (!text_.substr(at).starts_with(formula.open) || escaped(text_, at)) continue;
      if (formula.open == "$" && at > 0 && is_digit(text_[at - 1])) continue;
      const std::size_t inside = at + formula.open.size();
      const std::size_t close = close_of(kind, inside);
      if (close == Text::npos) continue;
      MathPlace place{
          .begin = at, .end = close + formula.close.size(), .inside = text_.substr(inside, close - inside), .more = {}};
      note_percent(place);
      return place;
    }
    return fraction(at);
  }

 private:
  std::size_t close_of(std::size_t kind, std::size_t from) {
    if (from < vain_[kind]) return Text::npos;
    const Formula& formula = kFormulas[kind];
    if (from > line_end_) line_end_ = std::min(text_.find('\n', from), text_.size());
    const std::size_t stop = formula.one_line ? line_end_ : text_.size();
    const Text before = text_.substr(0, stop);
    for (std::size_t at = before.find(formula.close, from); at != Text::npos; at = before.find(formula.close, at + 1)) {
      if (escaped(text_, at)) continue;
      return at > from ? at : Text::npos;  // an empty formula is none
    }
    vain_[kind] = stop;
    return Text::npos;
  }

  // \frac{1}{2} where nothing delimits it.
  std::optional<MathPlace> fraction(std::size_t at) {
    constexpr Text kFraction = "\\frac{";
    const std::size_t sign = text_[at] == '-' ? 1 : 0;
    if (!text_.substr(at + sign).starts_with(kFraction)) return std::nullopt;
    std::size_t end = number_end(at + sign + kFraction.size());
    if (end == Text::npos || text_.substr(end, 2) != "}{") return std::nullopt;
    end = number_end(end + 2);
    if (end == Text::npos || text_.substr(end, 1) != "}") return std::nullopt;
    MathPlace place{.begin = at, .end = end + 1, .inside = text_.substr(at, end + 1 - at), .more = {}};
    note_percent(place);
    return place;
  }

  std::size_t number_end(std::size_t at) const {
    if (at < text_.size() && text_[at] == '-') ++at;
    const std::size_t digits = at;
    while (at < text_.size() && is_digit(text_[at])) ++at;
    if (at == digits) return Text::npos;
    if (at + 1 < text_.size() && (text_[at] == '.' || text_[at] == ',') && is_digit(text_[at + 1])) {
      for (++at; at < text_.size() && is_digit(text_[at]);) ++at;
    }
    return at;
  }

  void note_percent(MathPlace& place) const {
    std::size_t at = place.end;
    while (at < text_.size() && is_space(text_[at])) ++at;
    for (const Text sign : {Text("\\%"), Text("%"), Text("percentage"), Text("percent"), Text("pct")}) {
      if (!equal_ignoring_case(text_.substr(at, sign.size()), sign)) continue;
      place.percent = true;
      place.end = at + sign.size();
      return;
    }
  }

  Text text_;
  std::size_t line_end_ = 0;  // of the line last looked at, or of one before it
  std::array<std::size_t, kFormulas.size()> vain_{};
};

// Behind ", and", "or", ",": where the next formula may begin.
std::optional<std::size_t> joint_end(Text text, std::size_t at) {
  const auto skip = [&] {
    while (at < text.size() && is_space(text[at])) ++at;
  };
  skip();
  for (const Text joint : {Text(",and"), Text("and"), Text(",or"), Text("or"), Text(",")}) {
    if (!text.substr(at).starts_with(joint)) continue;
    at += joint.size();
    skip();
    return at;
  }
  return std::nullopt;
}

std::string opened(Text inside) {
  if (inside.find("\\boxed") == Text::npos) return std::string(trimmed(inside));
  return last_box(inside).value_or(std::string(trimmed(inside)));
}

// --- plain numbers ---

constexpr Text kOperators = "+-*/^()";

// The currency sign at `at`, in bytes: '$', or one of U+20A0 to U+20BF, £, ¥, ฿.
std::size_t currency_size(Text text, std::size_t at) {
  const Text rest = text.substr(at);
  if (rest.starts_with('$')) return 1;
  for (const Text sign : {Text("£"), Text("¥"), Text("฿")}) {
    if (rest.starts_with(sign)) return sign.size();
  }
  const bool block = rest.size() >= 3 && rest.starts_with("\xe2\x82") && static_cast<unsigned char>(rest[2]) >= 0xa0;
  return block ? 3 : 0;
}

class Numbers {
 public:
  explicit Numbers(Text text) : text_(text) {}

  // The calculation or number behind the space or '=' (or nothing) that ends at `at`.
  std::optional<PlainPlace> at(std::size_t begin, std::size_t at) {
    if (text_.substr(at).starts_with("**")) at += 2;
    if (auto found = calculation(begin, at)) return found;
    return number(begin, at + currency_size(text_, at));
  }

 private:
  char get(std::size_t at) const { return at < text_.size() ? text_[at] : '\0'; }

  // Digits, points, spaces and operators, with an operator between; as far as they are followed by the end of a phrase.
  std::optional<PlainPlace> calculation(std::size_t begin, std::size_t at) {
    std::size_t first = at;
    if (get(first) == '-') ++first;
    if (get(first) == '(') ++first;
    if (get(first) == '-') ++first;
    if (!is_digit(get(first))) return std::nullopt;
    const std::size_t most = std::min(text_.size(), first + kLongest);
    std::size_t end = std::min(std::max(first, bare_until_), most), operation = Text::npos;
    while (end < most &&
           (is_digit(text_[end]) || text_[end] == '.' || is_space(text_[end]) || kOperators.find(text_[end]) != Text::npos)) {
      if (operation == Text::npos && kOperators.find(text_[end]) != Text::npos) operation = end;
      ++end;
    }
    if (operation == Text::npos) {
      bare_until_ = std::max(bare_until_, end);
      return std::nullopt;
    }
    const auto ends_phrase = [&](std::size_t here) {
      return here == text_.size() || is_space(text_[here]) || Text(".,:)$*").find(text_[here]) != Text::npos;
    };
    while (end > operation + 1 && !(ends_phrase(end) && !is_space(text_[end - 1]) && text_[end - 1] != '.')) --end;
    if (end <= operation + 1) return std::nullopt;
    return PlainPlace{.begin = begin, .end = end, .answer = std::string(text_.substr(at, end - at))};
  }

  std::optional<PlainPlace> number(std::size_t begin, std::size_t at) const {
    const std::size_t start = at;
    if (get(at) == '-') ++at;
    std::string digits;
    while (is_digit(get(at))) digits += text_[at++];
    if (digits.empty() && !(at == start && get(at) == '.' && is_digit(get(at + 1)))) return std::nullopt;
    if (digits.size() <= 3 && !digits.starts_with('0')) {
      while ((get(at) == ',' || get(at) == ' ') && three_digits(at + 1)) {
        digits += text_.substr(at + 1, 3);
        at += 4;
      }
    }
    const bool grouped = digits.size() > at - start - (get(start) == '-' ? 1 : 0);
    if ((get(at) == '.' || (get(at) == ',' && !grouped)) && is_digit(get(at + 1))) {
      if (digits.empty()) digits = "0";
      digits += '.';
      for (++at; is_digit(get(at)); ++at) digits += text_[at];
    }
    if (get(start) == '-') digits.insert(0, "-");
    return with_percent({.begin = begin, .end = at, .answer = std::move(digits)});
  }

  bool three_digits(std::size_t at) const {
    return is_digit(get(at)) && is_digit(get(at + 1)) && is_digit(get(at + 2)) && !is_digit(get(at + 3));
  }

  PlainPlace with_percent(PlainPlace place) const {
    std::size_t at = place.end;
    while (is_space(get(at))) ++at;
    for (const Text sign : {Text("%"), Text("percentage"), Text("percent"), Text("pct")}) {
      if (!equal_ignoring_case(text_.substr(at, sign.size()), sign)) continue;
      place.answer += "\\%";
      place.end = at + sign.size();
      break;
    }
    return place;
  }

  static constexpr std::size_t kLongest = 256;  // bytes of a calculation

  Text text_;
  std::size_t bare_until_ = 0;  // from the last start to here there are digits, points and spaces, and no operator
};

}  // namespace

std::string MathPlace::answer(std::string_view) const {
  std::string joined = opened(inside);
  if (percent) joined += "\\%";
  for (const Text one : more) joined.append(", ").append(opened(one));
  return joined;
}

std::vector<MathPlace> math_places(std::string_view text) {
  std::vector<MathPlace> places;
  Formulas formulas(text);
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '$' && text[at] != '\\' && text[at] != '-') {
      ++at;
      continue;
    }
    std::optional<MathPlace> place = formulas.at(at);
    if (!place) {
      ++at;
      continue;
    }
    while (place->more.size() < kMostJoined) {
      const std::optional<std::size_t> next = joint_end(text, place->end);
      const std::optional<MathPlace> another = next && *next < text.size() ? formulas.at(*next) : std::nullopt;
      if (!another) break;
      place->more.push_back(another->inside);
      place->end = another->end;
    }
    at = place->end;
    places.push_back(std::move(*place));
  }
  return places;
}

std::vector<PlainPlace> plain_places(std::string_view text) {
  std::vector<PlainPlace> places;
  Numbers numbers(text);
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool first = at == 0;
    if (!first && !is_space(text[at - 1]) && text[at - 1] != '=') continue;
    std::optional<PlainPlace> place = numbers.at(first ? 0 : at - 1, at);
    if (!place) continue;
    at = std::max(at, place->end - 1);
    places.push_back(std::move(*place));
  }
  return places;
}

}  // namespace reckon::answers
