#include "search/truth/expectation.h"

#include <algorithm>
#include <cmath>

namespace reckon {
namespace {

// log(sum exp); `values` become their shares.
double normalise(std::vector<double>& values) {
  const double highest = *std::ranges::max_element(values);
  double sum = 0;
  for (double& value : values) sum += value = std::exp(value - highest);
  for (double& value : values) value /= sum;
  return highest + std::log(sum);
}

// Workers who are alike make the same mistakes, so that w of them count for fewer: each vote is raised to 1 / (1 + r (w - 1)).
std::vector<double> exponents(const VoteTable& table, double correlation) {
  std::vector<double> votes(table.items, 0);
  for (const Vote& vote : table.votes) votes[vote.item] += 1;
  for (double& count : votes) count = 1 / (1 + correlation * std::max(count - 1, 0.0));
  return votes;
}

// Makes `believed` what the model says; returns the log-likelihood.
double believe(const VoteTable& table, const WorkerModel& model, const std::vector<double>& exponent, Posterior& believed) {
  for (std::size_t item = 0; item < table.items; ++item) {
    for (std::size_t truth = 0; truth < table.classes[item]; ++truth) believed[item][truth] = model.log_prior(item, truth);
  }
  for (const Vote& vote : table.votes) {
    std::vector<double>& of_item = believed[vote.item];
    for (std::size_t truth = 0; truth < of_item.size(); ++truth) {
      of_item[truth] += exponent[vote.item] * model.log_probability(vote, truth);
    }
  }
  double sum = 0;
  for (std::vector<double>& of_item : believed) sum += normalise(of_item);
  return sum;
}

}  // namespace

std::vector<ParameterSpec> expectation_parameters() {
  return {{"iterations", std::int64_t{100}, "most rounds", 1, 1e6},
          {"tolerance", 1e-5, "it ends when a round changes the objective per vote by less", 0, 1},
          {"correlation", 0.0, "of the workers' mistakes; each of w votes on an item counts 1/(1 + correlation (w - 1))", 0, 1}};
}

TruthEstimate fit_by_expectation(const VoteTable& table, WorkerModel& model, const Parameters& parameters) {
  const std::vector<double> exponent = exponents(table, parameters.number("correlation"));
  const double enough = parameters.number("tolerance") * static_cast<double>(std::max<std::size_t>(table.votes.size(), 1));
  TruthEstimate estimate;
  estimate.posterior = vote_shares(table);
  for (std::int64_t round = 0; round < parameters.integer("iterations"); ++round) {
    model.fit(table, estimate.posterior);
    const double objective = believe(table, model, exponent, estimate.posterior) + model.log_penalty();
    estimate.objective.push_back(objective);
    if (round > 0 && std::abs(objective - estimate.objective[static_cast<std::size_t>(round) - 1]) < enough) break;
  }
  estimate.reliability = mean_belief(table, estimate.posterior);
  return estimate;
}

Posterior vote_shares(const VoteTable& table) {
  Posterior shares;
  for (const std::size_t classes : table.classes) shares.emplace_back(classes, 0.0);
  std::vector<double> votes(table.items, 0);
  for (const Vote& vote : table.votes) {
    shares[vote.item][vote.label] += 1;
    votes[vote.item] += 1;
  }
  for (std::size_t item = 0; item < table.items; ++item) {
    for (double& share : shares[item])
      share = votes[item] > 0 ? share / votes[item] : 1 / static_cast<double>(shares[item].size());
  }
  return shares;
}

std::vector<double> mean_belief(const VoteTable& table, const Posterior& believed) {
  std::vector<double> sums(table.workers, 0);
  std::vector<double> votes(table.workers, 0);
  for (const Vote& vote : table.votes) {
    sums[vote.worker] += believed[vote.item][vote.label];
    votes[vote.worker] += 1;
  }
  for (std::size_t worker = 0; worker < table.workers; ++worker) sums[worker] /= std::max(votes[worker], 1.0);
  return sums;
}

}  // namespace reckon
