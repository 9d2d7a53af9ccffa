#include "app/learning.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <ranges>
#include <set>
#include <tuple>

#include "app/run_identity.h"
#include "base/error.h"
#include "search/allocator.h"
#include "search/allocators/waves.h"
#include "search/strategies/independent_paths.h"
#include "tasks/verifier_report.h"

namespace reckon {
namespace {

constexpr std::array kThresholds{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99};

// "countdown:level=3 (countdown/1/…)" -> "countdown".
std::string task_name(const std::string& task) { return task.substr(0, task.find_first_of(": ")); }

// Nothing for the runs of another version, whose strategies or budgets this one does not know.
struct RunKind {
  std::string strategy;
  Budget budget;
  bool independent = false;
};

// A greedy path is no sample.
bool draws_samples(const Strategy& strategy) {
  const IndependentPaths* paths = strategy.independent();
  return paths != nullptr && !paths->greedy_first();
}

std::optional<RunKind> kind_of(const RunIdentity& identity) {
  try {
    RunKind kind;
    kind.strategy = short_name_of_strategy(identity.strategy);
    if (identity.budget != to_string(Budget{})) kind.budget = parse_budget(identity.budget);
    if (moves_budget(kind.strategy)) return std::nullopt;
    const AllocationText text = parse_allocation(kind.strategy);
    if (text.strategy.empty()) return std::nullopt;  // who chooses is not to choose by its own choices
    kind.independent = text.allocators.empty() && draws_samples(*make_strategy(text.strategy, make_verifier("length")));
    return kind;
  } catch (const Error&) {
    return std::nullopt;
  }
}

// All that a run's results depend on, but for the version of the program.
std::string drawn_by(RunIdentity identity) {
  identity.code.clear();
  std::string text;
  for (const auto& [column, value] : identity.fields()) text += *value + '\n';
  return text;
}

// Ascending numbers, "0-63, 70".
std::string ranges_of(std::span<const std::int64_t> numbers) {
  std::string text;
  for (std::size_t i = 0; i < numbers.size();) {
    std::size_t end = i + 1;
    while (end < numbers.size() && numbers[end] == numbers[end - 1] + 1) ++end;
    text += fmt::format("{}{}", text.empty() ? "" : ", ", numbers[i]);
    if (end - i > 1) text += fmt::format("-{}", numbers[end - 1]);
    i = end;
  }
  return text;
}

void note_paths(Observation& one, const ProblemResult& result, bool scored) {
  const std::vector<PathRecord>& paths = result.solved.outcome.paths;
  const std::vector<bool>& correct = result.solved.selections.correct;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (paths[i].state != PathState::finished) continue;
    ++one.samples;
    one.right_samples += correct[i] ? 1 : 0;
    if (scored) one.scores.emplace_back(std::clamp(paths[i].score, 0.0, 1.0), correct[i]);
  }
  const auto pilots = std::span(paths).first(std::min<std::size_t>(kPilotPaths, paths.size()));
  const bool whole = pilots.size() == kPilotPaths &&
                     std::ranges::none_of(pilots, [](const PathRecord& path) { return path.state == PathState::cut_off; });
  if (!whole) return;
  const std::vector<int> votes = votes_of(pilots);
  one.difficulty = votes.empty() ? 1 : 1 - static_cast<double>(votes.front()) / kPilotPaths;
  one.surprise = surprise_of(pilots);
}

// Of each problem: the first that is known. The pilot draws what any strategy of independent paths draws first.
struct Pilot {
  double difficulty;
  double surprise;
};
using Pilots = std::map<std::pair<std::string, std::string>, Pilot>;
Pilots pilots_of(std::span<const Observation> observations) {
  Pilots known;
  for (const Observation& one : observations) {
    if (one.difficulty) known.emplace(std::pair{one.task, one.problem}, Pilot{*one.difficulty, one.surprise});
  }
  return known;
}

std::vector<double> sorted(const Pilots& pilots, double Pilot::* figure) {
  std::vector<double> values;
  for (const auto& [problem, pilot] : pilots) values.push_back(pilot.*figure);
  std::ranges::sort(values);
  return values;
}

double quantile(std::span<const double> ascending, int part, int parts) {
  return ascending[ascending.size() * static_cast<std::size_t>(part) / static_cast<std::size_t>(parts)];
}

DifficultyBins bins_of(const Pilots& pilots) {
  DifficultyBins bins;
  if (pilots.empty()) return bins;
  bins.pilot = kPilotPaths;
  const std::vector<double> difficulties = sorted(pilots, &Pilot::difficulty);
  for (int i = 1; i < kBins; ++i) {
    const double edge = quantile(difficulties, i, kBins);
    if (edge > difficulties.front() && (bins.edges.empty() || edge > bins.edges.back())) bins.edges.push_back(edge);
  }
  return bins;
}

// Specs card E1: thresholds come from what was observed.
KindThresholds kinds_of(const Pilots& pilots) {
  if (pilots.empty()) return {};
  const std::vector<double> difficulties = sorted(pilots, &Pilot::difficulty);
  return {.agree = 1 - quantile(difficulties, 1, 2),
          .sure = quantile(sorted(pilots, &Pilot::surprise), 1, 2),
          .hard = 1 - quantile(difficulties, 3, 4)};
}

using StrategyKey = std::tuple<std::string, std::string, std::string, std::string, int>;

void count(const Observation& one, int bin, std::map<StrategyKey, MeasuredStrategy>& rows) {
  MeasuredStrategy& row = rows[{one.task, one.verifier, to_string(one.budget), one.strategy, bin}];
  row.task = one.task;
  row.verifier = one.verifier;
  row.strategy = one.strategy;
  row.budget = one.budget;
  row.bin = bin;
  row.tokens += (one.tokens - row.tokens) / static_cast<double>(++row.problems);
  row.right += one.right ? 1 : 0;
}

void note_costs(std::span<const Observation> observations, std::span<MeasuredStrategy> rows) {
  std::map<std::tuple<std::string, std::string, std::string, std::string>, Costs> most;
  for (const Observation& one : observations) {
    Costs& costs = most[{one.task, one.verifier, to_string(one.budget), one.strategy}];
    costs.tokens = std::max(costs.tokens, static_cast<std::int64_t>(one.tokens));
    costs.flops = std::max(costs.flops, one.flops);
    costs.seconds = std::max(costs.seconds, one.seconds);
  }
  for (MeasuredStrategy& row : rows) row.most = most[{row.task, row.verifier, to_string(row.budget), row.strategy}];
}

// Problems of several settings are counted as one task's: all settings are named.
std::vector<MeasuredTask> tasks_of(std::span<const Observation> observations) {
  std::map<std::string, std::set<std::string>> settings;
  for (const Observation& one : observations) {
    if (!one.parameters.empty()) settings[one.task].insert(one.parameters);
  }
  std::vector<MeasuredTask> rows;
  for (const auto& [task, all] : settings) rows.push_back({task, fmt::format("{}", fmt::join(all, " and "))});
  return rows;
}

std::vector<MeasuredVerifier> verifiers_of(std::span<const Observation> observations) {
  struct Scored {
    std::vector<double> scores;
    std::vector<std::uint8_t> right;
  };
  std::map<std::pair<std::string, std::string>, Scored> pools;
  for (const Observation& one : observations) {
    for (const auto& [score, right] : one.scores) {
      Scored& pool = pools[{one.task, one.verifier}];
      pool.scores.push_back(score);
      pool.right.push_back(right ? 1 : 0);
    }
  }
  std::vector<MeasuredVerifier> rows;
  for (const auto& [key, pool] : pools) {
    for (const double threshold : kThresholds) {
      const VerifierReport report = measure_verifier(pool.scores, pool.right, threshold);
      rows.push_back(
          {key.first, key.second, threshold, 1 - report.false_rejects.rate, 1 - report.false_accepts.rate, report.paths});
    }
  }
  return rows;
}

// By the moments of the shares of right samples; what of their variance is that of sampling is taken off.
MeasuredAccuracy accuracy_of(const std::string& task, std::span<const std::pair<double, double>> shares) {  // share, samples
  const auto n = static_cast<double>(shares.size());
  double mean = 0, variance = 0, sampling = 0;
  for (const auto& [share, samples] : shares) mean += share / n;
  for (const auto& [share, samples] : shares) variance += (share - mean) * (share - mean) / std::max(n - 1, 1.0);
  for (const auto& [share, samples] : shares) sampling += share * (1 - share) / std::max(samples - 1, 1.0) / n;
  const double spread = std::max(variance - sampling, 1e-6);
  const double strength = std::clamp(mean * (1 - mean) / spread - 1, 0.1, 1000.0);
  return {task, std::max(mean * strength, 0.01), std::max((1 - mean) * strength, 0.01), std::ssize(shares)};
}

std::vector<MeasuredAccuracy> accuracies_of(std::span<const Observation> observations) {
  std::map<std::string, std::map<std::string, std::pair<double, double>>> pools;  // of each problem once: the most samples
  for (const Observation& one : observations) {
    if (one.samples == 0) continue;
    auto& [share, samples] = pools[one.task][one.problem];
    if (samples >= static_cast<double>(one.samples)) continue;
    samples = static_cast<double>(one.samples);
    share = static_cast<double>(one.right_samples) / samples;
  }
  std::vector<MeasuredAccuracy> rows;
  for (const auto& [task, problems] : pools) {
    std::vector<std::pair<double, double>> shares;
    for (const auto& [problem, share] : problems) shares.push_back(share);
    rows.push_back(accuracy_of(task, shares));
  }
  return rows;
}

}  // namespace

