// Dawid-Skene: every judge has its own rates of accepting right and wrong paths, found from the verdicts of all judges on
// all paths. Source: Dawid and Skene 1979, doi:10.2307/2346806 (specs card B9).
#include "search/selectors/judged.h"

namespace reckon {
namespace {

constexpr JudgedMethod kDawidSkene{"dawid_skene", /*estimates_prior=*/true};

Selection choose_dawid_skene(std::span<const PathRecord> paths, const Parameters& parameters) {
  return vote_by_judges(paths, kDawidSkene, parameters);
}

}  // namespace

SelectorEntry dawid_skene_selector_entry() {
  return {.name = "dawid_skene",
          .summary = "votes weigh how likely their paths are right, by what each judge says of right and of wrong ones",
          .source = "Dawid and Skene 1979, doi:10.2307/2346806",
          .choose = choose_dawid_skene,
          .parameters = judged_parameters(kDawidSkene)};
}

}  // namespace reckon
