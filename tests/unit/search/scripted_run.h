// Running a strategy on a script, and what of it tests look at.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "unit/search/scripted_space.h"

namespace reckon {

inline std::string boxed(const std::string& text) { return "\\boxed{" + text + "}"; }

struct ScriptedRun {
  Outcome outcome;
  Ledger ledger;
  std::vector<std::string> opened;
  std::vector<std::string> replies;
  std::vector<std::pair<std::uint64_t, double>> drawn_at;
};
inline ScriptedRun run_on(ScriptedSpaceOptions options, const std::string& strategy, const Problem& problem = scripted_problem(),
                          const std::shared_ptr<const Verifier>& verifier = by_text([](const std::string&) { return 0.5; })) {
  ScriptedSpace space(std::move(options));
  ScriptedRun ran;
  ran.outcome = solve_on(space, *make_strategy(strategy, verifier), problem);
  ran.ledger = space.ledger();
  ran.opened = space.opened;
  ran.replies = space.replies;
  ran.drawn_at = space.drawn_at;
  return ran;
}

}  // namespace reckon
