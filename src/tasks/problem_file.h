// Tasks read from a file of JSON lines: one object per line, answers compared by value through search/answers.
// What differs between benchmarks is how a line becomes a problem; everything else is here.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "search/answers/extract.h"
#include "tasks/task.h"

namespace reckon {

struct FileProblem {
  std::string prompt;
  std::string gold;
  std::string working;  // the worked solution as published, without the final answer
  int level = 0;
  std::string family = {};              // as Instance::family
  std::vector<std::string> words = {};  // such as the subject
  std::string constraints = {};         // of any line: the field "constraints", a DIMACS CNF or an SMT-LIB script
};

using ReadProblem = FileProblem (*)(const nlohmann::json& line);

// The string field `name`. Throws Error bad_file when it is missing or no string.
std::string string_field(const nlohmann::json& line, const char* name);

// Reads `path` line by line; blank lines are skipped. Throws Error bad_argument for an empty path, not_found for a missing file,
// bad_file ("path:line: …") for a line that is not a JSON object with the fields `read` asks for, or a file without problems.
std::vector<FileProblem> read_problem_file(const std::string& path, ReadProblem read);

// The rows every reader has: file, extract, instruction.
std::vector<ParameterSpec> problem_file_parameters();

// The task over `problems`; `parameters` has the rows above.
std::unique_ptr<const Task> task_over_file(std::string name, std::vector<FileProblem> problems, const Parameters& parameters);

}  // namespace reckon
