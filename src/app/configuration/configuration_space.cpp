#include "app/configuration/configuration_space.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/error.h"
#include "search/allocator.h"
#include "search/strategy.h"

namespace reckon {
namespace {

constexpr char kBeforeVerifier = '\n';  // a family's text is the strategy, and behind this its verifier
constexpr double kMostWhole = 0x1p53;
constexpr int kAttempts = 64;  // at what else may stand beside a value, before it is refused

// Infinite where the text is a number that no double holds.
std::optional<double> number_in(std::string_view text) {
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ptr != text.data() + text.size() || std::isnan(value)) return std::nullopt;
  if (read.ec == std::errc::result_out_of_range) return HUGE_VAL;
  return read.ec == std::errc() ? std::optional(value) : std::nullopt;
}

[[noreturn]] void refuse(std::string_view place, const std::string& why, std::string_view option) {
  throw Error(ErrorCode::bad_argument,
              fmt::format("'{{{}}}' {}; write {{log 2..64}}, {{0.3..1.3}} or {{one;another}}", place, why), std::string(option));
}

std::optional<Place> range_in(std::string_view text, std::string_view option) {
  Place place;
  place.text = text;
  std::string_view range = text;
  place.logarithmic = range.starts_with("log ");
  if (place.logarithmic) range.remove_prefix(4);
  const std::size_t dots = range.find("..");
  if (dots == std::string_view::npos) return std::nullopt;
  const std::optional<double> low = number_in(range.substr(0, dots));
  const std::optional<double> high = number_in(range.substr(dots + 2));
  if (!low || !high) return std::nullopt;
  if (!std::isfinite(*low) || !std::isfinite(*high) || !std::isfinite(*high - *low))
    refuse(text, "reaches beyond all numbers", option);
  if (*low >= *high) refuse(text, "is an empty range", option);
  if (place.logarithmic && *low <= 0) refuse(text, "is logarithmic and begins at or below 0", option);
  place.low = *low;
  place.high = *high;
  place.whole = range.find_first_not_of("0123456789.-") == std::string_view::npos && std::trunc(*low) == *low &&
                std::trunc(*high) == *high && range.find('.') == dots && range.rfind('.') == dots + 1;
  if (place.whole && std::max(std::abs(*low), std::abs(*high)) > kMostWhole) {
    refuse(text, "reaches beyond 2^53, where whole numbers are no longer told apart", option);
  }
  return place;
}

// Nothing for braces that are text.
std::optional<Place> place_in(std::string_view text, std::string_view option) {
  if (text.find(';') == std::string_view::npos) return range_in(text, option);
  Place place;
  place.text = text;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(';', begin), text.size());
    place.alternatives.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return place;
}

double at(const Place& place, double value) {
  const double share = std::clamp(value, 0.0, 1.0);
  const double number = place.logarithmic ? std::exp(std::log(place.low) + share * (std::log(place.high) - std::log(place.low)))
                                          : place.low + share * (place.high - place.low);
  return place.whole ? std::round(number) : number;
}

std::string text_at(const Place& place, double value) {
  if (!place.alternatives.empty()) return place.alternatives[static_cast<std::size_t>(value)];
  const double number = std::clamp(at(place, value), place.low, place.high);
  return place.whole ? fmt::format("{}", static_cast<std::int64_t>(number)) : fmt::format("{:.3g}", number);
}

double share_of(const Place& place, double number) {
  const double share = place.logarithmic ? (std::log(number) - std::log(place.low)) / (std::log(place.high) - std::log(place.low))
                                         : (number - place.low) / (place.high - place.low);
  return std::clamp(share, 0.0, 1.0);
}

std::string joined(std::span<const std::string> alternatives) {
  return alternatives.size() == 1 ? alternatives.front() : fmt::format("{{{}}}", fmt::join(alternatives, ";"));
}

// What is searched of a parameter that nobody gave; "" = it keeps its default.
std::string places_of(const ParameterSpec& parameter) {
  if (parameter.choices.size() > 1) return joined(parameter.choices);
  if (std::holds_alternative<bool>(parameter.default_value)) return "{false;true}";
  if (parameter.name == "temperature" && std::get<double>(parameter.default_value) > 0) return "{0.3..1.3}";
  if (parameter.name == "n" && std::get<std::int64_t>(parameter.default_value) > 1) return "{log 2..64}";
  return "";
}

// The ends of a range, or every alternative.
std::vector<double> extremes_of(const Place& place) {
  if (place.alternatives.empty()) return {0, 1};
  std::vector<double> all;
  for (std::size_t i = 0; i < place.alternatives.size(); ++i) all.push_back(static_cast<double>(i));
  return all;
}

// Parameters that do not go together at one combination may at another; a value beyond its range never does.
template <typename Require>
void require_value(const Family& family, std::size_t place, double value, const std::string& option, Require require) {
  SplitMix64 rng(place);
  std::string fault;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    PlaceValues values = attempt == 0 ? family.middle() : family.anywhere(rng);
    values[place] = value;
    try {
      require(configuration_of(family, values));
      return;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::bad_argument) throw;
      if (attempt == 0) fault = error.what();
    }
  }
  throw Error(ErrorCode::bad_argument, fmt::format("'{{{}}}' holds what cannot be made: {}", family.places()[place].text, fault),
              option);
}

template <typename Require>
void require_places(const Family& family, const std::string& option, Require require) {
  for (std::size_t place = 0; place < family.places().size(); ++place) {
    for (const double value : extremes_of(family.places()[place])) require_value(family, place, value, option, require);
  }
  if (family.places().empty()) require(configuration_of(family, {}));
}

}  // namespace

