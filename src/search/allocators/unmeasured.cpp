#include "search/allocators/unmeasured.h"

#include <fmt/format.h>

namespace reckon {
namespace {

int paths_under(const Budget& budget) {
  const bool limited = budget.tokens || budget.flops || budget.seconds || budget.joules;
  return limited ? 32 : 16;
}

// The policy's most likely path is often worth more than a small vote, and never less than any other path. It is drawn alone:
// where time is limited that costs as much as all the others together, and they are drawn without it.
std::string drawn(const char* strategy, const Budget& budget) {
  return fmt::format("{}:n={}{}", strategy, paths_under(budget), budget.seconds ? "" : ",first=greedy");
}

}  // namespace

std::string unmeasured_vote(const Budget& budget) { return drawn("majority", budget) + ",by=mass"; }

std::string unmeasured_scored_vote(const Budget& budget) { return drawn("weighted_majority", budget) + ",by=mass"; }

std::string unmeasured_checked(const Budget& budget) { return drawn("best_of_n", budget); }

}  // namespace reckon
