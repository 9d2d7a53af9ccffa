// Beam search by steps with a verifier. Source: Snell et al. 2024, arXiv:2408.03314; widths as in search-and-learn (specs card
// C1). There are always n paths, live and ended together: of the live ones the best n/width go on, each with `width`
// continuations. A path that ended keeps its place, whatever its score: the selector compares all that ended.
#include <algorithm>
#include <set>

#include "search/strategies/rollover.h"
#include "search/strategies/step_search.h"

namespace reckon {
namespace {

// Of open paths with the same text the first goes on. The others stay in the outcome, pruned, so their number is known.
void merge_equal(std::vector<Path>& live, std::vector<double>& scores, ClosedPaths& closed) {
  std::set<std::string> texts;
  std::vector<Path> distinct;
  std::vector<double> of_distinct;
  for (std::size_t i = 0; i < live.size(); ++i) {
    if (texts.insert(live[i].text).second) {
      distinct.push_back(std::move(live[i]));
      of_distinct.push_back(scores[i]);
    } else {
      closed.add(std::move(live[i]), scores[i]);
    }
  }
  live = std::move(distinct);
  scores = std::move(of_distinct);
}

class Beam final : public Strategy {
 public:
  Beam(const Parameters& parameters, std::shared_ptr<const Verifier> verifier)
      : options_(parameters),
        width_(static_cast<std::size_t>(parameters.integer("width"))),
        dedup_(parameters.flag("dedup")),
        rollover_(parameters.flag("rollover")),
        reserve_(parameters.number("reserve")),
        verifier_(std::move(verifier)) {}

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    ClosedPaths closed(problem);
    const auto chains = (static_cast<std::size_t>(options_.n) + width_ - 1) / width_;
    std::vector<Path> live = co_await open_paths(problem, space, rollover_ ? static_cast<int>(chains) : options_.n);
    if (live.empty()) co_return std::move(closed).outcome(options_.select, /*ran_out=*/true);
    Reserve reserve(reserve_, space);
    if (rollover_) {
      const RolloverSearch search(options_, static_cast<int>(width_), *verifier_, problem, space);
      co_await search.run(std::move(live), reserve, closed);
    } else {
      co_await search(std::move(live), reserve, problem, space, closed);
    }
    co_return std::move(closed).outcome(options_.select);
  }

 private:
  awaitable<void> search(std::vector<Path> live, Reserve& reserve, const Problem& problem, SearchSpace& space,
                         ClosedPaths& closed) const {
    for (int step = 0; !live.empty() && !space.exhausted(); ++step) {
      if (reserve.reached(space) && closed.answers() == 0) {
        co_await end_best(live, options_, *verifier_, problem, space, closed);
      }
      co_await space.advance(live, options_.at(step));
      std::vector<double> scores = co_await score_step(*verifier_, live, problem, space);
      close_ended(live, scores, closed);
      if (space.exhausted()) break;
      const std::size_t places = static_cast<std::size_t>(options_.n) - closed.ended();
      if (dedup_) merge_equal(live, scores, closed);
      const std::vector<std::size_t> shares = places_of(scores, width_, places);
      live = continued(std::move(live), scores, shares, space, closed);
    }
    closed.cut_off(std::move(live));
  }

  StepSearchOptions options_;
  std::size_t width_;
  bool dedup_;
  bool rollover_;
  double reserve_;
  std::shared_ptr<const Verifier> verifier_;
};

std::unique_ptr<Strategy> make_beam(const Parameters& parameters, std::shared_ptr<const Verifier> verifier) {
  return std::make_unique<Beam>(parameters, std::move(verifier));
}

}  // namespace

StrategyEntry beam_entry() {
  std::vector<ParameterSpec> parameters = step_search_parameters(16);
  parameters.insert(parameters.begin() + 1, {"width", std::int64_t{4}, "continuations of each path that is kept", 1, 4096});
  parameters.push_back({"dedup", false, "of live paths with the same text only one goes on"});
  parameters.push_back({"rollover", false, "draw continuations one by one until one beats its parent, and save the rest"});
  parameters.push_back(reserve_parameter());
  return {.name = "beam",
          .summary = "n paths grown step by step; after each step the best n/width are continued width times",
          .source = "Snell et al. 2024, arXiv:2408.03314",
          .parameters = std::move(parameters),
          .uses_verifier = true,
          .make = make_beam};
}

}  // namespace reckon
