// Runs the built program as a user would, and keeps what it printed.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace reckon {

struct Ran {
  int exit_code = -1;
  std::string out;
  std::string err;

  nlohmann::json json() const { return nlohmann::json::parse(out); }
  std::size_t error_lines() const;
};

// `environment` entries ("NO_COLOR=1") are added to this process's own. `program` is another copy of the program.
Ran run_reckon(const std::vector<std::string>& arguments, const std::string& standard_input = "",
               const std::vector<std::string>& environment = {}, const std::string& program = RECKON_PROGRAM);

// The same with a terminal for all three streams; what came out of it, carriage returns before newlines left out.
std::string run_on_terminal(const std::vector<std::string>& arguments, const std::vector<std::string>& environment);

// Runs the program and kills it, as by SIGKILL, as soon as it has written so many lines to `pipe`, which is made here and named
// among the arguments as a file to write. False when it ended by itself before that, or wrote nothing for a minute.
bool kill_after_lines(const std::vector<std::string>& arguments, const std::string& pipe, int lines);

// The same with an interrupt, as by Ctrl-C, and then waits for the program to end. What it printed; its pipe is read to the end.
Ran interrupt_after_lines(const std::vector<std::string>& arguments, const std::string& pipe, int lines);

// A path in the test's own temporary folder.
std::string temporary(const std::string& name);
std::string read_file(const std::string& path);
void write_file(const std::string& path, const std::string& bytes);

std::vector<nlohmann::json> json_lines(const std::string& text);

// A document without its wall-clock figures: what must be equal from run to run.
nlohmann::json without_seconds(nlohmann::json document);

}  // namespace reckon
