// What the parallel strategies share: N independent paths in one batch from one prompt, and turning them into an outcome.
#pragma once

#include <span>
#include <vector>

#include "search/selector.h"
#include "search/strategy.h"

namespace reckon {

inline constexpr double kSearchTemperature = 0.8;  // default of sampling strategies, as in search-and-learn (specs card B1)

ParameterSpec max_tokens_parameter();
// Rows for the parameters of drawing: temperature, top_p, top_k, min_p, max_tokens; `n` first where `default_n` > 0.
std::vector<ParameterSpec> drawing_parameters(double default_temperature, std::int64_t default_n = 0);
StepOptions step_options(const Parameters& parameters);  // of those rows, to the end of the path

// Row of the parameter `select`: any selector with its own parameters, as make_selector takes them.
ParameterSpec select_parameter();
// What a strategy that lets a selector pick is confident of: the winner's score for "best", else its share; 0 without a winner.
double confidence_of(const Selector& selector, const Selection& selection, std::span<const PathRecord> records);

// Row of the parameter `first`: whether the first path is drawn as the others, or greedily.
ParameterSpec first_parameter();
bool greedy_first(const Parameters& parameters);  // of that row

// Draws each path to its end, all in one batch but for a greedy first one: a batch has one temperature, and with little budget it
// is the one to end first. `paths` and `space` outlive the coroutine.
awaitable<void> draw_to_ends(std::span<Path> paths, StepOptions step, bool greedy_first, SearchSpace& space);

// Opens the problem, forks `n` paths and draws each to its end. The root's pages are given back before the first draw. Empty when
// the budget cannot pay for the prompt.
awaitable<std::vector<Path>> draw_paths(const Problem& problem, SearchSpace& space, int n, StepOptions step,
                                        bool greedy_first = false);

// Records of paths with their extracted answers; `scores` is per path, or empty for 0.
std::vector<PathRecord> records_of(std::span<const Path> paths, std::span<const double> scores, const Problem& problem);

// Geometric mean of the probabilities of the path's tokens under the untouched model; 0 for an empty path.
double likelihood_of(const PathRecord& record);

// The outcome that a selection over `records` stands for. It is budget_exhausted when the budget cut a path off, or could not pay
// for the prompt.
Outcome outcome_of(std::vector<PathRecord> records, const Selection& selection, double confidence);

}  // namespace reckon
