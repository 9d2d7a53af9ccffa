#include "app/configuration/parzen.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>

namespace reckon {
namespace {

// One place's values in one part: a uniform prior and a kernel around each value, all weighing the same.
class PlaceDensity {
 public:
  PlaceDensity(const Place& place, std::vector<double> values) : place_(&place), values_(std::move(values)) {
    if (!place.alternatives.empty()) return;
    std::ranges::sort(values_);
    // As wide as the wider gap to a neighbour, the ends of the range being neighbours too (Bergstra et al.); never so narrow that
    // nothing beside it is tried.
    const double least = 1 / std::min(100.0, 1 + static_cast<double>(values_.size()));
    for (std::size_t i = 0; i < values_.size(); ++i) {
      const double left = values_[i] - (i == 0 ? 0 : values_[i - 1]);
      const double right = (i + 1 == values_.size() ? 1 : values_[i + 1]) - values_[i];
      widths_.push_back(std::clamp(std::max(left, right), least, 1.0));
    }
  }

  double at(double value) const {
    const double components = 1 + static_cast<double>(values_.size());
    if (!place_->alternatives.empty()) {
      const auto same = static_cast<double>(std::ranges::count(values_, value));
      return (same + 1 / static_cast<double>(place_->alternatives.size())) / components;
    }
    double sum = 1;
    for (std::size_t i = 0; i < values_.size(); ++i) sum += kernel(values_[i], widths_[i], value);
    return sum / components;
  }

  double drawn(SplitMix64& rng) const {
    const std::uint64_t component = rng.below(values_.size() + 1);
    const bool alternatives = !place_->alternatives.empty();
    if (component == values_.size()) {
      return alternatives ? static_cast<double>(rng.below(place_->alternatives.size())) : uniform(rng);
    }
    if (alternatives) return values_[component];
    constexpr int kTries = 64;  // a kernel's middle lies in the range, so that half of it does at worst
    for (int i = 0; i < kTries; ++i) {
      const double radius = std::sqrt(-2 * std::log(1 - uniform(rng)));
      const double value = values_[component] + widths_[component] * radius * std::cos(2 * std::numbers::pi * uniform(rng));
      if (value >= 0 && value <= 1) return value;
    }
    return values_[component];
  }

 private:
  static double below(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

  // Of a normal distribution that is cut off at 0 and 1.
  static double kernel(double middle, double width, double value) {
    const double z = (value - middle) / width;
    const double inside = below((1 - middle) / width) - below(-middle / width);
    return std::exp(-0.5 * z * z) / (width * std::sqrt(2 * std::numbers::pi) * inside);
  }

  const Place* place_;
  std::vector<double> values_;
  std::vector<double> widths_;
};

// What one part of the trials says: which families it holds, and of each what values.
class PartDensity {
 public:
  PartDensity(std::span<const Family> families, std::span<const Setting> part) : families_(families), part_(part) {
    for (std::size_t family = 0; family < families.size(); ++family) {
      std::vector<PlaceDensity>& places = places_.emplace_back();
      for (std::size_t place = 0; place < families[family].places().size(); ++place) {
        std::vector<double> values;
        for (const Setting& setting : part) {
          if (setting.family == family) values.push_back(setting.values[place]);
        }
        places.emplace_back(families[family].places()[place], std::move(values));
      }
    }
  }

  Setting drawn(SplitMix64& rng) const {
    Setting setting;
    const std::uint64_t component = rng.below(part_.size() + 1);
    setting.family = component < part_.size() ? part_[component].family : rng.below(families_.size());
    for (const PlaceDensity& place : places_[setting.family]) setting.values.push_back(place.drawn(rng));
    setting.values = families_[setting.family].rounded(std::move(setting.values));
    return setting;
  }

  double log_at(const Setting& setting) const {
    const auto same = static_cast<double>(std::ranges::count(part_, setting.family, &Setting::family));
    const auto families = static_cast<double>(families_.size());
    double sum = std::log((same + 1 / families) / (static_cast<double>(part_.size()) + 1));
    for (std::size_t i = 0; i < setting.values.size(); ++i) {
      sum += std::log(places_[setting.family][i].at(setting.values[i]));
    }
    return sum;
  }

 private:
  std::span<const Family> families_;
  std::span<const Setting> part_;
  std::vector<std::vector<PlaceDensity>> places_;
};

}  // namespace

ParzenSampler::ParzenSampler(std::span<const Family> families, ParzenOptions options) : families_(families), options_(options) {}

Setting ParzenSampler::anywhere(SplitMix64& rng) const {
  Setting setting;
  setting.family = rng.below(families_.size());
  setting.values = families_[setting.family].anywhere(rng);
  return setting;
}

Setting ParzenSampler::propose(std::span<const Setting> tried, SplitMix64& rng) const {
  if (tried.size() < options_.random_first || uniform(rng) < options_.anywhere) return anywhere(rng);
  const auto wanted = static_cast<std::size_t>(std::ceil(options_.good * static_cast<double>(tried.size())));
  const std::size_t count = std::max<std::size_t>(wanted, 1);
  const PartDensity good(families_, tried.first(count)), rest(families_, tried.subspan(count));
  std::optional<Setting> best;
  double highest = -std::numeric_limits<double>::infinity();
  for (int i = 0; i < options_.draws; ++i) {
    Setting setting = good.drawn(rng);
    if (std::ranges::find(tried, setting) != tried.end()) continue;  // what is known teaches nothing
    const double gain = good.log_at(setting) - rest.log_at(setting);
    if (best && gain <= highest) continue;
    highest = gain;
    best = std::move(setting);
  }
  return best ? *best : anywhere(rng);
}

}  // namespace reckon
