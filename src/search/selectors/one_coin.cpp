// One coin: every judge is right with one probability, found from the verdicts of all judges on all paths. Source:
// Zhang et al. 2014, arXiv:1406.3824 (specs card B9).
#include "search/selectors/judged.h"

namespace reckon {
namespace {

constexpr JudgedMethod kOneCoin{"one_coin"};

Selection choose_one_coin(std::span<const PathRecord> paths, const Parameters& parameters) {
  return vote_by_judges(paths, kOneCoin, parameters);
}

}  // namespace

SelectorEntry one_coin_selector_entry() {
  return {.name = "one_coin",
          .summary = "votes weigh how likely their paths are right, by how reliable each judge is",
          .source = "Zhang et al. 2014, arXiv:1406.3824",
          .choose = choose_one_coin,
          .parameters = judged_parameters(kOneCoin)};
}

}  // namespace reckon
