#include "cli/eval_learn.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "app/json.h"
#include "app/learning.h"
#include "app/measurement_file.h"
#include "app/probe_learning.h"
#include "base/error.h"
#include "base/units.h"
#include "cli/checks.h"
#include "cli/command.h"
#include "cli/model_options.h"
#include "cli/terminal.h"

namespace reckon {
namespace {

struct LearnOptions {
  std::vector<std::string> stores;
  std::string file;
  std::vector<std::string> probed;  // stores that a probe is learned from; none = no probe
  ModelOptions model;               // whose probe
  bool json = false;
};

double share(std::int64_t part, std::int64_t all) { return static_cast<double>(part) / static_cast<double>(all); }

Json to_json(const LearnedProbe& learned) {
  Json tasks = Json::array();
  for (const TaskProbeScore& one : learned.tasks) {
    Json kinds;
    for (const Difficulty kind : {Difficulty::easy, Difficulty::normal, Difficulty::hard}) {
      kinds[name_of(kind)] = one.problems[static_cast<std::size_t>(kind)];
    }
    tasks.push_back(Json{{"task", one.task}, {"kinds", std::move(kinds)}, {"accuracy", share(one.told, one.total())}});
  }
  return Json{{"problems", learned.probe.problems},
              {"prompt", learned.probe.prompt},
              {"units", learned.probe.units},
              {"accuracy", learned.probe.accuracy},
              {"most_frequent", learned.probe.largest_kind},
              {"most_frequent_of_task", learned.largest_of_tasks()},
              {"right", learned.edges.right},
              {"surprise", learned.edges.surprise},
              {"wrong", learned.edges.wrong},
              {"tasks", std::move(tasks)}};
}

Json to_json(const std::string& model, const Measurements& learned, const std::vector<ChoiceScore>& scores) {
  Json choices = Json::array();
  for (const ChoiceScore& one : scores) {
    choices.push_back(Json{{"verifier", one.verifier},
                           {"budget", one.budget},
                           {"tasks", one.tasks},
                           {"problems", one.problems},
                           {"best", {{"strategy", one.best}, {"accuracy", one.best_accuracy}}},
                           {"worst", {{"strategy", one.worst}, {"accuracy", one.worst_accuracy}}},
                           {"by_other_tasks", one.other_tasks},
                           {"auto_by_other_problems", one.other_problems},
                           {"compute_optimal", one.by_difficulty}});
  }
  return Json{{"model", model},
              {"strategies", learned.strategies.size()},
              {"verifiers", learned.verifiers.size()},
              {"edges", learned.bins.edges},
              {"choices", std::move(choices)}};
}

void print_verifiers(const Measurements& learned) {
  for (const MeasuredVerifier& one : learned.verifiers) {
    if (one.threshold != 0.5) continue;
    fmt::print("{:<12} {:<40} accepts {:5.1f} % of right, rejects {:5.1f} % of wrong, {} paths\n", one.task,
               one.verifier.substr(0, 40), 100 * one.completeness, 100 * one.soundness, one.paths);
  }
}

void print_scores(const std::vector<ChoiceScore>& scores) {
  fmt::print("{:<10} {:<14} {:>5} {:>8} {:>7} {:>7} {:>11} {:>14} {:>15}  {}\n", "verifier", "budget", "tasks", "problems",
             "worst", "best", "other tasks", "other problems", "compute_optimal", "best, in hindsight");
  for (const ChoiceScore& one : scores) {
    const std::string verifier = one.verifier.empty() ? "-" : one.verifier.substr(0, one.verifier.find(':'));
    fmt::print("{:<10} {:<14} {:>5} {:>8} {:>5.1f} % {:>5.1f} % {:>9.1f} % {:>12.1f} % {:>13.1f} %  {}\n", verifier, one.budget,
               one.tasks, one.problems, 100 * one.worst_accuracy, 100 * one.best_accuracy, 100 * one.other_tasks,
               100 * one.other_problems, 100 * one.by_difficulty, one.best);
  }
}

void print(const LearnOptions& options, const std::string& model, const Measurements& learned,
           const std::vector<ChoiceScore>& scores) {
  std::set<std::string> strategies, tasks;
  for (const MeasuredStrategy& one : learned.strategies) {
    strategies.insert(one.strategy);
    tasks.insert(one.task);
  }
  fmt::print("{} {}: {} on {}, {} of difficulty\n", dim("model"), model,
             counted(std::ssize(strategies), "strategy", "strategies"), counted(std::ssize(tasks), "task"),
             counted(std::ssize(learned.bins.edges) + 1, "bin"));
  print_verifiers(learned);
  print_scores(scores);
  if (!options.file.empty()) fmt::print("{:<8} {}\n", "written", options.file);
}

void print(const LearnedProbe& learned) {
  const DifficultyProbe& probe = learned.probe;
  fmt::print("{} {} problems: {:.1f} % told right by a probe of others; the most frequent kind {:.1f} %, of each task {:.1f} %\n",
             dim("probe"), probe.problems, 100 * probe.accuracy, 100 * probe.largest_kind, 100 * learned.largest_of_tasks());
  for (const TaskProbeScore& one : learned.tasks) {
    fmt::print("{:<12} {:5} easy {:5} normal {:5} hard {:8.1f} % told right, most frequent kind {:.1f} %\n", one.task,
               one.problems[0], one.problems[1], one.problems[2], 100 * share(one.told, one.total()),
               100 * share(one.largest(), one.total()));
  }
}

StoredObservations read_stores(const std::vector<std::string>& files) {
  StoredObservations stored;
  for (const std::string& file : files) {
    ResultStore store(file, DatabaseAccess::read);
    stored.add(store);
  }
  return stored;
}

// Of the model that was named, by running the prompts that the stores hold of it.
LearnedProbe probe_of(const LearnOptions& options, const std::string& model) {
  const StoredObservations stored = read_stores(options.probed);
  const auto found = stored.by_model().find(model);
  const std::span<const Observation> observations =
      found == stored.by_model().end() ? std::span<const Observation>() : found->second;
  const std::string form = usual_form(observations);
  const std::vector<SampledProblem> problems = sampled_problems(observations, form);
  if (std::ssize(problems) < kLeastProbeProblems) return learn_probe(problems, {}, form);  // says what is missing
  const std::unique_ptr<Runtime> runtime = load_runtime(options.model);
  LearnedProbe learned = learn_probe(problems, hidden_states(*runtime, problems, form), form);
  learned.runs = stored.runs(model);
  for (MeasuredRun& run : learned.runs) run.probed = true;
  return learned;
}

int learn_command(const LearnOptions& options) {
  const StoredObservations stored = read_stores(options.stores);
  if (stored.by_model().empty()) {
    throw Error(
        ErrorCode::not_found,
        "nothing to learn from, so nothing is written; only results of strategies that were asked for by name count, each "
        "problem with a budget of its own",
        fmt::format("{}", fmt::join(options.stores, ", ")));
  }
  if (stored.repeated() > 0 && !options.json) {
    const char* text = stored.repeated() == 1 ? "is there twice, and counts once" : "are there twice, and count once";
    fmt::print("{} {} {}\n", dim("stores"), counted(stored.repeated(), "result"), text);
  }
  const std::string probed = options.probed.empty() ? "" : model_fingerprint(runtime_options(options.model));
  if (!options.probed.empty() && !stored.by_model().contains(probed)) {
    throw Error(ErrorCode::not_found,
                fmt::format("there are no results of model {}, whose probe was asked for, in {}", probed,
                            fmt::join(options.stores, ", ")),
                "--probe");
  }
  Json document = Json::array();
  for (const auto& [model, observations] : stored.by_model()) {
    Measurements learned = measurements_of(observations);
    learned.runs = stored.runs(model);
    std::optional<LearnedProbe> probe;
    if (!options.probed.empty() && model == probed) probe = probe_of(options, model);
    if (probe) {
      learned.probe = probe->probe;
      std::ranges::move(probe->runs, std::back_inserter(learned.runs));
    }
    if (!options.file.empty()) write_measurements(options.file, model, learned);
    const std::vector<ChoiceScore> scores = score_choices(observations);
    document.push_back(to_json(model, learned, scores));
    if (probe) document.back()["probe"] = to_json(*probe);
    if (!options.json && probe) print(*probe);
    if (!options.json) print(options, model, learned, scores);
  }
  if (options.json) fmt::print("{}\n", dump(document));
  return kAnswered;
}

}  // namespace

void add_learn(CLI::App& eval, CLI::Option* task, std::function<int()>& action) {
  CLI::App* command =
      eval.add_subcommand("learn", "Learn from stores what the allocators auto, compute_optimal, diffadapt and flaws go by");
  const auto options = std::make_shared<LearnOptions>();
  command->add_option("STORE", options->stores, "what 'reckon eval --store' wrote")->required()->check(not_empty("a file"));
  command->add_option("-o,--output", options->file, "write it to this SQLite file, for --measurements")
      ->check(not_empty("a file"));
  command
      ->add_option("--probe", options->probed,
                   "learn from this store what diffadapt tells kinds of problems by, too: --model reads its prompts once more")
      ->allow_extra_args(false)
      ->check(not_empty("a file"));
  add_model_options(*command, options->model);
  command->add_flag("--json", options->json, "print one JSON document");
  command->preparse_callback([task](std::size_t) { task->required(false); });
  command->callback([options, &action] { action = [options] { return learn_command(*options); }; });
}

}  // namespace reckon
