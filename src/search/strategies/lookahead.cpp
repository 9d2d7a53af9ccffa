// Lookahead search: beam search that scores a step by where it leads. Source: Snell et al. 2024, arXiv:2408.03314 (specs card
// C3). Behind every candidate a greedy roll-out of `ahead` steps is drawn, and what the verifier says of its end ranks the
// candidate. Roll-outs are then given up, unless `reuse` makes that of a kept candidate its first continuation.
#include <algorithm>
#include <iterator>

#include "search/strategies/step_search.h"

namespace reckon {
namespace {

struct Candidate {
  Path path;
  // Its roll-out. With `reuse` as it was behind every step, each a fork of the one before; else as it is.
  std::vector<Path> ahead = {};
  std::size_t steps_ahead = 0;
  bool drawn = false;  // its step was drawn as the roll-out of its parent
  double score = 0;

  Path& end() { return ahead.empty() ? path : ahead.back(); }
};

// Roll-outs that were given up. One that came to its end holds an answer, drawn and scored like any other: it counts where the
// search itself finds none.
class GivenUp {
 public:
  void add(Candidate& candidate, ClosedPaths& closed) {
    for (Path& path : candidate.ahead) {
      if (path.state == PathState::open) {
        closed.add(std::move(path), candidate.score);
      } else {
        path.data.reset();
        ended_.push_back({std::move(path), candidate.score});
      }
    }
    candidate.ahead.clear();
    candidate.steps_ahead = 0;
  }
  void close(ClosedPaths& closed) {
    const bool needed = closed.answers() == 0;
    for (auto& [path, score] : ended_) {
      if (needed) {
        closed.add(std::move(path), score);
      } else {
        closed.give_up(std::move(path), score);
      }
    }
  }

 private:
  std::vector<std::pair<Path, double>> ended_;
};

class Lookahead final : public Strategy {
 public:
  Lookahead(const Parameters& parameters, std::shared_ptr<const Verifier> verifier)
      : options_(parameters),
        width_(static_cast<std::size_t>(parameters.integer("width"))),
        ahead_(static_cast<int>(parameters.integer("ahead"))),
        reuse_(parameters.flag("reuse")),
        reserve_(parameters.number("reserve")),
        verifier_(std::move(verifier)) {}

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    ClosedPaths closed(problem);
    GivenUp rollouts;
    std::vector<Path> roots = co_await open_paths(problem, space, options_.n);
    if (roots.empty()) co_return std::move(closed).outcome(options_.select, /*ran_out=*/true);
    std::vector<Candidate> live;
    for (Path& root : roots) live.push_back(Candidate{.path = std::move(root)});
    Reserve reserve(reserve_, space);
    for (int step = 0; !live.empty() && !space.exhausted(); ++step) {
      if (reserve.reached(space) && closed.answers() == 0) {
        Candidate best = taken_best(live);
        rollouts.add(best, closed);
        co_await end_path(std::move(best.path), options_, *verifier_, problem, space, closed);
      }
      co_await take_step(live, step, space);
      co_await roll_out(live, step, problem, space);
      co_await score(live, problem, space);
      close_ended_of(live, closed, rollouts);
      if (!space.exhausted()) live = continuations(std::move(live), space, closed, rollouts);
    }
    std::vector<Path> open;
    for (Candidate& candidate : live) {
      rollouts.add(candidate, closed);
      open.push_back(std::move(candidate.path));
    }
    closed.cut_off(std::move(open));
    rollouts.close(closed);
    co_return std::move(closed).outcome(options_.select);
  }

 private:
  static Candidate taken_best(std::vector<Candidate>& live) {
    const auto best = std::ranges::max_element(live, {}, &Candidate::score);
    Candidate taken = std::move(*best);
    live.erase(best);
    return taken;
  }

  awaitable<void> take_step(std::vector<Candidate>& live, int step, SearchSpace& space) const {
    std::vector<Path*> paths;
    for (Candidate& candidate : live) {
      if (!candidate.drawn) paths.push_back(&candidate.path);
      candidate.drawn = false;
    }
    co_await advance_these(std::move(paths), options_.at(step), space);
  }

