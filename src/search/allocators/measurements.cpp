#include "search/allocators/measurements.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace reckon {
namespace {

// Budgets are comparable by the first limit that there is, of tokens, flops, seconds, joules, where all others are the same, or
// would have ended nothing: what 1,200 tokens were worth says nothing of 1,200 tokens in a tenth of a second, but all of 1,200
// tokens in an hour.
struct Limit {
  int kind = 0;  // 0 = none
  double amount = 0;
};

Limit limit_of(const Budget& budget) {
  if (budget.tokens) return {1, static_cast<double>(*budget.tokens)};
  if (budget.flops) return {2, *budget.flops};
  if (budget.seconds) return {3, *budget.seconds};
  if (budget.joules) return {4, *budget.joules};
  return {};
}

enum class Further { same, wide, other };  // limits but for the first

Further further_limits(const Limit& first, const MeasuredStrategy& row, const Budget& asked) {
  Further all = Further::same;
  const auto compare = [&](int kind, const auto& measured, const auto& limit, const auto& most) {
    if (first.kind == kind || measured == limit || all == Further::other) return;
    all = !measured && row.most && most && *most <= *limit ? Further::wide : Further::other;
  };
  const Costs most = row.most.value_or(Costs());
  compare(1, row.budget.tokens, asked.tokens, std::optional(most.tokens));
  compare(2, row.budget.flops, asked.flops, std::optional(most.flops));
  compare(3, row.budget.seconds, asked.seconds, std::optional(most.seconds));
  compare(4, row.budget.joules, asked.joules, std::optional<double>());  // nobody counts them for one problem
  return all;
}

// Of one strategy on one task, by the logarithm of the limit.
struct Point {
  double accuracy;
  double tokens;
  double problems;
  std::vector<Budget> budgets;  // that were measured, the nearest first
  bool unlimited;               // RankedStrategy::unlimited
};
using Curve = std::map<double, Point>;

Point at(const Curve& curve, double where) {
  const auto above = curve.lower_bound(where);
  if (above == curve.begin()) return above->second;
  const auto below = std::prev(above);
  if (above == curve.end()) return below->second;
  if (above->first == where) return above->second;
  const double part = (where - below->first) / (above->first - below->first);
  const auto between = [part](double low, double high) { return low + part * (high - low); };
  return {between(below->second.accuracy, above->second.accuracy), between(below->second.tokens, above->second.tokens),
          std::min(below->second.problems, above->second.problems),
          std::vector{(part < 0.5 ? below : above)->second.budgets[0], (part < 0.5 ? above : below)->second.budgets[0]},
          below->second.unlimited || above->second.unlimited};
}

bool covers(const Curve& curve, double where) { return curve.begin()->first <= where && where <= curve.rbegin()->first; }

Budget only_first(const Budget& budget) {
  Budget first;
  switch (limit_of(budget).kind) {
    case 1: first.tokens = budget.tokens; break;
    case 2: first.flops = budget.flops; break;
    case 3: first.seconds = budget.seconds; break;
    case 4: first.joules = budget.joules; break;
    default: break;
  }
  return first;
}

// Without a limit the measurements of the kind that was measured most often tell, at their largest.
Limit wanted_limit(std::span<const MeasuredStrategy* const> rows, const Budget& budget) {
  const Limit limit = limit_of(budget);
  const auto has_none = [](const MeasuredStrategy* row) { return limit_of(row->budget).kind == 0; };
  if (limit.kind != 0 || rows.empty() || std::ranges::any_of(rows, has_none)) return limit;
  std::map<int, int> kinds;
  for (const MeasuredStrategy* row : rows) ++kinds[limit_of(row->budget).kind];
  const auto most = std::ranges::max_element(kinds, {}, [](const auto& kind) { return kind.second; });
  return {most->first, HUGE_VAL};
}

std::vector<const MeasuredStrategy*> rows_of(const Measurements& measurements, const MeasuredSituation& situation) {
  std::vector<const MeasuredStrategy*> rows;
  for (const MeasuredStrategy& row : measurements.strategies) {
    const bool can_ask = row.verifier.empty() || row.verifier == situation.verifier;
    if (can_ask && row.bin == situation.bin && row.problems > 0) rows.push_back(&row);
  }
  const auto of_task = [&](const MeasuredStrategy* row) { return row->task == situation.task; };
  if (std::ranges::any_of(rows, of_task)) std::erase_if(rows, [&](const MeasuredStrategy* row) { return !of_task(row); });
  return rows;
}

// Whether "level=2+3,prompt=full and level=5" names this level. Tasks without levels name none, and cover all.
bool covers_level(std::string_view parameters, int level) {
  constexpr std::string_view kLevel = "level=";
  bool named = false;
  for (std::size_t at = parameters.find(kLevel); at != std::string_view::npos; at = parameters.find(kLevel, at)) {
    named = true;
    for (at += kLevel.size();
         at < parameters.size() && (parameters[at] == '+' || (parameters[at] >= '0' && parameters[at] <= '9')); ++at) {
      if (parameters[at] == static_cast<char>('0' + level)) return true;
    }
  }
  return !named;
}

// When and how it was measured, for those who want to see it again.
std::string origin_of(const RankedStrategy& ranked, const Measurements& measurements, const MeasuredSituation& situation) {
  std::vector<const MeasuredRun*> runs;
  for (const Budget& budget : ranked.measured) {
    for (const MeasuredRun& run : measurements.runs) {
      const bool can_ask = run.verifier.empty() || run.verifier == situation.verifier;
      const bool same =
          run.task == situation.task && run.strategy == ranked.strategy && to_string(run.budget) == to_string(budget);
      if (can_ask && same && !run.probed) runs.push_back(&run);
    }
  }
  if (runs.empty()) return measurements.runs.empty() ? "" : ", by an evaluation that is not noted";
  const MeasuredRun& first = *runs.front();
  std::string text = fmt::format(", measured {} by '{}' (problems {}, build {})", first.begun.substr(0, 10), first.command,
                                 first.problems, first.build);
  if (runs.size() > 1) text += fmt::format(" and {} more", runs.size() - 1);
  return text;
}

// Rates weighted by paths.
MeasuredVerifier pooled(std::span<const MeasuredVerifier* const> rows) {
  MeasuredVerifier all = *rows.front();
  all.completeness = all.soundness = 0;
  all.paths = 0;
  for (const MeasuredVerifier* row : rows) {
    all.completeness += row->completeness * static_cast<double>(row->paths);
    all.soundness += row->soundness * static_cast<double>(row->paths);
    all.paths += row->paths;
  }
  all.completeness /= static_cast<double>(all.paths);
  all.soundness /= static_cast<double>(all.paths);
  return all;
}

}  // namespace

