// Weights of a population, kept as logarithms, and drawing ancestors in proportion to them. Source: Douc, Cappé and Moulines
// 2005, arXiv:cs/0507025, which compares the four schemes. A uniform number is never drawn as such: each scheme chooses among the
// finitely many outcomes that it leads to, with their exact probabilities, so that every execution can be enumerated.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "search/space.h"

namespace reckon {

// log of the mean of exp(log_weights / temperature); -infinity where all weights are 0. At least one weight.
double log_mean_exp(std::span<const double> log_weights, double temperature = 1);
// exp(log_weights / temperature), scaled to sum 1; all the same where all weights are 0.
std::vector<double> normalised(std::span<const double> log_weights, double temperature = 1);

// Of weights that sum to 1: 1 / Σ W², from 1 (one has all) to as many as there are (all the same).
double effective_sample_size(std::span<const double> weights);
// Their entropy as a share of the most possible, log n: from 0 to 1. Of a single weight 1.
double entropy_share(std::span<const double> weights);
// The least temperature of at least 1 at which normalised weights have this share of entropy; kHottest where none has.
double temperature_for_entropy(std::span<const double> log_weights, double share);
inline constexpr double kHottest = 1e9;

// `count` ancestors: index i comes count * weights[i] times in expectation. `weights` sum to 1; one of 0 is never an ancestor.
using Resampler = std::vector<std::size_t> (*)(std::span<const double> weights, std::size_t count, SearchSpace& space);
Resampler resampler_named(std::string_view name);  // one of resampler_names()
std::vector<std::string> resampler_names();        // multinomial, stratified, systematic, residual

}  // namespace reckon
