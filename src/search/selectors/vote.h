// Voting over groups of equal answers: the group with the largest sum of weights wins.
// Ties: groups of comparable answers first, then higher mean log-probability per token, then fewer tokens, then lower index.
#pragma once

#include <span>
#include <vector>

#include "search/selector.h"

namespace reckon {

// `weights`: one per path, >= 0. Paths without an answer never vote. The chosen path is the winning group's best by the same
// order of ties. A group of evidence alone cannot win, but its weight counts in all weight that voted.
Selection vote(std::span<const PathRecord> paths, std::span<const double> weights);

// To the next multiple of 2^-36: sums of such numbers are exact, and do not depend on the order of paths.
double rounded_weight(double weight);

// Indices of the paths with an answer that the model ended itself; where there are none, of all with an answer. What was cut
// short has no length, and ends anywhere.
std::vector<std::size_t> whole_ones(std::span<const PathRecord> paths);

// Whether `a` comes before `b` where all else is equal: likelier per token, then shorter. False for equals.
bool likelier(const PathRecord& a, const PathRecord& b);

}  // namespace reckon
