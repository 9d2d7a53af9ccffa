// Minimum Bayes risk: the path that is most like all the others, by whatever likeness.
#pragma once

#include <functional>

#include "search/selector.h"

namespace reckon {

// Likeness of path `hypothesis` to path `reference`, in [0, 1].
using Utility = std::function<double(std::size_t hypothesis, std::size_t reference)>;

// The candidate whose mean utility over all paths with an answer, itself and evidence included, is highest; ties go to the
// likelier, then shorter, then earlier path. Share: that mean.
Selection least_risk(std::span<const PathRecord> paths, const Utility& utility);

}  // namespace reckon
