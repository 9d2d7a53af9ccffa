#include "search/verifiers/noted_statistics.h"

#include <algorithm>
#include <string>

#include "base/error.h"

namespace reckon {

std::span<const TokenStatistics> noted_statistics(const Path& path, std::string_view verifier) {
  if (path.tokens > 0 && path.statistics.empty()) {
    throw Error(ErrorCode::unsupported,
                "verifier '" + std::string(verifier) + "' reads statistics of tokens, and this search space notes none");
  }
  return path.statistics;
}

std::vector<double> scores_of_means(std::span<const Path> paths, std::string_view verifier, float TokenStatistics::* statistic,
                                    double (*score)(double mean)) {
  std::vector<double> scores;
  scores.reserve(paths.size());
  for (const Path& path : paths) {
    const std::span<const TokenStatistics> tokens = noted_statistics(path, verifier);
    double sum = 0;
    for (const TokenStatistics& token : tokens) sum += token.*statistic;
    scores.push_back(tokens.empty() ? 0 : score(sum / static_cast<double>(tokens.size())));
  }
  return scores;
}

double squashed(double value) { return std::max(value, 0.0) / (1 + std::max(value, 0.0)); }

}  // namespace reckon
