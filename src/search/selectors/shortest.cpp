// Shortest: a vote among the k shortest paths. Source: Wang et al. 2025, arXiv:2504.14047 (specs card B7): right answers of
// reasoning models are shorter. Paths that were ended before their end have no length: they vote only where no other has an
// answer.
#include <algorithm>

#include "search/selectors/vote.h"

namespace reckon {
namespace {

Selection choose_shortest(std::span<const PathRecord> paths, const Parameters& parameters) {
  std::vector<std::size_t> order = whole_ones(paths);
  std::erase_if(order, [paths](std::size_t index) { return paths[index].evidence; });
  std::ranges::stable_sort(order, [paths](std::size_t a, std::size_t b) {
    return paths[a].tokens != paths[b].tokens ? paths[a].tokens < paths[b].tokens : likelier(paths[a], paths[b]);
  });
  const auto asked = static_cast<std::size_t>(parameters.integer("k"));
  order.resize(std::min(order.size(), asked > 0 ? asked : (order.size() + 1) / 2));
  std::vector<PathRecord> chosen;
  for (const std::size_t index : order) chosen.push_back(paths[index]);
  Selection selection = vote(chosen, std::vector<double>(chosen.size(), 1.0));
  if (selection.chosen) selection.chosen = order[*selection.chosen];
  return selection;
}

}  // namespace

SelectorEntry shortest_selector_entry() {
  return {
      .name = "shortest",
      .summary = "one vote for each of the k shortest paths",
      .source = "Wang et al. 2025, arXiv:2504.14047",
      .choose = choose_shortest,
      .parameters = {{"k", std::int64_t{0}, "paths that vote; 0 = half of those that the model ended with an answer", 0, 1e9}}};
}

}  // namespace reckon
