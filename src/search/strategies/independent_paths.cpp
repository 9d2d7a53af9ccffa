#include "search/strategies/independent_paths.h"

#include <algorithm>
#include <cmath>

namespace reckon {
namespace {

// KL(best of n || model) is at most this: Stiennon et al. 2020, arXiv:2009.01325 (specs card B1).
double kl_of_best(double n) { return std::log(n) - (n - 1) / n; }

}  // namespace

std::vector<ParameterSpec> independent_parameters() {
  std::vector<ParameterSpec> table = drawing_parameters(kSearchTemperature, 16);
  table.push_back(first_parameter());
  return table;
}

IndependentDrawing independent_drawing(const Parameters& parameters) {
  return {static_cast<int>(parameters.integer("n")), step_options(parameters), greedy_first(parameters)};
}

awaitable<Outcome> IndependentPaths::solve(const Problem& problem, SearchSpace& space) const {
  std::vector<Path> paths;
  {
    const std::optional<Path> root = co_await space.open(problem);
    if (root) paths = space.fork(*root, most());
  }  // the root's pages are given back before the first draw
  co_await advance(paths, 0, step(), space);
  const std::vector<double> scored = co_await scores(paths, problem, space);
  co_return conclude(records_of(paths, scored, problem));
}

awaitable<void> IndependentPaths::advance(std::span<Path> paths, int before, StepOptions step, SearchSpace& space) const {
  co_await draw_to_ends(paths, std::move(step), greedy_first() && before == 0, space);
}

awaitable<std::vector<PathRecord>> IndependentPaths::draw(const Path& root, int before, int count, StepOptions step,
                                                          const Problem& problem, SearchSpace& space) const {
  std::vector<Path> paths = space.fork(root, count);
  co_await advance(paths, before, std::move(step), space);
  const std::vector<double> scored = co_await scores(paths, problem, space);
  co_return records_of(paths, scored, problem);
}

awaitable<std::vector<double>> IndependentPaths::scores(std::span<Path>, const Problem&, SearchSpace&) const {
  co_return std::vector<double>();
}

Outcome IndependentPaths::conclude(std::vector<PathRecord> records) const {
  const Selection selection = selector_.select(records);
  const double confidence = confidence_of(selector_, selection, records);
  const auto samples = std::ranges::count_if(records, [](const PathRecord& record) { return record.answer.has_value(); });
  Outcome outcome = outcome_of(std::move(records), selection, confidence);
  if (outcome.chosen && selector_.name() == "best") outcome.kl_bound = kl_of_best(static_cast<double>(samples));
  return outcome;
}

}  // namespace reckon
