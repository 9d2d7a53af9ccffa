// Step checks of tasks whose working is a search: a line per node, in any order, with an x at the end of one that is refuted.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "tasks/generation.h"
#include "tasks/working_lines.h"

namespace reckon {

// What "none" is worth as an answer, where there is one or not; nullopt for any other. `what_exists` is said of a wrong one.
inline std::optional<Verdict> judged_none(std::string_view answer, bool exists, const char* what_exists) {
  if (answer != "none") return std::nullopt;
  return judged(answer, !exists, exists ? what_exists : "right");
}

// `node_of(line)` is an optional node, `line_of(node)` its one true line, `leads_on(node)` whether an answer lies below it.
// `exists`: there is an answer at all; where there is none, no branch can lose it. A refuted branch is no loss: the search goes
// on elsewhere.
template <typename NodeOf, typename LineOf, typename LeadsOn>
std::vector<StepVerdict> check_search(std::string_view text, bool exists, NodeOf node_of, LineOf line_of, LeadsOn leads_on) {
  std::vector<StepVerdict> verdicts;
  bool sound = true;
  for (const std::string_view line : working_lines(text)) {
    const auto node = sound && verdicts.size() < kMostLines ? node_of(line) : decltype(node_of(line))();
    sound = node && line == line_of(*node);
    verdicts.push_back({sound, sound && (line.ends_with('x') || !exists || leads_on(*node))});
  }
  return verdicts;
}

}  // namespace reckon
