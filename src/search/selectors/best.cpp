// Best: the answer of the path with the highest score; ties go to the likelier, then shorter, then earlier path.
#include "search/selectors/vote.h"

namespace reckon {
namespace {

Selection choose_best(std::span<const PathRecord> paths, const Parameters&) {
  Selection selection;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (!paths[i].answer || paths[i].evidence) continue;
    const PathRecord* best = selection.chosen ? &paths[*selection.chosen] : nullptr;
    if (best == nullptr || paths[i].score > best->score || (paths[i].score == best->score && likelier(paths[i], *best))) {
      selection.chosen = i;
    }
  }
  if (selection.chosen) selection.share = 1;
  return selection;
}

}  // namespace

SelectorEntry best_selector_entry() { return {"best", "the path with the highest score", "standard", choose_best}; }

}  // namespace reckon
