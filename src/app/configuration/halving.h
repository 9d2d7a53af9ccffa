// Successive halving: many configurations on few problems, the best of them on more, until the best few have solved all. All
// solve the same problems in the same order, so that they are compared in pairs. Source: Jamieson and Talwalkar 2016,
// arXiv:1502.07943; proposing by what was tried before, at whatever number of problems: Falkner et al. 2018, arXiv:1807.01774
// (BOHB).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/configuration/parzen.h"

namespace reckon {

struct TrialResult {  // of one problem
  bool right = false;
  double tokens = 0;
};

struct Trial {
  Setting setting;
  Configuration configuration;
  int round = 0;                     // of the search, from 0
  std::vector<TrialResult> results;  // of the first problems, in order
  double accuracy(std::size_t first) const;
  double tokens_mean(std::size_t first) const;
  double accuracy() const { return accuracy(results.size()); }
  double tokens_mean() const { return tokens_mean(results.size()); }
};

struct HalvingOptions {
  std::int64_t problems = 90;
  std::int64_t configurations = 27;  // tried in all, the first of each family included
  std::int64_t width = 9;            // begin a round together
  std::int64_t reduction = 3;        // of those, one in so many goes on, on so many times the problems
  std::uint64_t seed = 0;
};

struct SearchedConfigurations {
  std::vector<Trial> trials;       // in the order they were proposed
  std::size_t best = 0;            // index: most right on all problems; of equals the cheapest, then the first
  std::vector<std::size_t> front;  // of those that solved all: what nothing beats at its cost, cheapest first
};

// Numbers of problems after each of which a round is cut, ascending; the last is all of them.
std::vector<std::int64_t> rungs_of(const HalvingOptions& options);

// What a search solves at most before the front, in problems times configurations.
std::int64_t planned_solutions(std::size_t families, const HalvingOptions& options);

struct HalvingCallbacks {
  // Results of problems from `first` on, `count` of them.
  std::function<std::vector<TrialResult>(const Configuration&, std::int64_t first, std::int64_t count)> solve;
  std::function<bool(const Configuration&)> valid = [](const Configuration&) { return true; };
  std::function<void(const Trial&)> on_trial = [](const Trial&) {};  // whenever one has solved more
};

// Rounds of halving: the first begins with the middle of every family, later ones with what the sampler proposes. At the end,
// rung by rung, those that nothing beats at their cost go on to the next, so that the front holds cheap ones too. A pure function
// of its arguments as far as `solve` is: a search that was killed is one that is begun again with the results that are known.
// Throws Error bad_argument for options out of range, and where no valid configuration is found.
SearchedConfigurations search_by_halving(std::span<const Family> families, const HalvingOptions& options,
                                         const HalvingCallbacks& callbacks);

}  // namespace reckon
