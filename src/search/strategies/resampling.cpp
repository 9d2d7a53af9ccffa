#include "search/strategies/resampling.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace reckon {
namespace {

double largest(std::span<const double> log_weights) { return *std::ranges::max_element(log_weights); }

// What sums of `count` weights, scaled to `count`, may be off by: a shorter stretch than this is no outcome but rounding.
double rounding(std::size_t count) { return 8 * std::numeric_limits<double>::epsilon() * static_cast<double>(count); }

void scale_to_one(std::vector<double>& values) {
  const double total = std::accumulate(values.begin(), values.end(), 0.0);
  for (double& value : values) value /= total;
}

// Each weight's end on a line on which each ancestor to be drawn has one unit: end - end before = count * weight.
std::vector<double> ends_of(std::span<const double> weights, std::size_t count) {
  std::vector<double> ends(weights.size());
  double sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) ends[i] = (sum += weights[i]) * static_cast<double>(count);
  return ends;
}

std::vector<std::size_t> multinomial(std::span<const double> weights, std::size_t count, SearchSpace& space) {
  std::vector<std::size_t> ancestors;
  ancestors.reserve(count);
  for (std::size_t i = 0; i < count; ++i) ancestors.push_back(static_cast<std::size_t>(space.choose(weights)));
  return ancestors;
}

// One uniform number in each unit of the line: it chooses among the weights that have a part of that unit.
std::vector<std::size_t> stratified(std::span<const double> weights, std::size_t count, SearchSpace& space) {
  const std::vector<double> ends = ends_of(weights, count);
  std::vector<std::size_t> ancestors;
  ancestors.reserve(count);
  std::size_t first = 0;  // the first weight that reaches into the unit
  for (std::size_t unit = 0; unit < count; ++unit) {
    const auto begin = static_cast<double>(unit);
    std::vector<std::size_t> reached;
    std::vector<double> parts;
    while (first + 1 < ends.size() && ends[first] <= begin + rounding(count)) ++first;
    for (std::size_t i = first; i < ends.size(); ++i) {
      const double part = std::min(ends[i], begin + 1) - std::max(i == 0 ? 0.0 : ends[i - 1], begin);
      if (part > rounding(count)) {
        reached.push_back(i);
        parts.push_back(part);
      }
      if (ends[i] >= begin + 1) break;
    }
    scale_to_one(parts);
    ancestors.push_back(reached[reached.size() == 1 ? 0 : static_cast<std::size_t>(space.choose(parts))]);
  }
  return ancestors;
}

// One uniform number for all units. What comes of it changes only where it passes the place of an end within its unit, so it
// suffices to choose between two such places, by their distance.
std::vector<std::size_t> systematic(std::span<const double> weights, std::size_t count, SearchSpace& space) {
  const std::vector<double> ends = ends_of(weights, count);
  std::vector<double> places{0, 1};
  for (const double end : ends) places.push_back(end - std::floor(end));
  std::ranges::sort(places);
  std::vector<double> lengths, middles;
  for (std::size_t i = 0; i + 1 < places.size(); ++i) {
    if (places[i + 1] - places[i] <= rounding(count)) continue;
    lengths.push_back(places[i + 1] - places[i]);
    middles.push_back((places[i] + places[i + 1]) / 2);
  }
  scale_to_one(lengths);
  const double place = middles[lengths.size() == 1 ? 0 : static_cast<std::size_t>(space.choose(lengths))];
  std::vector<std::size_t> ancestors;
  ancestors.reserve(count);
  std::size_t ancestor = 0;
  for (std::size_t unit = 0; unit < count; ++unit) {
    while (ancestor + 1 < ends.size() && ends[ancestor] <= static_cast<double>(unit) + place) ++ancestor;
    ancestors.push_back(ancestor);
  }
  return ancestors;
}

// As many copies as are certain, the rest multinomial from what is left of the weights.
std::vector<std::size_t> residual(std::span<const double> weights, std::size_t count, SearchSpace& space) {
  std::vector<std::size_t> ancestors;
  std::vector<double> left;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double expected = weights[i] * static_cast<double>(count);
    const double certain = std::floor(expected + rounding(count));
    ancestors.insert(ancestors.end(), static_cast<std::size_t>(certain), i);
    left.push_back(expected - certain > rounding(count) ? expected - certain : 0);
  }
  if (ancestors.size() >= count) return ancestors;
  scale_to_one(left);
  const std::vector<std::size_t> rest = multinomial(left, count - ancestors.size(), space);
  ancestors.insert(ancestors.end(), rest.begin(), rest.end());
  return ancestors;
}

constexpr std::array<std::pair<std::string_view, Resampler>, 4> kResamplers{
    {{"multinomial", multinomial}, {"stratified", stratified}, {"systematic", systematic}, {"residual", residual}}};

}  // namespace

double log_mean_exp(std::span<const double> log_weights, double temperature) {
  const double most = largest(log_weights);
  if (std::isinf(most)) return most;
  double sum = 0;
  for (const double log_weight : log_weights) sum += std::exp((log_weight - most) / temperature);
  return most / temperature + std::log(sum / static_cast<double>(log_weights.size()));
}

std::vector<double> normalised(std::span<const double> log_weights, double temperature) {
  const double most = largest(log_weights);
  std::vector<double> weights;
  weights.reserve(log_weights.size());
  for (const double log_weight : log_weights) {
    weights.push_back(std::isinf(most) ? 1.0 : std::exp((log_weight - most) / temperature));
  }
  scale_to_one(weights);
  return weights;
}

double effective_sample_size(std::span<const double> weights) {
  double squares = 0;
  for (const double weight : weights) squares += weight * weight;
  return 1 / squares;
}

double entropy_share(std::span<const double> weights) {
  if (weights.size() < 2) return 1;
  double entropy = 0;
  for (const double weight : weights) entropy -= weight > 0 ? weight * std::log(weight) : 0;
  return entropy / std::log(static_cast<double>(weights.size()));
}

// The entropy only grows with the temperature: doubling finds a range, halving it the place, to the last bits of a double.
double temperature_for_entropy(std::span<const double> log_weights, double share) {
  const auto suffices = [&](double temperature) { return entropy_share(normalised(log_weights, temperature)) >= share; };
  if (suffices(1)) return 1;
  double low = 1;
  double high = 2;
  while (!suffices(high)) {
    if (high >= kHottest) return kHottest;
    low = high;
    high *= 2;
  }
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (suffices(middle) ? high : low) = middle;
  }
  return high;
}

Resampler resampler_named(std::string_view name) {
  return std::ranges::find(kResamplers, name, [](const auto& row) { return row.first; })->second;
}

std::vector<std::string> resampler_names() {
  std::vector<std::string> names;
  for (const auto& [name, resampler] : kResamplers) names.emplace_back(name);
  return names;
}

}  // namespace reckon