int bin_of(double difficulty, const DifficultyBins& bins) {
  return static_cast<int>(std::ranges::upper_bound(bins.edges, difficulty) - bins.edges.begin());
}

std::vector<RankedStrategy> ranked_strategies(const Measurements& measurements, const MeasuredSituation& situation) {
  std::vector<const MeasuredStrategy*> rows = rows_of(measurements, situation);
  const Limit wanted = wanted_limit(rows, situation.budget);
  std::map<std::string, std::map<std::string, Curve>> curves;  // of each strategy on each task
  for (const MeasuredStrategy* row : rows) {
    const Limit limit = limit_of(row->budget);
    const Further further = further_limits(limit, *row, situation.budget);
    if (limit.kind != wanted.kind || further == Further::other) continue;
    const double accuracy = (static_cast<double>(row->right) + 1) / (static_cast<double>(row->problems) + 2);
    const double where = limit.kind == 0 ? 0 : std::log(limit.amount);
    const Point point{accuracy, row->tokens, static_cast<double>(row->problems), {row->budget}, further == Further::wide};
    Curve& curve = curves[row->strategy][row->task];
    const auto there = curve.find(where);
    if (there == curve.end() || point.unlimited <= there->second.unlimited) curve.insert_or_assign(where, point);
  }
  std::size_t tasks = 0;
  for (const auto& [strategy, by_task] : curves) tasks = std::max(tasks, by_task.size());
  std::vector<RankedStrategy> ranked;
  for (const auto& [strategy, by_task] : curves) {
    if (by_task.size() < tasks) continue;
    RankedStrategy& one = ranked.emplace_back();
    one.strategy = strategy;
    one.budget = situation.budget;
    for (const auto& [task, curve] : by_task) {
      const double where = wanted.kind == 0 ? 0 : std::log(wanted.amount);
      const Point point = at(curve, where);
      if (!covers(curve, where)) one.budget = point.budgets.front();
      if (covers(curve, where) && point.unlimited) one.budget = only_first(situation.budget);
      if (one.measured.empty()) one.measured = point.budgets;
      one.unlimited = one.unlimited || point.unlimited;
      one.accuracy += point.accuracy / static_cast<double>(tasks);
      one.tokens += point.tokens / static_cast<double>(tasks);
      one.problems += static_cast<std::int64_t>(point.problems);
    }
  }
  std::ranges::stable_sort(ranked, [](const RankedStrategy& a, const RankedStrategy& b) {
    return a.accuracy != b.accuracy ? a.accuracy > b.accuracy : a.tokens < b.tokens;
  });
  return ranked;
}

