#include "cli/eval_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "app/evaluation_curves.h"
#include "app/pool_curves.h"
#include "base/units.h"
#include "cli/one_line.h"

namespace reckon {
namespace {

constexpr std::size_t kLongestName = 60;  // columns

// Names of runs may come from a store that somebody else wrote.
std::string name(const std::string& text) { return one_line(text, kLongestName); }

std::string share_of(double share, bool known) { return known ? fmt::format("{:.1f} %", 100 * share) : std::string("-"); }
std::string share_of(const std::optional<double>& share) { return share_of(share.value_or(0), share.has_value()); }

void print_rate(const char* what, const Rate& rate, const char* of) {
  fmt::print("  {:<14} {:>6.1f} %  {:>5.1f} … {:>5.1f} %   {} of {} {} paths\n", what, 100 * rate.rate, 100 * rate.interval.low,
             100 * rate.interval.high, rate.count, rate.of, of);
}

// Of the first column: grids make long labels.
std::size_t label_width(const std::vector<StrategyScore>& scores) {
  std::size_t width = 28;
  for (const StrategyScore& score : scores) width = std::max(width, std::min(score.strategy.size(), kLongestName));
  return width;
}

void print_paired(std::size_t width, const std::string& what, const PairedComparison& paired, double p) {
  const PairedDifference& difference = paired.difference;
  fmt::print("{:<{}} {:>+8.1f}    {:>+5.1f} … {:>+5.1f}   {:>6} {:>6} {:>8.3g} {:>9}\n", what, width, 100 * difference.mean,
             100 * difference.interval.low, 100 * difference.interval.high, paired.only_second, paired.only_first, p,
             paired.problems);
}

void print_paired_heading(std::size_t width, const std::string& what) {
  fmt::print("\n{:<{}} {:>8}    {:^13}   {:>6} {:>6} {:>8} {:>9}\n", what, width, "points", "95 % interval", "lost", "won", "p",
             "problems");
}

void print_differences(const std::vector<StrategyScore>& scores) {
  if (scores.size() < 2) return;
  const std::size_t width = label_width(scores);
  print_paired_heading(width, "against " + scores.front().strategy);
  for (const StrategyScore& score : scores) {
    if (score.over) print_paired(width, score.strategy, *score.over, score.over_p);
  }
  const std::size_t comparisons = scores.size() - 1;
  if (comparisons > 1) fmt::print("p-values of McNemar's exact test, adjusted for {} comparisons (Holm)\n", comparisons);
}

void print_measures(const std::vector<StrategyScore>& scores) {
  for (const StrategyScore& score : scores) {
    if (score.measures.empty()) continue;
    fmt::print("\n{:<28} {:>9}    {:^17} {:>9} {:>9}\n", score.strategy, "measure", "95 % interval", "problems", "always");
    for (const MeasureScore& one : score.measures) {
      const std::string baseline = one.baseline ? fmt::format(" {:>9.3f}", *one.baseline) : "";
      fmt::print("  {:<26} {:>9.3f}    {:>7.3f} … {:>7.3f} {:>9}{}\n", one.name, one.value, one.interval.low, one.interval.high,
                 one.problems, baseline);
    }
  }
}

void print_equal_cost(const EqualCost& equal) {
  if (equal.marks.size() < 2) return;
  fmt::print("\n{:<28}", fmt::format("at most … {}", equal.axis == CostAxis::flops ? "FLOP" : name_of(equal.axis)));
  for (const double mark : equal.marks) fmt::print(" {:>8}", cost_text(equal.axis, mark));
  fmt::print(" {:>6}\n", "area");
  for (const EqualCost::Row& row : equal.rows) {
    fmt::print("{:<28}", row.line);
    for (const auto& accuracy : row.accuracy) fmt::print(" {:>8}", share_of(accuracy));
    fmt::print(" {:>6}\n", row.area ? fmt::format("{:.3f}", *row.area) : "-");
  }
}

void print_law(const PoolCurves& curves) {
  if (!curves.coverage_law) return;
  const CoverageLaw& law = *curves.coverage_law;
  const double far = kFarthestPrediction * law.to;
  fmt::print("coverage follows exp(-{:.3f} k^-{:.3f}), R² {:.4f} over k = {:g} … {:g}: {:.1f} % at k = {:g}", law.a, law.b,
             law.r_squared, law.from, law.to, 100 * law.at(far), far);
  if (curves.difficulty_law) {
    fmt::print("; difficulty as Beta({:.3f}, {:.3f}): {:.1f} %", curves.difficulty_law->alpha, curves.difficulty_law->beta,
               100 * curves.difficulty_law->coverage_at(far));
  }
  fmt::print("\n");
}

void print_pool(const StrategyScore& score, const PoolCurves& curves) {
  fmt::print("\n{:<28} {:>8}  {:^15} {:>8} {:>8} {:>8}\n", score.strategy, "coverage", "95 % interval", "majority", "weighted",
             "best");
  for (const PoolCurves::At& at : curves.curve) {
    fmt::print("  {:<26} {:>6.1f} %  {:>5.1f} … {:>5.1f} % {:>6.1f} % {:>6.1f} % {:>6.1f} %\n", fmt::format("k = {}", at.k),
               100 * at.pass, 100 * at.pass_interval.low, 100 * at.pass_interval.high, 100 * at.majority, 100 * at.weighted,
               100 * at.best);
  }
  fmt::print("all paths right {:.1f} %, a path {:.1f} %, some path {:.1f} %", 100 * curves.worst, 100 * curves.mean,
             100 * curves.best);
  if (curves.tokens_right) fmt::print("; a right path takes {:.1f} tokens", *curves.tokens_right);
  if (curves.tokens_wrong) fmt::print("; a wrong path takes {:.1f} tokens", *curves.tokens_wrong);
  fmt::print("\n");
  print_law(curves);
}

void print_confidence(const std::vector<StrategyScore>& scores) {
  const std::size_t width = label_width(scores);
  fmt::print("\n{:<{}} {:>7} {:>8} {:>8} {:>7} {:>7} {:>9}\n", "confidence", width, "answers", "right", "ECE", "Brier", "AUROC",
             "risk area");
  for (const StrategyScore& score : scores) {
    if (!score.confidence) continue;
    const VerifierReport& report = *score.confidence;
    fmt::print("{:<{}} {:>7} {:>6.1f} % {:>8.3f} {:>7.3f} {:>7.3f} {:>9.3f}\n", score.strategy, width, report.paths,
               100 * static_cast<double>(report.right) / static_cast<double>(report.paths), report.calibration_error,
               report.brier, report.auroc, score.risk_coverage_area);
  }
}

void print_side(const char* which, const StoredRun& run, const StrategyScore& score) {
  fmt::print("{:<7} {}\n        {:.1f} %  {:.1f} … {:.1f} %, {:.1f} tokens, {}\n", which, name(run.label), 100 * score.accuracy,
             100 * score.interval.low, 100 * score.interval.high, score.tokens_mean, format_count(score.flops_mean, "FLOP"));
}

void print_settings(StoredRun first, StoredRun second) {
  const auto before = first.identity.fields();
  const auto after = second.identity.fields();
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (*before[i].second == *after[i].second) continue;
    fmt::print("  {:<9} {}  →  {}\n", before[i].first, name(*before[i].second), name(*after[i].second));
  }
}

}  // namespace

