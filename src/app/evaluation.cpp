#include "app/evaluation.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <map>

#include "base/error.h"
#include "tasks/statistics.h"

namespace reckon {
namespace {

// Files of further models, where the strategy asks for them.
std::vector<std::string> ensemble_of(const EvaluationRequest& request, const std::string& strategy) {
  const bool asks = find_strategy(parse_named_parameters(strategy, "--strategy").name).asks_models;
  return asks ? request.ensemble : std::vector<std::string>();
}

// What the workers of one strategy share; all run on one thread.
struct Run {
  Runtime* runtime = nullptr;
  const EvaluationRequest* request = nullptr;
  std::string strategy;
  std::shared_ptr<const Task> task;
  std::int64_t problems = 0;
  std::int64_t next = 0;
  std::int64_t done = 0;
  std::int64_t done_before = 0;  // by earlier strategies
  std::int64_t total = 0;        // over all strategies
  std::vector<Instance> instances;
  std::vector<SolveResult> results;
  std::vector<std::vector<bool>> right;  // per problem and path
};

SolveRequest solve_request(const Run& run, std::int64_t index) {
  const EvaluationRequest& evaluation = *run.request;
  SolveRequest request;
  request.instance = run.instances[static_cast<std::size_t>(index)];
  request.problem = request.instance->prompt;
  request.task = run.task;
  request.strategy = run.strategy;
  request.ensemble = ensemble_of(evaluation, run.strategy);
  request.verifier = evaluation.verifier;
  request.budget = evaluation.budget;
  request.thinking = evaluation.thinking;
  request.seed = evaluation.seed + static_cast<std::uint64_t>(evaluation.offset + index);
  request.chat = evaluation.chat;
  request.system = evaluation.system;
  return request;
}

// Takes the next problem until none is left. Several of these run at once; which of them solves a problem changes nothing.
awaitable<void> work(Run& run) {
  while (run.next < run.problems) {
    const std::int64_t index = run.next++;
    const auto slot = static_cast<std::size_t>(index);
    SolveRequest request = solve_request(run, index);
    run.results[slot] = co_await solve(*run.runtime, std::move(request));
    for (const PathRecord& path : run.results[slot].outcome.paths) {
      run.right[slot].push_back(run.task->check(run.instances[slot], path.text).correct);
    }
    if (run.request->on_result) run.request->on_result(run.strategy, run.instances[slot], run.results[slot]);
    ++run.done;
    if (run.request->on_progress) run.request->on_progress(run.done_before + run.done, run.total);
  }
}

void run_all(Run& run) {
  boost::asio::io_context context;
  std::exception_ptr fault;
  const auto workers = std::min<std::int64_t>(run.request->parallel, run.problems);
  for (std::int64_t i = 0; i < workers; ++i) {
    boost::asio::co_spawn(context, work(run), [&fault, &run](std::exception_ptr thrown) {
      if (!thrown) return;
      if (!fault) fault = thrown;
      run.next = run.problems;  // the others end after what they are doing
    });
  }
  context.run();
  if (fault) std::rethrow_exception(fault);
}

std::vector<std::pair<std::int64_t, double>> pass_at_powers(const Run& run) {
  std::size_t fewest = run.right.empty() ? 0 : run.right.front().size();
  for (const auto& paths : run.right) fewest = std::min(fewest, paths.size());
  std::vector<std::pair<std::int64_t, double>> table;
  for (std::size_t k = 1; k <= fewest; k *= 2) {
    double sum = 0;
    for (const auto& paths : run.right) {
      const auto right = static_cast<int>(std::ranges::count(paths, true));
      sum += pass_at_k(static_cast<int>(paths.size()), right, static_cast<int>(k));
    }
    table.emplace_back(k, sum / static_cast<double>(run.right.size()));
  }
  return table;
}

std::optional<VerifierReport> report_of(const Run& run) {
  if (!find_strategy(parse_named_parameters(run.strategy, "--strategy").name).uses_verifier) return {};
  std::vector<double> scores;
  std::vector<std::uint8_t> right;
  for (std::size_t i = 0; i < run.results.size(); ++i) {
    const std::vector<PathRecord>& paths = run.results[i].outcome.paths;
    for (std::size_t path = 0; path < paths.size(); ++path) {
      if (paths[path].state != PathState::finished) continue;
      scores.push_back(std::clamp(paths[path].score, 0.0, 1.0));
      right.push_back(run.right[i][path] ? 1 : 0);
    }
  }
  if (scores.empty()) return {};
  return measure_verifier(scores, right);
}

// Of each selector, how many problems it got right.
void count_selectors(StrategyScore& score, const Selections& selections) {
  if (score.accuracy_by_selector.empty()) {
    for (const SelectorAnswer& one : selections.answers) score.accuracy_by_selector.emplace_back(one.selector, 0.0);
  }
  for (std::size_t i = 0; i < selections.answers.size(); ++i) {
    score.accuracy_by_selector[i].second += selections.answers[i].correct.value_or(false) ? 1 : 0;
  }
}

StrategyScore score_of(const Run& run) {
  StrategyScore score;
  score.strategy = run.strategy;
  score.problems = run.problems;
  std::int64_t correct = 0;
  std::map<int, std::pair<std::int64_t, std::int64_t>> by_level;  // right, all
  const double n = static_cast<double>(std::max<std::int64_t>(run.problems, 1));
  for (std::size_t i = 0; i < run.results.size(); ++i) {
    const SolveResult& result = run.results[i];
    const bool right = result.correct.value_or(false);
    correct += right ? 1 : 0;
    auto& level = by_level[run.instances[i].level];
    level.first += right ? 1 : 0;
    ++level.second;
    score.coverage += result.selections.covered().value_or(false) ? 1 : 0;
    score.most_paths = std::max(score.most_paths, result.receipt.paths);
    count_selectors(score, result.selections);
    score.tokens_mean += static_cast<double>(result.receipt.ledger.total()) / n;
    score.flops_mean += result.receipt.ledger.flops / n;
    score.seconds_mean += result.receipt.ledger.seconds / n;
    score.peak_kv_bytes_mean += static_cast<double>(result.receipt.ledger.peak_kv_bytes) / n;
  }
  score.coverage /= n;
  for (auto& [name, accuracy] : score.accuracy_by_selector) accuracy /= n;
  score.accuracy = static_cast<double>(correct) / n;
  score.interval = wilson_interval(static_cast<int>(correct), static_cast<int>(run.problems));
  score.pass_at = pass_at_powers(run);
  score.verifier = report_of(run);
  for (const auto& [level, counts] : by_level) {
    score.accuracy_by_level.emplace_back(level, static_cast<double>(counts.first) / static_cast<double>(counts.second));
  }
  return score;
}

std::vector<Instance> problems_of(const Task& task, const EvaluationRequest& request) {
  std::int64_t count = request.limit;
  if (const auto size = task.size()) {
    count = std::clamp<std::int64_t>(static_cast<std::int64_t>(*size) - request.offset, 0, count);
    if (count == 0)
      throw Error(ErrorCode::bad_argument, "the task holds no problem from index " + std::to_string(request.offset));
  }
  std::vector<Instance> instances;
  for (std::int64_t i = 0; i < count; ++i) {
    instances.push_back(task.problem(request.split, static_cast<std::uint64_t>(request.offset + i)));
  }
  return instances;
}

}  // namespace

void validate(const EvaluationRequest& request) {
  if (request.limit < 1) throw Error(ErrorCode::bad_argument, "--limit is below 1; expected the number of problems");
  if (request.offset < 0) throw Error(ErrorCode::bad_argument, "--offset is negative; expected the index of the first problem");
  if (request.parallel < 1) throw Error(ErrorCode::bad_argument, "--parallel is below 1; expected how many problems at once");
  if (request.strategies.empty()) throw Error(ErrorCode::bad_argument, "no --strategy; expected at least one");
  const std::shared_ptr<const Task> task = make_task(request.task);
  EvaluationRequest one = request;
  one.limit = 1;
  const Instance first = problems_of(*task, one).front();
  for (const std::string& strategy : request.strategies) {
    SolveRequest probe;
    probe.problem = "?";
    probe.strategy = strategy;
    probe.verifier = request.verifier;
    probe.system = request.system;
    probe.budget = request.budget;
    probe.thinking = request.thinking;
    probe.task = task;
    probe.instance = first;
    validate(probe);
  }
  const auto takes_models = [&](const std::string& strategy) { return !ensemble_of(request, strategy).empty(); };
  if (!request.ensemble.empty() && std::ranges::none_of(request.strategies, takes_models)) {
    throw Error(ErrorCode::bad_argument, "no strategy asks more than one model; take the strategy ensemble", "--ensemble");
  }
}

std::vector<StrategyScore> evaluate(Runtime& runtime, const EvaluationRequest& request) {
  validate(request);
  const std::shared_ptr<const Task> task = make_task(request.task);
  const std::vector<Instance> instances = problems_of(*task, request);
  const auto problems = static_cast<std::int64_t>(instances.size());
  std::vector<StrategyScore> scores;
  for (std::size_t i = 0; i < request.strategies.size(); ++i) {
    Run run;
    run.runtime = &runtime;
    run.request = &request;
    run.strategy = request.strategies[i];
    run.task = task;
    run.problems = problems;
    run.done_before = static_cast<std::int64_t>(i) * problems;
    run.total = static_cast<std::int64_t>(request.strategies.size()) * problems;
    run.instances = instances;
    run.results.resize(instances.size());
    run.right.resize(instances.size());
    run_all(run);
    scores.push_back(score_of(run));
  }
  return scores;
}

}  // namespace reckon
