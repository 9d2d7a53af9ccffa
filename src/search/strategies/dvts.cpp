// Diverse verifier tree search: n/width subtrees that know nothing of each other, each greedy by the verifier. Source: Beeching,
// Tunstall, Rush 2024, "Scaling test-time compute with open models", and its code, search-and-learn (specs card C2).
// A subtree draws `width` candidates for its next step and goes on from the best; when the best has ended, so has the subtree.
// Other candidates that ended keep their place and may answer (ours: the published code drops them).
#include <algorithm>

#include "search/strategies/step_search.h"

namespace reckon {
namespace {

class Dvts final : public Strategy {
 public:
  Dvts(const Parameters& parameters, std::shared_ptr<const Verifier> verifier)
      : options_(parameters),
        width_(static_cast<std::size_t>(parameters.integer("width"))),
        reserve_(parameters.number("reserve")),
        verifier_(std::move(verifier)) {}

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    ClosedPaths closed(problem);
    std::vector<Path> live = co_await open_paths(problem, space, options_.n);
    if (live.empty()) co_return std::move(closed).outcome(options_.select, /*ran_out=*/true);
    // Of which subtree each live path is. Those of one stand side by side, and all grow in one batch.
    std::vector<std::size_t> subtrees;
    for (std::size_t i = 0; i < live.size(); ++i) subtrees.push_back(i / width_);
    Reserve reserve(reserve_, space);
    for (int step = 0; !live.empty() && !space.exhausted(); ++step) {
      if (reserve.reached(space) && closed.answers() == 0) {
        const std::size_t taken = co_await end_best(live, options_, *verifier_, problem, space, closed);
        subtrees.erase(subtrees.begin() + static_cast<std::ptrdiff_t>(taken));
      }
      co_await space.advance(live, options_.at(step));
      const std::vector<double> scores = co_await score_step(*verifier_, live, problem, space);
      select(live, subtrees, scores, space, closed);
    }
    closed.cut_off(std::move(live));
    co_return std::move(closed).outcome(options_.select);
  }

 private:
  // Of every subtree, the continuations of its best candidate.
  static void select(std::vector<Path>& live, std::vector<std::size_t>& subtrees, const std::vector<double>& scores,
                     SearchSpace& space, ClosedPaths& closed) {
    std::vector<Path> next;
    std::vector<std::size_t> of_next;
    for (std::size_t begin = 0, end = 0; begin < live.size(); begin = end) {
      while (end < live.size() && subtrees[end] == subtrees[begin]) ++end;
      std::vector<Path> candidates(std::move_iterator(live.begin() + static_cast<std::ptrdiff_t>(begin)),
                                   std::move_iterator(live.begin() + static_cast<std::ptrdiff_t>(end)));
      std::vector<double> of_candidates(scores.begin() + static_cast<std::ptrdiff_t>(begin),
                                        scores.begin() + static_cast<std::ptrdiff_t>(end));
      for (Path& path : continued_subtree(std::move(candidates), std::move(of_candidates), space, closed)) {
        next.push_back(std::move(path));
        of_next.push_back(subtrees[begin]);
      }
    }
    live = std::move(next);
    subtrees = std::move(of_next);
  }

  static std::vector<Path> continued_subtree(std::vector<Path> candidates, std::vector<double> scores, SearchSpace& space,
                                             ClosedPaths& closed) {
    const bool best_ended = candidates[best_first(scores).front()].state != PathState::open;
    close_ended(candidates, scores, closed);
    if (space.exhausted()) return candidates;  // none can grow: they are cut off, not given up
    const std::size_t places = best_ended ? 0 : candidates.size();
    const std::vector<std::size_t> shares = places_of(scores, places, places);
    return continued(std::move(candidates), scores, shares, space, closed);
  }

  StepSearchOptions options_;
  std::size_t width_;
  double reserve_;
  std::shared_ptr<const Verifier> verifier_;
};

std::unique_ptr<Strategy> make_dvts(const Parameters& parameters, std::shared_ptr<const Verifier> verifier) {
  return std::make_unique<Dvts>(parameters, std::move(verifier));
}

}  // namespace

StrategyEntry dvts_entry() {
  std::vector<ParameterSpec> parameters = step_search_parameters(16);
  parameters.insert(parameters.begin() + 1,
                    {"width", std::int64_t{4}, "candidates of a subtree, of which the best goes on", 1, 4096});
  parameters.push_back(reserve_parameter());
  return {.name = "dvts",
          .summary = "n/width independent subtrees; after each step the best of a subtree's candidates goes on alone",
          .source = "Beeching, Tunstall, Rush 2024, Scaling test-time compute with open models",
          .parameters = std::move(parameters),
          .uses_verifier = true,
          .make = make_dvts};
}

}  // namespace reckon
