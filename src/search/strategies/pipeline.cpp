// Pipeline: stages that generate, criticise, rank, verify, test, fuse and select candidates, by one model or several, under one
// budget. Source: Archon, Saad-Falcon et al. 2024, arXiv:2409.15254 (specs card C13). Departures, ours: stages may ask the
// verifier instead of a model, and where a stage leaves nobody with an answer, the stage before it answers.
#include "search/stages/pipeline.h"

#include "base/error.h"
#include "search/score_reserve.h"

namespace reckon {
namespace {

constexpr const char* kDefaultStages = "generate:n=8|verify|select";

std::vector<StageText> stages_of(const Parameters& parameters) {
  const std::string& file = parameters.text("file");
  const std::string& text = parameters.text("stages");
  if (file.empty()) return stages_in(text, "strategy 'pipeline': parameter 'stages'");
  if (text != kDefaultStages) {
    throw Error(ErrorCode::bad_argument, "is given together with 'file'; give one of them",
                "strategy 'pipeline': parameter 'stages'");
  }
  return read_stages(file);
}

class PipelineStrategy final : public Strategy {
 public:
  PipelineStrategy(const Parameters& parameters, std::shared_ptr<const Verifier> verifier)
      : pipeline_(stages_of(parameters)), verifier_(std::move(verifier)) {}

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    pipeline_.require_models(space.models());
    Board board(problem, space, *verifier_);
    const std::span<const std::unique_ptr<Stage>> stages = pipeline_.stages();
    for (std::size_t i = 0; i < stages.size(); ++i) {
      if (!pipeline_.scores_follow(i)) give_up_reserve(space);
      board.questions_follow = pipeline_.questions_follow(i);
      co_await stages[i]->run(board);
    }
    co_return std::move(board).outcome();
  }

 private:
  Pipeline pipeline_;
  std::shared_ptr<const Verifier> verifier_;
};

std::unique_ptr<Strategy> make_pipeline(const Parameters& parameters, std::shared_ptr<const Verifier> verifier) {
  return std::make_unique<PipelineStrategy>(parameters, std::move(verifier));
}

}  // namespace

StrategyEntry pipeline_entry() {
  return {.name = "pipeline",
          .summary = "stages that generate, criticise, rank, verify, test, fuse and select, by one model or several",
          .source = "Saad-Falcon et al. 2024, arXiv:2409.15254",
          .parameters = {{"file", std::string(), "a TOML file of stages (docs/pipelines.md); empty = `stages`"},
                         {"stages", std::string(kDefaultStages),
                          "stages separated by bars, each a kind and its parameters separated by ':'"}},
          .uses_verifier = true,
          .asks_further = true,
          .asks_models = true,
          .make = make_pipeline};
}

}  // namespace reckon
