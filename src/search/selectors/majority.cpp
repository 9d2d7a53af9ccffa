// Majority: every path with an answer has one vote. Source: Wang et al. 2022, arXiv:2203.11171.
#include <vector>

#include "search/selectors/vote.h"

namespace reckon {
namespace {

Selection choose(std::span<const PathRecord> paths, const Parameters&) {
  return vote(paths, std::vector<double>(paths.size(), 1.0));
}

}  // namespace

SelectorEntry majority_selector_entry() {
  return {"majority", "one vote per path", "Wang et al. 2022, arXiv:2203.11171", choose};
}

}  // namespace reckon
