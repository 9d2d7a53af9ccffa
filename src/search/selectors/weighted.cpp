// Weighted: a path's vote weighs its score. Source: Li et al. 2022, arXiv:2206.02336.
#include <algorithm>
#include <vector>

#include "search/selectors/vote.h"

namespace reckon {
namespace {

Selection choose(std::span<const PathRecord> paths, const Parameters&) {
  std::vector<double> weights;
  weights.reserve(paths.size());
  for (const PathRecord& path : paths) weights.push_back(std::max(path.score, 0.0));
  return vote(paths, weights);
}

}  // namespace

SelectorEntry weighted_selector_entry() {
  return {"weighted", "votes weigh their paths' scores", "Li et al. 2022, arXiv:2206.02336", choose};
}

}  // namespace reckon
