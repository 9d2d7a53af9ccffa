// Hedged sampling: one greedy path as a safety net, the others drawn. Source: Khairi et al. 2025, arXiv:2506.20544 ("When Life
// Gives You Samples", specs card B8): n = 5, temperature 0.7, min-p 0.1. Choosing by majority is minimum Bayes risk with equality
// of answers as utility.
#include "search/score_reserve.h"
#include "search/strategies/parallel_sampling.h"

namespace reckon {
namespace {

class Hedged final : public Strategy {
 public:
  Hedged(const Parameters& parameters, std::shared_ptr<const Verifier> verifier)
      : n_(static_cast<int>(parameters.integer("n"))),
        select_(parameters.text("select")),
        step_(step_options(parameters)),
        verifier_(std::move(verifier)) {
    greedy_.sampling.temperature = 0;
    greedy_.path_tokens = step_.path_tokens;
  }

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    if (!scores()) give_up_reserve(space);
    std::vector<Path> paths;
    {
      const std::optional<Path> root = co_await space.open(problem);
      if (root) paths = space.fork(*root, n_);
    }
    // The net first and alone: it is there when the budget does not pay for all.
    co_await space.advance(std::span(paths).first(paths.empty() ? 0 : 1), greedy_);
    co_await space.advance(paths, step_);  // ended paths are left alone
    std::vector<double> scores;
    if (this->scores()) scores = co_await verifier_->score(paths, problem, space);
    std::vector<PathRecord> records = records_of(paths, scores, problem);
    const Selection selection = find_selector(select_).select(records);
    double confidence = selection.share;
    if (selection.chosen && select_ == "best") confidence = records[*selection.chosen].score;
    co_return outcome_of(std::move(records), selection, confidence);
  }

 private:
  bool scores() const { return select_ != "majority"; }

  int n_;
  std::string select_;
  StepOptions step_;
  StepOptions greedy_;
  std::shared_ptr<const Verifier> verifier_;
};

std::unique_ptr<Strategy> make(const Parameters& parameters, std::shared_ptr<const Verifier> verifier) {
  return std::make_unique<Hedged>(parameters, std::move(verifier));
}

}  // namespace

StrategyEntry hedged_entry() {
  std::vector<ParameterSpec> parameters = drawing_parameters(/*default_temperature=*/0.7, /*default_n=*/5);
  parameters.front().meaning = "paths drawn, the greedy one included";
  for (ParameterSpec& parameter : parameters) {
    if (parameter.name == "min_p") parameter.default_value = 0.1;
  }
  parameters.push_back({.name = "select",
                        .default_value = std::string("majority"),
                        .meaning = "which of the paths answers; weighted and best ask the verifier",
                        .choices = {"majority", "weighted", "best"}});
  return {.name = "hedged",
          .summary = "one greedy path as a safety net, and n - 1 drawn ones",
          .source = "Khairi et al. 2025, arXiv:2506.20544",
          .parameters = std::move(parameters),
          .uses_verifier = true,
          .make = make};
}

}  // namespace reckon
