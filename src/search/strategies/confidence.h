// How sure a model was along a path: token confidences and their means over a sliding window. Source: Fu et al. 2025,
// arXiv:2508.15260 (DeepConf, specs card B15). Higher is surer: a confidence is minus a mean log-probability of likely tokens.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/sampling/options.h"

namespace reckon {

// Means over every full window of so many tokens, in order; over all of them, where they are fewer than a window. Empty for none.
std::vector<double> window_means(std::span<const TokenStatistics> tokens, std::size_t window);

// Of a path: its lowest window.
double lowest_group(std::span<const TokenStatistics> tokens, std::size_t window);
// The mean of the lowest tenth of its windows, at least one.
double bottom_groups(std::span<const TokenStatistics> tokens, std::size_t window);
// The last window.
double tail_group(std::span<const TokenStatistics> tokens, std::size_t window);
// All of it.
double mean_confidence(std::span<const TokenStatistics> tokens, std::size_t window);

// The least of those values that remain when the highest `share` of them are kept, at least one; minus infinity where all are.
double threshold_keeping(std::vector<double> values, double share);

}  // namespace reckon
