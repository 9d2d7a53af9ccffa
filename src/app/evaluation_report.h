// An evaluation as a page that needs nothing else: no script, font or picture from elsewhere. The same results make the same
// bytes, but for the seconds.
#pragma once

#include <string>

#include "app/evaluation.h"

namespace reckon {

// Accuracy and cost of all strategies, the Pareto front at equal tokens, FLOPs and seconds, families of problems, what pools of
// paths say of every number of paths, how good scores and confidence are, and the trees of some searches.
std::string evaluation_report(const EvaluationRequest& request, const Evaluation& evaluation, const std::string& model);

}  // namespace reckon
