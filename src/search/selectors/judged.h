// Votes by what several judges say: paths are the items and judges the workers of a method of truth/. It finds at once which
// judges to believe and how likely each path is right, and a path's vote weighs that. Source: specs card B9.
#pragma once

#include <string_view>
#include <vector>

#include "search/selector.h"

namespace reckon {

// A method of truth/. `estimates_prior`: it learns how many paths are right as well. Who has one number for a judge must not: of
// few paths it would end by believing all alike.
struct JudgedMethod {
  std::string_view name;
  bool estimates_prior = false;
};

// How verdicts are read from scores, then the rows of the method.
std::vector<ParameterSpec> judged_parameters(const JudgedMethod& method);

// Of each path, the probability that it is right, given all verdicts on paths with an answer (PathRecord::verdicts; where no path
// has any, its score is the one verdict); 0 for a path without an answer. Does not depend on the order of paths.
std::vector<double> chances_right(std::span<const PathRecord> paths, const JudgedMethod& method, const Parameters& parameters);

// The vote with these chances as weights.
Selection vote_by_judges(std::span<const PathRecord> paths, const JudgedMethod& method, const Parameters& parameters);

}  // namespace reckon
