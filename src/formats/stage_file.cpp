#include "formats/stage_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/error.h"
#include "formats/toml_document.h"

namespace reckon {
namespace {

std::string line_of(const std::string& where, const toml::node& node) {
  return fmt::format("{}:{}", where, node.source().begin.line);
}

[[noreturn]] void refuse_stage(const std::string& message, const std::string& place) {
  throw Error(ErrorCode::bad_file, message, place);
}

std::string numbers_of(const toml::array& list, const std::string& key, const std::string& place) {
  std::string text;
  for (const toml::node& item : list) {
    const auto* number = item.as_integer();
    if (number == nullptr) refuse_stage(fmt::format("'{}' is a list of something else than whole numbers", key), place);
    text += fmt::format("{}{}", text.empty() ? "" : "+", number->get());
  }
  if (text.empty()) refuse_stage(fmt::format("'{}' is an empty list", key), place);
  return text;
}

std::string value_of(const toml::node& node, const std::string& key, const std::string& place) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* whole = node.as_integer()) return fmt::format("{}", whole->get());
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  if (const auto* list = node.as_array()) return numbers_of(*list, key, place);
  refuse_stage(fmt::format("'{}' is neither a text, a number, true or false, nor a list of whole numbers", key), place);
}

StageText stage_of(const toml::node& node, std::size_t number, const std::string& where) {
  StageText stage;
  const std::string line = line_of(where, node);
  const toml::table* table = node.as_table();
  if (table == nullptr) refuse_stage("a stage is a table; write [[stage]] and its keys below", line);
  const auto* kind = table->get_as<std::string>("kind");
  if (kind == nullptr || kind->get().empty()) {
    refuse_stage(R"(expected the key 'kind', as in kind = "generate")", fmt::format("{}: stage {}", line, number));
  }
  stage.kind = kind->get();
  stage.place = fmt::format("{}: stage {} '{}'", line, number, stage.kind);
  for (auto&& [key, value] : *table) {
    const std::string name(key.str());
    if (name == "kind") continue;
    stage.values[name] = value_of(value, name, fmt::format("{}: stage {} '{}'", line_of(where, value), number, stage.kind));
  }
  return stage;
}

}  // namespace

std::vector<StageText> parse_stages(std::string_view toml, const std::string& where) {
  if (toml.size() > kLongestStageFile) refuse_stage("is larger than 1 MiB", where);
  const toml::table document = parse_toml(toml, where);
  std::vector<StageText> stages;
  for (auto&& [key, node] : document) {
    if (key.str() != "stage")
      refuse_stage(fmt::format("no such key '{}'; expected [[stage]] tables only", key.str()), line_of(where, node));
    const toml::array* list = node.as_array();
    if (list == nullptr)
      refuse_stage("'stage' is not a list of tables; write [[stage]], with two brackets", line_of(where, node));
    if (list->size() > kMostStages) refuse_stage(fmt::format("there are more than {} stages", kMostStages), line_of(where, node));
    for (const toml::node& stage : *list) stages.push_back(stage_of(stage, stages.size() + 1, where));
  }
  if (stages.empty()) refuse_stage(R"(it holds no stage; begin with [[stage]] and kind = "generate")", where);
  return stages;
}

std::vector<StageText> read_stages(const std::string& path) {
  std::error_code fault;
  const std::filesystem::file_status status = std::filesystem::status(path, fault);
  const auto expect = [&path](const std::string& found) {
    throw Error(ErrorCode::not_found, found + "; expected a TOML file of stages", path);
  };
  if (status.type() == std::filesystem::file_type::not_found) expect("there is no such file");
  if (std::filesystem::is_directory(status)) expect("is a directory");
  if (fault) expect("cannot be read: " + fault.message());
  if (!std::filesystem::is_regular_file(status)) expect("is not a regular file");  // a pipe or a device might never end
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) expect("cannot be read: " + std::generic_category().message(errno));
  std::string text(kLongestStageFile + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return parse_stages(text, path);
}

}  // namespace reckon
