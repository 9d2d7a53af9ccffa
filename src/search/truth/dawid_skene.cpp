// Dawid-Skene: every worker has a table of how often it says l where c is true. Source: Dawid and Skene 1979,
// doi:10.2307/2346806 (specs card B9). A probability is clipped from below at 1e-10.
#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "search/truth/expectation.h"

namespace reckon {
namespace {

constexpr std::size_t kMostEntries = 50'000'000;  // of all workers' tables together

class Confusions final : public WorkerModel {
 public:
  Confusions(const VoteTable& table, double smoothing)
      : classes_(table.classes.empty() ? 0 : table.classes.front()), smoothing_(smoothing) {
    if (!table.shared) {
      throw Error(ErrorCode::bad_argument,
                  "dawid_skene needs labels that mean the same for every item; take one_coin, zencrowd or glad");
    }
    if (table.workers * classes_ > kMostEntries / std::max<std::size_t>(classes_, 1)) {
      throw Error(ErrorCode::bad_argument, "dawid_skene would need " + std::to_string(classes_) + " x " +
                                               std::to_string(classes_) + " entries for each of " +
                                               std::to_string(table.workers) + " workers; take one_coin");
    }
    log_says_.resize(table.workers * classes_ * classes_);
    log_prior_.resize(classes_);
  }

  void fit(const VoteTable& table, const Posterior& believed) override {
    std::ranges::fill(log_prior_, 0.0);
    for (const std::vector<double>& of_item : believed) {
      for (std::size_t truth = 0; truth < classes_; ++truth) log_prior_[truth] += of_item[truth];
    }
    for (double& prior : log_prior_) prior = std::log(std::max(prior / static_cast<double>(table.items), kLeastProbability));
    std::ranges::fill(log_says_, smoothing_);
    for (const Vote& vote : table.votes) {
      for (std::size_t truth = 0; truth < classes_; ++truth) log_says_[at(vote, truth)] += believed[vote.item][truth];
    }
    for (std::size_t row = 0; row < log_says_.size(); row += classes_) {
      const std::span<double> says = std::span(log_says_).subspan(row, classes_);
      double sum = 0;
      for (const double count : says) sum += count;
      for (double& count : says) count = std::log(std::max(sum > 0 ? count / sum : 0, kLeastProbability));
    }
  }

  double log_prior(std::size_t, std::size_t truth) const override { return log_prior_[truth]; }
  double log_probability(const Vote& vote, std::size_t truth) const override { return log_says_[at(vote, truth)]; }
  double log_penalty() const override {
    double sum = 0;
    for (const double says : log_says_) sum += says;
    return smoothing_ > 0 ? smoothing_ * sum : 0;
  }

 private:
  std::size_t at(const Vote& vote, std::size_t truth) const { return (vote.worker * classes_ + truth) * classes_ + vote.label; }

  std::size_t classes_;
  double smoothing_;
  std::vector<double> log_says_;   // [workers][truth][label]
  std::vector<double> log_prior_;  // [truth]
};

TruthEstimate infer_by_dawid_skene(const VoteTable& table, const Parameters& parameters) {
  Confusions model(table, parameters.number("smoothing"));
  return fit_by_expectation(table, model, parameters);
}

}  // namespace

TruthMethodEntry dawid_skene_method_entry() {
  std::vector<ParameterSpec> parameters{{"smoothing", 0.5, "labels added to every entry of a worker's table", 0, 1e6}};
  std::ranges::move(expectation_parameters(), std::back_inserter(parameters));
  return {.name = "dawid_skene",
          .summary = "a table of confusions for every worker; for shared labels and 1000 items or more",
          .source = "Dawid and Skene 1979, doi:10.2307/2346806",
          .parameters = std::move(parameters),
          .infer = infer_by_dawid_skene};
}

}  // namespace reckon
