// Weighted: a path's vote weighs its score. Source: Li et al. 2022, arXiv:2206.02336; other ways to make one weight of the scores
// of an answer's paths are those of specs card B3.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "search/answers/grouping.h"
#include "search/selectors/vote.h"

namespace reckon {
namespace {

constexpr double kSmallest = 1e-7;  // how near to 0 or 1 a score may be for its odds

// A verifier's scores are in [0, 1].
std::vector<double> weighted_votes(std::span<const PathRecord> paths) {
  std::vector<double> weights;
  weights.reserve(paths.size());
  for (const PathRecord& path : paths) weights.push_back(std::max(path.score, 0.0));
  return weights;
}

bool adds(const Parameters& parameters) { return parameters.text("combine") == "sum"; }

double log_odds(double score) {
  const double kept = std::clamp(score, kSmallest, 1 - kSmallest);
  return rounded_weight(std::log(kept / (1 - kept)));
}

double sum_of_log_odds(std::span<const double> scores) {
  double sum = 0;
  for (const double score : scores) sum += log_odds(score);
  return sum;
}

double mean(std::span<const double> scores) {
  double sum = 0;
  for (const double score : scores) sum += rounded_weight(score);
  return sum / static_cast<double>(scores.size());
}

// One weight for each answer, which its first path casts alone.
Selection vote_by_answer(std::span<const PathRecord> paths, const std::string& combine) {
  const std::vector<double> scores = weighted_votes(paths);
  std::vector<std::string> answers;
  for (const PathRecord& path : paths) answers.push_back(path.answer.value_or(""));
  const std::vector<AnswerGroup> groups = group_answers(answers);
  std::vector<double> values;
  for (const AnswerGroup& group : groups) {
    std::vector<double> of_group;
    for (const std::size_t member : group.members) of_group.push_back(scores[member]);
    values.push_back(combine == "max"    ? *std::ranges::max_element(of_group)
                     : combine == "mean" ? mean(of_group)
                                         : sum_of_log_odds(of_group));
  }
  const double highest = values.empty() ? 0 : *std::ranges::max_element(values);
  std::vector<double> weights(paths.size(), 0);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    weights[groups[i].members.front()] = rounded_weight(combine == "logodds" ? std::exp(values[i] - highest) : values[i]);
  }
  return vote(paths, weights);
}

Selection choose_weighted(std::span<const PathRecord> paths, const Parameters& parameters) {
  return adds(parameters) ? vote(paths, weighted_votes(paths)) : vote_by_answer(paths, parameters.text("combine"));
}

}  // namespace

SelectorEntry weighted_selector_entry() {
  return {.name = "weighted",
          .summary = "votes weigh their paths' scores",
          .source = "Li et al. 2022, arXiv:2206.02336",
          .choose = choose_weighted,
          .parameters = {{.name = "combine",
                          .default_value = std::string("sum"),
                          .meaning = "what the scores of an answer's paths weigh together; logodds = the product of their odds",
                          .choices = {"sum", "mean", "max", "logodds"}}},
          .votes = weighted_votes,
          .adds_votes = adds};
}

}  // namespace reckon
