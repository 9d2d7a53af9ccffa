#include "search/selectors/vote.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "search/answers/grouping.h"

namespace reckon {
namespace {

double log_probability_per_token(const PathRecord& path) {
  return path.tokens > 0 ? path.log_probability / static_cast<double>(path.tokens) : 0;
}

struct Ballot {
  double weight = 0;
  double log_probability = 0;  // mean over the group's paths, per token
  double tokens = 0;           // mean over the group's paths
  bool comparable = true;
  std::optional<std::size_t> best;  // the group's representative; nothing in a group of evidence alone
};

Ballot count(const AnswerGroup& group, std::span<const PathRecord> paths, std::span<const double> weights) {
  Ballot ballot;
  ballot.comparable = group.comparable;
  for (const std::size_t member : group.members) {
    ballot.weight += weights[member];
    ballot.log_probability += log_probability_per_token(paths[member]);
    ballot.tokens += static_cast<double>(paths[member].tokens);
    if (paths[member].evidence) continue;
    if (!ballot.best || likelier(paths[member], paths[*ballot.best])) ballot.best = member;
  }
  ballot.log_probability /= static_cast<double>(group.members.size());
  ballot.tokens /= static_cast<double>(group.members.size());
  return ballot;
}

bool beats(const Ballot& a, const Ballot& b) {
  if (a.weight != b.weight) return a.weight > b.weight;
  if (a.comparable != b.comparable) return a.comparable;
  if (a.log_probability != b.log_probability) return a.log_probability > b.log_probability;
  return a.tokens < b.tokens;
}

}  // namespace

double rounded_weight(double weight) { return std::ldexp(std::round(std::ldexp(weight, 36)), -36); }

bool likelier(const PathRecord& a, const PathRecord& b) {
  const double first = log_probability_per_token(a);
  const double second = log_probability_per_token(b);
  return first != second ? first > second : a.tokens < b.tokens;
}

std::vector<std::size_t> whole_ones(std::span<const PathRecord> paths) {
  std::vector<std::size_t> answering;
  std::vector<std::size_t> whole;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (!paths[i].answer) continue;
    answering.push_back(i);
    if (paths[i].state == PathState::finished) whole.push_back(i);
  }
  return whole.empty() ? answering : whole;
}

Selection vote(std::span<const PathRecord> paths, std::span<const double> weights) {
  std::vector<std::string> answers;
  answers.reserve(paths.size());
  for (const PathRecord& path : paths) answers.push_back(path.answer.value_or(""));
  Selection selection;
  Ballot winner;
  std::optional<double> next;  // the highest weight of those that do not win
  double total = 0;
  for (const AnswerGroup& group : group_answers(answers)) {  // in order of first member: equals go to the lower index
    const Ballot ballot = count(group, paths, weights);
    total += ballot.weight;
    const bool wins = ballot.best && (!selection.chosen || beats(ballot, winner));
    const double loser = wins ? winner.weight : ballot.weight;
    if (!wins || selection.chosen) next = std::max(next.value_or(0), loser);
    if (!wins) continue;
    winner = ballot;
    selection.chosen = ballot.best;
  }
  if (selection.chosen && total > 0) {
    selection.share = winner.weight / total;
    if (next) selection.margin = (winner.weight - *next) / total;
  }
  return selection;
}

}  // namespace reckon
