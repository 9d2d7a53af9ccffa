// Statements about trial records that are true or false, with the lines that decide them, in two wordings and in a least edit
// that turns their truth round.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tasks/trial_record.h"

namespace reckon {

struct TrialClaim {
  std::string family = {};  // lookup, arithmetic, comparison, quantifier, inclusion, conversion
  bool holds = false;
  std::string statement = {};   // without a full stop
  std::string paraphrase = {};  // the same in other words
  std::string flipped = {};     // one number, comparator or arm changed: holds exactly where the statement does not
  std::vector<std::pair<std::size_t, std::size_t>> evidence = {};  // trial, line; sorted, each once
  std::string found = {};                                          // what the evidence comes to: "20", "6/52 > 4/40"
};

// `trials`: the primary one, and a secondary one where comparisons are asked for. The claim holds exactly if `holds`.
TrialClaim draw_claim(SplitMix64& rng, std::span<const TrialRecord> trials, std::string_view family, bool holds, bool deep);

}  // namespace reckon
