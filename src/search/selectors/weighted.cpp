// Weighted: a path's vote weighs its score. Source: Li et al. 2022, arXiv:2206.02336.
#include <algorithm>
#include <vector>

#include "search/selectors/vote.h"

namespace reckon {
namespace {

// A verifier's scores are in [0, 1].
std::vector<double> votes(std::span<const PathRecord> paths) {
  std::vector<double> weights;
  weights.reserve(paths.size());
  for (const PathRecord& path : paths) weights.push_back(std::max(path.score, 0.0));
  return weights;
}

Selection choose(std::span<const PathRecord> paths, const Parameters&) { return vote(paths, votes(paths)); }

}  // namespace

SelectorEntry weighted_selector_entry() {
  return {.name = "weighted",
          .summary = "votes weigh their paths' scores",
          .source = "Li et al. 2022, arXiv:2206.02336",
          .choose = choose,
          .votes = votes};
}

}  // namespace reckon
