// What search-config searches: families of configurations, each a strategy written with places to fill in.
//   majority:n={log 2..64},temperature={0.3..1.3},select={best;weighted}
// A place is a range, of whole numbers where both ends are, on a logarithmic scale where it says so; or alternatives, which may
// be empty. Other braces are text.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/rng.h"

namespace reckon {

struct Place {
  std::string text;                       // as it was written, between the braces
  std::vector<std::string> alternatives;  // empty of a range
  double low = 0;
  double high = 1;
  bool whole = false;
  bool logarithmic = false;
};

// One value per place: the index of an alternative, or where in the range it lies, 0 the low end and 1 the high one.
using PlaceValues = std::vector<double>;

// A configuration as it is asked for.
struct Configuration {
  std::string strategy;  // "majority:n=16"
  std::string verifier;  // "" where the strategy asks none
  bool operator==(const Configuration&) const = default;
};
std::string label_of(const Configuration& configuration);  // "best_of_n:n=16 by prm"

class Family {
 public:
  // Throws Error bad_argument for a place whose range is empty, logarithmic and not positive, or further than numbers reach.
  // `option` is who gave it.
  explicit Family(std::string_view text, std::string_view option = "--strategy");

  const std::string& name() const { return name_; }  // text up to the first ':'
  std::span<const Place> places() const { return places_; }
  // Values are taken to the nearest that their text can say, so that equal texts have equal values.
  PlaceValues rounded(PlaceValues values) const;
  std::string text(const PlaceValues& values) const;
  // First alternatives, and the middles of ranges.
  PlaceValues middle() const;
  // Anywhere, each as likely.
  PlaceValues anywhere(SplitMix64& rng) const;

 private:
  std::string name_;
  std::vector<std::string> around_;  // text before each place, and behind the last
  std::vector<Place> places_;
};

double uniform(SplitMix64& rng);  // in [0, 1)

// The families that are searched where nobody says which.
std::vector<std::string> default_families();

// The family of a strategy as a user writes it, with or without places. Without any, n, the temperature, flags and parameters
// with choices are searched as far as they are not given. Where it asks a verifier, which of these is a place too.
Family family_of(const std::string& strategy, std::span<const std::string> verifiers);

Configuration configuration_of(const Family& family, const PlaceValues& values);

// What strategies are scored with where nobody says: what a problem without a checker is solved with.
inline constexpr const char* kUsualVerifier = "likelihood";

// Makes the strategy, with its verifier, and lets both go. Throws what making them throws.
void require_configuration(const Configuration& configuration);

// One of those that are searched, by itself. Throws Error for names that there are not, and bad_argument for a place of theirs
// with an end, or an alternative, at which nothing can be made, whatever the other places hold: a value beyond its parameter's
// range would never be tried. bad_argument for allocators, too, which are not searched.
void require_strategy(const std::string& strategy);
void require_verifier(const std::string& verifier);

}  // namespace reckon
