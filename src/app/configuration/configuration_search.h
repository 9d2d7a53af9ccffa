// Searching for the best configuration on a task under a budget: halving with evaluations as its results, which a store keeps.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "app/configuration/halving.h"
#include "app/evaluation.h"
#include "tasks/statistics.h"

namespace reckon {

struct ConfigurationRequest {
  // Task, split, offset, budget, seed, chat, system, models and how many problems at once; its strategies, verifier, grid, limit
  // and callbacks are not looked at.
  EvaluationRequest evaluation;
  std::vector<std::string> strategies;  // with or without places (configuration_space.h); none = default_families()
  std::vector<std::string> verifiers;   // for strategies that ask one, each is tried, with or without places; none = likelihood
  HalvingOptions halving;               // its seed is the evaluation's
  std::string model;                    // the file that the best configuration names; "" = the bundled model
  std::function<void(std::int64_t done, std::int64_t planned)> on_progress;
  std::function<void(const Trial&)> on_trial;  // whenever one has solved more
};

// Throws what a search would throw before anything is loaded or solved.
void validate(const ConfigurationRequest& request);

// `options` are what `runtime` loads; it is called when the first problem has to be solved. With a store, what it holds is not
// solved again: so a search that was killed goes on, and ends as if it had not been. `store` may be null.
SearchedConfigurations search_configurations(const RuntimeOptions& options, const std::function<Runtime&()>& runtime,
                                             const ConfigurationRequest& request, ResultStore* store);

// The best as a file that --config takes: for solve and for eval. TOML.
std::string configuration_file(const ConfigurationRequest& request, const SearchedConfigurations& searched);

// Accuracy against tokens of those that solved all problems, a series for each family. SVG.
std::string configuration_plot(const ConfigurationRequest& request, const SearchedConfigurations& searched);

ConfidenceInterval interval_of(const Trial& trial);  // of its accuracy, 95 %, Wilson

// Indices of the trials that solved as many problems as the best, best first.
std::vector<std::size_t> whole_trials(const SearchedConfigurations& searched);

}  // namespace reckon
