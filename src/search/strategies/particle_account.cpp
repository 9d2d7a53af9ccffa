#include "search/strategies/particle_account.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "search/answers/grouping.h"
#include "search/selectors/vote.h"

namespace reckon {
namespace {

// The share of the weight with the answer of the path `chosen`.
double share_of_answer(std::span<const PathRecord> records, std::span<const double> weights, std::size_t chosen) {
  std::vector<std::string> answers;
  for (const PathRecord& record : records) answers.push_back(record.answer.value_or(""));
  for (const AnswerGroup& group : group_answers(answers)) {
    if (std::ranges::find(group.members, chosen) == group.members.end()) continue;
    double share = 0;
    for (const std::size_t member : group.members) share += weights[member];
    return share;
  }
  return weights[chosen];
}

Selection best_of(std::span<const PathRecord> records) {
  Selection selection = find_selector("best").select(records);
  if (selection.chosen) selection.share = records[*selection.chosen].score;
  return selection;
}

Selection select_among(std::span<const PathRecord> records, const std::string& select, SearchSpace& space) {
  std::vector<double> weights;  // of paths with an answer
  for (const PathRecord& record : records) weights.push_back(record.answer ? record.weight.value_or(0) : 0);
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (select == "best" || total <= 0) return best_of(records);
  for (double& weight : weights) weight /= total;
  if (select == "weighted") return vote(records, weights);
  const auto chosen = static_cast<std::size_t>(space.choose(weights));
  return Selection{chosen, share_of_answer(records, weights, chosen), std::nullopt};
}

}  // namespace

PathRecord& ParticleAccount::record_of(const Path& path, double score) {
  const auto [place, is_new] = records_.try_emplace(path.id);
  if (is_new) {
    const double scores[] = {score};
    place->second = std::move(records_of({&path, 1}, scores, *problem_).front());
    place->second.weight = 0;
  }
  return place->second;
}

void ParticleAccount::drop(Particle particle) {
  if (particle.path.state == PathState::open) particle.path.state = PathState::pruned;
  record_of(particle.path, particle.score());
}

void ParticleAccount::note(const Population& population, double share) {
  const std::vector<double> weights = population.weights();
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const Particle& particle = population.particles()[i];
    *record_of(particle.path, particle.score()).weight += share * weights[i];
  }
}

void ParticleAccount::forget_weights() {
  for (auto& [id, record] : records_) record.weight = 0;
}

Outcome ParticleAccount::outcome(const std::string& select, SearchSpace& space, bool ran_out) && {
  std::vector<PathRecord> records;
  double total = 0;
  for (auto& [id, record] : records_) {
    total += *record.weight;
    records.push_back(std::move(record));
  }
  for (PathRecord& record : records) *record.weight /= total > 0 ? total : 1;
  const Selection selection = select_among(records, select, space);
  Outcome outcome = outcome_of(std::move(records), selection, selection.share);
  if (ran_out) outcome.status = OutcomeStatus::budget_exhausted;
  outcome.log_evidence = log_evidence_;
  return outcome;
}

}  // namespace reckon
