// Beam search by steps with a verifier. Source: Snell et al. 2024, arXiv:2408.03314; widths as in search-and-learn (specs card C1).
// There are always n paths, live and ended together: of the live ones the best n/width go on, each with `width` continuations.
// The first continuation of a path is the path itself, so that width=1 draws what best_of_n draws.
#include <algorithm>

#include "search/strategies/step_search.h"

namespace reckon {
namespace {

class Beam final : public Strategy {
 public:
  Beam(const Parameters& parameters, std::shared_ptr<const Verifier> verifier)
      : options_(parameters), width_(static_cast<std::size_t>(parameters.integer("width"))), verifier_(std::move(verifier)) {}

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    ClosedPaths closed(problem);
    std::vector<Path> live;
    {
      const std::optional<Path> root = co_await space.open(problem);
      if (!root) co_return std::move(closed).outcome(options_.select, /*ran_out=*/true);
      live = space.fork(*root, options_.n);
    }
    for (int step = 0; !live.empty(); ++step) {
      co_await space.advance(live, options_.at(step));
      std::vector<double> scores = co_await score_step(*verifier_, live, problem, space);
      close_ended(live, scores, closed);
      live = continued(std::move(live), scores, space, closed);
    }
    co_return std::move(closed).outcome(options_.select);
  }

 private:
  static void close_ended(std::vector<Path>& live, std::vector<double>& scores, ClosedPaths& closed) {
    std::vector<Path> open;
    std::vector<double> of_open;
    for (std::size_t i = 0; i < live.size(); ++i) {
      if (live[i].state == PathState::open) {
        open.push_back(std::move(live[i]));
        of_open.push_back(scores[i]);
      } else {
        closed.add(std::move(live[i]), scores[i]);
      }
    }
    live = std::move(open);
    scores = std::move(of_open);
  }

  // The best paths, with as many continuations together as there were paths.
  std::vector<Path> continued(std::vector<Path> live, const std::vector<double>& scores, SearchSpace& space,
                              ClosedPaths& closed) const {
    std::vector<Path> next;
    std::size_t places = live.size();
    for (const std::size_t index : best_first(scores)) {
      Path& path = live[index];
      if (places == 0) {
        closed.add(std::move(path), scores[index]);
        continue;
      }
      const std::size_t copies = std::min(width_, places);
      places -= copies;
      std::vector<Path> forks = space.fork(path, static_cast<int>(copies - 1));
      next.push_back(std::move(path));
      std::ranges::move(forks, std::back_inserter(next));
    }
    return next;
  }

  StepSearchOptions options_;
  std::size_t width_;
  std::shared_ptr<const Verifier> verifier_;
};

std::unique_ptr<Strategy> make(const Parameters& parameters, std::shared_ptr<const Verifier> verifier) {
  return std::make_unique<Beam>(parameters, std::move(verifier));
}

}  // namespace

StrategyEntry beam_entry() {
  std::vector<ParameterSpec> parameters = step_search_parameters(16);
  parameters.insert(parameters.begin() + 1, {"width", std::int64_t{4}, "continuations of each path that is kept", 1, 4096});
  return {.name = "beam",
          .summary = "n paths grown step by step; after each step the best n/width are continued width times",
          .source = "Snell et al. 2024, arXiv:2408.03314",
          .parameters = std::move(parameters),
          .uses_verifier = true,
          .make = make};
}

}  // namespace reckon
