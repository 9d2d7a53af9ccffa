// reckon search-config: the configuration that solves most of a task under a budget.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <optional>
#include <set>

#include "app/configuration/configuration_search.h"
#include "app/json.h"
#include "base/error.h"
#include "base/units.h"
#include "cli/checks.h"
#include "cli/command.h"
#include "cli/eval_view.h"
#include "cli/model_options.h"
#include "cli/one_line.h"
#include "cli/output_file.h"
#include "cli/terminal.h"

namespace reckon {
namespace {

constexpr std::int64_t kMostSearchedProblems = 100'000;
constexpr std::int64_t kMostSearchedOffset = 1'000'000'000;  // as of eval
constexpr std::int64_t kMostSearchedParallel = 4096;
constexpr std::int64_t kMostTrials = 10'000;

struct SearchOptions {
  ModelOptions model;
  ConfigurationRequest request;
  std::string split = "validation";
  std::string budget;
  bool plain = false;
  bool json = false;
  std::string store;
  std::string out;
  std::string plot;
  std::string log;
};

Json trial_json(const Trial& trial) {
  const ConfidenceInterval interval = interval_of(trial);
  Json json;
  json["strategy"] = trial.configuration.strategy;
  if (!trial.configuration.verifier.empty()) json["verifier"] = trial.configuration.verifier;
  json["round"] = trial.round;
  json["n"] = trial.results.size();
  json["accuracy"] = trial.accuracy();
  json["ci95"] = Json::array({interval.low, interval.high});
  json["tokens_mean"] = trial.tokens_mean();
  return json;
}

// On a terminal: a bar over all, and a row for each step of a configuration.
SearchedConfigurations searched_under_watch(SearchOptions& options, std::ofstream& log, ResultStore* store) {
  std::unique_ptr<Runtime> loaded;
  const auto runtime = [&]() -> Runtime& {
    if (!loaded) loaded = load_runtime(options.model);
    return *loaded;
  };
  EvalView view(options.request.evaluation.task);
  ConfigurationRequest request = options.request;
  request.on_progress = [&view](std::int64_t done, std::int64_t planned) { view.progress(done, planned); };
  request.on_trial = [&](const Trial& trial) {
    if (log.is_open()) {
      log << dump(trial_json(trial), -1) << '\n';
      finish(log, options.log);  // a search that is interrupted leaves what it has done
    }
    EvalRow row{.label = label_of(trial.configuration)};
    row.done = std::ssize(trial.results);
    row.right = std::ranges::count(trial.results, true, &TrialResult::right);
    row.tokens = trial.tokens_mean() * static_cast<double>(row.done);
    view.add(row);
  };
  return search_configurations(runtime_options(options.model), runtime, request, store);
}

void print_json(const SearchOptions& options, const SearchedConfigurations& searched) {
  const EvaluationRequest& evaluation = options.request.evaluation;
  Json document;
  document["task"] = evaluation.task;
  document["split"] = name_of(evaluation.split);
  document["budget"] = to_string(evaluation.budget);
  document["seed"] = evaluation.seed;
  document["best"] = trial_json(searched.trials[searched.best]);
  document["front"] = searched.front;
  document["trials"] = Json::array();
  for (const Trial& trial : searched.trials) document["trials"].push_back(trial_json(trial));
  fmt::print("{}\n", dump(document));
}

// Those that solved all; a star where nothing beats it at its cost.
void print_table(const SearchOptions& options, const SearchedConfigurations& searched) {
  constexpr std::size_t kLongestLabel = 100;
  const std::vector<std::size_t> whole = whole_trials(searched);
  std::size_t width = 13;
  for (const std::size_t index : whole) {
    width = std::max(width, std::min(label_of(searched.trials[index].configuration).size(), kLongestLabel));
  }
  const EvaluationRequest& evaluation = options.request.evaluation;
  const std::int64_t problems = std::ssize(searched.trials[whole.front()].results);
  fmt::print("{} on {} ({}) under {}; {} of them on {}\n", counted(std::ssize(searched.trials), "configuration"), evaluation.task,
             name_of(evaluation.split), to_string(evaluation.budget), whole.size(),
             problems == 1 ? "the only problem" : fmt::format("all {} problems", problems));
  fmt::print("{:<{}}   accuracy   95 % interval      tokens\n", "configuration", width);
  for (const std::size_t index : whole) {
    const Trial& trial = searched.trials[index];
    const ConfidenceInterval interval = interval_of(trial);
    const bool in_front = std::ranges::find(searched.front, index) != searched.front.end();
    fmt::print("{:<{}} {} {:>6.1f} %  {:>5.1f} … {:>5.1f} %  {:>9.1f}\n", one_line(label_of(trial.configuration), kLongestLabel),
               width, in_front ? '*' : ' ', 100 * trial.accuracy(), 100 * interval.low, 100 * interval.high, trial.tokens_mean());
  }
  const Configuration& best = searched.trials[searched.best].configuration;
  fmt::print("{}  -s '{}'{}\n", dim("best"), best.strategy, best.verifier.empty() ? "" : fmt::format(" -v '{}'", best.verifier));
}

// Said where people read.
void write_document(const std::string& path, const char* what, const std::string& text, bool quiet) {
  write_output(path, text);
  if (!path.empty() && !quiet) fmt::print("{}  {}\n", dim(what), path);
}

void check_files(const SearchOptions& options) {
  std::set<std::string> taken;
  for (const auto& [option, file] :
       {std::pair{"--store", &options.store}, {"--out", &options.out}, {"--plot", &options.plot}, {"--log", &options.log}}) {
    if (file->empty() || taken.insert(*file).second) continue;
    throw Error(ErrorCode::bad_argument, "is given to another option too; give each a file of its own", option);
  }
}

// Keeping a split to report on keeps nothing of a file.
void note_one_set(const std::string& task) {
  if (!make_task(task)->size()) return;
  fmt::print(
      stderr,
      "note: {} comes from a file, which is one set of problems: train, validation and test are the same there; report the "
      "best on another file\n",
      task.substr(0, task.find(':')));
}

int search_command(SearchOptions& options) {
  ConfigurationRequest& request = options.request;
  request.evaluation.split = split_named(options.split);
  request.evaluation.chat = !options.plain;
  request.evaluation.budget = parse_budget(options.budget);
  request.model = options.model.model;
  check_files(options);
  validate(request);
  std::optional<ResultStore> store;
  if (!options.store.empty()) store.emplace(options.store, DatabaseAccess::create);
  check_output(options.out);
  check_output(options.plot);
  std::ofstream log = open_output(options.log);
  note_one_set(request.evaluation.task);
  const SearchedConfigurations searched = searched_under_watch(options, log, store ? &*store : nullptr);
  if (options.json) print_json(options, searched);
  if (!options.json) print_table(options, searched);
  write_document(options.out, "file", configuration_file(request, searched), options.json);
  write_document(options.plot, "plot", configuration_plot(request, searched), options.json);
  return kAnswered;
}

void add_problem_options(CLI::App& command, SearchOptions& options) {
  EvaluationRequest& evaluation = options.request.evaluation;
  command.add_option("--task", evaluation.task, "name:key=value,…; 'reckon tasks' lists all")
      ->required()
      ->check(not_empty("the name of a task"));
  command.add_option("-b,--budget", options.budget, "of each problem: tokens=N,flops=N,seconds=N,joules=N")
      ->envname("RECKON_BUDGET")
      ->required()
      ->check(not_empty("tokens=N, flops=N, seconds=N or joules=N"));
  command.add_option("-n,--limit", options.request.halving.problems, "problems that the last configurations solve")
      ->capture_default_str()
      ->check(whole_number(1, kMostSearchedProblems));
  command.add_option("--offset", evaluation.offset, "index of the first problem")
      ->capture_default_str()
      ->check(whole_number(0, kMostSearchedOffset));
  command.add_option("--split", options.split, "train, validation or test; keep test to report on; all the same of a file")
      ->capture_default_str();
  command.add_option("--seed", evaluation.seed, "of proposals; problem i is solved with seed + i")
      ->envname("RECKON_SEED")
      ->capture_default_str()
      ->check(seed_number());
  command.add_option("--parallel", evaluation.parallel, "problems under way at once; changes no answer")
      ->capture_default_str()
      ->check(whole_number(1, kMostSearchedParallel));
  CLI::Option* plain = command.add_flag("--plain", options.plain, "no chat template");
  command.add_option("--system", evaluation.system, "system prompt")->excludes(plain);
}

// Checked as it is read, so that what a file gives is refused with its line.
CLI::Validator passes(void (*require)(const std::string&)) {
  const auto check = [require](std::string& text) -> std::string {
    require(text);
    return "";
  };
  return {check, ""};
}

void add_search_options(CLI::App& command, SearchOptions& options) {
  ConfigurationRequest& request = options.request;
  command
      .add_option("-s,--strategy", request.strategies,
                  "what is searched: name:key=value,… with places such as {log 2..64}, {0.3..1.3}, {one;another}; several times")
      ->check(not_empty("the name of a strategy"))
      ->check(passes(require_strategy));
  command
      .add_option("-v,--verifier", request.verifiers,
                  "of strategies that use one, with or without places; several times, then each is tried (default likelihood)")
      ->check(not_empty("the name of a verifier"))
      ->check(passes(require_verifier));
  command
      .add_option("--ensemble", request.evaluation.ensemble,
                  "a further model, a GGUF file, for the strategies 'ensemble' and 'pipeline'; may be given several times")
      ->allow_extra_args(false)
      ->check(not_empty("a GGUF file"));
  command.add_option("--trials", request.halving.configurations, "configurations tried")
      ->capture_default_str()
      ->check(whole_number(1, kMostTrials));
  command.add_option("--width", request.halving.width, "of these begin together; one in --reduction goes on")
      ->capture_default_str()
      ->check(whole_number(1, kMostTrials));
  command.add_option("--reduction", request.halving.reduction, "one in so many goes on, on so many times the problems")
      ->capture_default_str()
      ->check(whole_number(2, 100));
}

}  // namespace

void add_search_config(CLI::App& app, std::function<int()>& action) {
  CLI::App* command =
      app.add_subcommand("search-config", "Search for the strategy and parameters that solve most under a budget");
  const auto options = std::make_shared<SearchOptions>();
  add_problem_options(*command, *options);
  add_model_options(*command, options->model);
  add_search_options(*command, *options);
  command->add_option("--store", options->store, "keep results in this SQLite file; a search that was killed goes on from there")
      ->check(not_empty("a file"));
  command->add_option("--out", options->out, "write the best to this TOML file, which --config takes")
      ->check(not_empty("a file"));
  command->add_option("--plot", options->plot, "write accuracy against tokens to this SVG file")->check(not_empty("a file"));
  command->add_option("--log", options->log, "write each step of each configuration to this file as JSON lines")
      ->check(not_empty("a file"));
  command->add_flag("--json", options->json, "print one JSON document");
  command->callback([options, &action] { action = [options] { return search_command(*options); }; });
}

}  // namespace reckon
