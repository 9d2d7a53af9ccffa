// reckon strategies, allocators, verifiers, selectors, stages, tasks: what there is; and of one, its parameters and defaults.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

#include "app/json.h"
#include "cli/command.h"
#include "cli/terminal.h"
#include "search/allocator.h"
#include "search/registry.h"
#include "search/selector.h"
#include "search/stages/stage.h"
#include "search/strategy.h"
#include "search/verifier.h"
#include "tasks/task.h"

namespace reckon {
namespace {

std::string text_of(const ParameterValue& value) {
  return std::visit(
      [](const auto& held) -> std::string {
        if constexpr (std::is_same_v<std::decay_t<decltype(held)>, bool>) return held ? "true" : "false";
        return fmt::format("{}", held);
      },
      value);
}

std::string range_of(const ParameterSpec& parameter) {
  if (!parameter.choices.empty()) return fmt::format("{}", fmt::join(parameter.choices, "|"));
  const bool low = std::isfinite(parameter.minimum);
  const bool high = std::isfinite(parameter.maximum);
  if (low && high) return fmt::format("{:g} to {:g}", parameter.minimum, parameter.maximum);
  if (low) return fmt::format("{:g} or above", parameter.minimum);
  if (high) return fmt::format("{:g} or below", parameter.maximum);
  return "";
}

struct ListOptions {
  std::string name;  // "" = all
  bool json = false;
};

template <typename Entry>
void print_parameters(const Entry& entry) {
  fmt::print("{}  {}  {}\n", bold(std::string(entry.name)), entry.summary, dim(std::string(entry.source)));
  for (const ParameterSpec& parameter : entry.parameters) {
    const std::string range = range_of(parameter);
    fmt::print("    {:<14} {:<8} {}{}\n", parameter.name, text_of(parameter.default_value), parameter.meaning,
               range.empty() ? "" : dim(" [" + range + "]"));
  }
}

template <typename Entry>
void print_names(std::span<const Entry> table, const std::string& command) {
  std::size_t width = 0;
  for (const Entry& entry : table) width = std::max(width, std::string_view(entry.name).size());
  for (const Entry& entry : table) {
    const std::string padding(width - std::string_view(entry.name).size(), ' ');
    fmt::print("{}{}  {}\n", bold(std::string(entry.name)), padding, entry.summary);
  }
  fmt::print("{}\n", dim(fmt::format("'reckon {} NAME' shows the parameters and the source of one", command)));
}

// `command` is the plural of what is listed.
template <typename Entry>
int list(std::span<const Entry> table, const ListOptions& options, const std::string& command) {
  const std::string kind = command == "strategies" ? "strategy" : command.substr(0, command.size() - 1);
  if (!options.name.empty()) {
    const Entry& found = find_entry(table, options.name, kind, fmt::format("'reckon {}' lists all", command));
    table = std::span<const Entry>(&found, 1);
  }
  if (options.json) {
    Json document = Json::array();
    for (const Entry& entry : table) document.push_back(entry_json(entry.name, entry.summary, entry.source, entry.parameters));
    fmt::print("{}\n", dump(document, 2));
  } else if (options.name.empty()) {
    print_names(table, command);
  } else {
    print_parameters(table.front());
  }
  return kAnswered;
}

template <typename Entry>
void add_list(CLI::App& app, std::function<int()>& action, const char* name, const char* meaning,
              std::span<const Entry> (*table)()) {
  CLI::App* command = app.add_subcommand(name, meaning);
  const auto options = std::make_shared<ListOptions>();
  command->add_option("NAME", options->name, "show this one alone, with its parameters and source");
  command->add_flag("--json", options->json, "print one JSON document, with all parameters");
  command->callback(
      [options, table, name, &action] { action = [options, table, name] { return list(table(), *options, name); }; });
}

}  // namespace

void add_lists(CLI::App& app, std::function<int()>& action) {
  add_list(app, action, "strategies", "List search strategies, or show one", strategies);
  add_list(app, action, "allocators", "List what decides how much to spend, or show one", allocators);
  add_list(app, action, "verifiers", "List verifiers, or show one", verifiers);
  add_list(app, action, "selectors", "List what turns paths into one answer, or show one", selectors);
  add_list(app, action, "stages", "List stages of pipelines, or show one", stages);
  add_list(app, action, "tasks", "List evaluation tasks, or show one", tasks);
}

}  // namespace reckon