std::string grounds_of(const RankedStrategy& ranked, const Measurements& measurements, const MeasuredSituation& situation) {
  const bool measured =
      std::ranges::find(measurements.strategies, situation.task, &MeasuredStrategy::task) != measurements.strategies.end();
  const auto noted = std::ranges::find(measurements.tasks, situation.task, &MeasuredTask::task);
  std::string text = fmt::format("by {} problems of {}", ranked.problems, measured ? situation.task : "other tasks");
  if (noted != measurements.tasks.end()) {
    const bool elsewhere = situation.level > 0 && !covers_level(noted->parameters, situation.level);
    text += fmt::format(" ({}{})", noted->parameters, elsewhere ? fmt::format("; none of level {}", situation.level) : "");
  }
  const std::string under = to_string(ranked.budget);
  text += ", under " + under;
  if (under != to_string(ranked.unlimited ? only_first(situation.budget) : situation.budget))
    text += ", the nearest budget that was measured";
  if (ranked.unlimited) text += ", where no problem came up to the other limits";
  return measured ? text + origin_of(ranked, measurements, situation) : text;
}

const RankedStrategy& cheapest_of_best(std::span<const RankedStrategy> ranked, double slack) {
  const RankedStrategy* chosen = &ranked.front();
  for (const RankedStrategy& one : ranked) {
    if (one.accuracy >= ranked.front().accuracy - slack && one.tokens < chosen->tokens) chosen = &one;
  }
  return *chosen;
}

std::optional<MeasuredVerifier> measured_verifier(const Measurements& measurements, const std::string& task,
                                                  const std::string& verifier, double threshold) {
  std::vector<const MeasuredVerifier*> rows;
  for (const MeasuredVerifier& row : measurements.verifiers) {
    if (row.verifier == verifier && row.paths > 0) rows.push_back(&row);
  }
  const auto of_task = [&](const MeasuredVerifier* row) { return row->task == task; };
  if (std::ranges::any_of(rows, of_task)) std::erase_if(rows, [&](const MeasuredVerifier* row) { return !of_task(row); });
  if (rows.empty()) return std::nullopt;
  const auto distance = [threshold](const MeasuredVerifier* row) { return std::abs(row->threshold - threshold); };
  const double nearest = distance(*std::ranges::min_element(rows, {}, distance));
  std::erase_if(rows, [&](const MeasuredVerifier* row) { return distance(row) > nearest; });
  return pooled(rows);
}

std::optional<MeasuredAccuracy> measured_accuracy(const Measurements& measurements, const std::string& task) {
  std::vector<const MeasuredAccuracy*> rows;
  for (const MeasuredAccuracy& row : measurements.accuracies) rows.push_back(&row);
  if (rows.empty()) return std::nullopt;
  const auto same = std::ranges::find(rows, task, &MeasuredAccuracy::task);
  if (same != rows.end()) return **same;
  MeasuredAccuracy all{.task = "", .right = 0, .wrong = 0, .problems = 0};
  for (const MeasuredAccuracy* row : rows) {
    all.right += row->right / static_cast<double>(rows.size());
    all.wrong += row->wrong / static_cast<double>(rows.size());
    all.problems += row->problems;
  }
  return all;
}

}  // namespace reckon
