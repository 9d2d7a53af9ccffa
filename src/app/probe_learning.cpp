#include "app/probe_learning.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "app/run_now.h"
#include "base/error.h"

namespace reckon {
namespace {

constexpr std::array kForms{"chat", "plain"};  // RunIdentity::prompt without thinking and system prompt

bool serves(const Observation& one, const std::string& form) {
  return one.prompt == form && one.difficulty && one.samples > 0 && !one.text.empty();
}

double quantile_of(std::vector<double> values, std::size_t part, std::size_t parts) {
  std::ranges::sort(values);
  return values[values.size() * part / parts];
}

std::vector<double> figures(std::span<const SampledProblem> problems, double SampledProblem::* figure) {
  std::vector<double> values;
  for (const SampledProblem& one : problems) values.push_back(one.*figure);
  return values;
}

void require_enough(const ProbeExamples& examples) {
  const std::string what_to_do = "draw more: reckon eval --task … -s majority:n=16 --limit 300 --split validation --store …";
  if (std::ssize(examples.kinds) < kLeastProbeProblems) {
    throw Error(ErrorCode::not_found,
                fmt::format("a probe needs {} problems of which {} independent paths came to their end, and there are {}; {}",
                            kLeastProbeProblems, kPilotPaths, examples.kinds.size(), what_to_do),
                "--probe");
  }
  const auto differs = [&](Difficulty kind) { return kind != examples.kinds.front(); };
  if (std::ranges::any_of(examples.kinds, differs)) return;
  throw Error(ErrorCode::not_found, fmt::format("all problems are of one kind: there is nothing to tell apart; {}", what_to_do),
              "--probe");
}

awaitable<std::vector<float>> hidden_state(Runtime& runtime, std::vector<Token> prompt) {
  const auto request = std::make_shared<Request>(Budget{}, /*seed=*/0);
  const std::optional<Sequence> sequence =
      co_await runtime.engine().open(std::move(prompt), request, /*path=*/0, Purpose::prompt, /*keep_hidden=*/true);
  if (!sequence) throw Error(ErrorCode::internal, "a budget without limits could not pay for a prompt");
  std::vector<float> hidden(sequence->hidden().begin(), sequence->hidden().end());
  co_return hidden;
}

std::vector<TaskProbeScore> scores_of(std::span<const SampledProblem> problems, std::span<const Difficulty> kinds,
                                      std::span<const Difficulty> told) {
  std::map<std::string, TaskProbeScore> by_task;
  for (std::size_t i = 0; i < problems.size(); ++i) {
    TaskProbeScore& score = by_task[problems[i].task];
    score.task = problems[i].task;
    ++score.problems[static_cast<std::size_t>(kinds[i])];
    score.told += told[i] == kinds[i] ? 1 : 0;
  }
  std::vector<TaskProbeScore> scores;
  for (auto& [task, score] : by_task) scores.push_back(std::move(score));
  return scores;
}

}  // namespace

std::int64_t TaskProbeScore::largest() const { return *std::ranges::max_element(problems); }

double LearnedProbe::largest_of_tasks() const {
  std::int64_t right = 0;
  for (const TaskProbeScore& one : tasks) right += one.largest();
  return static_cast<double>(right) / static_cast<double>(probe.problems);
}

std::string usual_form(std::span<const Observation> observations) {
  std::string usual;
  std::int64_t most = 0;
  for (const char* form : kForms) {
    const auto count = std::ranges::count_if(observations, [&](const Observation& one) { return serves(one, form); });
    if (count > most) usual = form;
    most = std::max<std::int64_t>(most, count);
  }
  return usual;
}

std::vector<SampledProblem> sampled_problems(std::span<const Observation> observations, const std::string& form) {
  std::map<std::pair<std::string, std::string>, const Observation*> best;
  for (const Observation& one : observations) {
    if (!serves(one, form)) continue;
    const Observation*& known = best[{one.task, one.problem}];
    if (known == nullptr || one.samples > known->samples) known = &one;
  }
  std::vector<SampledProblem> problems;
  for (const auto& [name, one] : best) {
    const double right = static_cast<double>(one->right_samples) / static_cast<double>(one->samples);
    problems.push_back({one->task, one->text, right, one->surprise});
  }
  return problems;
}

KindEdges kind_edges(std::span<const SampledProblem> problems) {
  const std::vector<double> right = figures(problems, &SampledProblem::right);
  return {.right = quantile_of(right, 1, 2),
          .surprise = quantile_of(figures(problems, &SampledProblem::surprise), 1, 2),
          .wrong = quantile_of(right, 1, 4)};
}

Difficulty kind_of(const SampledProblem& problem, const KindEdges& edges) {
  if (problem.right >= edges.right && problem.right > edges.wrong && problem.surprise <= edges.surprise)
    return Difficulty::normal;
  return problem.right <= edges.wrong ? Difficulty::hard : Difficulty::easy;
}

std::vector<float> hidden_states(Runtime& runtime, std::span<const SampledProblem> problems, const std::string& form) {
  std::vector<float> all;
  for (const SampledProblem& one : problems) {
    std::vector<Token> prompt = runtime.prompt(one.text, form == "chat");
    const std::vector<float> hidden = run_now(hidden_state(runtime, std::move(prompt)));
    all.insert(all.end(), hidden.begin(), hidden.end());
  }
  return all;
}

LearnedProbe learn_probe(std::span<const SampledProblem> problems, std::vector<float> hidden, const std::string& form,
                         const ProbeFitOptions& options) {
  LearnedProbe learned;
  ProbeExamples examples;
  if (!problems.empty()) {
    learned.edges = kind_edges(problems);
    examples.width = std::ssize(hidden) / std::ssize(problems);
    examples.hidden = std::move(hidden);
  }
  for (const SampledProblem& one : problems) examples.kinds.push_back(kind_of(one, learned.edges));
  require_enough(examples);
  learned.tasks = scores_of(problems, examples.kinds, told_by_others(examples, options));
  learned.probe = fit_probe(examples, options);
  learned.probe.prompt = form;
  std::array<std::int64_t, kDifficulties> kinds{};
  std::int64_t told = 0;
  for (const TaskProbeScore& one : learned.tasks) {
    told += one.told;
    for (std::size_t i = 0; i < kDifficulties; ++i) kinds[i] += one.problems[i];
  }
  const auto total = static_cast<double>(learned.probe.problems);
  learned.probe.accuracy = static_cast<double>(told) / total;
  learned.probe.largest_kind = static_cast<double>(*std::ranges::max_element(kinds)) / total;
  return learned;
}

}  // namespace reckon
