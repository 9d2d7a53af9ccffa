// Outcome reward model: a second model's opinion of the whole text, read at its end only. Source: Cobbe et al. 2021,
// arXiv:2110.14168.
#include "base/error.h"
#include "search/reward_model.h"
#include "search/verifier.h"

namespace reckon {
namespace {

class OutcomeReward final : public Verifier {
 public:
  OutcomeReward(const Parameters& parameters, const VerifierResources& resources) {
    if (!resources.reward_model) return;
    model_ = resources.reward_model(parameters.text("model"));
    pair_ = model_->pair_named(parameters.text("readout"));
  }

  // A text that has not ended has no outcome.
  awaitable<std::vector<double>> score(std::span<Path> paths, const Problem& problem, SearchSpace& space) const override {
    if (!model_) throw Error(ErrorCode::internal, "verifier 'orm' was made without a reward model");
    const std::vector<std::vector<double>> steps = co_await model_->step_scores(paths, problem, space, pair_);
    std::vector<double> scores;
    scores.reserve(paths.size());
    for (std::size_t i = 0; i < paths.size(); ++i) {
      const bool ended = paths[i].state == PathState::finished && !steps[i].empty();
      scores.push_back(ended ? steps[i].back() : 0);
    }
    co_return scores;
  }
  double tokens_per_token() const override { return 1; }
  const TokenCost* token_cost() const override { return model_ ? &model_->engine().model().cost() : nullptr; }

 private:
  std::shared_ptr<RewardModel> model_;
  std::size_t pair_ = 0;
};

std::shared_ptr<const Verifier> make_orm_verifier(const Parameters& parameters, const VerifierResources& resources) {
  return std::make_shared<OutcomeReward>(parameters, resources);
}

}  // namespace

VerifierEntry orm_entry() {
  return {.name = "orm",
          .summary = "a reward model's opinion of the whole text",
          .source = "Cobbe et al. 2021, arXiv:2110.14168",
          .parameters = {{"model", std::string(), "GGUF file of the reward model; empty = the bundled one"},
                         {"readout", std::string(), "which of the model's read-outs; empty = its first"}},
          .make = make_orm_verifier};
}

}  // namespace reckon
