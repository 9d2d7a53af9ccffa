// What came of one problem. Source: specs card "Evaluation tasks, scorers, statistics", 0.5. Tables, comparisons and reports are
// computed from these alone, whether they were solved just now or read from a store.
#pragma once

#include <cstdint>
#include <string>

#include "app/solve.h"
#include "tasks/task.h"

namespace reckon {

struct ProblemResult {
  std::int64_t problem = 0;  // its index in the task
  std::string id = {};       // of the instance
  int level = 0;
  std::string family = {};  // kind of problem within the task (Instance::family), or its level: "L3"; "" = all are alike
  SolveResult solved = {};
  Verdict verdict = {};         // of the text of the path whose answer it is; of no text where there is none
  std::string checked_by = {};  // the version of the program whose checker gave the verdicts

  bool right() const { return solved.correct.value_or(false); }
};

// With the verdict of today's checker on the chosen path.
ProblemResult result_of(const Task& task, std::int64_t problem, const Instance& instance, SolveResult solved);

// Judges the stored texts anew: answers are extracted and checked again, on every path, and what the selectors make of them. What
// was drawn, what it cost and which path the strategy chose stay.
void rescore(ProblemResult& result, const Task& task, const Instance& instance);

}  // namespace reckon
