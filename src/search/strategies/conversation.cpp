#include "search/strategies/conversation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "search/answers/extract.h"
#include "text/lines.h"

namespace reckon {
namespace {

// log of the sum of exponentials, of finite values.
double log_sum(std::span<const double> values) {
  const double most = *std::ranges::max_element(values);
  double sum = 0;
  for (const double value : values) sum += std::exp(value - most);
  return most + std::log(sum);
}

}  // namespace

std::string filled_in(std::string_view wording, std::span<const Filling> fillings) {
  std::string text;
  while (!wording.empty()) {
    const std::size_t brace = std::min(wording.find('{'), wording.size());
    text += wording.substr(0, brace);
    wording.remove_prefix(brace);
    const auto stands_here = [wording](const Filling& filling) {
      const std::size_t end = filling.name.size() + 1;
      return wording.size() > end && wording.substr(1, filling.name.size()) == filling.name && wording[end] == '}';
    };
    const auto found = std::ranges::find_if(fillings, stands_here);
    if (found != fillings.end()) {
      text += found->value;
      wording.remove_prefix(found->name.size() + 2);
    } else if (!wording.empty()) {
      text += wording.front();
      wording.remove_prefix(1);
    }
  }
  return text;
}

std::string filled_in(std::string_view wording, std::string_view name, std::string_view value) {
  const Filling filling{name, value};
  return filled_in(wording, {&filling, 1});
}

Problem reworded(const Problem& problem, const std::string& wording) {
  return wording == "{problem}" ? problem : asked_as(problem, filled_in(wording, "problem", problem.text));
}

std::string with_problem(std::string wording, std::string_view parameter) {
  if (wording.find("{problem}") != std::string::npos) return wording;
  throw Error(ErrorCode::bad_argument,
              "'" + clipped(wording, 60) + "' asks nothing; write {problem} where the problem's text stands",
              std::string(parameter));
}

std::string clipped(std::string_view text, std::size_t most_bytes) {
  if (text.size() <= most_bytes) return std::string(text);
  std::size_t end = most_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not within a character
  return std::string(text.substr(0, end));
}

std::string shown_part(std::string_view text, std::size_t most_bytes) {
  const std::optional<std::string_view> shown = after_thinking(text);
  return shown ? clipped(trimmed(*shown), most_bytes) : std::string();
}

std::vector<std::string> pieces_of(std::string_view text, char separator) {
  std::vector<std::string> pieces;
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, text.find(separator));
    if (!piece.empty()) pieces.emplace_back(piece);
    text.remove_prefix(std::min(text.size(), piece.size() + 1));
  }
  return pieces;
}

PathRecord record_of(const Path& path, double score, const Problem& problem) {
  const double scores[] = {score};
  return std::move(records_of({&path, 1}, scores, problem).front());
}

PathRecord record_of_question(const Path& path, const Problem& problem) {
  PathRecord record = record_of(path, 0, problem);
  record.answer.reset();
  return record;
}

bool fits(const Problem& asked, const SearchSpace& space) { return std::ssize(asked.prompt) <= space.longest_prompt(); }

std::size_t quoted_bytes(std::size_t wanted, std::size_t count) {
  constexpr std::size_t kAllQuotes = 500'000;
  return std::min(wanted, kAllQuotes / std::max<std::size_t>(count, 1));
}

std::size_t choose_one_of(std::size_t count, SearchSpace& space) {
  if (count <= 1) return 0;
  const std::vector<double> equal(count, 1.0 / static_cast<double>(count));
  return static_cast<std::size_t>(space.choose(equal));
}

std::vector<std::size_t> shuffled(std::size_t count, SearchSpace& space) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = 0; i + 1 < count; ++i) std::swap(order[i], order[i + choose_one_of(count - i, space)]);
  return order;
}

awaitable<std::optional<std::vector<double>>> yes_over_no(std::span<const Path> paths, std::string question, SearchSpace& space) {
  constexpr std::array kWords{" Yes", " yes", " No", " no"};
  std::vector<std::string> texts;
  for (const char* word : kWords) texts.push_back(question + word);
  const std::optional<std::vector<std::vector<double>>> table = co_await space.likelihoods(paths, texts);
  if (!table) co_return std::nullopt;
  std::vector<double> odds;
  for (const std::vector<double>& row : *table) {
    odds.push_back(all_asked(row) ? log_sum(std::span(row).first(2)) - log_sum(std::span(row).last(2)) : 0);
  }
  co_return odds;
}

Outcome outcome_in_order(std::vector<PathRecord> records, const Selection& selection, double confidence, bool ran_out) {
  std::vector<std::size_t> order(records.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&records](std::size_t index) { return records[index].id; });
  Selection moved = selection;
  std::vector<PathRecord> sorted;
  sorted.reserve(records.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (selection.chosen == order[i]) moved.chosen = i;
    sorted.push_back(std::move(records[order[i]]));
  }
  Outcome outcome = outcome_of(std::move(sorted), moved, confidence);
  if (ran_out) outcome.status = OutcomeStatus::budget_exhausted;
  return outcome;
}

}  // namespace reckon
