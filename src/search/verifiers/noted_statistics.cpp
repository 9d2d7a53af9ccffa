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

double squashed(double value) { return std::max(value, 0.0) / (1 + std::max(value, 0.0)); }

}  // namespace reckon
