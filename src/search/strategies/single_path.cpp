#include "search/strategies/single_path.h"

#include <cmath>

namespace reckon {

awaitable<Outcome> SinglePath::solve(const Problem& problem, SearchSpace& space) const {
  const std::vector<Path> paths = co_await draw_paths(problem, space, 1, step_);
  std::vector<PathRecord> records = records_of(paths, {}, problem);
  Selection selection;
  if (!records.empty()) records.front().score = likelihood_of(records.front());
  if (!records.empty() && records.front().answer) selection = Selection{0, 1.0, std::nullopt};
  const double confidence = selection.chosen ? records.front().score : 0;
  co_return outcome_of(std::move(records), selection, confidence);
}

}  // namespace reckon
