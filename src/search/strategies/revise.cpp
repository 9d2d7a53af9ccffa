// Sequential revisions: chains of attempts, each written with the most recent ones of its chain in view, several chains side by
// side. Source: Snell et al. 2024, arXiv:2408.03314 (specs card C4). A revision also spoils right answers, so an answer is
// selected from all attempts of a chain, not taken from its end, and then from the chains.
#include <algorithm>

#include "search/strategies/conversation.h"

namespace reckon {
namespace {

struct Attempt {
  std::size_t chain;
  PathRecord record;
};

class Revise final : public Strategy {
 public:
  Revise(const Parameters& parameters, std::shared_ptr<const Verifier> verifier)
      : chains_(static_cast<int>(parameters.integer("n"))),
        attempts_(parameters.integer("attempts")),
        keep_(static_cast<std::size_t>(parameters.integer("keep"))),
        ask_(parameters.text("ask")),
        select_(parameters.text("select")),
        step_(step_options(parameters)),
        verifier_(std::move(verifier)) {}

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    std::vector<Attempt> attempts;
    std::vector<Path> live;
    {
      const std::optional<Path> root = co_await space.open(problem);
      if (!root) co_return outcome_in_order({}, {}, 0, /*ran_out=*/true);
      live = space.fork(*root, chains_);
    }
    std::vector<std::size_t> chain_of(live.size());  // of each live path
    for (std::size_t i = 0; i < live.size(); ++i) chain_of[i] = i;
    for (std::int64_t written = 1; !live.empty(); ++written) {
      co_await space.advance(live, step_);
      const std::vector<double> scores = co_await verifier_->score(live, problem, space);
      const std::size_t first = attempts.size();  // of this round's
      for (std::size_t i = 0; i < live.size(); ++i) attempts.push_back({chain_of[i], record_of(live[i], scores[i], problem)});
      if (written == attempts_) break;
      std::vector<Path> next;
      std::vector<std::size_t> next_chain;
      for (std::size_t i = 0; i < live.size(); ++i) {
        if (live[i].state == PathState::cut_off) continue;
        Path revision = std::move(space.fork(live[i], 1).front());
        forget(revision.turns);
        const std::string answer = attempts[first + i].record.answer.value_or("none");
        const bool begun = co_await space.reply(revision, problem, filled_in(ask_, "answer", answer));
        if (begun) {
          next.push_back(std::move(revision));
          next_chain.push_back(chain_of[i]);
        } else {
          attempts.push_back({chain_of[i], record_of(revision, 0, problem)});
        }
      }
      live = std::move(next);
      chain_of = std::move(next_chain);
    }
    co_return selected(std::move(attempts));
  }

 private:
  // Earlier attempts of a chain, beside the one that is about to be replied to: a turn of each side per attempt.
  void forget(std::vector<Turn>& turns) const {
    const std::size_t most = 2 * (keep_ - 1);
    if (turns.size() > most) turns.erase(turns.begin(), turns.end() - static_cast<std::ptrdiff_t>(most));
  }

  Outcome selected(std::vector<Attempt> attempts) const {
    std::vector<PathRecord> records;
    std::vector<std::size_t> voting;  // indices of the records that are selected from
    for (Attempt& attempt : attempts) records.push_back(std::move(attempt.record));
    if (select_ == "hierarchical") {
      for (std::size_t chain = 0; chain < static_cast<std::size_t>(chains_); ++chain) {
        std::vector<std::size_t> members;
        for (std::size_t i = 0; i < attempts.size(); ++i) {
          if (attempts[i].chain == chain) members.push_back(i);
        }
        if (const Selection best = selection_among(records, members, "weighted"); best.chosen) voting.push_back(*best.chosen);
      }
    } else {
      for (std::size_t i = 0; i < records.size(); ++i) voting.push_back(i);
    }
    const std::string selector = select_ == "hierarchical" ? "weighted" : select_;
    const Selection selection = selection_among(records, voting, selector);
    double confidence = selection.share;
    if (selection.chosen && selector == "best") confidence = records[*selection.chosen].score;
    return outcome_in_order(std::move(records), selection, confidence, /*ran_out=*/false);
  }

  // What a selector picks from some of the records, as an index into all of them.
  static Selection selection_among(const std::vector<PathRecord>& records, const std::vector<std::size_t>& members,
                                   const std::string& selector) {
    std::vector<PathRecord> some;
    for (const std::size_t member : members) some.push_back(records[member]);
    Selection selection = find_selector(selector).select(some);
    if (selection.chosen) selection.chosen = members[*selection.chosen];
    return selection;
  }

  int chains_;
  std::int64_t attempts_;
  std::size_t keep_;
  std::string ask_;
  std::string select_;
  StepOptions step_;
  std::shared_ptr<const Verifier> verifier_;
};

std::unique_ptr<Strategy> make_revise(const Parameters& parameters, std::shared_ptr<const Verifier> verifier) {
  return std::make_unique<Revise>(parameters, std::move(verifier));
}

}  // namespace

StrategyEntry revise_entry() {
  std::vector<ParameterSpec> parameters = drawing_parameters(kSearchTemperature, 4);
  parameters.front().meaning = "chains side by side";
  parameters.push_back({"attempts", std::int64_t{4}, "attempts of each chain, the first included", 1, 4096});
  parameters.push_back({"keep", std::int64_t{4}, "most recent attempts in view of the next", 1, 4096});
  parameters.push_back({.name = "ask",
                        .default_value = std::string("again."),
                        .meaning = "what asks for a revision; {answer} is the last attempt's answer",
                        .needs_text = true});
  parameters.push_back({.name = "select",
                        .default_value = std::string("hierarchical"),
                        .meaning = "hierarchical = weighted within each chain, then across; else over all attempts",
                        .choices = {"hierarchical", "weighted", "best", "majority"}});
  return {.name = "revise",
          .summary = "chains of attempts, each with the last ones in view; the answer is voted on within and across chains",
          .source = "Snell et al. 2024, arXiv:2408.03314",
          .parameters = std::move(parameters),
          .uses_verifier = true,
          .asks_further = true,
          .make = make_revise};
}

}  // namespace reckon
