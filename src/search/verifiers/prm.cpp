// Process reward model: a second model that scores every step. Source: Lightman et al. 2023, arXiv:2305.20050; aggregates as in
// search-and-learn and OpenR (specs card B3).
#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "search/reward_model.h"
#include "search/verifier.h"

namespace reckon {
namespace {

using Aggregate = double (*)(std::span<const double> steps);

double last_of(std::span<const double> steps) { return steps.back(); }
double least_of(std::span<const double> steps) { return *std::ranges::min_element(steps); }
double most_of(std::span<const double> steps) { return *std::ranges::max_element(steps); }
double product_of(std::span<const double> steps) { return std::accumulate(steps.begin(), steps.end(), 1.0, std::multiplies<>()); }
double mean_of(std::span<const double> steps) {
  return std::accumulate(steps.begin(), steps.end(), 0.0) / static_cast<double>(steps.size());
}

Aggregate aggregate_named(const std::string& name) {
  if (name == "min") return least_of;
  if (name == "max") return most_of;
  if (name == "product") return product_of;
  if (name == "mean") return mean_of;
  return last_of;
}

class ProcessReward final : public Verifier {
 public:
  ProcessReward(const Parameters& parameters, const VerifierResources& resources)
      : aggregate_(aggregate_named(parameters.text("aggregate"))) {
    if (!resources.reward_model) return;
    model_ = resources.reward_model(parameters.text("model"));
    pair_ = model_->pair_named(parameters.text("readout"));
  }

  awaitable<std::vector<double>> score(std::span<Path> paths, const Problem& problem, SearchSpace& space) const override {
    if (!model_) throw Error(ErrorCode::internal, "verifier 'prm' was made without a reward model");
    const std::vector<std::vector<double>> steps = co_await model_->step_scores(paths, problem, space, pair_);
    std::vector<double> scores;
    scores.reserve(steps.size());
    for (const std::vector<double>& of_path : steps) scores.push_back(of_path.empty() ? 0 : aggregate_(of_path));
    co_return scores;
  }
  double tokens_per_token() const override { return 1; }
  const TokenCost* token_cost() const override { return model_ ? &model_->engine().model().cost() : nullptr; }

 private:
  Aggregate aggregate_;
  std::shared_ptr<RewardModel> model_;
  std::size_t pair_ = 0;
};

std::shared_ptr<const Verifier> make_prm_verifier(const Parameters& parameters, const VerifierResources& resources) {
  return std::make_shared<ProcessReward>(parameters, resources);
}

}  // namespace

VerifierEntry prm_entry() {
  return {.name = "prm",
          .summary = "a reward model's opinion of every step, read beside the path",
          .source = "Lightman et al. 2023, arXiv:2305.20050",
          .parameters = {{"model", std::string(), "GGUF file of the reward model; empty = the bundled one"},
                         {"readout", std::string(), "which of the model's read-outs; empty = its first"},
                         {.name = "aggregate",
                          .default_value = std::string("last"),
                          .meaning = "what the scores of the steps make of the path",
                          .choices = {"last", "min", "max", "product", "mean"}}},
          .make = make_prm_verifier};
}

}  // namespace reckon
