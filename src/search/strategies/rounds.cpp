#include "search/strategies/rounds.h"

#include <algorithm>
#include <limits>

namespace reckon {

bool is_limited(const SearchSpace& space) {
  if (space.drawable() != std::numeric_limits<std::int64_t>::max()) return true;
  if (!space.request()) return false;
  const Budget& budget = space.request()->budget();
  return budget.tokens || budget.flops || budget.seconds || budget.joules;
}

std::size_t end_of_round(std::size_t done, std::size_t wanted, bool limited) {
  return limited ? std::min(std::max<std::size_t>(2 * done, 1), wanted) : wanted;
}

}  // namespace reckon
