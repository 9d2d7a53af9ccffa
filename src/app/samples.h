// Which paths of an evaluation are samples: each drawn by the same law of its problem, and as many as had been settled before any
// was drawn. Only from samples can be said what other numbers of them come to: the estimate of pass@k (Chen et al. 2021,
// arXiv:2107.03374) has a bias where the drawing stopped for what it had found, or where a budget let the short ones end.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "app/problem_result.h"
#include "app/run_identity.h"

namespace reckon {

struct Samples {
  std::size_t first = 0;  // index of each problem's first one: a greedy path before them is none
  std::string refusal;    // why there are none, in words that follow the strategy's label; "" = there are
};

// By the text of the strategy and by what a store keeps of results.
Samples samples_of(const EvaluationCell& cell, std::span<const ProblemResult> results);

}  // namespace reckon
