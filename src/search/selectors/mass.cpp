// Mass: an answer weighs the model's probability of reaching it. That of every text that was drawn is known and counts once,
// however often it was drawn; of what was not drawn, a part is shared by votes. Majority estimates the same sum by counting
// alone. Ours.
#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <vector>

#include "search/selectors/vote.h"

namespace reckon {
namespace {

// Of each path, what its text adds to its answer. Paths of one text share its probability.
std::vector<double> masses(std::span<const PathRecord> paths) {
  std::map<std::string_view, int> times;
  for (const PathRecord& path : paths) times[path.text] += path.answer ? 1 : 0;
  std::vector<double> masses(paths.size(), 0.0);
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (paths[i].answer) masses[i] = rounded_weight(std::exp(std::min(paths[i].log_probability, 0.0)) / times[paths[i].text]);
  }
  return masses;
}

// By how much a score changes what was believed of an answer before: were it the probability of being right, by its odds.
// Verifiers err, and on tasks they were not made for most of all: half the logarithm of the odds is believed, and nothing beyond
// one in a hundred (docs/allocation.md, "Tasks that were not measured").
double trust(double score) {
  const double sure = std::clamp(score, 0.01, 0.99);
  return std::sqrt(sure / (1 - sure));
}

Selection choose_mass(std::span<const PathRecord> paths, const Parameters& parameters) {
  std::vector<double> weights = masses(paths);
  double drawn = 0;  // texts of which one begins another may come to more than 1
  for (const double mass : weights) drawn += mass;
  const auto votes = std::ranges::count_if(paths, [](const PathRecord& path) { return path.answer.has_value(); });
  const double each = parameters.number("unseen") * std::max(1 - drawn, 0.0) / std::max(static_cast<double>(votes), 1.0);
  const bool scored = parameters.flag("scored");
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (!paths[i].answer) continue;
    weights[i] = rounded_weight((weights[i] + each) * (scored ? trust(paths[i].score) : 1));
  }
  return vote(paths, weights);
}

}  // namespace

SelectorEntry mass_selector_entry() {
  return {"mass",
          "answers weigh the model's probability of reaching them",
          "ours",
          choose_mass,
          {{"unseen", 0.05, "part of the probability not drawn that votes share", 0, 1},
           {"scored", false, "a path's mass and vote weigh the root of the odds of its score"}}};
}

}  // namespace reckon
