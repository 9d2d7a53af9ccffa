// How good a verifier is, from scores and truths of many paths: error rates with intervals, ranking, calibration.
// Formulas: specs card "Evaluation tasks, scorers, statistics", S4 and S9. Pure functions; any thread. Scores lie in [0, 1].
// `right` holds 1 for a right path, 0 for a wrong one. Arguments out of range throw Error(bad_argument).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tasks/statistics.h"

namespace reckon {

// A share of paths, with its Wilson interval, which takes paths for independent: those of one problem are alike, so the truth is
// somewhat less sure than that. Of no paths the rate is 0 and the interval everything.
struct Rate {
  std::int64_t count = 0;
  std::int64_t of = 0;
  double rate = 0;
  ConfidenceInterval interval;  // 95 %
};

struct CalibrationBin {
  std::int64_t paths = 0;
  double score = 0;  // mean
  double right = 0;  // share
};

struct VerifierReport {
  std::int64_t paths = 0;
  std::int64_t right = 0;
  double threshold = 0.5;  // a path of this score or above is accepted
  Rate false_accepts;      // of the wrong paths
  Rate false_rejects;      // of the right paths
  double auroc = 0.5;      // as below; 1/2 where all paths are right, or all wrong
  double brier = 0;
  double calibration_error = 0;      // expected, over `bins`
  std::vector<CalibrationBin> bins;  // as below, 15
};

// At least one path.
VerifierReport measure_verifier(std::span<const double> scores, std::span<const std::uint8_t> right, double threshold = 0.5);

// The chance that a right path scores higher than a wrong one, equal scores counting half: rank sums, O(n log n). Needs one of
// each.
double auroc(std::span<const double> scores, std::span<const std::uint8_t> right);

// Mean squared distance of the score from the truth, 0 or 1.
double brier_score(std::span<const double> scores, std::span<const std::uint8_t> right);

// Paths in order of score, cut into `bins` of equal size, or one larger: at most as many as there are paths. Equal scores that
// lie on both sides of a cut count in both bins with what is right among them all, so that the order of paths changes nothing.
std::vector<CalibrationBin> calibration_bins(std::span<const double> scores, std::span<const std::uint8_t> right, int bins = 15);

// Mean over the paths of their bin's |mean score - share right|.
double expected_calibration_error(std::span<const CalibrationBin> bins);

// Mean over all shares of what is answered, the surest answers first, of how much of that is wrong: 0 where all is right. Equal
// scores count as if in random order.
double risk_coverage_area(std::span<const double> scores, std::span<const std::uint8_t> right);

}  // namespace reckon
