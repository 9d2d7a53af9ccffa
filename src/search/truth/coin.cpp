#include "search/truth/coin.h"

#include <algorithm>
#include <cmath>

namespace reckon {
namespace {

double log_of(double probability) { return std::log(std::max(probability, kLeastProbability)); }

}  // namespace

Coins::Coins(const VoteTable& table, double smoothing, bool class_prior)
    : table_(&table), smoothing_(smoothing), class_prior_(class_prior && table.shared) {}

void Coins::fit(const VoteTable& table, const Posterior& believed) {
  right_.assign(table.workers, smoothing_);
  std::vector<double> votes(table.workers, 2 * smoothing_);
  for (const Vote& vote : table.votes) {
    right_[vote.worker] += believed[vote.item][vote.label];
    votes[vote.worker] += 1;
  }
  for (std::size_t worker = 0; worker < table.workers; ++worker) right_[worker] /= std::max(votes[worker], kLeastProbability);
  if (!class_prior_ || believed.empty()) return;
  log_prior_.assign(believed.front().size(), 0.0);
  for (const std::vector<double>& of_item : believed) {
    for (std::size_t truth = 0; truth < of_item.size(); ++truth) log_prior_[truth] += of_item[truth];
  }
  for (double& prior : log_prior_) prior = log_of(prior / static_cast<double>(believed.size()));
}

double Coins::log_prior(std::size_t item, std::size_t truth) const {
  return class_prior_ ? log_prior_[truth] : -std::log(static_cast<double>(table_->classes[item]));
}

double Coins::log_probability(const Vote& vote, std::size_t truth) const {
  const double right = right_[vote.worker];
  if (vote.label == truth) return log_of(right);
  return log_of((1 - right) / static_cast<double>(table_->classes[vote.item] - 1));
}

double Coins::log_penalty() const {
  double sum = 0;
  for (const double right : right_) sum += smoothing_ > 0 ? smoothing_ * (log_of(right) + log_of(1 - right)) : 0;
  return sum;
}

}  // namespace reckon
