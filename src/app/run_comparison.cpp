#include "app/run_comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <limits>
#include <map>

#include "base/error.h"
#include "base/units.h"
#include "text/utf8.h"

namespace reckon {
namespace {

constexpr std::size_t kShownRuns = 20;  // in an error

std::string listed(const std::vector<StoredRun>& runs) {
  std::string text;
  for (std::size_t i = 0; i < runs.size() && i < kShownRuns; ++i) {
    text += fmt::format("{}{} ({})", i == 0 ? "" : "; ", runs[i].id, summary_of(runs[i]));
  }
  return text + (runs.size() > kShownRuns ? "; …" : "");
}

StoredRun chosen_run(ResultStore& store, const RunName& name) {
  const std::vector<StoredRun> runs = store.runs();
  if (runs.empty()) throw Error(ErrorCode::not_found, "holds no run", name.file);
  if (name.run == 0 && runs.size() == 1) return runs.front();
  if (name.run == 0) {
    throw Error(ErrorCode::bad_argument, fmt::format("holds several runs; write FILE:NUMBER with one of {}", listed(runs)),
                name.file);
  }
  const auto found = std::ranges::find(runs, name.run, &StoredRun::id);
  if (found != runs.end()) return *found;
  throw Error(ErrorCode::not_found, fmt::format("holds no run {}; it holds {}", name.run, listed(runs)), name.file);
}

struct LoadedRun {
  StoredRun run;
  std::map<std::int64_t, ProblemResult> results;
};

LoadedRun load(const RunName& name) {
  ResultStore store(name.file, DatabaseAccess::read);
  LoadedRun loaded{chosen_run(store, name), {}};
  loaded.results = store.results(loaded.run.id, 0, std::numeric_limits<std::int64_t>::max());
  return loaded;
}

// Settings may put rules, examples or an instruction around a problem; a file may hold another one under the same number.
bool of_different_problems(const ProblemResult& a, const ProblemResult& b) {
  const std::string& first = a.solved.problem;
  const std::string& second = b.solved.problem;
  return a.id != b.id || (first.find(second) == std::string::npos && second.find(first) == std::string::npos);
}

std::string shown(const ProblemResult& result) {
  constexpr std::size_t kShown = 60;  // bytes of a prompt
  const std::string& prompt = result.solved.problem;
  std::string begin = prompt.substr(0, kShown);
  begin.resize(begin.size() - incomplete_suffix(begin));
  return fmt::format("{} '{}{}'", result.id, begin, prompt.size() > kShown ? "…" : "");
}

// Those that both have, of one of them.
EvaluatedCell common(const LoadedRun& run, const LoadedRun& other) {
  EvaluatedCell evaluated;
  evaluated.cell.label = run.run.label;
  for (const auto& [problem, result] : run.results) {
    const auto same = other.results.find(problem);
    if (same == other.results.end()) continue;
    if (of_different_problems(result, same->second)) {
      throw Error(ErrorCode::bad_argument,
                  fmt::format("the runs are of different problems: number {} is {} in one and {} in the other", problem,
                              shown(result), shown(same->second)));
    }
    evaluated.results.push_back(result);
    evaluated.cell.strategy = result.solved.strategy;
  }
  if (evaluated.results.empty()) throw Error(ErrorCode::bad_argument, "the runs have no problem in common");
  return evaluated;
}

std::map<std::string, std::vector<ProblemResult>> by_family(const EvaluatedCell& evaluated) {
  std::map<std::string, std::vector<ProblemResult>> families;
  for (const ProblemResult& result : evaluated.results) families[result.family].push_back(result);
  return families;
}

double accuracy_of(const std::vector<ProblemResult>& results) {
  const auto right = std::ranges::count_if(results, &ProblemResult::right);
  return static_cast<double>(right) / static_cast<double>(results.size());
}

std::vector<FamilyComparison> compare_families(const EvaluatedCell& first, const EvaluatedCell& second) {
  const auto of_first = by_family(first);
  const auto of_second = by_family(second);
  std::vector<FamilyComparison> families;
  std::vector<double> p_values;
  for (const auto& [family, results] : of_first) {
    const auto other = of_second.find(family);
    if (other == of_second.end()) continue;
    FamilyComparison& one = families.emplace_back();
    one.family = family;
    one.first = accuracy_of(results);
    one.second = accuracy_of(other->second);
    one.paired = compare(other->second, results);
    p_values.push_back(one.paired.p);
  }
  const std::vector<double> adjusted = holm_adjusted(p_values);
  for (std::size_t i = 0; i < families.size(); ++i) families[i].p = adjusted[i];
  return families;
}

}  // namespace

RunName parse_run_name(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  std::error_code fault;
  if (colon == std::string::npos || std::filesystem::exists(text, fault)) return {text, 0};
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, wrong] = std::from_chars(text.data() + colon + 1, end, number);
  if (wrong != std::errc() || rest != end || number < 1) return {text, 0};  // part of the name: opening it will say so
  return {text.substr(0, colon), number};
}

RunComparison compare_runs(const RunName& first, const RunName& second) {
  const LoadedRun a = load(first);
  const LoadedRun b = load(second);
  const EvaluatedCell of_first = common(a, b);
  const EvaluatedCell of_second = common(b, a);
  RunComparison comparison;
  comparison.first_run = a.run;
  comparison.second_run = b.run;
  comparison.first = score_of(of_first);
  comparison.second = score_of(of_second);
  comparison.paired = compare(of_second.results, of_first.results);
  comparison.families = compare_families(of_first, of_second);
  return comparison;
}

std::string summary_of(const StoredRun& run) {
  const std::string& task = run.identity.task;
  const double share = run.problems > 0 ? 100 * static_cast<double>(run.right) / static_cast<double>(run.problems) : 0;
  return fmt::format("{} on {}, {}, {:.1f} % right", run.label, task.substr(0, task.find_first_of(": ")),
                     counted(run.problems, "problem"), share);
}

}  // namespace reckon
