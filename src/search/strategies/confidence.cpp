#include "search/strategies/confidence.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

namespace reckon {

std::vector<double> window_means(std::span<const TokenStatistics> tokens, std::size_t window) {
  std::vector<double> means;
  if (tokens.empty()) return means;
  window = std::clamp<std::size_t>(window, 1, tokens.size());
  double sum = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    sum += static_cast<double>(tokens[i].confidence);
    if (i >= window) sum -= static_cast<double>(tokens[i - window].confidence);  // floats in doubles: exact but for the last bits
    if (i + 1 >= window) means.push_back(sum / static_cast<double>(window));
  }
  return means;
}

double lowest_group(std::span<const TokenStatistics> tokens, std::size_t window) {
  const std::vector<double> means = window_means(tokens, window);
  return means.empty() ? 0 : *std::ranges::min_element(means);
}

double bottom_groups(std::span<const TokenStatistics> tokens, std::size_t window) {
  std::vector<double> means = window_means(tokens, window);
  if (means.empty()) return 0;
  std::ranges::sort(means);
  const std::size_t lowest = std::max<std::size_t>(means.size() / 10, 1);
  return std::accumulate(means.begin(), means.begin() + static_cast<std::ptrdiff_t>(lowest), 0.0) / static_cast<double>(lowest);
}

double tail_group(std::span<const TokenStatistics> tokens, std::size_t window) {
  const std::vector<double> means = window_means(tokens, window);
  return means.empty() ? 0 : means.back();
}

double mean_confidence(std::span<const TokenStatistics> tokens, std::size_t) { return tail_group(tokens, tokens.size()); }

double threshold_keeping(std::vector<double> values, double share) {
  if (values.empty() || share >= 1) return -std::numeric_limits<double>::infinity();
  std::ranges::sort(values, std::greater<>());
  const double kept = std::ceil(share * static_cast<double>(values.size()));
  return values[static_cast<std::size_t>(std::max(kept, 1.0)) - 1];
}

}  // namespace reckon
