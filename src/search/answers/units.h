// Units behind an answer: "35\text{ cm}", "0.35 m", "12 apples", "90 km/h" (rule R15 of the card).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "search/answers/number.h"

namespace reckon::answers {

struct Unit {
  std::map<std::string, int> dimensions;  // base unit to exponent: {"m": 1, "s": -1}; unknown words are their own base
  Rational scale = 1;                     // how many base units one of this is
  bool operator==(const Unit&) const = default;
};

struct Quantity {
  std::string value;  // the answer without its unit
  Unit unit;
};

// nullopt when no unit is written. Single letters count only after a space or inside \text, so that 5m stays a product.
std::optional<Quantity> split_unit(std::string_view answer);

}  // namespace reckon::answers
