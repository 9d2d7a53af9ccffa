// Majority: every path with an answer has one vote. Source: Wang et al. 2022, arXiv:2203.11171.
#include <vector>

#include "search/selectors/vote.h"

namespace reckon {
namespace {

std::vector<double> votes(std::span<const PathRecord> paths) { return std::vector<double>(paths.size(), 1.0); }

Selection choose_majority(std::span<const PathRecord> paths, const Parameters&) { return vote(paths, votes(paths)); }

}  // namespace

SelectorEntry majority_selector_entry() {
  return {.name = "majority",
          .summary = "one vote per path",
          .source = "Wang et al. 2022, arXiv:2203.11171",
          .choose = choose_majority,
          .votes = votes};
}

}  // namespace reckon
