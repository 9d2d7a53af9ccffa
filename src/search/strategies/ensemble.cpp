// An ensemble: models and wordings of the problem, each pair a member that draws n paths; their answers are merged by a selector,
// or by how reliable each member is known to be. Source: standard; the merging by reliability is the last step of Dawid and Skene
// 1979, doi:10.2307/2346806, with one coin per member (specs card B9): P(answer | votes), every vote right with its member's
// probability r, else any of the other answers. There is room for one answer that nobody gave. Paths of one member err together:
// with correlation c among W of them, each says as much as 1 / (1 + c (W - 1)) of a vote (specs card B9).
#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>

#include "base/error.h"
#include "search/answers/grouping.h"
#include "search/score_reserve.h"
#include "search/selectors/vote.h"
#include "search/strategies/conversation.h"
#include "search/strategies/rounds.h"
#include "search/strategies/step_search.h"

namespace reckon {
namespace {

std::vector<std::string> wordings_of(const Parameters& parameters) {
  const std::string where = "strategy 'ensemble': parameter 'prompts'";
  std::vector<std::string> wordings = pieces_of(parameters.text("prompts"), '|');
  if (wordings.empty()) throw Error(ErrorCode::bad_argument, "holds no wording; the problem as it is, is {problem}", where);
  for (std::string& wording : wordings) wording = with_problem(std::move(wording), where);
  return wordings;
}

std::vector<double> reliabilities_of(const std::string& text) {
  std::vector<double> all;
  for (const std::string& piece : pieces_of(text, '|')) {
    double value = 0;
    const auto read = std::from_chars(piece.data(), piece.data() + piece.size(), value);
    const bool whole = read.ec == std::errc() && read.ptr == piece.data() + piece.size();
    if (!whole || !(value > 0) || !(value < 1)) {
      throw Error(ErrorCode::bad_argument, "'" + piece + "' does not lie between 0 and 1; write 0.8|0.6, one for each member",
                  "strategy 'ensemble': parameter 'reliability'");
    }
    all.push_back(value);
  }
  return all;
}

// How much each path's vote says, by its member's.
std::vector<double> tempered(std::span<const PathRecord> records, std::size_t members, double correlation) {
  std::vector<double> voters(members, 0);
  for (const PathRecord& record : records) voters[record.member.value_or(0)] += record.answer ? 1 : 0;
  for (double& count : voters) count = 1 / (1 + correlation * std::max(count - 1, 0.0));
  return voters;
}

// The answer of the highest probability; `reliable` and `says`, what a vote counts for, by member.
Selection most_probable(std::span<const PathRecord> records, std::span<const double> reliable, std::span<const double> says) {
  std::vector<std::string> answers;
  for (const PathRecord& record : records) answers.push_back(record.answer.value_or(""));
  const std::vector<AnswerGroup> groups = group_answers(answers);
  const auto others = static_cast<double>(groups.size());  // beside the right one, that nobody gave included
  std::vector<double> log_odds;                            // of each group over the answer that nobody gave
  Selection selection;
  double most = 0;  // of the log-odds, that answer's 0 included
  for (const AnswerGroup& group : groups) {
    double sum = 0;
    std::size_t best = group.members.front();
    for (const std::size_t member : group.members) {
      const std::size_t of = records[member].member.value_or(0);
      sum += says[of] * std::log(reliable[of] / ((1 - reliable[of]) / others));
      if (likelier(records[member], records[best])) best = member;
    }
    if (!selection.chosen || sum > *std::ranges::max_element(log_odds)) selection.chosen = best;
    log_odds.push_back(sum);
    most = std::max(most, sum);
  }
  if (!selection.chosen) return selection;
  double total = std::exp(-most);
  for (const double odds : log_odds) total += std::exp(odds - most);
  selection.share = std::exp(*std::ranges::max_element(log_odds) - most) / total;
  return selection;
}

class Ensemble final : public Strategy {
 public:
  Ensemble(const Parameters& parameters, std::shared_ptr<const Verifier> verifier)
      : n_(static_cast<std::size_t>(parameters.integer("n"))),
        wordings_(wordings_of(parameters)),
        reliable_(reliabilities_of(parameters.text("reliability"))),
        correlation_(parameters.number("correlation")),
        select_(parameters.text("select")),
        step_(step_options(parameters)),
        verifier_(std::move(verifier)) {
    make_selector(select_);  // throws here, before anything is drawn
  }

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    const std::size_t members = static_cast<std::size_t>(space.models()) * wordings_.size();
    if (!reliable_.empty() && reliable_.size() != members) {
      throw Error(ErrorCode::bad_argument,
                  "names " + std::to_string(reliable_.size()) + " members, and there are " + std::to_string(members) + ": " +
                      std::to_string(space.models()) + " models with " + std::to_string(wordings_.size()) + " prompts each",
                  "strategy 'ensemble': parameter 'reliability'");
    }
    if (!scores()) give_up_reserve(space);
    bool ran_out = false;
    std::vector<PathRecord> records;
    {
      std::vector<Path> paths = co_await drawn(problem, space, ran_out);
      std::vector<double> scores;
      if (this->scores()) scores = co_await verifier_->score(paths, problem, space);
      records = records_of(paths, scores, problem);
    }
    for (std::size_t i = 0; members > 1 && i < records.size(); ++i) records[i].member = i / n_;
    const Selector selector = make_selector(select_);
    const Selection selection = reliable_.empty() ? selector.select(records)
                                                  : most_probable(records, reliable_, tempered(records, members, correlation_));
    const double confidence = reliable_.empty() ? confidence_of(selector, selection, records) : selection.share;
    co_return outcome_in_order(std::move(records), selection, confidence, ran_out);
  }

