// What must hold for every outcome, whatever strategy made it and under whatever budget.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "search/strategy.h"

namespace reckon {

// What is wrong with it; empty if nothing is. `generated`: tokens that its paths must add up to; nothing where a strategy also
// draws texts that are no paths.
inline std::string fault_of_outcome(const Outcome& outcome, std::optional<std::int64_t> generated) {
  std::int64_t drawn = 0;
  bool answered = false;
  std::set<std::uint64_t> ids;
  for (const PathRecord& path : outcome.paths) {
    drawn += path.tokens - path.inherited_tokens;
    answered = answered || path.answer.has_value();
    if (path.state == PathState::open) return "a path is left open";
    if (!ids.insert(path.id).second) return "a path is there twice";
  }
  if (generated && drawn != *generated) return "the ledger is not what the paths hold";
  if (answered && !outcome.answer) return "an answer was found and not returned";
  if (outcome.answer && outcome.status == OutcomeStatus::no_answer) return "an answer, and the status says none";
  if (!outcome.answer && outcome.status == OutcomeStatus::answered) return "no answer, and the status says one";
  if (outcome.chosen && outcome.paths[*outcome.chosen].answer != outcome.answer) return "the answer is not that of its path";
  if (outcome.confidence < 0 || outcome.confidence > 1 + 1e-12) return "a confidence outside of [0, 1]";
  return "";
}

}  // namespace reckon
