// The same paths under each selector, and whether any of them is right: what the search found, beside what its strategy made of
// it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "search/problem.h"
#include "search/strategy.h"

namespace reckon {

struct SelectorAnswer {
  std::string_view selector;          // a name of selectors()
  std::optional<std::string> answer;  // nothing where no path has one
  std::optional<bool> correct;        // where somebody can tell
};

struct Selections {
  std::vector<SelectorAnswer> answers;  // of best, weighted and majority; where nothing was scored, scores count as 0
  std::vector<bool> correct;            // per path of the outcome: its answer is right; empty where nobody can tell
  // Coverage: some path is right. Nothing where nobody can tell.
  std::optional<bool> covered() const;
};

Selections selections_of(const Outcome& outcome, const Problem& problem);

// The same where it is known already which paths are right: one flag per path.
Selections selections_of(const Outcome& outcome, std::vector<bool> correct);

}  // namespace reckon
