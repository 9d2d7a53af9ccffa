// What the tasks' own measures come to over many problems: means with intervals, and F1 of classes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/problem_result.h"
#include "tasks/statistics.h"

namespace reckon {

struct MeasureScore {
  std::string name;                // "F1", "plan structure"; "F1 of yes": of a class
  std::int64_t problems = 0;       // that it is of
  double value = 0;                // a mean over them, or F1 of all their answers
  ConfidenceInterval interval;     // 95 %, bootstrap over problems
  std::optional<double> baseline;  // of F1: what always naming the class comes to
};

// Over the problems that have them (Verdict::measures), in the order in which checkers name them; empty where they name none. Of
// each pair "X" and "said X", "F1 of X" follows.
std::vector<MeasureScore> measure_scores(std::span<const ProblemResult> results);

}  // namespace reckon
