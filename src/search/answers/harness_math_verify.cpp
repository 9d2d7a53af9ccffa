// What math-verify looks at in a text, and in which order; the comparison behind it is that of this folder, with its roundings.
#include <algorithm>
#include <array>
#include <functional>
#include <vector>

#include "search/answers/comparison.h"
#include "search/answers/extraction_rules.h"
#include "search/answers/harness.h"
#include "search/answers/harness_places.h"
#include "search/answers/parser.h"

namespace reckon::answers {
namespace {

constexpr std::size_t kSentenceReach =
    100;                                    // characters between "final answer" and its "is", and between "answer" and a last "="
constexpr std::size_t kWordReach = 50;      // between "answer" and what it says
constexpr std::size_t kMostTried = 16;      // matches of one rank that are read, from the last; nobody writes as many in vain
constexpr std::size_t kLongestRead = 2048;  // bytes of one of them

// One thing that a pattern found: where it ends, where it began.
struct Match {
  std::size_t begin = 0, end = 0;
  std::string answer;
};

// "final answer", "answer" and so on, whatever their case: where each ends.
std::vector<std::size_t> ends_of(Text text, Text lower_phrase) {
  std::vector<std::size_t> ends;
  for (std::size_t at = 0; at + lower_phrase.size() <= text.size(); ++at) {
    if (lower(text[at]) == lower_phrase[0] && equal_ignoring_case(text.substr(at, lower_phrase.size()), lower_phrase)) {
      ends.push_back(at + lower_phrase.size());
    }
  }
  return ends;
}

std::size_t skip_space(Text text, std::size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

class Search {
 public:
  explicit Search(Text text) : text_(text), math_(math_places(text)), plain_(plain_places(text)) {}

  std::optional<std::string> answer() const {
    const std::vector<std::size_t> answers = ends_of(text_, "answer");
    const std::vector<std::size_t> finals = ends_of(text_, "final answer");
    std::optional<std::string> unread;
    for (const auto& ranked :
         {std::function([&] { return hoped(finals); }), std::function([&] { return concluded(finals); }),
          std::function([&] { return said(answers, true); }), std::function([&] { return said(answers, false); }),
          std::function([&] { return everything(); })}) {
      if (auto found = last_readable(ranked(), unread)) return found;
    }
    return unread;
  }

 private:
  // Of those that end last; what cannot be read is remembered once, to be compared as text.
  static std::optional<std::string> last_readable(std::vector<Match> matches, std::optional<std::string>& unread) {
    std::ranges::sort(matches, [](const Match& a, const Match& b) { return a.end != b.end ? a.end > b.end : a.begin < b.begin; });
    if (matches.size() > kMostTried) matches.resize(kMostTried);
    for (const Match& match : matches) {
      if (match.answer.empty()) continue;
      if (can_be_read(match.answer)) return match.answer;
      if (!unread) unread = match.answer;
    }
    return std::nullopt;
  }

  static bool can_be_read(const std::string& answer) { return answer.size() <= kLongestRead && read_answer(answer).comparable(); }

  void add(std::vector<Match>& matches, const MathPlace* place) const {
    if (place != nullptr) matches.push_back({place->begin, place->end, place->answer(text_)});
  }
  void add(std::vector<Match>& matches, const PlainPlace* place) const {
    if (place != nullptr) matches.push_back({place->begin, place->end, place->answer});
  }

  // The first place that begins in [from, to].
  template <typename Place>
  static const Place* first_in(const std::vector<Place>& places, std::size_t from, std::size_t to) {
    const auto found = std::ranges::lower_bound(places, from, {}, &Place::begin);
    return found != places.end() && found->begin <= to ? &*found : nullptr;
  }
  template <typename Place>
  static const Place* starting_at(const std::vector<Place>& places, std::size_t at) {
    return first_in(places, at, at);
  }

  // A plain number counts from the space before it, or the '='.
  const PlainPlace* plain_at(std::size_t at) const {
    const std::size_t begin = skip_space(text_, at);
    const PlainPlace* found = first_in(plain_, at == 0 ? 0 : at - 1, begin);
    return found;
  }

  std::size_t behind_colon(std::size_t at) const { return at < text_.size() && text_[at] == ':' ? at + 1 : at; }

  bool hope_follows(std::size_t at) const {
    if (at < text_.size() && text_[at] == '.') ++at;
    if (at < text_.size() && is_space(text_[at])) ++at;
    return text_.substr(at).starts_with("I hope");
  }

  // "final answer is X. I hope": rank 0.
  std::vector<Match> hoped(const std::vector<std::size_t>& finals) const {
    std::vector<Match> matches;
    for (const std::size_t final : finals) {
      if (!equal_ignoring_case(text_.substr(final, 3), " is")) continue;
      const std::size_t at = behind_colon(final + 3);
      const MathPlace* math = starting_at(math_, skip_space(text_, at));
      const PlainPlace* plain = plain_at(at);
      if (math != nullptr && hope_follows(math->end)) add(matches, math);
      if (plain != nullptr && hope_follows(plain->end)) add(matches, plain);
    }
    return matches;
  }

  // "final answer … is X", and boxes: rank 50.
  std::vector<Match> concluded(const std::vector<std::size_t>& finals) const {
    std::vector<Match> matches;
    for (const std::size_t final : finals) {
      const MathPlace* math = nullptr;
      const PlainPlace* plain = nullptr;
      const std::size_t last = std::min(text_.size(), final + kSentenceReach);
      for (std::size_t at = final; at < last && math == nullptr && plain == nullptr; ++at) {
        if (!is_space(text_[at]) || text_.substr(at + 1, 2) != "is") continue;
        const std::size_t behind = behind_colon(at + 3);
        math = starting_at(math_, skip_space(text_, behind));
        plain = plain_at(behind);
      }
      add(matches, math);
      add(matches, plain);
    }
    if (auto box = last_box(text_)) {
      const std::size_t at = text_.rfind("\\boxed");
      // Boxes side by side in formulas of their own are one answer: the formula knows.
      const auto around = std::ranges::find_if(math_, [at](const MathPlace& one) { return one.begin <= at && at < one.end; });
      if (at != Text::npos && around != math_.end() && around->more.empty()) {
        matches.push_back({around->begin, around->end, std::move(*box)});
      } else if (at != Text::npos && around != math_.end()) {
        matches.push_back({around->begin, around->end, around->answer(text_)});
      } else if (at != Text::npos) {
        const std::size_t brace = text_.rfind('}');
        matches.push_back({at, brace == Text::npos ? text_.size() : brace + 1, std::move(*box)});
      }
    }
    return matches;
  }

  // "answer: … X" of rank 100, "answer … X" of rank 200.
  std::vector<Match> said(const std::vector<std::size_t>& answers, bool colon) const {
    std::vector<Match> matches;
    for (const std::size_t word : answers) {
      if (colon && behind_colon(word) == word) continue;
      const std::size_t at = colon ? word + 1 : word;
      add(matches, first_in(math_, at, at + kWordReach));
      const Text near = text_.substr(at, kSentenceReach + 1);
      const Text reach = near.substr(0, near.find('\n'));
      const PlainPlace* plain = nullptr;
      if (const std::size_t sign = reach.rfind('='); sign != Text::npos) plain = plain_at(at + sign + 1);
      if (plain == nullptr) plain = first_in(plain_, at, at + std::min(reach.size(), kWordReach));
      add(matches, plain);
    }
    return matches;
  }

  // Any formula, any number: rank 300.
  std::vector<Match> everything() const {
    std::vector<Match> matches;
    const auto last = [](const auto& places) { return places.size() - std::min(places.size(), 2 * kMostTried); };
    for (std::size_t i = last(math_); i < math_.size(); ++i) add(matches, &math_[i]);
    for (std::size_t i = last(plain_); i < plain_.size(); ++i) add(matches, &plain_[i]);
    return matches;
  }

  Text text_;
  std::vector<MathPlace> math_;
  std::vector<PlainPlace> plain_;
};

// Units count for nothing, on either side.
Reading without_unit(Reading reading) {
  if (reading.unit && reading.without_unit) reading.expression = std::move(reading.without_unit);
  reading.unit.reset();
  reading.without_unit.reset();
  return reading;
}

}  // namespace

std::optional<std::string> math_verify_answer(std::string_view text) { return Search(text).answer(); }

EquivalenceVerdict compare_math_verify(std::string_view gold, std::string_view answer) {
  if (trimmed(gold) == trimmed(answer)) return {true, "same text"};
  if (gold.size() > kLongestHarnessAnswer || answer.size() > kLongestHarnessAnswer) return {false, "too long"};
  const Reading left = without_unit(read_answer(gold));
  const Reading right = without_unit(read_answer(answer));
  if (folded(left.text) == folded(right.text)) return {true, "text"};  // \text{even} and even
  if (left.limit || right.limit) return {false, left.limit ? left.reason : right.reason};
  if (!left.comparable() || !right.comparable()) return {false, "cannot be read"};
  Effort effort;
  const EquivalenceOptions options{.decimals = Decimals::six_places, .bare_percent = true};
  return {equal_readings(left, right, options, effort), "value"};
}

}  // namespace reckon::answers
