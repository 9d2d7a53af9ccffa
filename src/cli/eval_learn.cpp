#include "cli/eval_learn.h"

#include <fmt/format.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/json.h"
#include "app/learning.h"
#include "app/measurement_file.h"
#include "base/error.h"
#include "cli/checks.h"
#include "cli/command.h"
#include "cli/terminal.h"

namespace reckon {
namespace {

struct LearnOptions {
  std::vector<std::string> stores;
  std::string file;
  bool json = false;
};

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
  fmt::print("{} {}: {} strategies on {} tasks, {} bins of difficulty\n", dim("model"), model, strategies.size(), tasks.size(),
             learned.bins.edges.size() + 1);
  print_verifiers(learned);
  print_scores(scores);
  if (!options.file.empty()) fmt::print("{:<8} {}\n", "written", options.file);
}

int learn_command(const LearnOptions& options) {
  StoredObservations stored;
  for (const std::string& file : options.stores) {
    ResultStore store(file, DatabaseAccess::read);
    stored.add(store);
  }
  if (stored.by_model().empty()) {
    throw Error(
        ErrorCode::not_found,
        "nothing to learn from, so nothing is written; only results of strategies that were asked for by name count, each "
        "problem with a budget of its own",
        fmt::format("{}", fmt::join(options.stores, ", ")));
  }
  if (stored.repeated() > 0 && !options.json) {
    fmt::print("{} {} results are there twice, and count once\n", dim("stores"), stored.repeated());
  }
  Json document = Json::array();
  for (const auto& [model, observations] : stored.by_model()) {
    const Measurements learned = measurements_of(observations);
    if (!options.file.empty()) write_measurements(options.file, model, learned);
    const std::vector<ChoiceScore> scores = score_choices(observations);
    document.push_back(to_json(model, learned, scores));
    if (!options.json) print(options, model, learned, scores);
  }
  if (options.json) fmt::print("{}\n", dump(document));
  return kAnswered;
}

}  // namespace

void add_learn(CLI::App& eval, CLI::Option* task, std::function<int()>& action) {
  CLI::App* command = eval.add_subcommand("learn", "Learn from stores what the allocators auto, compute_optimal and flaws go by");
  const auto options = std::make_shared<LearnOptions>();
  command->add_option("STORE", options->stores, "what 'reckon eval --store' wrote")->required()->check(not_empty("a file"));
  command->add_option("-o,--output", options->file, "write it to this SQLite file, for --measurements")
      ->check(not_empty("a file"));
  command->add_flag("--json", options->json, "print one JSON document");
  command->preparse_callback([task](std::size_t) { task->required(false); });
  command->callback([options, &action] { action = [options] { return learn_command(*options); }; });
}

}  // namespace reckon