void print_scores(const std::vector<StrategyScore>& scores) {
  const std::size_t width = label_width(scores);
  fmt::print("{:<{}} {:>8}  {:^15} ", "strategy", width, "accuracy", "95 % interval");
  for (const auto& [selector, accuracy] : scores.front().accuracy_by_selector) fmt::print("{:>8} ", selector);
  fmt::print("{:>8} {:>10} {:>9} {:>10}\n", "coverage", "tokens", "FLOP", "peak KV");
  for (const StrategyScore& score : scores) {
    const bool several = score.most_paths > 1;  // of one path there is nothing to select
    fmt::print("{:<{}} {:>6.1f} %  {:>5.1f} … {:>5.1f} % ", score.strategy, width, 100 * score.accuracy, 100 * score.interval.low,
               100 * score.interval.high);
    for (const auto& [selector, accuracy] : score.accuracy_by_selector) fmt::print("{:>8} ", share_of(accuracy, several));
    fmt::print("{:>8} {:>10.1f} {:>9} {:>10}\n", share_of(score.coverage, several), score.tokens_mean,
               format_count(score.flops_mean), format_bytes(static_cast<std::int64_t>(score.peak_kv_bytes_mean)));
  }
  for (const StrategyScore& score : scores) {
    if (score.too_long == 0) continue;
    fmt::print("{}: {} of {} longer than the model's context and counted as wrong\n", name(score.strategy), score.too_long,
               counted(score.problems, "problem"));
  }
}

