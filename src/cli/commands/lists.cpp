// reckon strategies, verifiers, selectors, tasks: what there is, with parameters and defaults.
#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <memory>

#include "app/json.h"
#include "cli/command.h"
#include "cli/terminal.h"
#include "search/selector.h"
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

template <typename Entry>
int list(std::span<const Entry> table, bool json) {
  if (json) {
    Json document = Json::array();
    for (const Entry& entry : table) document.push_back(entry_json(entry.name, entry.summary, entry.source, entry.parameters));
    fmt::print("{}\n", dump(document, 2));
    return kAnswered;
  }
  for (const Entry& entry : table) {
    fmt::print("{}  {}  {}\n", bold(std::string(entry.name)), entry.summary, dim(std::string(entry.source)));
    for (const ParameterSpec& parameter : entry.parameters) {
      const std::string range = range_of(parameter);
      fmt::print("    {:<14} {:<8} {}{}\n", parameter.name, text_of(parameter.default_value), parameter.meaning,
                 range.empty() ? "" : dim(" [" + range + "]"));
    }
  }
  return kAnswered;
}

template <typename Entry>
void add_list(CLI::App& app, std::function<int()>& action, const char* name, const char* meaning,
              std::span<const Entry> (*table)()) {
  CLI::App* command = app.add_subcommand(name, meaning);
  const auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "print one JSON document");
  command->callback([json, table, &action] { action = [json, table] { return list(table(), *json); }; });
}

}  // namespace

void add_lists(CLI::App& app, std::function<int()>& action) {
  add_list(app, action, "strategies", "List search strategies with parameters and defaults", strategies);
  add_list(app, action, "verifiers", "List verifiers with parameters and defaults", verifiers);
  add_list(app, action, "selectors", "List what turns paths into one answer, with parameters and defaults", selectors);
  add_list(app, action, "tasks", "List evaluation tasks with parameters and defaults", tasks);
}

}  // namespace reckon
