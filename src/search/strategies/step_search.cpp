#include "search/strategies/step_search.h"

#include <algorithm>
#include <numeric>

namespace reckon {
namespace {

std::string delimiter_named(const std::string& name) {
  if (name == "newline") return "\n";
  if (name == "blank_line") return "\n\n";
  return name == "tokens" ? "" : name;
}

}  // namespace

std::vector<ParameterSpec> step_search_parameters(std::int64_t default_n) {
  std::vector<ParameterSpec> table = drawing_parameters(kSearchTemperature, default_n);
  table.push_back(
      {"step", std::string("newline"), "what ends a step: newline, blank_line, tokens (step_tokens alone), or a text"});
  table.push_back({"step_tokens", std::int64_t{2048}, "most tokens of a step", 1, 1e9});
  table.push_back({"steps", std::int64_t{40}, "most steps; the last is drawn to the end of the path", 1, 1e6});
  table.push_back(select_parameter());
  return table;
}

StepSearchOptions::StepSearchOptions(const Parameters& parameters)
    : n(static_cast<int>(parameters.integer("n"))),
      step(step_options(parameters)),
      steps(static_cast<int>(parameters.integer("steps"))),
      select(parameters.text("select")) {
  step.delimiter = delimiter_named(parameters.text("step"));
  step.max_tokens = parameters.integer("step_tokens");
  make_selector(select);  // throws here, before anything is drawn
  last_ = to_the_end();
}

StepOptions StepSearchOptions::to_the_end() const {
  StepOptions options = step;
  options.delimiter.clear();
  options.max_tokens = -1;
  return options;
}

const StepOptions& StepSearchOptions::at(int step_index) const { return step_index + 1 < steps ? step : last_; }

awaitable<std::vector<double>> score_step(const Verifier& verifier, std::span<Path> paths, const Problem& problem,
                                          SearchSpace& space) {
  std::vector<double> scores = co_await verifier.score(paths, problem, space);
  for (std::size_t i = 0; i < paths.size(); ++i) paths[i].step_scores.push_back(scores[i]);
  co_return scores;
}

std::vector<std::size_t> best_first(std::span<const double> scores) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [scores](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  return order;
}

void ClosedPaths::add(Path path, double score) {
  if (path.state == PathState::open) path.state = PathState::pruned;
  ended_ += path.state == PathState::pruned ? 0 : 1;
  const double scores[] = {score};
  records_.push_back(std::move(records_of({&path, 1}, scores, *problem_).front()));
}

Outcome ClosedPaths::outcome(const std::string& selector, bool ran_out) && {
  std::ranges::sort(records_, {}, &PathRecord::id);
  const Selector chooser = make_selector(selector);
  const Selection selection = chooser.select(records_);
  const double confidence = confidence_of(chooser, selection, records_);
  Outcome outcome = outcome_of(std::move(records_), selection, confidence);
  if (ran_out) outcome.status = OutcomeStatus::budget_exhausted;
  return outcome;
}

}  // namespace reckon