Family::Family(std::string_view text, std::string_view option) : name_(text.substr(0, text.find_first_of(":\n"))) {
  std::string before;
  while (!text.empty()) {
    const std::size_t brace = std::min(text.find('{'), text.size());
    before += text.substr(0, brace);
    text.remove_prefix(brace);
    if (text.empty()) break;
    const std::size_t end = text.find('}');
    const auto place = end == std::string_view::npos ? std::nullopt : place_in(text.substr(1, end - 1), option);
    if (place) {
      around_.push_back(std::exchange(before, ""));
      places_.push_back(*place);
      text.remove_prefix(end + 1);
    } else {
      before += text.front();
      text.remove_prefix(1);
    }
  }
  around_.push_back(std::move(before));
}

PlaceValues Family::rounded(PlaceValues values) const {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Place& place = places_[i];
    if (place.alternatives.empty()) values[i] = share_of(place, *number_in(text_at(place, values[i])));
  }
  return values;
}

std::string Family::text(const PlaceValues& values) const {
  std::string text;
  for (std::size_t i = 0; i < places_.size(); ++i) text += around_[i] + text_at(places_[i], values[i]);
  return text + around_.back();
}

PlaceValues Family::middle() const {
  PlaceValues values;
  for (const Place& place : places_) values.push_back(place.alternatives.empty() ? 0.5 : 0);
  return rounded(std::move(values));
}

PlaceValues Family::anywhere(SplitMix64& rng) const {
  PlaceValues values;
  for (const Place& place : places_) {
    values.push_back(place.alternatives.empty() ? uniform(rng) : static_cast<double>(rng.below(place.alternatives.size())));
  }
  return rounded(std::move(values));
}

double uniform(SplitMix64& rng) { return static_cast<double>(rng.next() >> 11) * 0x1p-53; }

std::string label_of(const Configuration& configuration) {
  return configuration.verifier.empty() ? configuration.strategy : configuration.strategy + " by " + configuration.verifier;
}

// Ranges are taste: what a small model can use of a budget of some thousand tokens.
std::vector<std::string> default_families() {
  const std::string pipelines =
      "pipeline:stages=generate:n={log 2..32}:temperature={0.3..1.3}"
      "{;|verify:by=verifier;|verify;|rank:by=verifier:keep=4;|critique|rank:keep=5|fuse:n=3}{|select;|fuse}";
  return {"greedy",
          "majority:n={log 2..64},temperature={0.3..1.3}",
          "best_of_n:n={log 2..64},temperature={0.3..1.3},select={best;weighted}",
          "beam:n={log 4..32},width={2;4;8},temperature={0.3..1.3},select={best;weighted}",
          "particle_filter:n={log 4..32},temperature={0.3..1.3},resample={0.2..1.0},select={best;weighted}",
          "a_star:width={2..8},answers={log 1..16},cost={loss;zero;logp},temperature={0.3..1.3}",
          pipelines};
}

Family family_of(const std::string& strategy, std::span<const std::string> verifiers) {
  std::string text = strategy;
  const StrategyEntry& entry = find_strategy(strategy.substr(0, strategy.find(':')));
  if (Family(strategy).places().empty()) {
    const NamedParameters given = parse_named_parameters(strategy, "--strategy");
    char separator = given.values.empty() ? ':' : ',';
    for (const ParameterSpec& parameter : entry.parameters) {
      const std::string places = given.values.contains(parameter.name) ? "" : places_of(parameter);
      if (places.empty()) continue;
      text += separator + parameter.name + '=' + places;
      separator = ',';
    }
  }
  if (entry.uses_verifier) text += kBeforeVerifier + joined(verifiers);
  return Family(text);
}

Configuration configuration_of(const Family& family, const PlaceValues& values) {
  const std::string text = family.text(values);
  const std::size_t end = text.find(kBeforeVerifier);
  Configuration configuration;
  configuration.strategy = text.substr(0, end);
  if (end != std::string::npos) configuration.verifier = text.substr(end + 1);
  return configuration;
}

void require_configuration(const Configuration& configuration) {
  make_strategy(configuration.strategy, make_verifier(configuration.verifier.empty() ? kUsualVerifier : configuration.verifier));
}

namespace {

// "majority@adaptive", "auto". With places in it, parse_allocation() cannot read it.
bool names_allocator(const std::string& strategy) {
  const std::string name = strategy.substr(0, strategy.find(':'));
  const auto in_it = [&](const AllocatorEntry& entry) {
    const std::string behind = "@" + std::string(entry.name);
    const std::size_t at = strategy.find(behind);
    const std::size_t end = at + behind.size();
    return name == entry.name ||
           (at != std::string::npos && (end == strategy.size() || strategy[end] == ':' || strategy[end] == '@'));
  };
  return name.find('@') != std::string::npos || std::ranges::any_of(allocators(), in_it);
}

}  // namespace

// Places that nobody wrote come from the registry, whose values are in range; some want other parameters beside them.
void require_strategy(const std::string& strategy) {
  if (names_allocator(strategy)) {
    throw Error(ErrorCode::bad_argument,
                "'" + strategy + "': allocators are not searched; give the strategy alone, and the allocator to solve or eval",
                "--strategy");
  }
  const std::string verifier = kUsualVerifier;
  const Family family = family_of(strategy, std::span(&verifier, 1));
  const bool written = !Family(strategy).places().empty();
  if (written) require_places(family, "--strategy", require_configuration);
  if (!written) require_configuration(configuration_of(family, family.middle()));
}

void require_verifier(const std::string& verifier) {
  const std::string option = "--verifier";
  require_places(Family(verifier, option), option, [](const Configuration& named) { make_verifier(named.strategy); });
}

}  // namespace reckon