void print_verifier_report(const StrategyScore& score) {
  if (!score.verifier) {
    fmt::print("\n{}: no verifier scored a finished path\n", score.strategy);
    return;
  }
  const VerifierReport& report = *score.verifier;
  fmt::print("\nverifier on {} of {}, {} of them right; accepted from a score of {} on\n", counted(report.paths, "finished path"),
             score.strategy, report.right, report.threshold);
  print_rate("false accepts", report.false_accepts, "wrong");
  print_rate("false rejects", report.false_rejects, "right");
  fmt::print("  AUROC {:.3f}, Brier score {:.3f}, calibration error {:.3f} over {} bins:\n", report.auroc, report.brier,
             report.calibration_error, report.bins.size());
  fmt::print("  {:>6} {:>7} {:>8}\n", "paths", "score", "right");
  for (const CalibrationBin& bin : report.bins)
    fmt::print("  {:>6} {:>7.3f} {:>6.1f} %\n", bin.paths, bin.score, 100 * bin.right);
}

void print_statistics(const EvaluationRequest& request, const Evaluation& evaluation, const std::vector<StrategyScore>& scores) {
  print_differences(scores);
  print_measures(scores);
  for (const CostAxis axis : kCostAxes) print_equal_cost(equal_cost(scores, request.grid, axis));
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (scores[i].most_paths < 2) continue;
    if (const auto curves = pool_curves(evaluation.cells[i])) print_pool(scores[i], *curves);
    if (!scores[i].no_samples.empty()) fmt::print("\n{}: no curve over k: {}\n", scores[i].strategy, scores[i].no_samples);
  }
  print_confidence(scores);
}

void print_runs(const std::vector<StoredRun>& runs) {
  fmt::print("{:>4}  {:<19}  {:>8} {:>8}  {}\n", "run", "begun (UTC)", "problems", "right", "of");
  for (const StoredRun& run : runs) {
    const std::string& task = run.identity.task;
    fmt::print("{:>4}  {:<19}  {:>8} {:>8}  {} on {} ({})\n", run.id, one_line(run.begun, 19), run.problems, run.right,
               name(run.label), name(task.substr(0, task.find(" ("))), name(run.identity.split));
  }
}

void print_comparison(const RunComparison& comparison) {
  print_side("first", comparison.first_run, comparison.first);
  print_side("second", comparison.second_run, comparison.second);
  print_settings(comparison.first_run, comparison.second_run);
  constexpr std::size_t kWidth = 34;
  print_paired_heading(kWidth, "second against first");
  print_paired(kWidth, "all problems", comparison.paired, comparison.paired.p);
  if (comparison.families.size() < 2) return;
  for (const FamilyComparison& family : comparison.families) {
    print_paired(kWidth, fmt::format("  {}  {:.1f} → {:.1f} %", name(family.family), 100 * family.first, 100 * family.second),
                 family.paired, family.p);
  }
  fmt::print("p-values of McNemar's exact test, those of families adjusted for their number (Holm)\n");
}

}  // namespace reckon
