#include "app/run_identity.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <span>

#include "app/code_version.h"
#include "base/error.h"
#include "search/allocator.h"
#include "search/registry.h"
#include "search/strategy.h"
#include "search/verifier.h"

namespace reckon {
namespace {

std::string text_of(const ParameterValue& value) {
  return std::visit([](const auto& held) { return fmt::format("{}", held); }, value);
}

// As it stands between others, so that it is read again as what it is (parse_named_parameters).
std::string between_commas(std::string_view value) {
  std::string text;
  for (const char c : value) text += c == ',' ? "\\," : std::string(1, c);
  return text;
}

// Hashes of files, by what names them.
using Files = std::map<std::string, std::string>;

void note_file(const std::string& name, Files& files) {
  std::error_code fault;
  if (!name.empty() && std::filesystem::is_regular_file(name, fault)) files[name] = hash_of_file(name);
}

// The row's name with every parameter, in order of name. Nested names ("of=prm:readout=ok") stay as they were written.
template <typename Entry>
std::string canonical(const Entry& entry, const NamedParameters& named, Files& files) {
  std::string text(entry.name);
  char separator = ':';
  const Parameters parameters(entry.parameters, named.values, text);
  for (const auto& [name, value] : parameters.values()) {
    const std::string written = text_of(value);
    if (std::holds_alternative<std::string>(value)) note_file(written, files);
    text += fmt::format("{}{}={}", separator, name, between_commas(written));
    separator = ',';
  }
  return text;
}

std::string canonical_strategy(const std::string& text, Files& files) {
  AllocationText parsed = parse_allocation(text);
  if (!parsed.strategy.empty()) {
    const NamedParameters named = parse_named_parameters(parsed.strategy, "--strategy");
    parsed.strategy = canonical(find_strategy(named.name), named, files);
  }
  for (std::string& allocator : parsed.allocators) {
    const NamedParameters named = parse_named_parameters(allocator, "--allocator");
    allocator = canonical(find_allocator(named.name), named, files);
  }
  return to_string(parsed);
}

// Making a verifier tells which reward model it would load; nothing is loaded, for the making ends there.
void note_reward_model(const std::string& verifier, Files& files) {
  struct Asked {};
  VerifierResources resources;
  resources.reward_model = [&files](const std::string& file) -> std::shared_ptr<RewardModel> {
    note_file(file.empty() ? bundled_reward_path() : file, files);
    throw Asked();
  };
  try {
    make_verifier(verifier, resources);
  } catch (const Asked&) {  // what was to be learned is in `files`
  }
}

std::string verifier_of(const EvaluationCell& cell, Files& files) {
  const std::string verifier = cell.verifier.empty() ? "exact" : cell.verifier;
  const NamedParameters named = parse_named_parameters(verifier, "--verifier");
  note_reward_model(verifier, files);
  return canonical(find_verifier(named.name), named, files);
}

// A generator's version is part of its problems' ids; a file's problems are known by the file.
std::string task_of(const EvaluationSetting& setting, Files& files) {
  const NamedParameters named = parse_named_parameters(setting.task, "--task");
  const TaskEntry& entry = find_entry(tasks(), named.name, "task", "'reckon tasks' lists all");
  const std::string first = make_task(setting.task)->problem(setting.split, 0).id;
  return fmt::format("{} ({})", canonical(entry, named, files), first);
}

std::string thinking_text(const ThinkingRequest& thinking) {
  return fmt::format("{}..{} reserve {} switches {}{} stop '{}' more '{}'", thinking.minimum, thinking.maximum, thinking.reserve,
                     thinking.switches, thinking.hard ? " hard" : "", thinking.stop.value_or("-"), thinking.more.value_or("-"));
}

std::string prompt_of(const EvaluationSetting& setting, const EvaluationCell& cell) {
  std::string text = setting.chat ? "chat" : "plain";
  if (setting.thinking) text += ", thinking " + thinking_text(*setting.thinking);
  if (!cell.system.empty()) text += ", system: " + cell.system;
  return text;
}

std::string engine_of(const RuntimeOptions& runtime) {
  const EngineOptions& engine = runtime.engine;
  return fmt::format("activations {}, kv {}, {} slots a page, {} rows a step{}", name_of(runtime.activations),
                     name_of(engine.kv_type), engine.slots_per_page, engine.rows_per_step,
                     engine.prefix_cache ? "" : ", no prefix cache");
}

std::string model_of(const RuntimeOptions& runtime) {
  return runtime.synthetic.empty() ? hash_of_file(model_path_of(runtime)) : runtime.synthetic;
}

std::string files_text(const Files& files) {
  std::string text;
  for (const auto& [name, hash] : files) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", std::filesystem::path(name).filename().string(), hash);
  }
  return text;
}

}  // namespace

std::array<std::pair<std::string_view, std::string*>, 11> RunIdentity::fields() {
  return {{{"task", &task},
           {"split", &split},
           {"strategy", &strategy},
           {"verifier", &verifier},
           {"budget", &budget},
           {"prompt", &prompt},
           {"seed", &seed},
           {"model", &model},
           {"engine", &engine},
           {"files", &files},
           {"code", &code}}};
}

