// GLAD: workers have an ability, items a difficulty. Source: Whitehill et al. 2009, "Whose vote should count more" (specs card
// B9). P(a vote is right) = 1 / (1 + exp(-ability * exp(easiness))); abilities and easinesses are normal about 1. The
// maximisation is a few steps of nonlinear conjugate gradients, which only has to improve.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "search/truth/expectation.h"

namespace reckon {
namespace {

constexpr int kMostSteps = 25;
constexpr double kSmallGradient = 1e-2;
constexpr double kMostEasiness = 30;  // exp of more is no finite product any more

// log(1 / (1 + exp(-x)))
double log_logistic(double x) { return x > 0 ? -std::log1p(std::exp(-x)) : x - std::log1p(std::exp(x)); }

class Abilities final : public WorkerModel {
 public:
  explicit Abilities(const VoteTable& table) : table_(&table), values_(table.workers + table.items, 1.0) {}

  void fit(const VoteTable&, const Posterior& believed) override {
    std::vector<double> gradient = gradient_at(values_, believed);
    std::vector<double> direction = gradient;
    double objective = objective_at(values_, believed);
    for (int step = 0; step < kMostSteps && largest(gradient) > kSmallGradient; ++step) {
      if (!climb(direction, gradient, believed, objective)) {
        if (direction == gradient) return;
        direction = gradient;  // start again
        continue;
      }
      const std::vector<double> before = std::exchange(gradient, gradient_at(values_, believed));
      const double turn =
          std::max(0.0, (dot(gradient, gradient) - dot(gradient, before)) / dot(before, before));  // Polak-Ribiere
      for (std::size_t i = 0; i < direction.size(); ++i) direction[i] = gradient[i] + turn * direction[i];
      if (dot(direction, gradient) <= 0) direction = gradient;
    }
  }

  double log_prior(std::size_t item, std::size_t) const override { return -std::log(static_cast<double>(table_->classes[item])); }
  double log_probability(const Vote& vote, std::size_t truth) const override {
    const double x = strength(values_, vote);
    if (vote.label == truth) return log_logistic(x);
    return log_logistic(-x) - std::log(static_cast<double>(table_->classes[vote.item] - 1));
  }
  double log_penalty() const override { return penalty(values_); }

 private:
  static double dot(const std::vector<double>& a, const std::vector<double>& b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
  }
  static double largest(const std::vector<double>& values) {
    double most = 0;
    for (const double value : values) most = std::max(most, std::abs(value));
    return most;
  }
  static double penalty(const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum -= (value - 1) * (value - 1) / 2;
    return sum;
  }

  double easiness(const std::vector<double>& values, const Vote& vote) const {
    return std::exp(std::min(values[table_->workers + vote.item], kMostEasiness));
  }
  double strength(const std::vector<double>& values, const Vote& vote) const {
    return values[vote.worker] * easiness(values, vote);
  }

  double objective_at(const std::vector<double>& values, const Posterior& believed) const {
    double sum = penalty(values);
    for (const Vote& vote : table_->votes) {
      const double right = believed[vote.item][vote.label];
      const double x = strength(values, vote);
      sum += right * log_logistic(x) + (1 - right) * log_logistic(-x);
    }
    return sum;
  }

  std::vector<double> gradient_at(const std::vector<double>& values, const Posterior& believed) const {
    std::vector<double> gradient;
    gradient.reserve(values.size());
    for (const double value : values) gradient.push_back(1 - value);
    for (const Vote& vote : table_->votes) {
      const double easy = easiness(values, vote);
      const double surprise = believed[vote.item][vote.label] - 1 / (1 + std::exp(-values[vote.worker] * easy));
      gradient[vote.worker] += surprise * easy;
      gradient[table_->workers + vote.item] += surprise * values[vote.worker] * easy;
    }
    return gradient;
  }

  // Goes along `direction` until what is gained is worth its slope (Armijo); false where no step is small enough.
  bool climb(const std::vector<double>& direction, const std::vector<double>& gradient, const Posterior& believed,
             double& objective) {
    const double slope = dot(direction, gradient);
    for (double length = 1 / std::max(1.0, largest(direction)); length > 1e-10; length /= 2) {
      std::vector<double> tried = values_;
      for (std::size_t i = 0; i < tried.size(); ++i) tried[i] += length * direction[i];
      const double reached = objective_at(tried, believed);
      if (!(reached >= objective + 1e-4 * length * slope)) continue;
      values_ = std::move(tried);
      objective = reached;
      return true;
    }
    return false;
  }

  const VoteTable* table_;
  std::vector<double> values_;  // abilities of the workers, then easinesses of the items
};

TruthEstimate infer_by_glad(const VoteTable& table, const Parameters& parameters) {
  Abilities model(table);
  return fit_by_expectation(table, model, parameters);
}

}  // namespace

TruthMethodEntry glad_method_entry() {
  return {.name = "glad",
          .summary = "an ability for every worker and a difficulty for every item",
          .source = "Whitehill et al. 2009, Whose Vote Should Count More",
          .parameters = expectation_parameters(),
          .infer = infer_by_glad};
}

}  // namespace reckon