 private:
  bool scores() const { return select_ != "majority" && reliable_.empty(); }

  // n paths of each member, next to each other. Under a budget members take turns, in rounds of 1, 1, 2, 4 … paths of each: so
  // that all have a say before it ends, in few batches.
  awaitable<std::vector<Path>> drawn(const Problem& problem, SearchSpace& space, bool& ran_out) const {
    std::vector<Path> paths;
    const bool in_turns = is_limited(space);
    for (std::size_t member = 0; !ran_out && member < static_cast<std::size_t>(space.models()) * wordings_.size(); ++member) {
      Problem asked = reworded(problem, wordings_[member % wordings_.size()]);
      asked.model = static_cast<int>(member / wordings_.size());
      const std::optional<Path> root = co_await space.open(asked);
      ran_out = !root;
      if (ran_out) break;
      std::ranges::move(space.fork(*root, static_cast<int>(n_)), std::back_inserter(paths));
      if (in_turns) co_await space.advance(std::span(paths).last(n_).first(1), step_);
    }
    for (std::size_t begin = in_turns ? 1 : 0; begin < n_;) {
      const std::size_t end = end_of_round(begin, n_, in_turns);
      std::vector<Path*> round;
      for (std::size_t i = 0; i < paths.size(); ++i) {
        if (i % n_ >= begin && i % n_ < end) round.push_back(&paths[i]);
      }
      co_await advance_these(std::move(round), step_, space);
      begin = end;
    }
    co_return paths;
  }

  std::size_t n_;
  std::vector<std::string> wordings_;
  std::vector<double> reliable_;  // by member; empty: a selector merges
  double correlation_;
  std::string select_;
  StepOptions step_;
  std::shared_ptr<const Verifier> verifier_;
};

std::unique_ptr<Strategy> make_ensemble(const Parameters& parameters, std::shared_ptr<const Verifier> verifier) {
  return std::make_unique<Ensemble>(parameters, std::move(verifier));
}

}  // namespace

StrategyEntry ensemble_entry() {
  std::vector<ParameterSpec> parameters = drawing_parameters(kSearchTemperature, /*default_n=*/8);
  parameters.front().meaning = "paths of each member";
  parameters.push_back(
      {"prompts", std::string("{problem}"),
       "wordings, separated by bars; {problem} stands for the problem's own text. Each model with each is a member"});
  ParameterSpec select = select_parameter();
  select.default_value = std::string("majority");
  parameters.push_back(std::move(select));
  parameters.push_back(
      {"reliability", std::string(),
       "how often each member's answers are right, separated by bars; then these weigh the votes, and select does not"});
  parameters.push_back({"correlation", 0.0,
                        "of a member's paths, which then count for less: 0 = each a vote, 1 = all of them together one; "
                        "with reliability",
                        0, 1});
  return {.name = "ensemble",
          .summary = "several models and wordings of the problem draw paths under one budget; their answers vote together",
          .source = "Dawid and Skene 1979, doi:10.2307/2346806",
          .parameters = std::move(parameters),
          .uses_verifier = true,
          .asks_models = true,
          .make = make_ensemble};
}

}  // namespace reckon
