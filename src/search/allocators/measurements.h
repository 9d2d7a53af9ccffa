// What earlier evaluations measured, as allocators use it: how often strategies were right under which budget, on problems of
// which difficulty; how reliable verifiers were; how often one sample is right. Made by `reckon eval learn` (app/learning.h).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/budget.h"
#include "search/allocators/difficulty_probe.h"

namespace reckon {

inline constexpr int kAllBins = -1;

struct Costs {
  std::int64_t tokens = 0;
  double flops = 0;
  double seconds = 0;  // beside the other problems of that evaluation
};

struct MeasuredStrategy {
  std::string task;      // "countdown"
  std::string verifier;  // with all its parameters; "" = the strategy asks none
  std::string strategy;  // as a user would write it
  Budget budget;
  int bin = kAllBins;  // of difficulty, 0 the easiest; kAllBins = problems of all
  std::int64_t problems = 0;
  std::int64_t right = 0;
  double tokens = 0;  // mean
  // Of any of the problems, of all bins. Nothing where the file was made by a version that did not note it.
  std::optional<Costs> most = {};
};

struct MeasuredVerifier {
  std::string task;
  std::string verifier;
  double threshold = 0;  // a path of this score or above is accepted
  double completeness = 1;
  double soundness = 1;
  std::int64_t paths = 0;
};

// How often one sample is right, over the problems of a task: Beta(right, wrong), from the moments.
struct MeasuredAccuracy {
  std::string task;
  double right = 1;
  double wrong = 1;
  std::int64_t problems = 0;
};

// Difficulty is 1 - the share of `pilot` samples that agree with the leading answer; bin i ends where edges[i] begins.
struct DifficultyBins {
  int pilot = 0;              // 0 = none were learned
  std::vector<double> edges;  // rising; one fewer than bins
};

// Where the kinds of problems of `diffadapt` begin and end, by the pilot paths of all problems.
struct KindThresholds {
  double agree = 0.75;  // share of pilot paths that agrees: the median
  double sure = 0.3;    // nats a token of surprise: the median
  double hard = 0.5;    // share of pilot paths that agrees: the lower quartile
};

// Of a task: which of its problems were measured, "level=2+3", by its parameters.
struct MeasuredTask {
  std::string task;
  std::string parameters;
};

// An evaluation whose results were counted, and how to make it again. Verifiers, accuracies and bins are of these too.
struct MeasuredRun {
  std::string task;
  std::string verifier;
  std::string strategy;
  Budget budget;
  std::string command;   // "reckon eval --task countdown:level=2+3 …"
  std::string begun;     // date and time, UTC
  std::string problems;  // by index, "0-63, 70"
  std::string build;     // of the program, to the byte
  bool probed = false;   // the probe was learned from it, and nothing else
};

struct Measurements {
  std::string file;  // where they are from
  std::vector<MeasuredTask> tasks;
  std::vector<MeasuredRun> runs;  // none where the file was made by a version that did not note them
  std::vector<MeasuredStrategy> strategies;
  std::vector<MeasuredVerifier> verifiers;
  std::vector<MeasuredAccuracy> accuracies;
  DifficultyBins bins;
  KindThresholds kinds;
  std::optional<DifficultyProbe> probe;  // tells the kinds before anything is drawn; nothing where none was learned
};

int bin_of(double difficulty, const DifficultyBins& bins);

// What is asked of the measurements.
struct MeasuredSituation {
  std::string task;      // "" or one that was not measured: all tasks count, each alike
  std::string verifier;  // the one at hand
  Budget budget;
  int bin = kAllBins;
  int level = 0;  // of the problem; 0 = nobody knows
};

struct RankedStrategy {
  std::string strategy;
  double accuracy = 0;        // expected: Laplace's (right + 1) / (problems + 2), between budgets linear in the logarithm
  double tokens = 0;          // mean
  std::int64_t problems = 0;  // that it was measured on, of the budgets nearest
  Budget budget = {};  // of which all this is said: the one asked about, or where it lies beyond those measured the nearest
  std::vector<Budget> measured = {};  // under which it was measured, on the task that comes first: one, or the two around
  bool unlimited = false;             // by some of the limits asked about, which no problem came up to when it was measured
};

// The strategies measured in such a situation, best first; equals in order of tokens. Only those count that were measured on as
// many tasks as any. Empty where nothing was measured with a limit of the same kind, and further limits, where there are any, the
// same or so wide that no problem came up to them.
std::vector<RankedStrategy> ranked_strategies(const Measurements& measurements, const MeasuredSituation& situation);

// What is said of it rests on: "by 64 problems of countdown (level=2+3; none of level 5), under tokens=600, measured 2026-11-27
// by 'reckon eval …' (build 0.1.0+…)".
std::string grounds_of(const RankedStrategy& ranked, const Measurements& measurements, const MeasuredSituation& situation);

// Of those within `slack` of the best, the one of fewest tokens. `ranked` is not empty.
const RankedStrategy& cheapest_of_best(std::span<const RankedStrategy> ranked, double slack);

// Of this task, or of all together where it was not measured; nothing where nothing was measured. The threshold is the nearest
// that was measured.
std::optional<MeasuredVerifier> measured_verifier(const Measurements& measurements, const std::string& task,
                                                  const std::string& verifier, double threshold);
std::optional<MeasuredAccuracy> measured_accuracy(const Measurements& measurements, const std::string& task);

}  // namespace reckon
