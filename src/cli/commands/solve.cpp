// reckon solve: one problem under a budget, with its receipt.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "app/json.h"
#include "app/solve.h"
#include "app/trace.h"
#include "base/error.h"
#include "base/units.h"
#include "cli/allocation_options.h"
#include "cli/checks.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/live_view.h"
#include "cli/model_options.h"
#include "cli/one_line.h"
#include "cli/output_file.h"
#include "cli/terminal.h"
#include "cli/thinking_options.h"
#include "text/lines.h"

namespace reckon {
namespace {

constexpr const char* kUsualStrategy = "majority";

struct SolveOptions {
  ModelOptions model;
  std::string problem;
  std::string strategy;  // "" = kUsualStrategy
  std::string pipeline;
  AllocationOptions allocation;
  std::vector<std::string> ensemble;
  std::string verifier;
  std::string budget;
  ThinkingFlags thinking;
  std::uint64_t seed = 0;
  bool json = false;
  bool plain = false;
  std::string system;
  std::string extraction = "lenient";
  std::string expected;
  std::string tests;
  std::string constraints;
  std::string task;
  std::string split = "test";
  std::int64_t index = 0;
  std::string trace;
};

// What was asked for; "" where nothing was.
std::string strategy_of(const SolveOptions& options) {
  if (options.pipeline.empty()) return options.strategy;
  std::string strategy = "pipeline:file=";
  for (const char c : options.pipeline) {
    if (c == ',') strategy += '\\';  // else it would end the parameter
    strategy += c;
  }
  return strategy;
}

SolveRequest request_of(const SolveOptions& options) {
  SolveRequest request;
  request.strategy = with_allocator(strategy_of(options), kUsualStrategy, options.allocation);
  request.measurements = measurements_for(request.strategy, options.allocation, options.model);
  request.ensemble = options.ensemble;
  request.verifier = options.verifier;
  if (!options.budget.empty()) request.budget = parse_budget(options.budget);
  request.thinking = thinking_request(options.thinking);
  request.seed = options.seed;
  request.chat = !options.plain;
  request.system = options.system;
  const auto extraction = extraction_named(options.extraction);
  if (!extraction) {
    throw Error(ErrorCode::bad_argument,
                fmt::format("unknown way '{}'; known are {}", options.extraction, fmt::join(extraction_names(), ", ")),
                "--extract");
  }
  request.extraction = *extraction;
  if (!options.expected.empty()) request.expected = options.expected;
  if (!options.tests.empty()) request.tests = read_text_file(options.tests, "--tests");
  if (!options.constraints.empty()) request.constraints = read_text_file(options.constraints, "--constraints");
  if (options.task.empty()) {
    request.problem = read_text_argument(options.problem, "PROBLEM");
    return request;
  }
  if (!options.problem.empty()) {
    throw Error(ErrorCode::bad_argument, "give PROBLEM or --task, not both: with --task the problem is the task's own",
                "PROBLEM");
  }
  if (!options.expected.empty()) {
    throw Error(ErrorCode::bad_argument, "give --expect or --task, not both: with --task the task's own checker decides",
                "--expect");
  }
  request.task = make_task(options.task);
  request.instance = request.task->problem(split_named(options.split), static_cast<std::uint64_t>(options.index));
  request.problem = request.instance->prompt;
  return request;
}

void print_receipt(const Receipt& receipt, const SolveResult& result) {
  const Ledger& ledger = receipt.ledger;
  fmt::print("{}  {} tokens = {} prompt + {} cached + {} generated + {} verified, on {} path{}\n", dim("receipt"), ledger.total(),
             ledger.prompt_computed, ledger.prompt_cached, ledger.generated, ledger.verified, receipt.paths,
             receipt.paths == 1 ? "" : "s");
  fmt::print("         {}, {} moved, peak KV {}, {}, seed {}\n", format_count(ledger.flops, "FLOP"),
             format_count(ledger.bytes, "B"), format_bytes(ledger.peak_kv_bytes), format_seconds(ledger.seconds), result.seed);
  for (const Allocation& one : result.outcome.allocations) {
    const std::string count = one.samples >= 0 ? fmt::format(" {} of {} paths", one.samples, one.most) : "";
    fmt::print("         {}: {}{}; {}\n", one.allocator, one.strategy, count.empty() ? "" : "," + count, one.reason);
  }
}

// "best, weighted 6 right; majority 7 wrong": selectors that agree stand together.
std::string selected(const std::vector<SelectorAnswer>& answers) {
  constexpr std::size_t kLongestAnswer = 40;
  std::vector<std::string> groups;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const std::optional<std::string>& answer = answers[i].answer;
    const auto first = std::ranges::find(answers, answer, &SelectorAnswer::answer);
    if (first != answers.begin() + static_cast<std::ptrdiff_t>(i)) continue;
    std::string group;
    for (const SelectorAnswer& one : answers) {
      if (one.answer == answer) group += fmt::format("{}{}", group.empty() ? "" : ", ", one.selector);
    }
    group += " " + (answer ? one_line(trimmed(*answer), kLongestAnswer) : std::string("none"));
    if (answer && answers[i].correct) group += *answers[i].correct ? " right" : " wrong";
    groups.push_back(std::move(group));
  }
  return fmt::format("{}", fmt::join(groups, "; "));
}

// The same tree under each selector; of one path there is nothing to select.
void print_selections(const Selections& selections, std::size_t paths) {
  if (paths < 2) return;
  std::string line = selected(selections.answers);
  if (!selections.correct.empty()) {
    line += fmt::format("; {} of {} paths right", std::ranges::count(selections.correct, true), paths);
  }
  fmt::print("{}     {}\n", dim("tree"), line);
}

void print_result(const SolveRequest& request, const SolveResult& result) {
  const Outcome& outcome = result.outcome;
  fmt::print("{}  {}\n", dim("problem"), printable(request.problem));
  const std::string answer = outcome.answer ? bold(printable(trimmed(*outcome.answer))) : dim("none");
  std::string verdict;
  if (result.correct) verdict = *result.correct ? green("  right") : red("  wrong");
  fmt::print("{}   {}{}\n", dim("answer"), answer, verdict);
  fmt::print("         {} by {}, confidence {:.2f}{}\n", name_of(outcome.status), result.strategy, outcome.confidence,
             outcome.margin == 0 ? ", a tie" : "");
  print_selections(result.selections, outcome.paths.size());
  print_receipt(result.receipt, result);
}

int solve_command(const SolveOptions& options) {
  SolveRequest request = request_of(options);
  validate(request);
  std::ofstream trace = open_output(options.trace);
  const std::unique_ptr<Runtime> runtime = load_runtime(options.model);
  SolveResult result;
  {
    SolveRequest watched = request;
    if (trace.is_open()) watched.on_event = [&trace](const SearchEvent& event) { write_event(trace, event); };
    Interrupt interrupt;
    watched.on_begin = [&interrupt](const RequestHandle& handle) { interrupt.watch(handle); };
    const LiveView view(watched);
    result = solve_now(*runtime, std::move(watched));
  }
  if (trace.is_open()) {
    write_trace(trace, request.instance ? request.instance->id : request.problem, result);
    finish(trace, options.trace);
  }
  if (options.json) {
    fmt::print("{}\n", dump(to_json(result)));
  } else {
    print_result(request, result);
  }
  if (Interrupt::came()) {
    fmt::print(stderr, "{}\n", dim("interrupted: this is what there was by then"));
    return kInterrupted;
  }
  return result.outcome.answer ? kAnswered : kNoAnswer;
}

}  // namespace