void StoredObservations::add(ResultStore& store) {
  const std::vector<StoredRun> runs = store.runs();
  for (const StoredRun& run : std::views::reverse(runs)) {  // the latest version first
    const std::optional<RunKind> kind = kind_of(run.identity);
    if (!kind) continue;
    const std::string parameters = setting_of_task(run.identity.task);
    std::set<std::int64_t>& counted = counted_[drawn_by(run.identity)];
    std::vector<std::int64_t> problems;  // that count here
    for (const auto& [index, result] : store.results(run.id, 0, std::numeric_limits<std::int64_t>::max())) {
      if (!counted.insert(index).second) {
        ++repeated_;
        continue;
      }
      if (result.solved.outcome.status == OutcomeStatus::too_long) continue;  // says nothing of the strategy
      problems.push_back(index);
      Observation one;
      one.task = task_name(run.identity.task);
      one.parameters = parameters;
      one.problem = result.id;
      one.text = result.solved.problem;
      one.prompt = run.identity.prompt;
      one.verifier = run.identity.verifier;
      one.strategy = kind->strategy;
      one.budget = kind->budget;
      one.right = result.right();
      one.tokens = static_cast<double>(result.solved.receipt.ledger.total());
      one.flops = result.solved.receipt.ledger.flops;
      one.seconds = result.solved.receipt.ledger.seconds;
      if (kind->independent) note_paths(one, result, !one.verifier.empty());
      by_model_[run.identity.model].push_back(std::move(one));
    }
    if (problems.empty()) continue;
    runs_[run.identity.model].push_back({.task = task_name(run.identity.task),
                                         .verifier = run.identity.verifier,
                                         .strategy = kind->strategy,
                                         .budget = kind->budget,
                                         .command = command_of(run.identity),
                                         .begun = run.begun,
                                         .problems = ranges_of(problems),
                                         .build = run.identity.code});
  }
}

std::vector<MeasuredRun> StoredObservations::runs(const std::string& model) const {
  const auto found = runs_.find(model);
  return found == runs_.end() ? std::vector<MeasuredRun>() : found->second;
}

Measurements measurements_of(std::span<const Observation> observations) {
  Measurements all;
  const Pilots known = pilots_of(observations);
  all.bins = bins_of(known);
  all.kinds = kinds_of(known);
  std::map<StrategyKey, MeasuredStrategy> rows;
  for (const Observation& one : observations) {
    count(one, kAllBins, rows);
    const auto pilot = known.find({one.task, one.problem});
    if (pilot != known.end()) count(one, bin_of(pilot->second.difficulty, all.bins), rows);
  }
  for (auto& [key, row] : rows) all.strategies.push_back(std::move(row));
  note_costs(observations, all.strategies);
  all.tasks = tasks_of(observations);
  all.verifiers = verifiers_of(observations);
  all.accuracies = accuracies_of(observations);
  return all;
}

}  // namespace reckon
