// reckon eval: strategies on a task, accuracy against what it costs; comparing stored runs.
#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <set>

#include "app/evaluation.h"
#include "app/evaluation_curves.h"
#include "app/evaluation_report.h"
#include "app/json.h"
#include "app/trace.h"
#include "base/error.h"
#include "base/units.h"
#include "cli/allocation_options.h"
#include "cli/checks.h"
#include "cli/command.h"
#include "cli/eval_learn.h"
#include "cli/eval_tables.h"
#include "cli/eval_view.h"
#include "cli/model_options.h"
#include "cli/output_file.h"
#include "cli/thinking_options.h"

namespace reckon {
namespace {

constexpr const char* kUsualEvaluatedStrategy = "greedy";
constexpr std::int64_t kMostProblems = 1'000'000;    // kept in memory, with their answers
constexpr std::int64_t kMostOffset = 1'000'000'000;  // far from where indices and seeds would overflow
constexpr std::int64_t kMostParallel = 4096;         // as paths of a strategy

struct EvalOptions {
  ModelOptions model;
  AllocationOptions allocation;
  EvaluationRequest request;
  std::string split = "test";
  std::string budget;
  std::vector<std::string> grid;
  ThinkingFlags thinking;
  bool json = false;
  bool plain = false;
  bool verifier_report = false;
  bool statistics = false;
  std::string store;
  std::string plot;
  std::string curves;
  std::string report;
  std::string trace;
};

// "@FILE" among system prompts is what the file holds.
GridAxis grid_axis(const std::string& text) {
  GridAxis axis = parse_grid_axis(text);
  for (std::string& value : axis.values) {
    if (axis.name == "system" && value.starts_with('@')) value = read_text_file(value.substr(1), "--grid system");
  }
  return axis;
}

// Two equal rows would say nothing.
void refuse_repeated(const std::vector<std::string>& strategies) {
  std::set<std::string> seen;
  for (const std::string& strategy : strategies) {
    if (!seen.insert(strategy).second) {
      throw Error(ErrorCode::bad_argument, "'" + strategy + "' is given twice", "--strategy");
    }
  }
}

void finish_request(EvalOptions& options) {
  EvaluationRequest& request = options.request;
  request.split = split_named(options.split);
  request.chat = !options.plain;
  if (request.strategies.empty()) request.strategies = {""};
  for (std::string& strategy : request.strategies)
    strategy = with_allocator(strategy, kUsualEvaluatedStrategy, options.allocation);
  refuse_repeated(request.strategies);
  request.measurements = measurements_for(request.strategies, options.allocation, options.model);
  if (!options.budget.empty()) request.budget = parse_budget(options.budget);
  for (const std::string& axis : options.grid) request.grid.push_back(grid_axis(axis));
  request.thinking = thinking_request(options.thinking);
  validate(request);
}

void check_files(const EvalOptions& options) {
  std::set<std::string> taken;
  for (const auto& [option, file] : {std::pair{"--store", &options.store},
                                     {"--plot", &options.plot},
                                     {"--curves", &options.curves},
                                     {"--report", &options.report},
                                     {"--trace", &options.trace}}) {
    if (file->empty() || taken.insert(*file).second) continue;
    throw Error(ErrorCode::bad_argument, "is given to another option too; give each a file of its own", option);
  }
  if (options.request.rescore && options.store.empty()) {
    throw Error(ErrorCode::bad_argument, "needs --store FILE, whose results are to be scored anew", "--rescore");
  }
  for (const std::string& file : {options.plot, options.curves, options.report}) check_output(file);
}

// Loads the model when it is first asked for: a store may hold everything already.
class LazyRuntime {
 public:
  explicit LazyRuntime(const ModelOptions& options) : options_(options) {}
  Runtime& get() {
    if (!runtime_) runtime_ = load_runtime(options_);
    return *runtime_;
  }

