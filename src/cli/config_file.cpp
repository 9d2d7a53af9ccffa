#include "cli/config_file.h"

#include <fmt/format.h>

#include <CLI/Config.hpp>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <istream>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "base/error.h"
#include "base/parameters.h"
#include "formats/toml_document.h"

namespace reckon {
namespace {

constexpr std::size_t kMaximumBytes = std::size_t{1} << 20;  // thousands of times what all options take

// A pipe or a device might never end.
std::string check_file(const std::string& path) {
  std::error_code fault;
  const std::filesystem::file_status status = std::filesystem::status(path, fault);
  if (!std::filesystem::exists(status)) return "there is no file '" + path + "'";
  if (!std::filesystem::is_regular_file(status)) return "'" + path + "' is not a regular file; expected a TOML file";
  if (std::filesystem::file_size(path, fault) > kMaximumBytes) return "'" + path + "' is larger than 1 MiB";
  errno = 0;
  if (!std::ifstream(path)) return "'" + path + "' cannot be read: " + std::generic_category().message(errno);
  return "";
}

std::string suggestion(const std::string& word, const std::vector<std::string>& known) {
  const std::string near = nearest(word, known);
  return near.empty() ? "" : fmt::format("did you mean '{}'? ", near);
}

[[noreturn]] void refuse_value(const std::string& expected) { throw Error(ErrorCode::bad_argument, "expected " + expected); }

std::string text_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* whole = node.as_integer()) return fmt::format("{}", whole->get());
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  refuse_value("a text, a number, or a list of these");
}

// What the command line would have given the option. A flag that is false is a flag not given.
std::vector<std::string> words_of(const toml::node& node, const CLI::Option& option) {
  std::vector<std::string> words;
  if (option.get_expected_min() == 0) {
    if (!node.is_boolean()) refuse_value("true or false");
    if (node.as_boolean()->get()) words.emplace_back("true");
  } else if (const toml::array* list = node.as_array()) {
    for (const toml::node& item : *list) words.push_back(text_of(item));
    if (words.empty()) refuse_value("a list that is not empty");
  } else {
    words.push_back(text_of(node));
  }
  return words;
}

bool set_elsewhere(const CLI::Option& option) {
  if (option.count() > 0) return true;
  const char* value = option.get_envname().empty() ? nullptr : std::getenv(option.get_envname().c_str());
  return value != nullptr && *value != '\0';
}

// CLI11's own way, returning items, lets the file win over the environment and says nothing of lines: so the values are given to
// the options here, and no item is left for it.
class ConfigFile final : public CLI::Config {
 public:
  explicit ConfigFile(CLI::App& app) : app_(app) {}

  std::string to_config(const CLI::App* /*app*/, bool /*defaults*/, bool /*descriptions*/,
                        std::string /*prefix*/) const override {
    return "";
  }

  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
    const std::string path = app_.get_config_ptr()->as<std::string>();
    std::string text(kMaximumBytes, '\0');
    input.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(input.gcount()));
    const toml::table document = parse_toml(text, path);
    for (auto&& [key, node] : document) apply_table(path, std::string(key.str()), node);
    return {};
  }

 private:
  void apply_table(const std::string& path, const std::string& name, const toml::node& node) const {
    const std::string where = fmt::format("{}:{}", path, node.source().begin.line);
    std::vector<std::string> known;
    for (const CLI::App* command : app_.get_subcommands([](const CLI::App*) { return true; }))
      known.push_back(command->get_name());
    const auto found = std::ranges::find(known, name);
    if (found == known.end()) {
      const std::string hint = node.is_table() ? suggestion(name, known) : "";
      throw Error(
          ErrorCode::bad_argument,
          fmt::format("no such command '{}'; {}options stand in tables named after commands, as [solve] seed = 3", name, hint),
          where);
    }
    const toml::table* table = node.as_table();
    if (table == nullptr)
      throw Error(ErrorCode::bad_argument, fmt::format("'{}' is a command; write it as [{}]", name, name), where);
    for (auto&& [key, value] : *table) {
      const std::string line = fmt::format("{}:{}", path, value.source().begin.line);
      apply(find_option(*app_.get_subcommand(name), std::string(key.str()), line), value, line);
    }
  }

  static CLI::Option& find_option(CLI::App& command, const std::string& key, const std::string& where) {
    std::vector<std::string> known;
    for (CLI::Option* option : command.get_options()) {
      if (!option->get_configurable() || option->get_lnames().empty()) continue;
      known.push_back(option->get_lnames().front());
      if (known.back() == key) return *option;
    }
    throw Error(ErrorCode::bad_argument,
                fmt::format("no such option '{}' of {}; {}'reckon {} --help' lists all", key, command.get_name(),
                            suggestion(key, known), command.get_name()),
                where);
  }

  static void apply(CLI::Option& option, const toml::node& value, const std::string& where) {
    try {
      const std::vector<std::string> words = words_of(value, option);
      if (set_elsewhere(option) || words.empty()) return;
      option.add_result(words);
      option.run_callback();
    } catch (const Error& fault) {
      throw Error(fault.code(), fault.message(), where + ": " + option.get_lnames().front());
    } catch (const CLI::ParseError& fault) {
      throw Error(ErrorCode::bad_argument, fault.what(), where);
    }
  }

  CLI::App& app_;
};

}  // namespace

void add_config_file(CLI::App& app) {
  app.set_config("--config", "", "read options from a TOML file: seed = 3 under [solve] is --seed 3 of solve")
      ->check(CLI::Validator([](std::string& path) { return check_file(path); }, ""))
      ->type_name("FILE");
  app.config_formatter(std::make_shared<ConfigFile>(app));
}

}  // namespace reckon
