// Tasks whose answer is a Python program, judged by tests that run in the sandbox (search/sandbox). What differs between
// benchmarks is how a line of the file becomes a problem; everything else is here.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tasks/task.h"

namespace reckon {

struct ProgramProblem {
  std::string prompt;
  std::string entry;                // the function asked for; "" if any program that passes will do
  std::string before;               // code that stands before every program: imports, helpers, set-up
  std::string head;                 // what a bare continuation continues: the function's head; "" where there is none
  std::string solution;             // a program that passes
  std::vector<std::string> judges;  // all must pass
  std::vector<std::string> shown;   // that a verifier may use, some of the judges or others; without any it sees whether it runs
};

// The program in a model's text: the last fenced block, or the whole text where there is none. One that does not define
// `problem.entry` continues `problem.head`, up to the first line that begins something else at the left margin.
std::string program_in(const ProgramProblem& problem, std::string_view text);

// Runs the judges against the program in the sandbox, for up to `seconds`. Measures: the share of all tests that pass, and where
// some of the judges were shown and others not, that of either kind. Throws Error unsupported where this machine has no sandbox.
Verdict judge_program(const ProgramProblem& problem, const std::string& program, double seconds);

// Rows: file, seconds.
std::vector<ParameterSpec> program_parameters();
std::unique_ptr<const Task> program_task(std::string name, std::vector<ProgramProblem> problems, const Parameters& parameters);

}  // namespace reckon
