// reckon inspect: what is in a model file.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "app/inspection.h"
#include "app/json.h"
#include "base/units.h"
#include "cli/checks.h"
#include "cli/command.h"
#include "cli/terminal.h"

namespace reckon {
namespace {

struct InspectOptions {
  std::string model;
  bool json = false;
  bool tensors = false;
};

int inspect_command(const InspectOptions& options) {
  const Json document = inspect_model(options.model);
  if (options.json) {
    fmt::print("{}\n", dump(document));
    return kAnswered;
  }
  fmt::print("{}\n", inspection_text(document, options.tensors));
  return kAnswered;
}

}  // namespace

void add_inspect(CLI::App& app, std::function<int()>& action) {
  CLI::App* command = app.add_subcommand("inspect", "Show a model file: metadata, tensors, sizes, template, cost of a token");
  const auto options = std::make_shared<InspectOptions>();
  command->add_option("MODEL", options->model, "GGUF file; without it the bundled model")->check(not_empty("a GGUF file"));
  command->add_flag("--tensors", options->tensors, "list every tensor");
  command->add_flag("--json", options->json, "print one JSON document");
  command->callback([options, &action] { action = [options] { return inspect_command(*options); }; });
}

}  // namespace reckon
