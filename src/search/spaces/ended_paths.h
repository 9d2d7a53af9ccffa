// How long paths get, as far as those tell that have ended: what decides who gets the last tokens of a budget (docs/budgets.md).
#pragma once

#include <cstdint>

namespace reckon {

// What is known of how long paths of this problem get: those whose advance ended otherwise than by the budget.
struct EndedPaths {
  std::int64_t paths = 0;
  std::int64_t tokens = 0;  // drawn in those advances
};
// How many more tokens a path that has drawn `drawn` in this advance is expected to need to its end.
std::int64_t expected_tokens(const EndedPaths& ended, std::int64_t drawn);

}  // namespace reckon
