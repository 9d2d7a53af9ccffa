// Reflection: attempt, hear what is wrong with it, attempt again, until the verifier accepts. Attempts and criticisms stay in the
// context. Source: Li et al. 2025, arXiv:2503.12271 (Reflect-DiT), its text analogue (specs card H6): of more attempts than fit,
// those with distinct criticisms are kept.
#include <algorithm>
#include <set>

#include "search/strategies/conversation.h"

namespace reckon {
namespace {

struct Criticised {
  std::string text;
  std::string feedback;
};

// Indices of at most `keep`, rising: the most recent of each feedback first, and only where those are fewer, repeated ones. The
// last is always among them.
std::vector<std::size_t> in_view(const std::vector<Criticised>& history, std::size_t keep) {
  std::vector<std::size_t> kept;
  std::vector<std::size_t> repeated;
  std::set<std::string_view> heard;
  for (std::size_t i = history.size(); i-- > 0;) (heard.insert(history[i].feedback).second ? kept : repeated).push_back(i);
  if (kept.size() > keep) kept.resize(keep);
  for (const std::size_t index : repeated) {
    if (kept.size() < keep) kept.push_back(index);
  }
  std::ranges::sort(kept);
  return kept;
}

class Reflect final : public Strategy {
 public:
  Reflect(const Parameters& parameters, std::shared_ptr<const Verifier> verifier)
      : attempts_(parameters.integer("n")),
        keep_(static_cast<std::size_t>(parameters.integer("keep"))),
        accept_(parameters.number("accept")),
        feedback_(parameters.text("feedback")),
        step_(step_options(parameters)),
        verifier_(std::move(verifier)) {}

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    std::vector<PathRecord> records;
    std::vector<Criticised> history;
    std::vector<Path> live;  // one, or none when it is over
    {
      const std::optional<Path> root = co_await space.open(problem);
      if (!root) co_return outcome_in_order({}, {}, 0, /*ran_out=*/true);
      live = space.fork(*root, 1);
    }
    while (!live.empty()) {
      co_await space.advance(live, step_);
      const std::vector<double> scores = co_await verifier_->score(live, problem, space);
      Path& path = live.front();
      records.push_back(record_of(path, scores.front(), problem));
      if (accepted(records.back()) || std::ssize(records) >= attempts_ || path.state == PathState::cut_off) break;
      history.push_back({path.text, filled_in(feedback_, "answer", records.back().answer.value_or("none"))});
      Path next = std::move(space.fork(path, 1).front());
      next.turns = turns_before_last(history);
      const bool begun = co_await space.reply(next, problem, history.back().feedback);
      if (!begun) records.push_back(record_of(next, 0, problem));
      live.clear();
      if (begun) live.push_back(std::move(next));
    }
    const Selection selection = find_selector("best").select(records);
    const double confidence = selection.chosen ? records[*selection.chosen].score : 0;
    co_return outcome_in_order(std::move(records), selection, confidence, /*ran_out=*/false);
  }

 private:
  bool accepted(const PathRecord& record) const { return record.answer && record.score >= accept_; }

  std::vector<Turn> turns_before_last(const std::vector<Criticised>& history) const {
    std::vector<Turn> turns;
    for (const std::size_t index : in_view(history, keep_)) {
      if (index + 1 == history.size()) break;
      turns.push_back({"assistant", history[index].text});
      turns.push_back({"user", history[index].feedback});
    }
    return turns;
  }

  std::int64_t attempts_;
  std::size_t keep_;
  double accept_;
  std::string feedback_;
  StepOptions step_;
  std::shared_ptr<const Verifier> verifier_;
};

std::unique_ptr<Strategy> make(const Parameters& parameters, std::shared_ptr<const Verifier> verifier) {
  return std::make_unique<Reflect>(parameters, std::move(verifier));
}

}  // namespace

StrategyEntry reflect_entry() {
  std::vector<ParameterSpec> parameters = drawing_parameters(kSearchTemperature, 8);
  parameters.front().meaning = "most attempts";
  parameters.push_back(
      {"keep", std::int64_t{3}, "attempts with their criticism in view of the next, distinct criticism first", 1, 4096});
  parameters.push_back({"accept", 0.5, "an answer with this score of the verifier ends it", 0, 1});
  parameters.push_back({"feedback", std::string("wrong: {answer}. again."), "what is said to an attempt that was not accepted"});
  return {.name = "reflect",
          .summary = "attempt, hear the verifier's verdict, attempt again with it in view, until it accepts",
          .source = "Li et al. 2025, arXiv:2503.12271",
          .parameters = std::move(parameters),
          .uses_verifier = true,
          .asks_further = true,
          .make = make};
}

}  // namespace reckon
