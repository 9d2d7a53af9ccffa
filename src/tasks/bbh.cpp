// BIG-Bench Hard: one of its tasks, read from the published document {"examples": [{"input", "target"}]}. Targets are letters in
// parentheses, words, numbers or sequences; with options in the input, the answer is a letter. The published worked examples
// (cot-prompts) can stand before each problem. Source: Suzgun et al. 2022, arXiv:2210.09261.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "tasks/problem_file.h"
#include "tasks/working_lines.h"

namespace reckon {
namespace {

// The texts of lines "(A) text", when the target is a letter in parentheses.
std::vector<std::string> options_in(std::string_view input, std::string_view target) {
  std::vector<std::string> options;
  if (target.size() != 3 || target.front() != '(' || target.back() != ')') return options;
  for (const std::string_view line : split_lines(input)) {
    const bool next = line.size() > 3 && line[0] == '(' && line[1] == static_cast<char>('A' + options.size()) && line[2] == ')';
    if (next) options.emplace_back(trimmed(line.substr(3)));
  }
  return options;
}

// The worked examples without the warning before them, which ends with a line of dashes.
std::string worked_examples(const std::string& path) {
  if (path.empty()) return "";
  std::ifstream file = open_problem_file(path, "worked examples");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::size_t dashes = text.find("-----\n");
  if (dashes != std::string::npos) text.erase(0, dashes + 6);
  while (text.ends_with('\n')) text.pop_back();
  return text + "\n\n";
}

std::vector<FileProblem> read_bbh(const std::string& path, const std::string& examples) {
  const nlohmann::json document = read_json_document(path);
  const auto list = document.is_object() ? document.find("examples") : document.end();
  if (!document.is_object() || list == document.end() || !list->is_array()) {
    throw Error(ErrorCode::bad_file, "expected an object with a list 'examples'", path);
  }
  if (list->empty()) throw Error(ErrorCode::bad_file, "the list 'examples' is empty", path);
  std::vector<FileProblem> problems;
  for (const nlohmann::json& example : *list) {
    const std::string where = path + ": examples[" + std::to_string(problems.size()) + "]";
    if (!example.is_object()) throw Error(ErrorCode::bad_file, "expected an object with 'input' and 'target'", where);
    try {
      FileProblem problem{.prompt = string_field(example, "input"), .gold = string_field(example, "target"), .working = {}};
      require_answerable(problem);
      problem.options = options_in(problem.prompt, problem.gold);
      if (!examples.empty()) {
        problem.prompt = examples + "Q: " + problem.prompt + "\nA: Let's think step by step.";
        problem.shows_form = true;  // "So the answer is (B)."
      }
      problems.push_back(std::move(problem));
    } catch (const Error& error) {
      throw Error(error.code(), error.message(), where);
    }
  }
  return problems;
}

}  // namespace

TaskEntry bbh_entry() {
  TaskEntry entry{.name = "bbh",
                  .summary = "a task of BIG-Bench Hard, read from a file",
                  .source = "BIG-Bench Hard, arXiv:2210.09261",
                  .parameters = problem_file_parameters("the JSON document of one task"),
                  .make =
                      [](const Parameters& parameters) {
                        const std::string examples = worked_examples(parameters.text("examples"));
                        return task_over_file("bbh", read_bbh(parameters.text("file"), examples), parameters);
                      },
                  .checks_steps = false};
  entry.parameters.push_back(
      {.name = "examples", .default_value = std::string(), .meaning = "path of worked examples that stand before each problem"});
  return entry;
}

}  // namespace reckon