  // What the verifier reads on the way is shared by everything that is forked off behind it, and read once.
  awaitable<void> roll_out(std::vector<Candidate>& live, int step, const Problem& problem, SearchSpace& space) const {
    std::vector<Path*> unread;
    for (Candidate& candidate : live) unread.push_back(&candidate.path);
    const auto may_roll_on = [](Candidate& candidate) { return candidate.end().state == PathState::open; };
    for (int ahead = 0; ahead < ahead_ && std::ranges::any_of(live, may_roll_on); ++ahead) {
      if (ahead == 0 || reuse_) co_await score_these(*verifier_, unread, problem, space);
      unread.clear();
      for (Candidate& candidate : live) {
        if (candidate.steps_ahead != static_cast<std::size_t>(ahead) || candidate.end().state != PathState::open) continue;
        if (reuse_ || candidate.ahead.empty()) candidate.ahead.push_back(std::move(space.fork(candidate.end(), 1).front()));
        candidate.steps_ahead += 1;
        unread.push_back(&candidate.end());
      }
      StepOptions greedy = options_.at(step + 1 + ahead);
      greedy.sampling.temperature = 0;
      co_await advance_these(unread, greedy, space);
    }
  }

  awaitable<void> score(std::vector<Candidate>& live, const Problem& problem, SearchSpace& space) const {
    std::vector<Path*> ends;
    for (Candidate& candidate : live) ends.push_back(&candidate.end());
    const std::vector<double> scores = co_await score_these(*verifier_, std::move(ends), problem, space);
    for (std::size_t i = 0; i < live.size(); ++i) {
      live[i].score = scores[i];
      live[i].path.step_scores.push_back(scores[i]);
    }
  }

  static void close_ended_of(std::vector<Candidate>& live, ClosedPaths& closed, GivenUp& rollouts) {
    std::vector<Candidate> open;
    for (Candidate& candidate : live) {
      if (candidate.path.state == PathState::open) {
        open.push_back(std::move(candidate));
      } else {
        rollouts.add(candidate, closed);
        closed.add(std::move(candidate.path), candidate.score);
      }
    }
    live = std::move(open);
  }

  // As `continued` makes them, but for the roll-outs.
  std::vector<Candidate> continuations(std::vector<Candidate> live, SearchSpace& space, ClosedPaths& closed,
                                       GivenUp& rollouts) const {
    std::vector<double> scores;
    for (const Candidate& candidate : live) scores.push_back(candidate.score);
    const std::vector<std::size_t> places = places_of(scores, width_, live.size());
    std::vector<Candidate> next;
    for (std::size_t i = 0; i < live.size(); ++i) {
      std::size_t copies = places[i];
      if (copies > 0 && reuse_ && !live[i].ahead.empty()) {
        next.push_back(continued_by_rollout(live[i]));
        copies -= 1;
      }
      rollouts.add(live[i], closed);
      if (copies == 0) {
        closed.add(std::move(live[i].path), scores[i]);
        continue;
      }
      std::vector<Path> forks = space.fork(live[i].path, static_cast<int>(copies) - 1);
      next.push_back(Candidate{.path = std::move(live[i].path), .score = scores[i]});
      for (Path& fork : forks) next.push_back(Candidate{.path = std::move(fork), .score = scores[i]});
    }
    return next;
  }

  static Candidate continued_by_rollout(Candidate& candidate) {
    Candidate next{.path = std::move(candidate.ahead.front()), .drawn = true, .score = candidate.score};
    std::move(candidate.ahead.begin() + 1, candidate.ahead.end(), std::back_inserter(next.ahead));
    next.steps_ahead = next.ahead.size();
    candidate.ahead.clear();
    next.path.step_scores = candidate.path.step_scores;
    return next;
  }

  StepSearchOptions options_;
  std::size_t width_;
  int ahead_;
  bool reuse_;
  double reserve_;
  std::shared_ptr<const Verifier> verifier_;
};

std::unique_ptr<Strategy> make_lookahead(const Parameters& parameters, std::shared_ptr<const Verifier> verifier) {
  return std::make_unique<Lookahead>(parameters, std::move(verifier));
}

}  // namespace

StrategyEntry lookahead_entry() {
  std::vector<ParameterSpec> parameters = step_search_parameters(16);
  parameters.insert(parameters.begin() + 1, {"width", std::int64_t{4}, "continuations of each path that is kept", 1, 4096});
  parameters.insert(parameters.begin() + 2, {"ahead", std::int64_t{1}, "steps of a roll-out; 0 = beam search", 0, 1000});
  parameters.push_back({"reuse", false, "the roll-out of a path that is kept is its first continuation"});
  parameters.push_back(reserve_parameter());
  return {.name = "lookahead",
          .summary = "beam search that ranks a step by the score of a greedy roll-out behind it",
          .source = "Snell et al. 2024, arXiv:2408.03314",
          .parameters = std::move(parameters),
          .uses_verifier = true,
          .make = make_lookahead};
}

}  // namespace reckon
