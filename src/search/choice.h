// Drawing an index from given probabilities with a given uniform number: the one way every space chooses.
#pragma once

#include <span>

namespace reckon {

// Inverse CDF in order of index. `uniform` is in [0, 1). Never an index of probability 0, also where rounding leaves the sum just
// below `uniform`; `probabilities` holds at least one that is above 0.
int index_at(std::span<const double> probabilities, double uniform);

}  // namespace reckon
