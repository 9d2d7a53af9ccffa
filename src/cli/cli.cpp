#include "cli/cli.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/parameters.h"
#include "cli/command.h"
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

int parse_and_run(int argc, char** argv) {
  CLI::App app{"Reckon answers under a budget: sampling, search and verification on one shared KV cache.", "reckon"};
  app.set_version_flag("--version", "reckon " RECKON_VERSION);
  app.set_config("--config", "", "Read options from a TOML file; --threads under [solve] is solve.threads");
  app.require_subcommand(1);
  app.fallthrough();
  std::function<int()> action;
  for (const AddCommand add : commands()) add(app, action);
  check_command(app, argc, argv);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& fault) {
    if (fault.get_exit_code() == 0) return app.exit(fault);  // --help, --version
    report(std::string(fault.what()) + " ('reckon --help' lists commands, 'reckon COMMAND --help' options)");
    return kBadInput;
  }
  return action();
}

}  // namespace

int run_command_line(int argc, char** argv) {
  try {
    return parse_and_run(argc, argv);
  } catch (const Error& error) {
    report(error.what());
    return exit_code(error);
  } catch (const std::bad_alloc&) {
    report("out of memory; use a smaller model or --kv-bytes");
    return kBadInput;
  } catch (const std::exception& fault) {
    report(std::string("internal error: ") + fault.what());
    return kInternalError;
  }
}

}  // namespace reckon
