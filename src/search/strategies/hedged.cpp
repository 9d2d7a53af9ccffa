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
        verifier_(std::move(verifier)) {}

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    if (!scores()) give_up_reserve(space);
    std::vector<Path> paths = co_await draw_paths(problem, space, n_, step_, /*greedy_first=*/true);
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
  std::shared_ptr<const Verifier> verifier_;
};

std::unique_ptr<Strategy> make_hedged(const Parameters& parameters, std::shared_ptr<const Verifier> verifier) {
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
          .make = make_hedged};
}

}  // namespace reckon
