#include "search/allocators/saturation_point.h"

#include <algorithm>
#include <cmath>

namespace reckon {

double hit_probability(double hit, double ceiling, std::int64_t samples) {
  return ceiling * (1 - std::pow(1 - hit, static_cast<double>(samples)));
}

double next_gain(double hit, double ceiling, std::int64_t samples) {
  return ceiling * hit * std::pow(1 - hit, static_cast<double>(samples));
}

std::int64_t saturation_point(double hit, double ceiling, double gain) {
  if (ceiling * hit <= gain) return 0;
  if (hit >= 1) return 1;
  const double exact = std::log(gain / (ceiling * hit)) / std::log1p(-hit);
  auto samples = static_cast<std::int64_t>(std::max(std::floor(exact) - 1, 0.0));  // rounding of the logarithms: look around it
  while (next_gain(hit, ceiling, samples) > gain) ++samples;
  return samples;
}

double expected_gain(double hits, double misses, double ceiling, std::int64_t samples) {
  const auto log_beta = [](double a, double b) { return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b); };
  return ceiling * std::exp(log_beta(hits + 1, misses + static_cast<double>(samples)) - log_beta(hits, misses));
}

std::int64_t expected_saturation(double hits, double misses, double ceiling, double gain, std::int64_t samples,
                                 std::int64_t most) {
  std::int64_t point = samples;
  while (point < samples + most && expected_gain(hits, misses, ceiling, point) > gain) ++point;
  return point;
}

}  // namespace reckon
