// Workers who are right with one probability each, and else say one of the other labels at random.
#pragma once

#include "search/truth/expectation.h"

namespace reckon {

class Coins final : public WorkerModel {
 public:
  // `smoothing`: labels added to those a worker has right, and to those it has wrong. `class_prior`: shared labels have
  // frequencies of their own; else all labels of an item are alike beforehand.
  Coins(const VoteTable& table, double smoothing, bool class_prior);

  void fit(const VoteTable& table, const Posterior& believed) override;
  double log_prior(std::size_t item, std::size_t truth) const override;
  double log_probability(const Vote& vote, std::size_t truth) const override;
  double log_penalty() const override;

 private:
  const VoteTable* table_;
  double smoothing_;
  bool class_prior_;
  std::vector<double> right_;      // [workers]
  std::vector<double> log_prior_;  // [truth], with class_prior
};

}  // namespace reckon
