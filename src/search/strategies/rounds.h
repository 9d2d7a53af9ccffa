// Drawing many texts under a budget in few batches: rounds of 1, 1, 2, 4 …, so that some are whole before it ends. Without a
// budget all are one batch.
#pragma once

#include <cstddef>

#include "search/space.h"

namespace reckon {

bool is_limited(const SearchSpace& space);

// How many of `wanted` there are to be after the next round, when there are `done`.
std::size_t end_of_round(std::size_t done, std::size_t wanted, bool limited);

}  // namespace reckon
