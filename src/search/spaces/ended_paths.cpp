#include "search/spaces/ended_paths.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace reckon {

// Nothing is known before a path has ended. After k have, it is the mean of their lengths, on the safe side by one standard
// error: lengths of texts that may end at any token deviate by about their mean, the mean of k of them by 1/sqrt(k) of it. An
// expectation too small would start more paths than can end. A path that has drawn more than that is taken to need as much again
// as it is beyond, so that a text that repeats itself for ever falls behind all others. An eighth at least, so that rounds stay
// few.
std::int64_t expected_tokens(const EndedPaths& ended, std::int64_t drawn) {
  if (ended.paths == 0) return std::numeric_limits<std::int64_t>::max();
  const auto paths = static_cast<double>(ended.paths);
  const double whole = static_cast<double>(ended.tokens) / paths * (1 + 1 / std::sqrt(paths));
  const double more = std::max(std::abs(whole - static_cast<double>(drawn)), whole / 8);
  return std::max<std::int64_t>(static_cast<std::int64_t>(std::ceil(more)), 1);
}

}  // namespace reckon
