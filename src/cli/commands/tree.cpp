// reckon tree: draws a finished search from a trace.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

#include "base/error.h"
#include "cli/checks.h"
#include "cli/command.h"
#include "cli/output_file.h"
#include "draw/search_drawing.h"
#include "draw/search_trace.h"

namespace reckon {
namespace {

struct TreeOptions {
  std::string trace;
  TraceChoice choice;
  std::string out;
};

using Draw = std::string (*)(const TracedSearch&);

Draw drawing_for(const std::string& path) {
  const std::string kind = std::filesystem::path(path).extension();
  if (kind == ".svg") return search_svg;
  if (kind == ".html" || kind == ".htm") return search_html;
  throw Error(ErrorCode::bad_argument, "'" + path + "' ends neither in .svg nor in .html", "--out");
}

// A folder or a device would be read for ever, or say nothing useful.
std::ifstream open_trace(const std::string& path) {
  std::error_code fault;
  const std::filesystem::file_status status = std::filesystem::status(path, fault);
  if (status.type() == std::filesystem::file_type::not_found) {
    throw Error(ErrorCode::not_found, "no such file; 'reckon solve --trace' writes one", path);
  }
  std::ifstream file;
  if (std::filesystem::is_regular_file(status)) file.open(path, std::ios::binary);
  if (!file.is_open()) throw Error(ErrorCode::bad_argument, "is not a file that can be read", path);
  return file;
}

int tree_command(const TreeOptions& options) {
  const Draw draw = drawing_for(options.out);
  std::ifstream trace = open_trace(options.trace);
  const TracedSearch search = read_search(trace, options.trace, options.choice);
  write_output(options.out, draw(search));
  fmt::print("tree     {}\n", options.out);
  return kAnswered;
}

}  // namespace

void add_tree(CLI::App& app, std::function<int()>& action) {
  CLI::App* command = app.add_subcommand("tree", "Draw a finished search from a trace");
  const auto options = std::make_shared<TreeOptions>();
  command->add_option("TRACE", options->trace, "a file that 'reckon solve --trace' or 'reckon eval --trace' wrote")
      ->required()
      ->check(not_empty("a file"));
  command->add_option("-o,--out", options->out, "the drawing: FILE.html, with zoom and details, or FILE.svg")
      ->required()
      ->check(not_empty("a file"));
  command->add_option("--problem", options->choice.problem, "which problem, in a trace of several: as its lines name it")
      ->check(not_empty("the name of a problem"));
  command->add_option("--strategy", options->choice.strategy, "whose search, in a trace of several strategies")
      ->check(not_empty("the name of a strategy"));
  command->callback([options, &action] { action = [options] { return tree_command(*options); }; });
}

}  // namespace reckon
