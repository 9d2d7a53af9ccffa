// Shared by the tests of tasks: making a task, boxing an answer, reading step verdicts as a string of + and -.
#pragma once

#include <algorithm>
#include <memory>
#include <string>

#include "tasks/task.h"

namespace reckon::testing {

inline std::string boxed(const std::string& answer) { return std::string("\\boxed{").append(answer).append("}"); }

inline bool is_right(const Task& task, const Instance& instance, const std::string& answer) {
  return task.check(instance, boxed(answer)).correct;
}

// Readers need a file; generators need nothing.
inline bool is_reader(const TaskEntry& entry) {
  return std::ranges::any_of(entry.parameters, [](const ParameterSpec& row) { return row.name == "file"; });
}

// One character per line of working: '+' valid and solvable, '~' valid but the goal is lost, '-' not valid.
inline std::string steps(const Task& task, const Instance& instance, const std::string& text) {
  std::string marks;
  for (const StepVerdict& step : task.check_steps(instance, text)) marks += !step.valid ? '-' : step.still_solvable ? '+' : '~';
  return marks;
}

inline double measure(const Verdict& verdict, const std::string& name) {
  for (const Measure& m : verdict.measures) {
    if (m.name == name) return m.value;
  }
  return -1;
}

}  // namespace reckon::testing
