#include "app/selections.h"

#include <algorithm>

#include "search/selector.h"

namespace reckon {

std::optional<bool> Selections::covered() const {
  if (answers.empty() || !answers.front().correct) return std::nullopt;
  return std::ranges::find(correct, true) != correct.end();
}

Selections selections_of(const Outcome& outcome, const Problem& problem) {
  Selections selections;
  const bool checkable = static_cast<bool>(problem.check);
  for (const PathRecord& path : outcome.paths) {
    if (checkable) selections.correct.push_back(path.answer && problem.check(path.text) == 1.0);
  }
  for (const char* name : {"best", "weighted", "majority"}) {
    SelectorAnswer& one = selections.answers.emplace_back();
    one.selector = name;
    const Selection selection = find_selector(name).select(outcome.paths);
    if (selection.chosen) one.answer = outcome.paths[*selection.chosen].answer;
    if (checkable) one.correct = selection.chosen && selections.correct[*selection.chosen];
  }
  return selections;
}

}  // namespace reckon
