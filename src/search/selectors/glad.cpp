// GLAD: judges have an ability, paths a difficulty, found from the verdicts of all judges on all paths. Source:
// Whitehill et al. 2009, "Whose vote should count more" (specs card B9).
#include "search/selectors/judged.h"

namespace reckon {
namespace {

constexpr JudgedMethod kGlad{"glad"};

Selection choose_glad(std::span<const PathRecord> paths, const Parameters& parameters) {
  return vote_by_judges(paths, kGlad, parameters);
}

}  // namespace

SelectorEntry glad_selector_entry() {
  return {.name = "glad",
          .summary = "votes weigh how likely their paths are right, by judges of unlike ability on paths of unlike difficulty",
          .source = "Whitehill et al. 2009, Whose Vote Should Count More",
          .choose = choose_glad,
          .parameters = judged_parameters(kGlad)};
}

}  // namespace reckon
