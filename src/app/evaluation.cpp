#include "app/evaluation.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <map>
#include <memory>
#include <utility>

#include "base/error.h"
#include "search/allocators/measurements.h"

namespace reckon {
namespace {

// Files of further models, where the strategy asks for them.
std::vector<std::string> ensemble_of(const EvaluationRequest& request, const std::string& strategy) {
  return traits_of(strategy).asks_models ? request.ensemble : std::vector<std::string>();
}

// What all cells share.
struct Setup {
  const EvaluationRequest* request = nullptr;
  std::function<Runtime&()> runtime;
  const RuntimeOptions* options = nullptr;
  ResultStore* store = nullptr;  // or null
  std::shared_ptr<const Task> task;
  std::vector<Instance> instances;
  std::int64_t done = 0;
  std::int64_t total = 0;

  std::int64_t problems() const { return std::ssize(instances); }
  void note(const EvaluationCell& cell, std::int64_t index, const SolveResult& result) {
    if (request->on_result) request->on_result(cell.label, instances[static_cast<std::size_t>(index)], result);
    ++done;
    if (request->on_progress) request->on_progress(done, total);
  }
};

// What the workers of one cell share; all run on one thread.
struct Run {
  Setup* setup = nullptr;
  const EvaluationCell* cell = nullptr;
  std::int64_t stored_as = 0;                          // run of the store
  std::vector<std::int64_t> open;                      // indices into the instances, to be solved
  std::size_t next = 0;                                // of these
  std::vector<std::optional<ProblemResult>> finished;  // per instance
};

void add(const Ledger& ledger, Ledger& sum) {
  sum.prompt_computed += ledger.prompt_computed;
  sum.prompt_cached += ledger.prompt_cached;
  sum.generated += ledger.generated;
  sum.drafted += ledger.drafted;
  sum.verified += ledger.verified;
  sum.flops += ledger.flops;
  sum.seconds += ledger.seconds;
}

// Where an allocator moves budget, by what all problems before this one have cost, which are finished.
Budget budget_of(const Run& run, std::int64_t index) {
  if (!moves_budget(run.cell->strategy)) return run.cell->budget;
  Ledger spent;
  for (std::int64_t i = 0; i < index; ++i) add(run.finished[static_cast<std::size_t>(i)]->solved.receipt.ledger, spent);
  return next_budget(run.cell->strategy, run.cell->budget, index, spent);
}

SolveRequest solve_request(const Run& run, std::int64_t index) {
  const EvaluationRequest& evaluation = *run.setup->request;
  SolveRequest request;
  request.instance = run.setup->instances[static_cast<std::size_t>(index)];
  request.problem = request.instance->prompt;
  request.task = run.setup->task;
  request.strategy = run.cell->strategy;
  request.ensemble = ensemble_of(evaluation, run.cell->strategy);
  request.verifier = run.cell->verifier;
  request.measurements = evaluation.measurements;
  request.budget = budget_of(run, index);
  request.thinking = evaluation.thinking;
  request.seed = evaluation.seed + static_cast<std::uint64_t>(evaluation.offset + index);
  // What a problem costs must not depend on which others were solved before it, or in an earlier, interrupted run.
  request.prefix_scope = run.setup->runtime().own_prefix_scope();
  request.chat = evaluation.chat;
  request.system = run.cell->system;
  return request;
}

// Keeps what the request will be charged, also where it ends in an error.
void keep_handle(SolveRequest& request, RequestHandle& kept) {
  request.on_begin = [&kept](const RequestHandle& begun) { kept = begun; };
}

// What came of a problem that the model's context has no room for. `begun`: null where nothing was asked.
SolveResult unanswered(Runtime& runtime, const SolveRequest& request, const RequestHandle& begun) {
  SolveResult result;
  result.outcome.status = OutcomeStatus::too_long;
  result.problem = request.problem;
  result.strategy = request.strategy;
  result.seed = request.seed;
  result.selections = selections_of(result.outcome, std::vector<bool>());
  result.correct = false;
  result.models = {runtime.shared_model()};
  if (begun) result.receipt.ledger = begun->ledger();
  return result;
}

// A problem that is too long for the model counts as one without an answer; of any other that cannot be asked the error says
// which.
awaitable<SolveResult> solve_or_pass(Setup& setup, std::int64_t index, SolveRequest request) {
  RequestHandle begun;
  keep_handle(request, begun);
  try {
    co_return co_await solve(setup.runtime(), request);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::too_long) co_return unanswered(setup.runtime(), request, begun);
    if (error.code() != ErrorCode::bad_argument) throw;
    const std::int64_t place = setup.request->offset + index;
    throw Error(error.code(), error.what(), fmt::format("problem {} (--offset {} begins with it)", place, place));
  }
}

// Takes the next problem until none is left. Several of these run at once; which of them solves a problem changes nothing.
awaitable<void> work(Run& run) {
  Setup& setup = *run.setup;
  while (run.next < run.open.size()) {
    const std::int64_t index = run.open[run.next++];
    const auto slot = static_cast<std::size_t>(index);
    SolveRequest request = solve_request(run, index);
    SolveResult solved = co_await solve_or_pass(setup, index, std::move(request));
    run.finished[slot] = result_of(*setup.task, setup.request->offset + index, setup.instances[slot], std::move(solved));
    if (setup.store) setup.store->save(run.stored_as, *run.finished[slot]);
    setup.note(*run.cell, index, run.finished[slot]->solved);
  }
}

void solve_open(Run& run) {
  boost::asio::io_context context;
  std::exception_ptr fault;
  const int at_once = moves_budget(run.cell->strategy) ? 1 : run.setup->request->parallel;
  const auto workers = std::min<std::size_t>(static_cast<std::size_t>(at_once), run.open.size());
  for (std::size_t i = 0; i < workers; ++i) {
    boost::asio::co_spawn(context, work(run), [&fault, &run](std::exception_ptr thrown) {
      if (!thrown) return;
      if (!fault) fault = thrown;
      run.next = run.open.size();  // the others end after what they are doing
    });
  }
  context.run();
  if (fault) std::rethrow_exception(fault);
}

RunIdentity identity_of(const Setup& setup, const EvaluationCell& cell) {
  const EvaluationRequest& request = *setup.request;
  const EvaluationSetting setting{.task = request.task,
                                  .ensemble = request.ensemble,
                                  .split = request.split,
                                  .thinking = request.thinking,
                                  .seed = request.seed,
                                  .chat = request.chat,
                                  .measurements = request.measurements ? request.measurements->file : "",
                                  .first = moves_budget(cell.strategy) ? request.offset : 0};
  return identity_of(*setup.options, setting, cell);
}

// The run of the store to go on with, or to score anew.
std::int64_t stored_run(const Setup& setup, const EvaluationCell& cell) {
  const RunIdentity identity = identity_of(setup, cell);
  if (!setup.request->rescore) return setup.store->run(identity, full_label_of(cell));
  if (const auto run = setup.store->run_of_any_code(identity)) return *run;
  throw Error(ErrorCode::not_found,
              fmt::format("holds no results of {} on {} to score anew; leave --rescore out to draw them", full_label_of(cell),
                          setup.request->task),
              setup.store->path());
}

// Who drew a stored result's paths: a store holds only their places among the models that were asked.
void name_models(const Setup& setup, const EvaluationCell& cell, SolveResult& solved) {
  Runtime& runtime = setup.runtime();
  solved.models = {runtime.shared_model()};
  for (const std::string& file : ensemble_of(*setup.request, cell.strategy)) {
    solved.models.push_back(runtime.beside(file).shared_model());
  }
  for (const PathRecord& path : solved.outcome.paths) {
    if (path.model < std::ssize(solved.models)) continue;
    throw Error(ErrorCode::bad_file,
                fmt::format("holds a path of model {}; expected one below {}", path.model, solved.models.size()),
                setup.store->path());
  }
}

// Takes what is stored, judges it anew where that is asked for, and lists what has to be solved.
void take_stored(Run& run) {
  Setup& setup = *run.setup;
  std::map<std::int64_t, ProblemResult> stored;
  if (setup.store) {
    run.stored_as = stored_run(setup, *run.cell);
    stored = setup.store->results(run.stored_as, setup.request->offset, setup.problems());
  }
  for (std::int64_t index = 0; index < setup.problems(); ++index) {
    const auto slot = static_cast<std::size_t>(index);
    const auto known = stored.find(setup.request->offset + index);
    if (known == stored.end()) {
      if (!setup.request->rescore) run.open.push_back(index);
      continue;
    }
    ProblemResult& result = run.finished[slot].emplace(std::move(known->second));
    if (setup.request->rescore) {
      rescore(result, *setup.task, setup.instances[slot]);
      setup.store->save(run.stored_as, result);
    }
    if (setup.request->names_models) name_models(setup, *run.cell, result.solved);
    setup.note(*run.cell, index, result.solved);
  }
}

EvaluatedCell evaluate_cell(Setup& setup, const EvaluationCell& cell) {
  Run run;
  run.setup = &setup;
  run.cell = &cell;
  run.finished.resize(setup.instances.size());
  take_stored(run);
  solve_open(run);
  EvaluatedCell evaluated{cell, {}};
  for (std::optional<ProblemResult>& result : run.finished) {
    if (result) evaluated.results.push_back(std::move(*result));
  }
  if (evaluated.results.empty()) {
    throw Error(ErrorCode::not_found, "holds none of these problems to score anew", setup.store->path());
  }
  return evaluated;
}

std::vector<EvaluationCell> cells_of(const EvaluationRequest& request) {
  std::vector<EvaluationCell> bases;
  for (const std::string& strategy : request.strategies) {
    EvaluationCell& base = bases.emplace_back();
    base.strategy = strategy;
    base.verifier = request.verifier;
    base.system = request.system;
    base.budget = request.budget;
  }
  return cells_of(bases, request.grid);
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

Evaluation evaluate(Setup& setup) {
  validate(*setup.request);
  setup.task = make_task(setup.request->task);
  setup.instances = problems_of(*setup.task, *setup.request);
  const std::vector<EvaluationCell> cells = cells_of(*setup.request);
  setup.total = std::ssize(cells) * setup.problems();
  Evaluation evaluation;
  for (const EvaluationCell& cell : cells) evaluation.cells.push_back(evaluate_cell(setup, cell));
  return evaluation;
}

void adjust_for_comparisons(std::vector<StrategyScore>& scores) {
  std::vector<double> p_values;
  for (const StrategyScore& score : scores) {
    if (score.over) p_values.push_back(score.over->p);
  }
  const std::vector<double> adjusted = holm_adjusted(p_values);
  auto p = adjusted.begin();
  for (StrategyScore& score : scores) {
    if (score.over) score.over_p = *p++;
  }
}

}  // namespace

std::vector<StrategyScore> Evaluation::scores() const {
  std::vector<StrategyScore> scores;
  for (const EvaluatedCell& cell : cells) scores.push_back(score_of(cell, scores.empty() ? nullptr : &cells.front()));
  adjust_for_comparisons(scores);
  return scores;
}

void validate(const EvaluationRequest& request) {
  if (request.limit < 1) throw Error(ErrorCode::bad_argument, "--limit is below 1; expected the number of problems");
  if (request.offset < 0) throw Error(ErrorCode::bad_argument, "--offset is negative; expected the index of the first problem");
  if (request.parallel < 1) throw Error(ErrorCode::bad_argument, "--parallel is below 1; expected how many problems at once");
  if (request.strategies.empty()) throw Error(ErrorCode::bad_argument, "no --strategy; expected at least one");
  const std::shared_ptr<const Task> task = make_task(request.task);
  EvaluationRequest one = request;
  one.limit = 1;
  const Instance first = problems_of(*task, one).front();
  for (const EvaluationCell& cell : cells_of(request)) {
    SolveRequest probe;
    probe.problem = "?";
    probe.strategy = cell.strategy;
    probe.verifier = cell.verifier;
    probe.system = cell.system;
    probe.chat = request.chat;
    probe.budget = cell.budget;
    probe.measurements = request.measurements;
    probe.thinking = request.thinking;
    probe.task = task;
    probe.instance = first;
    validate(probe);
  }
  const auto takes_models = [&](const std::string& strategy) { return !ensemble_of(request, strategy).empty(); };
  if (!request.ensemble.empty() && std::ranges::none_of(request.strategies, takes_models)) {
    throw Error(ErrorCode::bad_argument, "no strategy asks more than one model; take the strategy ensemble or pipeline",
                "--ensemble");
  }
}

Evaluation evaluate(Runtime& runtime, const EvaluationRequest& request) {
  Setup setup;
  setup.request = &request;
  setup.runtime = [&runtime]() -> Runtime& { return runtime; };
  return evaluate(setup);
}

Evaluation evaluate(const RuntimeOptions& options, const std::function<Runtime&()>& runtime, const EvaluationRequest& request,
                    ResultStore& store) {
  Setup setup;
  setup.request = &request;
  setup.runtime = runtime;
  setup.options = &options;
  setup.store = &store;
  return evaluate(setup);
}

}  // namespace reckon
