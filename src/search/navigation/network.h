// The navigator's network: from what is known of a partial solution to the worth of each block that may come next. A multilayer
// perceptron of fewer than 3,000 weights with a dueling head, Q(s, a) = V(s) + A(s, a) - mean over b of A(s, b). Source: RL of
// Thoughts, Hao et al. 2025, arXiv:2505.14140 (specs card C12); dueling: Wang et al. 2015, arXiv:1511.06581.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

namespace reckon {

inline constexpr std::size_t kNavigatorFeatures = 7;
inline constexpr std::size_t kNavigatorBlocks = 5;
inline constexpr std::size_t kNavigatorWidth = 40;
// Two layers, then value and advantages: what a list of weights holds, in this order. Of each the matrix row by row, a row for
// each output, then the biases.
inline constexpr std::size_t kNavigatorWeights = kNavigatorWidth * (kNavigatorFeatures + 1) +
                                                 kNavigatorWidth * (kNavigatorWidth + 1) +
                                                 (1 + kNavigatorBlocks) * (kNavigatorWidth + 1);
static_assert(kNavigatorWeights < 3000);

inline constexpr double kLargestNavigatorWeight = 1e6;         // in size: no sum of products overflows
inline constexpr std::size_t kMostNavigatorBytes = 1'000'000;  // of a list of weights as text

using NavigatorState = std::array<double, kNavigatorFeatures>;  // each in [0, 1]
using NavigatorValues = std::array<double, kNavigatorBlocks>;

class NavigatorNetwork {  // immutable
 public:
  // From numbers separated by commas or white space. Throws Error bad_file, with `where` as its context, unless there are
  // kNavigatorWeights of them, none larger than kLargestNavigatorWeight.
  NavigatorNetwork(std::string_view weights, std::string_view where);

  NavigatorValues values(const NavigatorState& state) const;  // finite

 private:
  std::vector<double> weights_;
};

// What training/navigator.py learned.
std::string_view bundled_navigator_weights();

}  // namespace reckon
