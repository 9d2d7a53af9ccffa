#include "app/selections.h"

#include <algorithm>
#include <utility>

#include "search/selector.h"

namespace reckon {

std::optional<bool> Selections::covered() const {
  if (answers.empty() || !answers.front().correct) return std::nullopt;
  return std::ranges::find(correct, true) != correct.end();
}

namespace {

Selections selections_of(const Outcome& outcome, std::vector<bool> correct, bool checkable) {
  Selections selections;
  selections.correct = std::move(correct);
  for (const char* name : {"best", "weighted", "majority"}) {
    SelectorAnswer& one = selections.answers.emplace_back();
    one.selector = name;
    const Selection selection = find_selector(name).select(outcome.paths);
    if (selection.chosen) one.answer = outcome.paths[*selection.chosen].answer;
    if (checkable) one.correct = selection.chosen && selections.correct[*selection.chosen];
  }
  return selections;
}

}  // namespace

Selections selections_of(const Outcome& outcome, const Problem& problem) {
  if (!problem.check) return selections_of(outcome, {}, /*checkable=*/false);
  std::vector<bool> correct;
  for (const PathRecord& path : outcome.paths) correct.push_back(path.answer && problem.check(path.text) == 1.0);
  return selections_of(outcome, std::move(correct), /*checkable=*/true);
}

Selections selections_of(const Outcome& outcome, std::vector<bool> correct) {
  return selections_of(outcome, std::move(correct), /*checkable=*/true);
}

}  // namespace reckon
