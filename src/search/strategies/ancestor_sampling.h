// Ancestor sampling: the rest of a reference may get another particle's beginning. Source: Lindsten, Jordan and Schön 2014,
// arXiv:1401.0604 (particle Gibbs with ancestor sampling; specs card C7).
#pragma once

#include <cstddef>

#include "search/strategies/sweep.h"

namespace reckon {

// Behind `step`, before resampling: draws the particle i whose path the reference's later steps continue from here on, with
// probability in proportion to weight_i * p(later steps | path_i) * product of their potentials behind path_i. That p is the
// untouched model's of the steps' text: exact at sampling temperature 1. Later steps are read again behind every open particle:
// charged as prompt and, for p, as verified. Where the budget cannot pay for that the reference stays as it is.
awaitable<void> sample_ancestor(Population& population, std::size_t step, const SweepContext& context);

}  // namespace reckon
