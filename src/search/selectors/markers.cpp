// Markers: votes weigh how their texts argue. Source: Wang et al. 2025, arXiv:2504.14047 (specs card B7): right answers of
// reasoning models are thought about for less long, hedge less, think aloud less and argue more. Either by rank, all of these
// alike, or by weighted rates of markers. Paths that were ended before their end have neither length nor rates: they vote only
// where no other has an answer.
#include "search/markers/marker_file.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "search/answers/extract.h"
#include "search/selectors/vote.h"

namespace reckon {
namespace {

// Hedging, thinking, discourse, per 1000 words; bytes of thinking, which are all of a text that shows none.
using Features = std::array<double, 4>;
constexpr std::size_t kDiscourseMarkers = 2;  // of which more is better

Features features_of(const PathRecord& path, const MarkerLists& lists) {
  const MarkerCounts counts = count_markers(path.text, lists);
  const std::size_t shown = after_thinking(path.text).value_or("").size();
  const std::size_t thought = shown < path.text.size() ? path.text.size() - shown : path.text.size();
  return {per_thousand(counts.hedging, counts), per_thousand(counts.thinking, counts), per_thousand(counts.discourse, counts),
          static_cast<double>(thought)};
}

// Of voters: the mean over the features of the share of the others that it is better than, ties counting half.
std::vector<double> by_ranks(const std::vector<Features>& features) {
  std::vector<double> weights;
  for (const Features& own : features) {
    double better = 0;
    for (const Features& other : features) {
      for (std::size_t i = 0; i < own.size(); ++i) {
        const bool wins = i == kDiscourseMarkers ? own[i] > other[i] : own[i] < other[i];
        better += wins ? 1 : own[i] == other[i] ? 0.5 : 0;
      }
    }
    const auto others = static_cast<double>(features.size()) - 1;
    constexpr auto kFeatures = static_cast<double>(std::tuple_size_v<Features>);
    weights.push_back(others > 0 ? (better - kFeatures / 2) / (kFeatures * others) : 1);  // without the ties with itself
  }
  return weights;
}

// exp(-a hedging - b thinking + c discourse), relative to the highest.
std::vector<double> by_rates(const std::vector<Features>& features, const Parameters& parameters) {
  std::vector<double> weights;
  for (const Features& own : features) {
    weights.push_back(parameters.number("discourse") * own[2] - parameters.number("hedging") * own[0] -
                      parameters.number("thinking") * own[1]);
  }
  const double highest = weights.empty() ? 0 : *std::ranges::max_element(weights);
  for (double& weight : weights) weight = std::exp(weight - highest);
  return weights;
}

Selection choose_markers(std::span<const PathRecord> paths, const Parameters& parameters) {
  const MarkerLists& lists = marker_lists(parameters.text("words"));
  const std::vector<std::size_t> voters = whole_ones(paths);
  std::vector<Features> features;
  for (const std::size_t voter : voters) features.push_back(features_of(paths[voter], lists));
  const std::vector<double> of_voters = parameters.text("by") == "ranks" ? by_ranks(features) : by_rates(features, parameters);
  std::vector<double> weights(paths.size(), 0);
  for (std::size_t i = 0; i < voters.size(); ++i) weights[voters[i]] = of_voters[i];
  return vote(paths, weights);
}

}  // namespace

SelectorEntry markers_selector_entry() {
  return {.name = "markers",
          .summary = "votes weigh how little their texts doubt and how much they argue",
          .source = "Wang et al. 2025, arXiv:2504.14047",
          .choose = choose_markers,
          .parameters = {{.name = "by",
                          .default_value = std::string("ranks"),
                          .meaning = "ranks among the paths, all kinds of markers alike, or weighted rates",
                          .choices = {"ranks", "rates"}},
                         {"hedging", 0.1, "by rates: weight against each hedging marker in 1000 words", 0, 100},
                         {"thinking", 0.1, "by rates: weight against each of thinking aloud", 0, 100},
                         {"discourse", 0.1, "by rates: weight for each of discourse", 0, 100},
                         marker_words_parameter()},
          .check = [](const Parameters& parameters) { marker_lists(parameters.text("words")); }};
}

}  // namespace reckon
