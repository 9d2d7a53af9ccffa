#include "app/strategy_score.h"

#include <algorithm>
#include <map>

#include "app/samples.h"
#include "base/error.h"
#include "search/allocator.h"
#include "tasks/coverage_law.h"

namespace reckon {
namespace {

// Of each problem's samples, which begin at `first`: all and right ones.
std::vector<SampleCount> count_samples(std::span<const ProblemResult> results, std::size_t first) {
  std::vector<SampleCount> counts;
  for (const ProblemResult& result : results) {
    const std::vector<bool>& correct = result.solved.selections.correct;
    const auto right = std::count(correct.begin() + static_cast<std::ptrdiff_t>(first), correct.end(), true);
    counts.push_back({std::ssize(correct) - static_cast<std::int64_t>(first), right});
  }
  return counts;
}

void estimate_pass(StrategyScore& score, const EvaluatedCell& evaluated) {
  const Samples samples = samples_of(evaluated.cell, evaluated.results);
  score.no_samples = samples.refusal;
  if (!samples.refusal.empty()) return;
  const std::vector<SampleCount> counts = count_samples(evaluated.results, samples.first);
  const std::int64_t fewest = std::ranges::min_element(counts, {}, &SampleCount::samples)->samples;
  for (std::int64_t k = 1; k <= fewest; k *= 2) {
    double sum = 0;
    for (const auto& [all, right] : counts) {
      sum += pass_at_k(static_cast<int>(all), static_cast<int>(right), static_cast<int>(k));
    }
    score.pass_at.emplace_back(k, sum / static_cast<double>(counts.size()));
  }
}

std::optional<VerifierReport> verifier_report_of(const EvaluatedCell& evaluated) {
  // Who chooses the strategy may choose one that scores nothing.
  const bool chooses = parse_allocation(evaluated.cell.strategy).strategy.empty();
  if (chooses || !traits_of(evaluated.cell.strategy).uses_verifier) return {};
  std::vector<double> scores;
  std::vector<std::uint8_t> right;
  for (const ProblemResult& result : evaluated.results) {
    const std::vector<PathRecord>& paths = result.solved.outcome.paths;
    for (std::size_t path = 0; path < paths.size(); ++path) {
      if (paths[path].state != PathState::finished) continue;
      scores.push_back(std::clamp(paths[path].score, 0.0, 1.0));
      right.push_back(result.solved.selections.correct[path] ? 1 : 0);
    }
  }
  if (scores.empty()) return {};
  return measure_verifier(scores, right);
}

void measure_confidence(StrategyScore& score, std::span<const ProblemResult> results) {
  std::vector<double> confidence;
  std::vector<std::uint8_t> right;
  for (const ProblemResult& result : results) {
    if (!result.solved.outcome.answer) continue;
    confidence.push_back(std::clamp(result.solved.outcome.confidence, 0.0, 1.0));
    right.push_back(result.right() ? 1 : 0);
  }
  if (confidence.empty()) return;
  score.confidence = measure_verifier(confidence, right);
  score.risk_coverage_area = risk_coverage_area(confidence, right);
}

// Of each selector, how many problems it got right.
void count_selectors(StrategyScore& score, const Selections& selections) {
  if (score.accuracy_by_selector.empty()) {
    for (const SelectorAnswer& one : selections.answers) score.accuracy_by_selector.emplace_back(one.selector, 0.0);
  }
  for (std::size_t i = 0; i < selections.answers.size(); ++i) {
    score.accuracy_by_selector[i].second += selections.answers[i].correct.value_or(false) ? 1 : 0;
  }
}

void add_costs(StrategyScore& score, const Ledger& ledger, double n) {
  score.tokens_mean += static_cast<double>(ledger.total()) / n;
  score.flops_mean += ledger.flops / n;
  score.seconds_mean += ledger.seconds / n;
  score.peak_kv_bytes_mean += static_cast<double>(ledger.peak_kv_bytes) / n;
  score.spent += ledger;
}

struct Count {
  std::int64_t right = 0;
  std::int64_t all = 0;

  void add(bool is_right) {
    right += is_right ? 1 : 0;
    ++all;
  }
  double share() const { return static_cast<double>(right) / static_cast<double>(all); }
};

void count_groups(StrategyScore& score, std::span<const ProblemResult> results) {
  std::map<int, Count> by_level;
  std::map<std::string, Count> by_family;
  for (const ProblemResult& result : results) {
    by_level[result.level].add(result.right());
    by_family[result.family].add(result.right());
  }
  for (const auto& [level, count] : by_level) score.accuracy_by_level.emplace_back(level, count.share());
  for (const auto& [family, count] : by_family) {
    const ConfidenceInterval interval = wilson_interval(static_cast<int>(count.right), static_cast<int>(count.all));
    score.families.push_back({family, count.all, count.share(), interval});
  }
}

}  // namespace

StrategyScore score_of(const EvaluatedCell& evaluated, const EvaluatedCell* first) {
  StrategyScore score;
  score.strategy = evaluated.cell.label;
  score.cell = evaluated.cell;
  score.problems = std::ssize(evaluated.results);
  score.too_long = std::ranges::count(evaluated.results, OutcomeStatus::too_long,
                                      [](const ProblemResult& one) { return one.solved.outcome.status; });
  const double n = static_cast<double>(std::max<std::int64_t>(score.problems, 1));
  std::int64_t correct = 0;
  for (const ProblemResult& result : evaluated.results) {
    correct += result.right() ? 1 : 0;
    score.coverage += result.solved.selections.covered().value_or(false) ? 1 : 0;
    score.most_paths = std::max(score.most_paths, result.solved.receipt.paths);
    count_selectors(score, result.solved.selections);
    add_costs(score, result.solved.receipt.ledger, n);
  }
  score.coverage /= n;
  for (auto& [name, accuracy] : score.accuracy_by_selector) accuracy /= n;
  score.accuracy = static_cast<double>(correct) / n;
  score.interval = wilson_interval(static_cast<int>(correct), static_cast<int>(n));
  estimate_pass(score, evaluated);
  score.verifier = verifier_report_of(evaluated);
  measure_confidence(score, evaluated.results);
  count_groups(score, evaluated.results);
  score.measures = measure_scores(evaluated.results);
  if (first != nullptr) score.over = compare(evaluated.results, first->results);
  return score;
}

PairedComparison compare(std::span<const ProblemResult> first, std::span<const ProblemResult> second) {
  std::map<std::int64_t, bool> of_first;
  for (const ProblemResult& result : first) of_first[result.problem] = result.right();
  PairedComparison comparison;
  std::vector<double> a, b;
  for (const ProblemResult& result : second) {
    const auto other = of_first.find(result.problem);
    if (other == of_first.end()) continue;
    a.push_back(other->second ? 1 : 0);
    b.push_back(result.right() ? 1 : 0);
    comparison.only_first += other->second && !result.right() ? 1 : 0;
    comparison.only_second += !other->second && result.right() ? 1 : 0;
  }
  if (a.empty()) throw Error(ErrorCode::bad_argument, "there is no problem that both have solved", "comparison");
  comparison.problems = std::ssize(a);
  comparison.difference = paired_bootstrap(a, b, /*seed=*/0, resamples_for(a.size()));
  comparison.p = mcnemar_exact(static_cast<int>(comparison.only_first), static_cast<int>(comparison.only_second));
  return comparison;
}

}  // namespace reckon