RunIdentity identity_of(const RuntimeOptions& runtime, const EvaluationSetting& setting, const EvaluationCell& cell) {
  Files files;
  RunIdentity identity;
  identity.task = task_of(setting, files);
  identity.split = name_of(setting.split);
  const AllocationTraits traits = traits_of(cell.strategy);
  identity.strategy = canonical_strategy(cell.strategy, files);
  for (const std::string& file : setting.ensemble) {
    if (traits.asks_models) note_file(model_path(file), files);
  }
  if (traits.asks_measurements) note_file(setting.measurements, files);
  if (traits.uses_verifier) identity.verifier = verifier_of(cell, files);
  identity.budget = exact_text(cell.budget);
  if (setting.first > 0) identity.budget += fmt::format(" from problem {} on", setting.first);
  identity.prompt = prompt_of(setting, cell);
  identity.seed = fmt::format("{}", setting.seed);
  identity.model = model_of(runtime);
  identity.engine = engine_of(runtime);
  identity.files = files_text(files);
  identity.code = code_version();
  return identity;
}

std::string exact_text(const Budget& budget) {
  std::string text;
  const auto append = [&text](const char* name, const auto& limit) {
    if (limit) text += fmt::format("{}{}={}", text.empty() ? "" : ",", name, *limit);
  };
  append("tokens", budget.tokens);
  append("flops", budget.flops);
  append("seconds", budget.seconds);
  append("joules", budget.joules);
  return text.empty() ? "unlimited" : text;
}

std::string full_name_of_verifier(const std::string& text) {
  Files files;
  const NamedParameters named = parse_named_parameters(text, "--verifier");
  return canonical(find_verifier(named.name), named, files);
}

namespace {

template <typename Entry>
std::string without_defaults(const Entry& entry, const NamedParameters& named) {
  std::string text(entry.name);
  char separator = ':';
  for (const ParameterSpec& row : entry.parameters) {
    const auto given = named.values.find(row.name);
    if (given == named.values.end() || given->second == text_of(row.default_value)) continue;
    text += fmt::format("{}{}={}", separator, row.name, between_commas(given->second));
    separator = ',';
  }
  return text;
}

}  // namespace

std::string short_name_of_strategy(const std::string& text) {
  AllocationText parsed = parse_allocation(text);
  if (!parsed.strategy.empty()) {
    const NamedParameters named = parse_named_parameters(parsed.strategy, "--strategy");
    parsed.strategy = without_defaults(find_strategy(named.name), named);
  }
  for (std::string& allocator : parsed.allocators) {
    const NamedParameters named = parse_named_parameters(allocator, "--allocator");
    allocator = without_defaults(find_allocator(named.name), named);
  }
  return to_string(parsed);
}

std::string command_of(const RunIdentity& identity) {
  const std::string setting = setting_of_task(identity.task);
  std::string text = "reckon eval --task " + identity.task.substr(0, identity.task.find_first_of(": "));
  if (!setting.empty()) text += ":" + setting;
  text += fmt::format(" --split {} --strategy {}", identity.split, short_name_of_strategy(identity.strategy));
  if (!identity.verifier.empty()) {
    const NamedParameters named = parse_named_parameters(identity.verifier, "--verifier");
    text += " --verifier " + without_defaults(find_verifier(named.name), named);
  }
  if (identity.budget != exact_text(Budget())) text += " --budget " + identity.budget;
  if (identity.prompt == "plain") text += " --plain";
  text += " --seed " + identity.seed;
  const bool more = identity.prompt != "plain" && identity.prompt != "chat";
  return more ? fmt::format("{} [{}]", text, identity.prompt) : text;
}

std::string setting_of_task(const std::string& task) {
  try {
    const NamedParameters named = parse_named_parameters(task.substr(0, task.rfind(" (")), "task");
    std::string text;
    for (const ParameterSpec& row : find_entry(tasks(), named.name, "task", "").parameters) {
      const auto given = named.values.find(row.name);
      if (given == named.values.end() || (row.name != "level" && given->second == text_of(row.default_value))) continue;
      const std::string value = std::filesystem::path(given->second).filename().string();
      text += fmt::format("{}{}={}", text.empty() ? "" : ",", row.name, between_commas(value));
    }
    return text;
  } catch (const Error&) {  // a store may hold runs of a version that had other tasks
    return "";
  }
}

std::string full_label_of(const EvaluationCell& cell) {
  std::string label = cell.strategy;
  const std::string budget = to_string(cell.budget);
  if (budget != to_string(Budget{})) label += ", " + budget;
  if (!cell.verifier.empty() && traits_of(cell.strategy).uses_verifier) {
    label += ", verifier " + cell.verifier;
  }
  if (!cell.system.empty()) label += ", system '" + cell.system + "'";
  return label;
}

}  // namespace reckon
