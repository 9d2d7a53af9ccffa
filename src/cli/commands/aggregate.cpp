// reckon aggregate: the truth of many items, and how reliable each worker is, from votes.
#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "app/aggregation.h"
#include "app/json.h"
#include "base/units.h"
#include "cli/checks.h"
#include "cli/command.h"
#include "cli/terminal.h"
#include "search/truth/truth.h"

namespace reckon {
namespace {

struct AggregateOptions {
  AggregationRequest request;
  bool json = false;
};

void print(const Aggregation& aggregation) {
  fmt::print("{}, {}, {}", counted(std::ssize(aggregation.items), "item"), counted(std::ssize(aggregation.workers), "worker"),
             aggregation.method);
  if (aggregation.iterations > 0) {
    fmt::print(": {}, objective {:.6f}", counted(aggregation.iterations, "round"), aggregation.objective);
  }
  fmt::print("\n{:<24} {:<24} {:>10} {:>6}\n", "item", "label", "confidence", "votes");
  for (const ItemTruth& item : aggregation.items) {
    fmt::print("{:<24} {:<24} {:>10.5f} {:>6}\n", item.item, item.label, item.confidence, item.votes);
  }
  fmt::print("\n{:<49} {:>10} {:>6}\n", "worker", "reliable", "votes");
  for (const WorkerReliability& worker : aggregation.workers) {
    fmt::print("{:<49} {:>10.5f} {:>6}\n", worker.worker, worker.reliability, worker.votes);
  }
}

int aggregate_command(const AggregateOptions& options) {
  const Aggregation aggregation = aggregate(options.request);
  if (options.json) {
    fmt::print("{}\n", dump(to_json(aggregation)));
  } else {
    print(aggregation);
  }
  return kAnswered;
}

}  // namespace

void add_aggregate(CLI::App& app, std::function<int()>& action) {
  CLI::App* command = app.add_subcommand("aggregate", "Infer the truth from votes of workers who err");
  const auto options = std::make_shared<AggregateOptions>();
  command->add_option("VOTES", options->request.file, "JSON lines {\"item\",\"worker\",\"label\"}")
      ->required()
      ->check(not_empty("a file"));
  std::string known;
  for (const TruthMethodEntry& entry : truth_methods()) known.append(known.empty() ? "" : ", ").append(entry.name);
  command->add_option("--method", options->request.method, "name:key=value,…; " + known)
      ->capture_default_str()
      ->check(not_empty("the name of a method"));
  command->add_flag("--answers", options->request.answers,
                    "labels are answers, other ones for each item: equal values are one label (1/2 and 0.5)");
  command->add_flag("--json", options->json, "print one JSON document");
  command->callback([options, &action] { action = [options] { return aggregate_command(*options); }; });
}

}  // namespace reckon
