#include "search/strategies/parallel_sampling.h"

#include <algorithm>
#include <cmath>

#include "search/answers/extract.h"
#include "search/answers/fenced_block.h"

namespace reckon {
namespace {

// A text that was cut off ends anywhere: only an answer that it states outright counts.
std::optional<std::string> answer_of(const Path& path, const Problem& problem) {
  const bool whole = path.state == PathState::finished;
  if (!problem.tests.empty()) return program_answer(path.text, whole);  // tests are of a program
  AnswerForm form = problem.answer_form;
  if (!whole) form.extraction = Extraction::boxed;
  return extract_answer(path.text, form);
}

}  // namespace

ParameterSpec max_tokens_parameter() {
  return {"max_tokens", std::int64_t{-1}, "most tokens of one path; -1 = as many as the context holds", -1, 1e9};
}

std::vector<ParameterSpec> drawing_parameters(double default_temperature, std::int64_t default_n) {
  std::vector<ParameterSpec> table;
  if (default_n > 0) table.push_back({"n", default_n, "paths drawn", 1, 4096});
  table.push_back({"temperature", default_temperature, "of sampling; 0 takes the most likely token", 0, 100});
  table.push_back({"top_p", 1.0, "keep the most likely tokens up to this mass", 1e-9, 1});
  table.push_back({"top_k", std::int64_t{0}, "keep the k most likely tokens; 0 = all", 0, 1e9});
  table.push_back({"min_p", 0.0, "keep tokens with this share of the most likely one's probability", 0, 1});
  table.push_back(max_tokens_parameter());
  return table;
}

StepOptions step_options(const Parameters& parameters) {
  StepOptions step;
  step.sampling.temperature = parameters.number("temperature");
  step.sampling.top_p = parameters.number("top_p");
  step.sampling.top_k = parameters.integer("top_k");
  step.sampling.min_p = parameters.number("min_p");
  step.path_tokens = parameters.integer("max_tokens");
  return step;
}

ParameterSpec select_parameter() {
  return {"select", std::string("best"), "which of the paths answers: a selector, its own parameters separated by ':'"};
}

double confidence_of(const Selector& selector, const Selection& selection, std::span<const PathRecord> records) {
  if (!selection.chosen) return 0;
  return selector.name() == "best" ? records[*selection.chosen].score : selection.share;
}

ParameterSpec first_parameter() {
  return {.name = "first",
          .default_value = std::string("sampled"),
          .meaning = "how the first path is drawn: as the others, or greedily, before them",
          .choices = {"sampled", "greedy"}};
}

bool greedy_first(const Parameters& parameters) { return parameters.text("first") == "greedy"; }

awaitable<void> draw_to_ends(std::span<Path> paths, StepOptions step, bool greedy_first, SearchSpace& space) {
  if (greedy_first && !paths.empty()) {
    StepOptions greedy = step;
    greedy.sampling.temperature = 0;
    co_await space.advance(paths.first(1), greedy);
    paths = paths.subspan(1);
  }
  if (!paths.empty()) co_await space.advance(paths, step);
}

awaitable<std::vector<Path>> draw_paths(const Problem& problem, SearchSpace& space, int n, StepOptions step, bool greedy_first) {
  std::vector<Path> paths;
  {
    const std::optional<Path> root = co_await space.open(problem);
    if (!root) co_return paths;
    paths = space.fork(*root, n);
  }
  co_await draw_to_ends(paths, std::move(step), greedy_first, space);
  co_return paths;
}

std::vector<PathRecord> records_of(std::span<const Path> paths, std::span<const double> scores, const Problem& problem) {
  std::vector<PathRecord> records;
  records.reserve(paths.size());
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const Path& path = paths[i];
    PathRecord& record = records.emplace_back();
    record.id = path.id;
    record.parent = path.parent;
    record.model = path.model;
    record.judging = path.judging;
    record.state = path.state;
    record.turns = path.turns;
    record.text = path.text;
    record.step_ends = path.step_ends;
    record.step_scores = path.step_scores;
    record.score = scores.empty() ? 0 : scores[i];
    if (path.memory) record.verdicts = path.memory->verdicts();
    record.tokens = path.tokens;
    record.inherited_tokens = path.inherited_tokens;
    record.line_tokens = line_tokens(path);
    record.inherited_steps = path.inherited_steps;
    record.log_probability = path.log_probability;
    if (path.state == PathState::pruned) continue;  // who was given up does not vote
    record.answer = answer_of(path, problem);
  }
  return records;
}

double likelihood_of(const PathRecord& record) {
  return record.tokens > 0 ? std::exp(record.log_probability / static_cast<double>(record.tokens)) : 0.0;
}

Outcome outcome_of(std::vector<PathRecord> records, const Selection& selection, double confidence) {
  Outcome outcome;
  // Nothing drawn at all means that the budget could not pay for the prompt.
  const bool ran_out = records.empty() ||
                       std::ranges::any_of(records, [](const PathRecord& record) { return record.state == PathState::cut_off; });
  if (selection.chosen) {
    outcome.answer = records[*selection.chosen].answer;
    outcome.confidence = confidence;
    outcome.margin = selection.margin;
    outcome.sequential_tokens = records[*selection.chosen].line_tokens;
    outcome.chosen = selection.chosen;
    outcome.status = OutcomeStatus::answered;
  }
  if (ran_out) outcome.status = OutcomeStatus::budget_exhausted;
  outcome.paths = std::move(records);
  return outcome;
}

}  // namespace reckon
