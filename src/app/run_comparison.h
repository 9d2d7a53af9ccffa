// Two runs of stores, problem by problem: reckon eval compare.
#pragma once

#include <string>
#include <vector>

#include "app/result_store.h"
#include "app/strategy_score.h"

namespace reckon {

struct FamilyComparison {
  std::string family;
  double first = 0;  // accuracies on the problems that both have
  double second = 0;
  PairedComparison paired;  // second against first
  double p = 1;             // of paired, adjusted for the number of families (Holm)
};

struct RunComparison {
  StoredRun first_run;
  StoredRun second_run;
  StrategyScore first;  // on the problems that both have, as is everything here
  StrategyScore second;
  PairedComparison paired;  // second against first
  std::vector<FamilyComparison> families;
};

// "FILE:3" is run 3 of the store FILE; "FILE" its only run.
struct RunName {
  std::string file;
  std::int64_t run = 0;  // 0 = the only one
};
RunName parse_run_name(const std::string& text);

// Throws Error not_found where there is no such run, and bad_argument where FILE holds several: both list what it holds;
// bad_argument where the runs have no problem in common, or one problem index means different problems: other ids, or prompts of
// which neither holds the other.
RunComparison compare_runs(const RunName& first, const RunName& second);

// "majority:n=16 on countdown …, 100 problems, 62.0 % right".
std::string summary_of(const StoredRun& run);

}  // namespace reckon
