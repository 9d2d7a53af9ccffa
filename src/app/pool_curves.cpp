#include "app/pool_curves.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>

#include "app/samples.h"
#include "search/answers/grouping.h"

namespace reckon {
namespace {

constexpr std::size_t kExactPool = 64;  // up to so many paths, majority is enumerated (O(n k^2) each); else drawn

// The samples of one problem, as the statistics of pools want them.
struct Pool {
  std::vector<std::string> classes;  // name of the group of equal answers; "" = no answer
  std::vector<double> scores;
  std::vector<double> weights;                       // scores, or all 1 where none is above 0, or some are negative or not finite
  std::unique_ptr<bool[]> right;                     // per path
  std::vector<std::pair<std::string, double>> good;  // groups with right members, and the share of these
  int right_count = 0;

  int size() const { return static_cast<int>(classes.size()); }
};

void name_classes(Pool& pool, std::span<const PathRecord> paths) {
  std::vector<std::string> answers;
  for (const PathRecord& path : paths) answers.push_back(path.answer.value_or(""));
  pool.classes.assign(paths.size(), "");
  const std::vector<AnswerGroup> groups = group_answers(answers);
  for (std::size_t group = 0; group < groups.size(); ++group) {
    const std::string name = std::to_string(group);
    double right = 0;
    for (const std::size_t member : groups[group].members) {
      pool.classes[member] = name;
      right += pool.right[member] ? 1 : 0;
    }
    if (right > 0) pool.good.emplace_back(name, right / static_cast<double>(groups[group].members.size()));
  }
}

Pool pool_of(const ProblemResult& result, std::size_t first) {
  const std::span<const PathRecord> paths = std::span(result.solved.outcome.paths).subspan(first);
  Pool pool;
  pool.right = std::make_unique<bool[]>(paths.size());
  bool weighable = true;
  double most = 0;  // where nothing was scored all are 0, and weights of 0 would leave it to chance
  for (std::size_t i = 0; i < paths.size(); ++i) {
    pool.right[i] = result.solved.selections.correct[first + i];
    pool.right_count += pool.right[i] ? 1 : 0;
    pool.scores.push_back(std::isnan(paths[i].score) ? 0 : paths[i].score);
    weighable = weighable && std::isfinite(pool.scores.back()) && pool.scores.back() >= 0;
    most = std::max(most, pool.scores.back());
  }
  pool.weights = weighable && most > 0 ? pool.scores : std::vector<double>(paths.size(), 1.0);
  name_classes(pool, paths);
  return pool;
}

double majority_of(const Pool& pool, int k) {
  const std::vector<double> alike(pool.classes.size(), 1.0);
  double expected = 0;
  for (const auto& [name, share] : pool.good) {
    expected += share * (pool.classes.size() <= kExactPool ? majority_at_k(pool.classes, name, k)
                                                           : weighted_majority_at_k(pool.classes, alike, name, k));
  }
  return expected;
}

double weighted_of(const Pool& pool, int k) {
  double expected = 0;
  for (const auto& [name, share] : pool.good) {
    expected += share * weighted_majority_at_k(pool.classes, pool.weights, name, k);
  }
  return expected;
}

PoolCurves::At point_at(std::span<const Pool> pools, int k) {
  PoolCurves::At at;
  at.k = k;
  std::vector<double> passes;
  const auto n = static_cast<double>(pools.size());
  for (const Pool& pool : pools) {
    passes.push_back(pass_at_k(pool.size(), pool.right_count, k));
    at.pass += passes.back() / n;
    at.majority += majority_of(pool, k) / n;
    at.weighted += weighted_of(pool, k) / n;
    at.best += best_of_k(pool.scores, {pool.right.get(), pool.classes.size()}, k) / n;
  }
  at.pass_interval = bootstrap_mean(passes, /*seed=*/0, resamples_for(passes.size()));
  return at;
}

void add_bounds(PoolCurves& curves, std::span<const Pool> pools) {
  const auto n = static_cast<double>(pools.size());
  for (const Pool& pool : pools) {
    curves.worst += pool.right_count == pool.size() ? 1 / n : 0;
    curves.mean += pool.right_count / static_cast<double>(pool.size()) / n;
    curves.best += pool.right_count > 0 ? 1 / n : 0;
  }
}

std::optional<double> mean_tokens(std::span<const ProblemResult> results, std::size_t first, bool right) {
  double tokens = 0, paths = 0;
  for (const ProblemResult& result : results) {
    for (std::size_t i = first; i < result.solved.outcome.paths.size(); ++i) {
      if (result.solved.selections.correct[i] != right) continue;
      tokens += static_cast<double>(result.solved.outcome.paths[i].tokens);
      paths += 1;
    }
  }
  if (paths == 0) return std::nullopt;
  return tokens / paths;
}

}  // namespace

std::optional<PoolCurves> pool_curves(const EvaluatedCell& evaluated) {
  const Samples samples = samples_of(evaluated.cell, evaluated.results);
  if (!samples.refusal.empty()) return std::nullopt;
  std::vector<Pool> pools;
  for (const ProblemResult& result : evaluated.results) pools.push_back(pool_of(result, samples.first));
  const int fewest = std::ranges::min_element(pools, {}, &Pool::size)->size();
  PoolCurves curves;
  std::vector<CoveragePoint> points;
  for (int k = 1; k <= fewest; k *= 2) {
    curves.curve.push_back(point_at(pools, k));
    points.push_back({static_cast<double>(k), curves.curve.back().pass});
  }
  curves.coverage_law = fit_coverage_law(points);
  std::vector<SampleCount> counts;
  for (const Pool& pool : pools) counts.push_back({pool.size(), pool.right_count});
  if (fewest > 1) curves.difficulty_law = fit_difficulty_law(counts);
  add_bounds(curves, pools);
  curves.tokens_right = mean_tokens(evaluated.results, samples.first, /*right=*/true);
  curves.tokens_wrong = mean_tokens(evaluated.results, samples.first, /*right=*/false);
  return curves;
}

}  // namespace reckon
