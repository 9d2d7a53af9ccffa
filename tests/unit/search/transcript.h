// An outcome written out, for comparing two.
#pragma once

#include <sstream>
#include <string>

#include "search/strategy.h"

namespace reckon {

// Everything in an outcome, to the last bit.
inline std::string transcript(const Outcome& outcome) {
  std::ostringstream text;
  text << std::hexfloat << name_of(outcome.status) << ' ' << outcome.answer.value_or("none") << ' ' << outcome.confidence << ' '
       << (outcome.chosen ? std::to_string(*outcome.chosen) : "none") << '\n';
  for (const PathRecord& path : outcome.paths) {
    text << path.id << ' ' << path.parent << ' ' << name_of(path.state) << ' ' << path.text << ' ' << path.answer.value_or("none")
         << ' ' << path.score << ' ' << path.tokens << ' ' << path.log_probability;
    for (const std::size_t end : path.step_ends) text << ' ' << end;
    text << '\n';
  }
  return text.str();
}

}  // namespace reckon
