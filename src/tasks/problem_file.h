// Tasks read from a file of JSON lines: one object per line, answers compared by value through search/answers.
// What differs between benchmarks is how a line becomes a problem; everything else is here.
#pragma once

#include <fstream>
#include <functional>
#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <type_traits>
#include <vector>

#include "search/answers/extract.h"
#include "tasks/task.h"

namespace reckon {

struct FileProblem {
  std::string prompt;
  std::string gold;
  std::string working;  // the worked solution as published, without the final answer
  int level = 0;
  std::string family = {};                // as Instance::family
  std::vector<std::string> words = {};    // such as the subject
  std::string constraints = {};           // of any line: the field "constraints", a DIMACS CNF or an SMT-LIB script
  bool shows_form = false;                // the prompt shows by examples how an answer is given: nothing asks for a box behind it
  std::vector<std::string> options = {};  // of a multiple choice, A first: an answer is then a letter, or an option's text
};

// Throws Error bad_argument for a directory, not_found where there is no such file; both say what was `expected`.
std::ifstream open_problem_file(const std::string& path, const std::string& expected);

// The string field `name`. Throws Error bad_file when it is missing or no string.
std::string string_field(const nlohmann::json& line, const char* name);

// The text or whole number of field `name` as text. Throws Error bad_file.
std::string value_field(const nlohmann::json& line, const char* name);
// The first of `names` that the object has; throws Error bad_file, naming all, when it has none.
const char* one_field(const nlohmann::json& line, std::initializer_list<const char*> names);

// "question\nA. first\nB. second".
std::string with_options(std::string question, const std::vector<std::string>& options);

// The whole file as one JSON document of at most 64 MiB. Throws Error bad_argument, not_found, bad_file.
nlohmann::json read_json_document(const std::string& path);

// Hands every line of `path` that is not blank to `read`. Throws Error bad_argument for an empty path, not_found for a missing
// file, bad_file ("path:line: …") for a line that is not a JSON object of at most 1 MiB with the fields `read` asks for, or a
// file without any.
void for_each_line(const std::string& path, const std::function<void(const nlohmann::json&)>& read);

// From the field "constraints", where the line has one.
void add_constraints(const nlohmann::json& line, FileProblem& problem);

// Throws Error bad_file for an empty problem or an empty answer, which no text can give.
void require_answerable(const FileProblem& problem);

template <typename Problem>
std::vector<Problem> read_lines(const std::string& path, Problem (*read)(const nlohmann::json& line)) {
  std::vector<Problem> problems;
  for_each_line(path, [&](const nlohmann::json& line) {
    problems.push_back(read(line));
    if constexpr (std::is_same_v<Problem, FileProblem>) {
      require_answerable(problems.back());
      add_constraints(line, problems.back());
    }
  });
  return problems;
}

// The row `file`, `what` being "the JSON lines". A file is one set of problems, and the row says so.
ParameterSpec file_parameter(const std::string& what);
// The rows every reader has: file, extract, percent, instruction.
std::vector<ParameterSpec> problem_file_parameters(const std::string& what = "the JSON lines");

// The task over `problems`; `parameters` has the rows above.
std::unique_ptr<const Task> task_over_file(std::string name, std::vector<FileProblem> problems, const Parameters& parameters);

}  // namespace reckon
