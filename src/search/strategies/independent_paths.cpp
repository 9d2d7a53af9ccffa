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
  table.push_back({.name = "first",
                   .default_value = std::string("sampled"),
                   .meaning = "how the first path is drawn: as the others, or greedily, before them",
                   .choices = {"sampled", "greedy"}});
  return table;
}

IndependentDrawing independent_drawing(const Parameters& parameters) {
  return {static_cast<int>(parameters.integer("n")), step_options(parameters), parameters.text("first") == "greedy"};
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

// The greedy path is drawn alone: a batch has one temperature. With little budget it is also the one to end first.
awaitable<void> IndependentPaths::advance(std::span<Path> paths, int before, StepOptions step, SearchSpace& space) const {
  if (greedy_first() && before == 0 && !paths.empty()) {
    StepOptions greedy = step;
    greedy.sampling.temperature = 0;
    co_await space.advance(paths.first(1), greedy);
    paths = paths.subspan(1);
  }
  if (!paths.empty()) co_await space.advance(paths, step);
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
