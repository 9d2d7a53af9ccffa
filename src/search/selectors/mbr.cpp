// Minimum Bayes risk over texts. Source: Kumar and Byrne 2004, https://aclanthology.org/N04-1022; with evidence in another
// language, Khairi et al. 2025, arXiv:2506.20544 (specs card B8). With equality of answers as the utility it is the majority
// vote.
#include "search/selectors/mbr.h"

#include <algorithm>
#include <numeric>

#include "search/answers/extract.h"
#include "search/answers/grouping.h"
#include "search/selectors/chrf.h"
#include "search/selectors/vote.h"

namespace reckon {
namespace {

// Number of each path's group of equal answers; all different for paths without one.
std::vector<std::size_t> groups_of(std::span<const PathRecord> paths) {
  std::vector<std::string> answers;
  for (const PathRecord& path : paths) answers.push_back(path.answer.value_or(""));
  std::vector<std::size_t> groups(paths.size());
  std::iota(groups.begin(), groups.end(), std::size_t{0});
  for (const AnswerGroup& group : group_answers(answers)) {
    for (const std::size_t member : group.members) groups[member] = group.members.front();
  }
  return groups;
}

Selection choose_mbr(std::span<const PathRecord> paths, const Parameters& parameters) {
  if (parameters.text("utility") == "equality") {
    const std::vector<std::size_t> groups = groups_of(paths);
    return least_risk(paths, [&groups](std::size_t a, std::size_t b) { return groups[a] == groups[b] ? 1.0 : 0.0; });
  }
  std::vector<CharacterGrams> grams;
  grams.reserve(paths.size());
  const auto longest = static_cast<int>(parameters.integer("longest"));
  for (const PathRecord& path : paths) grams.emplace_back(after_thinking(path.text).value_or(path.text), longest);
  const double beta = parameters.number("beta");
  return least_risk(paths, [&](std::size_t a, std::size_t b) { return chrf(grams[a], grams[b], beta); });
}

}  // namespace

Selection least_risk(std::span<const PathRecord> paths, const Utility& utility) {
  Selection selection;
  for (std::size_t candidate = 0; candidate < paths.size(); ++candidate) {
    if (!paths[candidate].answer || paths[candidate].evidence) continue;
    std::vector<double> utilities;
    for (std::size_t other = 0; other < paths.size(); ++other) {
      if (paths[other].answer) utilities.push_back(utility(candidate, other));
    }
    std::ranges::sort(utilities);  // so that the order of paths changes no bit of the sum
    const double mean = std::accumulate(utilities.begin(), utilities.end(), 0.0) / static_cast<double>(utilities.size());
    const bool tied = selection.chosen && mean == selection.share && likelier(paths[candidate], paths[*selection.chosen]);
    if (selection.chosen && mean <= selection.share && !tied) continue;
    selection.chosen = candidate;
    selection.share = mean;
  }
  return selection;
}

SelectorEntry mbr_selector_entry() {
  return {.name = "mbr",
          .summary = "the path most like all the others",
          .source = "Kumar and Byrne 2004, https://aclanthology.org/N04-1022",
          .choose = choose_mbr,
          .parameters = {{.name = "utility",
                          .default_value = std::string("chrf"),
                          .meaning = "likeness: character n-grams shared by the texts, or equality of answers",
                          .choices = {"chrf", "equality"}},
                         {"longest", std::int64_t{6}, "of the n-grams, in characters", 1, 32},
                         {"beta", 2.0, "how many times as much recall counts as precision", 0, 100}}};
}

}  // namespace reckon
