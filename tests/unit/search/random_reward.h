// A reward of every word and beginning, each independent and uniform in [0, 1): a tree of rewards that is no one's favourite.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/rng.h"

namespace reckon {

inline double random_reward(std::uint64_t seed, std::string_view letters) {
  return uniform_at(seed, fnv1a(letters), static_cast<std::uint32_t>(letters.size()));
}

}  // namespace reckon