void add_solve(CLI::App& app, std::function<int()>& action) {
  CLI::App* command = app.add_subcommand("solve", "Answer one problem under a budget");
  const auto options = std::make_shared<SolveOptions>();
  command->add_option("PROBLEM", options->problem, "the problem's text; - reads standard input");
  add_model_options(*command, options->model);
  CLI::Option* strategy =
      command
          ->add_option(
              "-s,--strategy", options->strategy,
              "name:key=value,…, allocators behind it: majority@adaptive; 'reckon strategies' lists all (default majority)")
          ->envname("RECKON_STRATEGY")
          ->check(not_empty("the name of a strategy"));
  command->add_option("--pipeline", options->pipeline, "a TOML file of stages: short for -s pipeline:file=FILE")
      ->excludes(strategy)
      ->check(not_empty("a TOML file"));
  add_allocation_options(*command, options->allocation);
  command
      ->add_option("--ensemble", options->ensemble,
                   "a further model, a GGUF file, for the strategies 'ensemble' and 'pipeline'; may be given several times")
      ->allow_extra_args(false)
      ->check(not_empty("a GGUF file"));
  command
      ->add_option("-v,--verifier", options->verifier,
                   "name:key=value,…; default exact where the answer can be checked, what --tests or --constraints is for, else "
                   "likelihood")
      ->check(not_empty("the name of a verifier"));
  command->add_option("-b,--budget", options->budget, "tokens=N,flops=N,seconds=N,joules=N; never exceeded")
      ->envname("RECKON_BUDGET")
      ->check(not_empty("tokens=N, flops=N, seconds=N or joules=N"));
  add_thinking_options(*command, options->thinking);
  command->add_option("--seed", options->seed, "same seed, same answer")
      ->envname("RECKON_SEED")
      ->capture_default_str()
      ->check(seed_number());
  command->add_flag("--json", options->json, "print one JSON document");
  CLI::Option* plain = command->add_flag("--plain", options->plain, "the problem is the whole prompt: no chat template");
  command->add_option("--system", options->system, "system prompt")->excludes(plain);
  command
      ->add_option("--extract", options->extraction,
                   fmt::format("how answers are found: {}", fmt::join(extraction_names(), ", ")))
      ->capture_default_str();
  command->add_option("--expect", options->expected, "a right answer: the verifier 'exact' compares with it")
      ->check(not_empty("a right answer"));
  command->add_option("--tests", options->tests, "a file of tests, one between blank lines: the verifier 'tests' runs them")
      ->check(not_empty("a file"));
  command
      ->add_option("--constraints", options->constraints,
                   "a file of formal constraints on the answer: the verifiers 'sat' (DIMACS CNF) and 'smt' (SMT-LIB) check it")
      ->check(not_empty("a file"));
  CLI::Option* task =
      command->add_option("--task", options->task, "take the problem, and its checker, from a task; 'reckon tasks' lists all")
          ->check(not_empty("the name of a task"));
  command->add_option("--split", options->split, "of the task: train, validation, test")->capture_default_str()->needs(task);
  command->add_option("--index", options->index, "of the task's problem")
      ->capture_default_str()
      ->check(whole_number(0))
      ->needs(task);
  command
      ->add_option("--trace", options->trace,
                   "write what happens, then every path and its cost, to this file as JSON lines; 'reckon tree' draws it")
      ->check(not_empty("a file"));
  command->callback([options, &action] { action = [options] { return solve_command(*options); }; });
}

}  // namespace reckon
