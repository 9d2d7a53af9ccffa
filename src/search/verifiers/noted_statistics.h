// What the verifiers that read token statistics share.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "search/path.h"

namespace reckon {

// Of every token drawn for the path; empty where none was. Throws Error unsupported when its space does not note them.
std::span<const TokenStatistics> noted_statistics(const Path& path, std::string_view verifier);

// One score per path, of the mean of a statistic over its tokens; 0 where none was drawn. Throws what noted_statistics throws.
std::vector<double> scores_of_means(std::span<const Path> paths, std::string_view verifier, float TokenStatistics::* statistic,
                                    double (*score)(double mean));

// From [0, infinity) to [0, 1), rising: x / (1 + x).
double squashed(double value);

}  // namespace reckon
