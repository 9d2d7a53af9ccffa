#include "search/strategies/rollover.h"

#include <algorithm>
#include <limits>

namespace reckon {

// The last chain gets what is left of n.
std::vector<RolloverSearch::Chain> RolloverSearch::chains_of(std::vector<Path> roots) const {
  std::vector<Chain> chains;
  int draws = options_->n;
  for (Path& root : roots) {
    const int share = std::min(width_, draws);
    draws -= share;
    chains.push_back(Chain{.path = std::move(root), .to_beat = std::numeric_limits<double>::infinity(), .share = share});
  }
  return chains;
}

awaitable<void> RolloverSearch::run(std::vector<Path> roots, Reserve& reserve, ClosedPaths& closed) const {
  std::vector<Chain> chains = chains_of(std::move(roots));
  for (int step = 0; !chains.empty() && !space_->exhausted(); ++step) {
    if (reserve.reached(*space_) && closed.answers() == 0) co_await end_best_chain(chains, closed);
    if (space_->exhausted()) break;
    for (Chain& chain : chains) {
      chain.left += chain.share;
      chain.best_end = -1;
    }
    co_await grow(chains, step, closed);
    std::erase_if(chains, [](const Chain& chain) { return !chain.best; });  // it came to its end
    for (Chain& chain : chains) {
      chain.path = std::move(*chain.best);
      chain.best.reset();
      chain.to_beat = last_score(chain.path);
    }
  }
  std::vector<Path> open;
  for (Chain& chain : chains) open.push_back(std::move(chain.path));
  closed.cut_off(std::move(open));
}

awaitable<void> RolloverSearch::end_best_chain(std::vector<Chain>& chains, ClosedPaths& closed) const {
  const auto best = std::ranges::max_element(chains, {}, [](const Chain& chain) { return last_score(chain.path); });
  Path path = std::move(best->path);
  chains.erase(best);
  co_await end_path(std::move(path), *options_, *verifier_, *problem_, *space_, closed);
}

// One step of every chain: afterwards each has its best draw, or none when it came to its end.
awaitable<void> RolloverSearch::grow(std::vector<Chain>& chains, int step, ClosedPaths& closed) const {
  std::vector<Chain*> drawing;
  for (Chain& chain : chains) drawing.push_back(&chain);
  while (!drawing.empty() && !space_->exhausted()) {
    std::vector<Path> draws;
    for (Chain* chain : drawing) draws.push_back(next_draw(*chain));
    co_await space_->advance(draws, options_->at(step));
    co_await score_step(*verifier_, draws, *problem_, *space_);
    std::vector<Chain*> unsettled;
    for (std::size_t i = 0; i < draws.size(); ++i) {
      if (!accepted(*drawing[i], std::move(draws[i]), closed) && drawing[i]->left > 0) unsettled.push_back(drawing[i]);
    }
    drawing = std::move(unsettled);
  }
  for (Chain& chain : chains) {
    if (chain.best && chain.best_end >= last_score(*chain.best)) give_up_best(chain, closed);  // the best one seen is an end
  }
}

// The path itself is drawn from; if more draws may follow, a fork of it takes its place.
Path RolloverSearch::next_draw(Chain& chain) const {
  Path draw = std::move(chain.path);
  if (--chain.left > 0) chain.path = std::move(space_->fork(draw, 1).front());
  return draw;
}

// Keeps the draw where it is the best so far. True when it beats what it continues.
bool RolloverSearch::accepted(Chain& chain, Path draw, ClosedPaths& closed) {
  const double score = last_score(draw);
  const bool beats = score > chain.to_beat;
  if (draw.state != PathState::open) {
    chain.best_end = std::max(chain.best_end, score);
    closed.add(std::move(draw), score);
    return beats;
  }
  if (chain.best && score <= last_score(*chain.best)) {
    closed.add(std::move(draw), score);
    return beats;
  }
  give_up_best(chain, closed);
  chain.best = std::move(draw);
  return beats;
}

void RolloverSearch::give_up_best(Chain& chain, ClosedPaths& closed) {
  if (!chain.best) return;
  const double score = last_score(*chain.best);
  closed.add(std::move(*chain.best), score);
  chain.best.reset();
}

}  // namespace reckon
