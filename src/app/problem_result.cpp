#include "app/problem_result.h"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

#include "app/code_version.h"
#include "search/answers/fenced_block.h"

namespace reckon {
namespace {

std::string family_of(const Instance& instance) {
  if (!instance.family.empty()) return instance.family;
  return instance.level > 0 ? fmt::format("L{}", instance.level) : "";
}

// The model's own words: what verdicts are about.
const std::string& chosen_text(const Outcome& outcome) {
  static const std::string kNone;
  return outcome.chosen ? outcome.paths[*outcome.chosen].text : kNone;
}

std::optional<std::string> answer_in(const PathRecord& path, const Instance& instance) {
  if (!instance.tests.empty()) return program_answer(path.text, path.state == PathState::finished);
  return extract_answer(path.text, instance.answer_form);
}

}  // namespace

ProblemResult result_of(const Task& task, std::int64_t problem, const Instance& instance, SolveResult solved) {
  ProblemResult result;
  result.problem = problem;
  result.id = instance.id;
  result.level = instance.level;
  result.family = family_of(instance);
  result.verdict = task.check(instance, chosen_text(solved.outcome));
  result.checked_by = code_version();
  result.solved = std::move(solved);
  return result;
}

void rescore(ProblemResult& result, const Task& task, const Instance& instance) {
  Outcome& outcome = result.solved.outcome;
  std::vector<bool> correct;
  for (PathRecord& path : outcome.paths) {
    // A path that was given up or cut off has no answer unless its strategy took one from it.
    const bool may_answer = path.answer || path.state == PathState::finished;
    auto answer = may_answer ? answer_in(path, instance) : std::nullopt;
    if (answer) path.answer = std::move(answer);
    correct.push_back(path.answer && task.check(instance, path.text).correct);
  }
  if (outcome.chosen) outcome.answer = outcome.paths[*outcome.chosen].answer;
  result.solved.selections = selections_of(outcome, std::move(correct));
  result.solved.correct = outcome.chosen && result.solved.selections.correct[*outcome.chosen];
  result.verdict = task.check(instance, chosen_text(outcome));
  result.checked_by = code_version();
}

}  // namespace reckon