 private:
  const ModelOptions& options_;
  std::unique_ptr<Runtime> runtime_;
};

Evaluation run(EvalOptions& options, LazyRuntime& runtime, ResultStore* store) {
  EvalView view(options.request);  // until the evaluation is over
  if (store == nullptr) return evaluate(runtime.get(), options.request);
  const RuntimeOptions wanted = runtime_options(options.model);
  return evaluate(wanted, [&runtime]() -> Runtime& { return runtime.get(); }, options.request, *store);
}

void print_json(const EvalOptions& options, const Evaluation& evaluation, const std::vector<StrategyScore>& scores) {
  Json document = Json::array();
  for (std::size_t i = 0; i < scores.size(); ++i) {
    document.push_back(to_json(options.request.task, scores[i], pool_curves(evaluation.cells[i])));
  }
  fmt::print("{}\n", dump(document));
}

void print_tables(const EvalOptions& options, const Evaluation& evaluation, const std::vector<StrategyScore>& scores) {
  fmt::print("{} of {} ({})\n", counted(scores.front().problems, "problem"), options.request.task,
             name_of(options.request.split));
  print_scores(scores);
  for (const StrategyScore& score : scores) {
    if (options.verifier_report) print_verifier_report(score);
  }
  if (options.statistics) print_statistics(options.request, evaluation, scores);
}

// Said where people read.
void write(const std::string& path, const char* what, const std::string& text, bool quiet) {
  write_output(path, text);
  if (!quiet) fmt::print("{:<8} {}\n", what, path);
}

void write_files(const EvalOptions& options, const Evaluation& evaluation, const std::vector<StrategyScore>& scores) {
  const EvaluationRequest& request = options.request;
  if (!options.plot.empty()) {
    const std::vector<PlotSeries> lines = curves_of(scores, request.grid, CostAxis::tokens);
    write(options.plot, "plot", accuracy_plot(request.task, lines), options.json);
  }
  if (!options.curves.empty()) {
    write(options.curves, "curves", accuracy_panels(request.task, panels_of(scores, request.grid)), options.json);
  }
  if (!options.report.empty()) {
    const std::string model = model_path_of(runtime_options(options.model));
    write(options.report, "report", evaluation_report(request, evaluation, model), options.json);
  }
}

int eval_command(EvalOptions& options) {
  finish_request(options);
  check_files(options);
  std::optional<ResultStore> store;
  const DatabaseAccess access = options.request.rescore ? DatabaseAccess::write : DatabaseAccess::create;
  if (!options.store.empty()) store.emplace(options.store, access);
  std::ofstream trace = open_output(options.trace);
  LazyRuntime runtime(options.model);
  if (trace.is_open()) {
    options.request.names_models = true;  // by whose costs a trace counts
    options.request.on_result = [&](const std::string&, const Instance& instance, const SolveResult& result) {
      write_trace(trace, instance.id, result);
      finish(trace, options.trace);  // an interrupted run leaves what it has solved
    };
  }
  const Evaluation evaluation = run(options, runtime, store ? &*store : nullptr);
  const std::vector<StrategyScore> scores = evaluation.scores();
  if (options.json) print_json(options, evaluation, scores);
  if (!options.json) print_tables(options, evaluation, scores);
  write_files(options, evaluation, scores);
  return kAnswered;
}

struct CompareOptions {
  std::string first, second;
  bool json = false;
};

int compare_command(const CompareOptions& options) {
  const RunComparison comparison = compare_runs(parse_run_name(options.first), parse_run_name(options.second));
  if (options.json) {
    fmt::print("{}\n", dump(to_json(comparison)));
  } else {
    print_comparison(comparison);
  }
  return kAnswered;
}

void add_compare(CLI::App& eval, CLI::Option* task, std::function<int()>& action) {
  CLI::App* command = eval.add_subcommand("compare", "Compare two runs of stores, problem by problem");
  const auto options = std::make_shared<CompareOptions>();
  command->add_option("FIRST", options->first, "FILE:NUMBER, or FILE where it holds one run")
      ->required()
      ->check(not_empty("a run"));
  command->add_option("SECOND", options->second, "what is compared with it")->required()->check(not_empty("a run"));
  command->add_flag("--json", options->json, "print one JSON document");
  command->preparse_callback([task](std::size_t) { task->required(false); });
  command->callback([options, &action] { action = [options] { return compare_command(*options); }; });
}

void add_runs(CLI::App& eval, CLI::Option* task, std::function<int()>& action) {
  CLI::App* command = eval.add_subcommand("runs", "List the runs of a store");
  const auto file = std::make_shared<std::string>();
  const auto json = std::make_shared<bool>(false);
  command->add_option("FILE", *file, "what 'reckon eval --store' wrote")->required()->check(not_empty("a file"));
  command->add_flag("--json", *json, "print one JSON document");
  command->preparse_callback([task](std::size_t) { task->required(false); });
  command->callback([file, json, &action] {
    action = [file, json] {
      const std::vector<StoredRun> runs = ResultStore(*file, DatabaseAccess::read).runs();
      Json document = Json::array();
      for (const StoredRun& one : runs) document.push_back(to_json(one));
      if (*json) fmt::print("{}\n", dump(document));
      if (!*json) print_runs(runs);
      return kAnswered;
    };
  });
}

void add_output_options(CLI::App& command, EvalOptions& options) {
  command.add_flag("--json", options.json, "print one JSON document");
  command.add_flag("--verifier-report", options.verifier_report,
                   "say how good the verifier's scores are: error rates, AUROC, calibration (always in --json)");
  command.add_flag("--statistics", options.statistics,
                   "paired differences, tables at equal cost, coverage and majority for every number of paths, calibration");
  command.add_option("--plot", options.plot, "write accuracy against tokens to this SVG file")->check(not_empty("a file"));
  command
      .add_option("--curves", options.curves, "write accuracy against tokens, FLOPs and seconds, side by side, to this SVG file")
      ->check(not_empty("a file"));
  command.add_option("--report", options.report, "write everything, with trees of some searches, to this HTML file")
      ->check(not_empty("a file"));
  command.add_option("--trace", options.trace, "write every path and its cost to this file as JSON lines")
      ->check(not_empty("a file"));
}

CLI::Option* add_problem_options(CLI::App& command, EvalOptions& options) {
  EvaluationRequest& request = options.request;
  CLI::Option* task = command.add_option("--task", request.task, "name:key=value,…; 'reckon tasks' lists all");
  task->required()->check(not_empty("the name of a task"));
  command.add_option("-n,--limit", request.limit, "problems")->capture_default_str()->check(whole_number(1, kMostProblems));
  command.add_option("--offset", request.offset, "index of the first problem")
      ->capture_default_str()
      ->check(whole_number(0, kMostOffset));
  command.add_option("--split", options.split, "train, validation or test")->capture_default_str();
  command.add_option("--seed", request.seed, "problem i is solved with seed + i")
      ->envname("RECKON_SEED")
      ->capture_default_str()
      ->check(seed_number());
  command.add_option("--parallel", request.parallel, "problems under way at once; changes no answer")
      ->capture_default_str()
      ->check(whole_number(1, kMostParallel));
  CLI::Option* plain = command.add_flag("--plain", options.plain, "no chat template");
  command.add_option("--system", request.system, "system prompt")->excludes(plain);
  return task;
}

void add_strategy_options(CLI::App& command, EvalOptions& options) {
  EvaluationRequest& request = options.request;
  command
      .add_option("-s,--strategy", request.strategies,
                  "name:key=value,…, allocators behind it: majority@adaptive; may be given several times (default greedy)")
      ->check(not_empty("the name of a strategy"));
  add_allocation_options(command, options.allocation);
  command
      .add_option("--ensemble", request.ensemble,
                  "a further model, a GGUF file, for the strategies 'ensemble' and 'pipeline'; may be given several times")
      ->allow_extra_args(false)
      ->check(not_empty("a GGUF file"));
  command.add_option("-v,--verifier", request.verifier, "of strategies that use one; default the task's own checker")
      ->check(not_empty("the name of a verifier"));
  command.add_option("-b,--budget", options.budget, "of each problem: tokens=N,flops=N,seconds=N,joules=N")
      ->envname("RECKON_BUDGET")
      ->check(not_empty("tokens=N, flops=N, seconds=N or joules=N"));
  command
      .add_option(
          "--grid", options.grid,
          "NAME=VALUE,VALUE,…: every strategy with each; a parameter, verifier, system (@FILE), tokens, flops or seconds; "
          "several make all combinations")
      ->check(not_empty("NAME=VALUE,VALUE,…"));
  command
      .add_option("--store", options.store, "keep results in this SQLite file as they come; what it holds is not solved again")
      ->check(not_empty("a file"));
  command.add_flag("--rescore", request.rescore, "draw nothing: check the answers that the store holds anew");
}

}  // namespace

void add_eval(CLI::App& app, std::function<int()>& action) {
  CLI::App* command = app.add_subcommand("eval", "Measure strategies on a task");
  const auto options = std::make_shared<EvalOptions>();
  CLI::Option* task = add_problem_options(*command, *options);
  add_model_options(*command, options->model);
  add_strategy_options(*command, *options);
  add_thinking_options(*command, options->thinking);
  add_output_options(*command, *options);
  add_compare(*command, task, action);
  add_runs(*command, task, action);
  add_learn(*command, task, action);
  command->require_subcommand(0, 1);
  command->callback([command, options, &action] {  // runs after that of a command of its own
    if (command->get_subcommands().empty()) action = [options] { return eval_command(*options); };
  });
}

}  // namespace reckon
