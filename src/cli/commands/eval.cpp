// reckon eval: strategies on a task, accuracy against tokens.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>

#include "app/evaluation.h"
#include "app/json.h"
#include "app/trace.h"
#include "base/error.h"
#include "base/units.h"
#include "cli/checks.h"
#include "cli/command.h"
#include "cli/model_options.h"
#include "cli/output_file.h"
#include "cli/terminal.h"
#include "cli/thinking_options.h"
#include "tasks/plot.h"

namespace reckon {
namespace {

constexpr std::int64_t kMostProblems = 1'000'000;    // kept in memory, with their answers
constexpr std::int64_t kMostOffset = 1'000'000'000;  // far from where indices and seeds would overflow
constexpr std::int64_t kMostParallel = 4096;         // as paths of a strategy

struct EvalOptions {
  ModelOptions model;
  EvaluationRequest request;
  std::string split = "test";
  std::string budget;
  ThinkingFlags thinking;
  bool json = false;
  bool plain = false;
  bool verifier_report = false;
  std::string plot;
  std::string trace;
};

std::string share_of(double share, bool known) { return known ? fmt::format("{:.1f} %", 100 * share) : std::string("-"); }

void print_table(const std::vector<StrategyScore>& scores) {
  fmt::print("{:<28} {:>8}  {:^15} ", "strategy", "accuracy", "95 % interval");
  for (const auto& [selector, accuracy] : scores.front().accuracy_by_selector) fmt::print("{:>8} ", selector);
  fmt::print("{:>8} {:>10} {:>9} {:>10}\n", "coverage", "tokens", "FLOP", "peak KV");
  for (const StrategyScore& score : scores) {
    const bool several = score.most_paths > 1;  // of one path there is nothing to select
    fmt::print("{:<28} {:>6.1f} %  {:>5.1f} … {:>5.1f} % ", score.strategy, 100 * score.accuracy, 100 * score.interval.low,
               100 * score.interval.high);
    for (const auto& [selector, accuracy] : score.accuracy_by_selector) fmt::print("{:>8} ", share_of(accuracy, several));
    fmt::print("{:>8} {:>10.1f} {:>9} {:>10}\n", share_of(score.coverage, several), score.tokens_mean,
               format_count(score.flops_mean), format_bytes(static_cast<std::int64_t>(score.peak_kv_bytes_mean)));
  }
}

void print_rate(const char* what, const Rate& rate, const char* of) {
  fmt::print("  {:<14} {:>6.1f} %  {:>5.1f} … {:>5.1f} %   {} of {} {} paths\n", what, 100 * rate.rate, 100 * rate.interval.low,
             100 * rate.interval.high, rate.count, rate.of, of);
}

void print_report(const StrategyScore& score) {
  if (!score.verifier) {
    fmt::print("\n{}: no verifier scored a finished path\n", score.strategy);
    return;
  }
  const VerifierReport& report = *score.verifier;
  fmt::print("\nverifier on {} finished paths of {}, {} of them right; accepted from a score of {} on\n", report.paths,
             score.strategy, report.right, report.threshold);
  print_rate("false accepts", report.false_accepts, "wrong");
  print_rate("false rejects", report.false_rejects, "right");
  fmt::print("  AUROC {:.3f}, Brier score {:.3f}, calibration error {:.3f} over {} bins:\n", report.auroc, report.brier,
             report.calibration_error, report.bins.size());
  fmt::print("  {:>6} {:>7} {:>8}\n", "paths", "score", "right");
  for (const CalibrationBin& bin : report.bins)
    fmt::print("  {:>6} {:>7.3f} {:>6.1f} %\n", bin.paths, bin.score, 100 * bin.right);
}

// Strategies that differ in parameters only are one line of the plot; a name that stands alone keeps its parameters.
std::string plot_of(const std::string& task, const std::vector<StrategyScore>& scores) {
  const auto family = [](const StrategyScore& score) { return score.strategy.substr(0, score.strategy.find(':')); };
  std::vector<PlotSeries> series;
  for (const StrategyScore& score : scores) {
    const auto known = std::ranges::find(series, family(score), &PlotSeries::name);
    PlotSeries& one = known != series.end() ? *known : series.emplace_back(PlotSeries{family(score), {}});
    one.points.push_back({score.tokens_mean, score.accuracy, score.interval});
  }
  for (PlotSeries& one : series) {
    if (one.points.size() > 1) continue;
    one.name = std::ranges::find(scores, one.name, family)->strategy;
  }
  return accuracy_plot(task, series);
}

int eval_command(EvalOptions& options) {
  EvaluationRequest& request = options.request;
  request.split = split_named(options.split);
  request.chat = !options.plain;
  if (request.strategies.empty()) request.strategies = {"greedy"};
  if (!options.budget.empty()) request.budget = parse_budget(options.budget);
  request.thinking = thinking_request(options.thinking);
  validate(request);
  if (!options.plot.empty() && options.plot == options.trace) {
    throw Error(ErrorCode::bad_argument, "is the file of --plot too; give each its own", "--trace");
  }
  std::ofstream plot = open_output(options.plot);
  std::ofstream trace = open_output(options.trace);
  const std::unique_ptr<Runtime> runtime = load_runtime(options.model);
  if (trace.is_open()) {
    request.on_result = [&](const std::string&, const Instance& instance, const SolveResult& result) {
      write_trace(trace, instance.id, result);
      finish(trace, options.trace);  // an interrupted run leaves what it has solved
    };
  }
  std::vector<StrategyScore> scores;
  {
    ProgressBar progress("solving " + request.task);
    request.on_progress = [&progress](std::int64_t done, std::int64_t total) { progress.update(done, total); };
    scores = evaluate(*runtime, request);
  }
  if (options.json) {
    Json document = Json::array();
    for (const StrategyScore& score : scores) document.push_back(to_json(request.task, score));
    fmt::print("{}\n", dump(document));
  } else {
    fmt::print("{} problems of {} ({})\n", scores.front().problems, request.task, name_of(request.split));
    print_table(scores);
    for (const StrategyScore& score : scores) {
      if (options.verifier_report) print_report(score);
    }
  }
  if (plot.is_open()) {
    plot << plot_of(request.task, scores);
    finish(plot, options.plot);
    if (!options.json) fmt::print("plot     {}\n", options.plot);
  }
  return kAnswered;
}

}  // namespace

void add_eval(CLI::App& app, std::function<int()>& action) {
  CLI::App* command = app.add_subcommand("eval", "Measure strategies on a task");
  const auto options = std::make_shared<EvalOptions>();
  EvaluationRequest& request = options->request;
  command->add_option("--task", request.task, "name:key=value,…; 'reckon tasks' lists all")
      ->required()
      ->check(not_empty("the name of a task"));
  add_model_options(*command, options->model);
  command->add_option("-s,--strategy", request.strategies, "name:key=value,…; may be given several times (default greedy)")
      ->check(not_empty("the name of a strategy"));
  command
      ->add_option("--ensemble", request.ensemble,
                   "a further model, a GGUF file, for the strategy 'ensemble'; may be given several times")
      ->allow_extra_args(false)
      ->check(not_empty("a GGUF file"));
  command->add_option("-v,--verifier", request.verifier, "of strategies that use one; default the task's own checker")
      ->check(not_empty("the name of a verifier"));
  command->add_option("-n,--limit", request.limit, "problems")->capture_default_str()->check(whole_number(1, kMostProblems));
  command->add_option("--offset", request.offset, "index of the first problem")
      ->capture_default_str()
      ->check(whole_number(0, kMostOffset));
  command->add_option("--split", options->split, "train, validation or test")->capture_default_str();
  command->add_option("-b,--budget", options->budget, "of each problem: tokens=N,flops=N,seconds=N,joules=N")
      ->envname("RECKON_BUDGET")
      ->check(not_empty("tokens=N, flops=N, seconds=N or joules=N"));
  add_thinking_options(*command, options->thinking);
  command->add_option("--seed", request.seed, "problem i is solved with seed + i")
      ->envname("RECKON_SEED")
      ->capture_default_str()
      ->check(seed_number());
  command->add_option("--parallel", request.parallel, "problems under way at once; changes no answer")
      ->capture_default_str()
      ->check(whole_number(1, kMostParallel));
  CLI::Option* plain = command->add_flag("--plain", options->plain, "no chat template");
  command->add_option("--system", request.system, "system prompt")->excludes(plain);
  command->add_flag("--json", options->json, "print one JSON document");
  command->add_flag("--verifier-report", options->verifier_report,
                    "say how good the verifier's scores are: error rates, AUROC, calibration (always in --json)");
  command->add_option("--plot", options->plot, "write accuracy against tokens to this SVG file")->check(not_empty("a file"));
  command->add_option("--trace", options->trace, "write every path and its cost to this file as JSON lines")
      ->check(not_empty("a file"));
  command->callback([options, &action] { action = [options] { return eval_command(*options); }; });
}

}  // namespace reckon
