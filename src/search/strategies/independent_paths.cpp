#include "search/strategies/independent_paths.h"

namespace reckon {

awaitable<Outcome> IndependentPaths::solve(const Problem& problem, SearchSpace& space) const {
  std::vector<Path> paths = co_await draw_paths(problem, space, most_, step_);
  const std::vector<double> scored = co_await scores(paths, problem, space);
  co_return conclude(records_of(paths, scored, problem));
}

awaitable<std::vector<PathRecord>> IndependentPaths::draw(const Path& root, int count, StepOptions step, const Problem& problem,
                                                          SearchSpace& space) const {
  std::vector<Path> paths = space.fork(root, count);
  co_await space.advance(paths, step);
  const std::vector<double> scored = co_await scores(paths, problem, space);
  co_return records_of(paths, scored, problem);
}

awaitable<std::vector<double>> IndependentPaths::scores(std::span<Path>, const Problem&, SearchSpace&) const {
  co_return std::vector<double>();
}

}  // namespace reckon
