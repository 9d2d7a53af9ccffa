// Expectation maximisation over votes: what the methods of truth/ that model workers share.
#pragma once

#include "search/truth/truth.h"

namespace reckon {

class WorkerModel {
 public:
  virtual ~WorkerModel() = default;
  // What makes the votes likeliest, or likelier than before, given what is believed of the items.
  virtual void fit(const VoteTable& table, const Posterior& believed) = 0;
  virtual double log_prior(std::size_t item, std::size_t truth) const = 0;
  virtual double log_probability(const Vote& vote, std::size_t truth) const = 0;  // of the vote, where `truth` is right
  virtual double log_penalty() const { return 0; }                                // log-prior of what was fitted
};

std::vector<ParameterSpec> expectation_parameters();  // rows iterations, tolerance, correlation

// Begins with the shares of the votes; ends when the objective per vote changes by less than the tolerance.
TruthEstimate fit_by_expectation(const VoteTable& table, WorkerModel& model, const Parameters& parameters);

Posterior vote_shares(const VoteTable& table);  // equal shares for an item without votes

// [workers] mean belief in the labels that each gave.
std::vector<double> mean_belief(const VoteTable& table, const Posterior& believed);

inline constexpr double kLeastProbability = 1e-10;

}  // namespace reckon
