// HumanEval: complete a Python function from its head and description, read from the published JSON lines: "prompt",
// "entry_point", "canonical_solution", "test". The examples of the description become tests that a verifier may use; the
// file's own tests stay hidden and judge. Source: Chen et al. 2021, arXiv:2107.03374.
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "tasks/problem_file.h"
#include "tasks/program_task.h"
#include "tasks/python_examples.h"

namespace reckon {
namespace {

ProgramProblem read_humaneval(const nlohmann::json& line) {
  const std::string prompt = string_field(line, "prompt");
  ProgramProblem problem{.prompt = "Complete this Python function. Answer with the whole program in one block.\n```python\n" +
                                   prompt + (prompt.ends_with('\n') ? "```" : "\n```"),
                         .entry = string_field(line, "entry_point"),
                         .before = {},
                         .head = {},
                         .solution = prompt + string_field(line, "canonical_solution"),
                         .judges = {},
                         .shown = {}};
  const std::size_t head = prompt.rfind("def " + problem.entry);
  if (problem.entry.empty() || head == std::string::npos) {
    throw Error(ErrorCode::bad_file, "the field 'prompt' does not define the function of 'entry_point'");
  }
  problem.before = prompt.substr(0, head);
  problem.head = prompt.substr(head);
  problem.judges = {string_field(line, "test") + "\ncheck(" + problem.entry + ")\n"};
  problem.shown = python_examples(problem.head, problem.entry);
  // A description without examples says at least which function there is to be.
  if (problem.shown.empty()) problem.shown = {"assert callable(" + problem.entry + ")"};
  return problem;
}

}  // namespace

TaskEntry humaneval_entry() {
  return {.name = "humaneval",
          .summary = "complete a Python function, read from a file and judged by its tests",
          .source = "HumanEval, arXiv:2107.03374",
          .parameters = program_parameters(),
          .make =
              [](const Parameters& parameters) {
                return program_task("humaneval", read_lines(parameters.text("file"), read_humaneval), parameters);
              },
          .checks_steps = false,
          .runs_programs = true};
}

}  // namespace reckon
