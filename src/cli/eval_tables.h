// What `eval` prints for people.
#pragma once

#include <span>
#include <vector>

#include "app/evaluation.h"
#include "app/run_comparison.h"

namespace reckon {

// All to stdout. The first is the table of every evaluation; the others come when they are asked for.
void print_scores(const std::vector<StrategyScore>& scores);
void print_verifier_report(const StrategyScore& score);
// Paired differences, tables at equal cost, what pools of paths say of other numbers of paths, confidence.
void print_statistics(const EvaluationRequest& request, const Evaluation& evaluation, const std::vector<StrategyScore>& scores);
void print_runs(const std::vector<StoredRun>& runs);
void print_comparison(const RunComparison& comparison);

}  // namespace reckon
