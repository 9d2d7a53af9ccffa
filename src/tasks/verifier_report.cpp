#include "tasks/verifier_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"

namespace reckon {
namespace {

void require_report(bool condition, const std::string& message) {
  if (!condition) throw Error(ErrorCode::bad_argument, message, "verifier report");
}

void check(std::span<const double> scores, std::span<const std::uint8_t> right) {
  require_report(!scores.empty() && scores.size() == right.size(),
                 fmt::format("{} scores and {} truths, expected as many, at least one", scores.size(), right.size()));
  require_report(std::ranges::all_of(scores, [](double score) { return score >= 0 && score <= 1; }), "scores must lie in [0, 1]");
}

// Paths of equal score.
struct Level {
  double score = 0;
  double paths = 0;
  double right = 0;
};

std::vector<Level> levels_of(std::span<const double> scores, std::span<const std::uint8_t> right) {  // rising
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });
  std::vector<Level> levels;
  for (const std::size_t i : order) {
    if (levels.empty() || levels.back().score != scores[i]) levels.push_back({scores[i], 0, 0});
    levels.back().paths += 1;
    levels.back().right += right[i] ? 1 : 0;
  }
  return levels;
}

Rate rate_of(std::int64_t count, std::int64_t of) {
  Rate rate{.count = count, .of = of, .rate = 0, .interval = {}};
  if (of == 0) return rate;
  rate.rate = static_cast<double>(count) / static_cast<double>(of);
  rate.interval = wilson_interval(static_cast<int>(count), static_cast<int>(of));
  return rate;
}

}  // namespace

double auroc(std::span<const double> scores, std::span<const std::uint8_t> right) {
  check(scores, right);
  double wrong_below = 0;
  double pairs_won = 0;
  double right_in_all = 0;
  for (const Level& level : levels_of(scores, right)) {
    const double wrong = level.paths - level.right;
    pairs_won += level.right * (wrong_below + wrong / 2);
    wrong_below += wrong;
    right_in_all += level.right;
  }
  require_report(right_in_all > 0 && wrong_below > 0, "all paths are right, or all wrong: there is nothing to rank");
  return pairs_won / right_in_all / wrong_below;
}

double brier_score(std::span<const double> scores, std::span<const std::uint8_t> right) {
  check(scores, right);
  double sum = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const double distance = scores[i] - (right[i] ? 1.0 : 0.0);
    sum += distance * distance;
  }
  return sum / static_cast<double>(scores.size());
}

std::vector<CalibrationBin> calibration_bins(std::span<const double> scores, std::span<const std::uint8_t> right, int bins) {
  check(scores, right);
  require_report(bins >= 1, fmt::format("{} bins, expected at least 1", bins));
  const std::vector<Level> levels = levels_of(scores, right);
  const auto paths = static_cast<std::int64_t>(scores.size());
  const std::int64_t count = std::min<std::int64_t>(bins, paths);
  std::vector<CalibrationBin> table;
  auto level = levels.begin();
  double left = level->paths;  // of the level, not yet in a bin
  for (std::int64_t i = 0; i < count; ++i) {
    CalibrationBin& bin = table.emplace_back();
    bin.paths = paths * (i + 1) / count - paths * i / count;
    for (auto wanted = static_cast<double>(bin.paths); wanted > 0;) {
      if (left == 0) left = (++level)->paths;
      const double taken = std::min(wanted, left);
      bin.score += taken * level->score;
      bin.right += taken * level->right / level->paths;
      wanted -= taken;
      left -= taken;
    }
    bin.score /= static_cast<double>(bin.paths);
    bin.right /= static_cast<double>(bin.paths);
  }
  return table;
}

double expected_calibration_error(std::span<const CalibrationBin> bins) {
  double sum = 0;
  double paths = 0;
  for (const CalibrationBin& bin : bins) {
    sum += static_cast<double>(bin.paths) * std::abs(bin.score - bin.right);
    paths += static_cast<double>(bin.paths);
  }
  require_report(paths > 0, "no paths in any bin");
  return sum / paths;
}

double risk_coverage_area(std::span<const double> scores, std::span<const std::uint8_t> right) {
  check(scores, right);
  const std::vector<Level> levels = levels_of(scores, right);
  double answered = 0;
  double wrong = 0;
  double area = 0;
  for (auto level = levels.rbegin(); level != levels.rend(); ++level) {
    const double share_wrong = (level->paths - level->right) / level->paths;
    for (double i = 1; i <= level->paths; ++i) area += (wrong + share_wrong * i) / (answered + i);
    answered += level->paths;
    wrong += level->paths - level->right;
  }
  return area / answered;
}

VerifierReport measure_verifier(std::span<const double> scores, std::span<const std::uint8_t> right, double threshold) {
  check(scores, right);
  VerifierReport report;
  report.paths = static_cast<std::int64_t>(scores.size());
  report.threshold = threshold;
  std::int64_t accepted_wrong = 0;
  std::int64_t rejected_right = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    report.right += right[i] ? 1 : 0;
    accepted_wrong += !right[i] && scores[i] >= threshold ? 1 : 0;
    rejected_right += right[i] && scores[i] < threshold ? 1 : 0;
  }
  report.false_accepts = rate_of(accepted_wrong, report.paths - report.right);
  report.false_rejects = rate_of(rejected_right, report.right);
  if (report.right > 0 && report.right < report.paths) report.auroc = auroc(scores, right);
  report.brier = brier_score(scores, right);
  report.bins = calibration_bins(scores, right);
  report.calibration_error = expected_calibration_error(report.bins);
  return report;
}

}  // namespace reckon
