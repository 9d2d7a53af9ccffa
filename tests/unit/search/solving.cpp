#include "unit/search/solving.h"

#include <algorithm>

#include "unit/engine/running_engine.h"

namespace reckon {
namespace {

awaitable<bool> advanced(SearchSpace* space, std::span<Path> paths, StepOptions step) {
  co_await space->advance(paths, std::move(step));
  co_return true;
}

}  // namespace

std::vector<StrategyEntry> drawing_strategies() {
  std::vector<StrategyEntry> drawing;
  for (const StrategyEntry& entry : strategies()) {
    if (!entry.asks_further) drawing.push_back(entry);
  }
  return drawing;
}

Outcome solve_on(SearchSpace& space, const Strategy& strategy, const Problem& problem) {
  return run(strategy.solve(problem, space));
}

std::vector<Path> open_on(SearchSpace& space, int copies, const Problem& problem) {
  const std::optional<Path> root = run(space.open(problem));
  return root ? space.fork(*root, copies) : std::vector<Path>();
}

bool likelihoods_on(SearchSpace& space, std::span<const Path> paths, std::vector<std::string> texts) {
  const auto found = run(space.likelihoods(paths, std::move(texts)));
  return found && std::ranges::all_of(*found, all_asked);
}

std::vector<double> score_on(SearchSpace& space, const Verifier& verifier, std::span<Path> paths, const Problem& problem) {
  return run(verifier.score(paths, problem, space));
}

void advance_on(SearchSpace& space, std::span<Path> paths, const StepOptions& step) { run(advanced(&space, paths, step)); }

}  // namespace reckon
