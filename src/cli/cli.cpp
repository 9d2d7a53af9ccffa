#include "cli/cli.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/parameters.h"
#include "cli/command.h"
#include "cli/config_file.h"
#include "cli/terminal.h"

namespace reckon {
namespace {

// One line, whatever the message holds: a file name may contain anything.
void report(const std::string& message) {
  std::string line;
  for (const char c : message) line += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  std::fprintf(stderr, "%s %s\n", error_style("reckon:").c_str(), line.c_str());
}

int exit_code(const Error& error) {
  switch (error.code()) {
    case ErrorCode::internal: return kInternalError;
    case ErrorCode::cancelled: return kNoAnswer;
    default: return kBadInput;
  }
}

// CLI11 would only say that a command is missing.
void check_command(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return;
  std::vector<std::string> known;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) known.push_back(command->get_name());
  if (std::ranges::find(known, argv[1]) != known.end()) return;
  const std::string near = nearest(argv[1], known);
  throw Error(ErrorCode::bad_argument, std::string("no such command '") + argv[1] + "'" +
                                           (near.empty() ? "" : "; did you mean '" + near + "'?") +
                                           " ('reckon --help' lists all)");
}

// CLI11 names the option even where the value came from the environment.
std::string environment_hint(const CLI::App& command, const std::string& message, std::span<char*> words) {
  for (const CLI::Option* option : command.get_options()) {
    const char* value = option->get_envname().empty() ? nullptr : std::getenv(option->get_envname().c_str());
    if (value == nullptr || !message.starts_with(option->get_name() + ":")) continue;
    const bool typed =
        std::ranges::any_of(words, [option](const std::string& word) { return word.starts_with(option->get_name()); });
    if (!typed) return " (from the environment variable " + option->get_envname() + ")";
  }
  return "";
}

// The command that was typed, or that of a command, as "eval compare". Null where there is none.
const CLI::App* typed_command(const CLI::App& app) {
  const CLI::App* command = nullptr;
  for (std::vector<CLI::App*> parsed = app.get_subcommands(); !parsed.empty(); parsed = command->get_subcommands()) {
    command = parsed.front();
  }
  return command;
}

std::string full_name(const CLI::App& command) {
  const CLI::App* above = command.get_parent();
  return above == nullptr ? command.get_name() : full_name(*above) + " " + command.get_name();
}

// What the user typed that nobody knows: an option, or a word that may have wanted quotes.
std::string unknown_word(const CLI::App& app, const CLI::App& command) {
  const std::vector<std::string> left = app.remaining(/*recurse=*/true);
  const std::string word = left.empty() ? "" : left.front();
  if (!word.starts_with("-")) return "unexpected argument '" + word + "'; put a text of several words in quotes";
  std::vector<std::string> known;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  }
  const std::string near = nearest(word.substr(0, word.find('=')), known);
  return "no such option '" + word + "'; " + (near.empty() ? "" : "did you mean '" + near + "'? ") + "'" + full_name(command) +
         " --help' lists all";
}

// CLI11 counts ("1 required UINT missing", "At Most 1 required but received 2"): people want to know which of the two it is.
std::string wrong_count(const std::string& message) {
  const std::string option = message.substr(0, message.find(':'));
  return option + (message.ends_with("missing") ? ": needs a value" : ": is given more often than once");
}

template <typename Kind>
bool is(const CLI::ParseError& fault) {
  return dynamic_cast<const Kind*>(&fault) != nullptr;
}

std::string explained(const CLI::App& app, const CLI::ParseError& fault, std::span<char*> words) {
  const std::string message = fault.what();
  const CLI::App* command = typed_command(app);
  const std::string help =
      command == nullptr ? "; 'reckon --help' lists commands" : "; '" + full_name(*command) + " --help' lists all options";
  if (is<CLI::ArgumentMismatch>(fault)) return wrong_count(message) + help;
  if (command == nullptr) return is<CLI::RequiredError>(fault) ? "no command is given" + help : message + help;
  if (is<CLI::ExtrasError>(fault)) return unknown_word(app, *command);
  if (is<CLI::ValidationError>(fault)) return message + environment_hint(*command, message, words);
  if (is<CLI::ConversionError>(fault)) return message + " is neither true nor false" + help;  // numbers are checked
  return message + help;
}

int parse_and_run(int argc, char** argv) {
  CLI::App app{"Reckon answers under a budget: sampling, search and verification on one shared KV cache.", "reckon"};
  app.set_version_flag("--version", "reckon " RECKON_VERSION);
  add_config_file(app);
  app.require_subcommand(1);
  app.fallthrough();
  std::function<int()> action;
  for (const AddCommand add : commands()) add(app, action);
  check_command(app, argc, argv);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& fault) {
    if (fault.get_exit_code() == 0) return app.exit(fault);  // --help, --version
    report(explained(app, fault, std::span(argv, static_cast<std::size_t>(argc)).subspan(1)));
    return kBadInput;
  }
  return action();
}

// Printing is buffered: a full disk shows when the rest is written, and nobody else looks.
int with_output_written(int code) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  report("standard output could not be written to its end; is the disk full, or the output closed?");
  return kBadInput;
}

}  // namespace

int run_command_line(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // writing beyond a limit on file sizes fails then, and is told like a disk that is full
  try {
    return with_output_written(parse_and_run(argc, argv));
  } catch (const Error& error) {
    report(error.what());
    return exit_code(error);
  } catch (const std::bad_alloc&) {
    report("out of memory; use a smaller model or --kv-bytes");
    return kBadInput;
  } catch (const std::exception& fault) {
    if (std::ferror(stdout) != 0) return with_output_written(kBadInput);  // fmt::print throws
    report(std::string("internal error: ") + fault.what());
    return kInternalError;
  }
}

}  // namespace reckon
