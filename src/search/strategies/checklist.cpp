// Checklist one-pass selection (CHOPS): n candidates, and one judge that sees them all, lists what a good answer must satisfy,
// and names the best. Source: Khairi et al. 2025, arXiv:2506.20544 (specs card B8). The candidates are shown in random order,
// since judges favour places, and to several judges in orders turned round against each other where that is asked for; where no
// judge names any, the majority decides.
#include <algorithm>
#include <array>

#include "search/answers/equivalence.h"
#include "search/strategies/conversation.h"

namespace reckon {
namespace {

constexpr const char* kJudge =
    "{problem}\n\nCandidate answers:\n{candidates}\nFirst write a short checklist of what a good answer must satisfy. Then "
    "compare "
    "the candidates, and end with the number of the best in square brackets.\n";

// The last "[k]" with k in 1..count, from 0.
std::optional<std::size_t> named_candidate(std::string_view text, std::size_t count) {
  for (std::size_t close = text.rfind(']'); close != std::string_view::npos && close > 0; close = text.rfind(']', close - 1)) {
    std::size_t begin = close;
    while (begin > 0 && text[begin - 1] >= '0' && text[begin - 1] <= '9') --begin;
    if (begin == close || close - begin > 4 || begin == 0 || text[begin - 1] != '[') continue;
    std::size_t number = 0;
    for (const char digit : text.substr(begin, close - begin)) number = 10 * number + static_cast<std::size_t>(digit - '0');
    if (number >= 1 && number <= count) return number - 1;
  }
  return std::nullopt;
}

class Checklist final : public Strategy {
 public:
  explicit Checklist(const Parameters& parameters)
      : n_(static_cast<int>(parameters.integer("n"))),
        shown_bytes_(static_cast<std::size_t>(parameters.integer("shown"))),
        rotations_(static_cast<std::size_t>(parameters.integer("rotations"))),
        greedy_first_(greedy_first(parameters)),
        step_(step_options(parameters)) {
    judge_.sampling.temperature = 0;
    judge_.path_tokens = parameters.integer("judge_tokens");
  }

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    std::vector<PathRecord> records;
    {
      const std::vector<Path> paths = co_await draw_paths(problem, space, n_, step_, greedy_first_);
      records = records_of(paths, {}, problem);
    }
    if (records.empty()) co_return outcome_in_order({}, {}, 0, /*ran_out=*/true);
    const Selection majority = find_selector("majority").select(records);
    std::vector<std::size_t> candidates;  // as shown
    for (const std::size_t index : shuffled(records.size(), space)) {
      if (records[index].answer) candidates.push_back(index);
    }
    std::optional<std::size_t> named;  // index of its record
    bool ran_out = false;
    if (candidates.size() > 1) named = co_await named_by_judges(problem, space, candidates, records, ran_out);
    Selection selection = majority;
    if (named) selection.chosen = named;
    if (named) selection.margin.reset();  // the judges decided, by no votes of the candidates
    const double confidence = share_of(selection.chosen, records, candidates);
    co_return outcome_in_order(std::move(records), selection, confidence, ran_out);
  }

 private:
  // The candidate that most judges name, the first named of equals: each judge sees them in the order of the one before, turned
  // round by a part of the circle. Nothing where none names any.
  awaitable<std::optional<std::size_t>> named_by_judges(const Problem& problem, SearchSpace& space,
                                                        const std::vector<std::size_t>& candidates,
                                                        std::vector<PathRecord>& records, bool& ran_out) const {
    const std::size_t turns = std::min(rotations_, candidates.size());
    std::vector<std::size_t> named;
    for (std::size_t turn = 0; turn < turns; ++turn) {
      std::vector<std::size_t> shown = candidates;
      std::ranges::rotate(shown, shown.begin() + static_cast<std::ptrdiff_t>(turn * shown.size() / turns));
      Problem asked = asked_as(problem, question(problem, records, shown));
      asked.judging = true;
      if (!fits(asked, space)) break;
      const std::vector<Path> judges = co_await draw_paths(asked, space, 1, judge_);
      ran_out = judges.empty();
      if (ran_out) break;
      const std::optional<std::size_t> place = named_candidate(judges.front().text, shown.size());
      if (place) named.push_back(shown[*place]);
      records.push_back(record_of_question(judges.front(), problem));
    }
    if (named.empty()) co_return std::nullopt;
    co_return *std::ranges::max_element(named, {}, [&named](std::size_t one) { return std::ranges::count(named, one); });
  }

  std::string question(const Problem& problem, const std::vector<PathRecord>& records,
                       const std::vector<std::size_t>& candidates) const {
    std::string shown;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      const PathRecord& record = records[candidates[i]];
      const std::string part = shown_part(record.text, quoted_bytes(shown_bytes_, candidates.size()));
      shown += "[" + std::to_string(i + 1) + "] " + (part.empty() ? *record.answer : part) + "\n";
    }
    const std::array fillings{Filling{"problem", problem.text}, Filling{"candidates", shown}};
    return filled_in(kJudge, fillings);
  }

  // Of the candidates, how many give the chosen answer.
  static double share_of(std::optional<std::size_t> chosen, std::span<const PathRecord> records,
                         const std::vector<std::size_t>& candidates) {
    if (!chosen) return 0;
    const auto agrees = [&](std::size_t index) { return equivalent(*records[*chosen].answer, *records[index].answer); };
    return static_cast<double>(std::ranges::count_if(candidates, agrees)) / static_cast<double>(candidates.size());
  }

  int n_;
  std::size_t shown_bytes_;
  std::size_t rotations_;
  bool greedy_first_;
  StepOptions step_;
  StepOptions judge_;
};

std::unique_ptr<Strategy> make_checklist(const Parameters& parameters, std::shared_ptr<const Verifier>) {
  return std::make_unique<Checklist>(parameters);
}

}  // namespace

StrategyEntry checklist_entry() {
  std::vector<ParameterSpec> parameters = drawing_parameters(/*default_temperature=*/0.7, /*default_n=*/5);
  parameters.push_back(first_parameter());
  parameters.push_back(
      {"rotations", std::int64_t{1}, "judges, each of which sees the candidates in another order; most of them decide", 1, 4096});
  parameters.push_back(
      {"shown", std::int64_t{1024}, "most bytes of a candidate, behind its thinking, that the judge sees", 1, 1e6});
  parameters.push_back(
      {"judge_tokens", std::int64_t{-1}, "most tokens of the judge; -1 = as many as the context holds", -1, 1e9});
  return {.name = "checklist",
          .summary = "n paths, and one judge that sees them all and names the best (CHOPS)",
          .source = "Khairi et al. 2025, arXiv:2506.20544",
          .parameters = std::move(parameters),
          .asks_further = true,
          .make = make_checklist};
}

}  // namespace reckon
