// Toy worlds whose answers are known exactly, for tests of strategies (specs card E22): a hidden Markov model, a small language
// model, and trees whose verifier errs as often as is asked for.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/rng.h"
#include "search/spaces/toy_space.h"

namespace reckon {

// --- A hidden Markov model: words are its states, the score of a beginning is how likely its last state emits what was seen. ---

struct HiddenMarkov {
  double start_1 = 0.4;                     // probability that the first state is 1
  std::array<double, 2> next_1{0.3, 0.8};   // that 1 follows 0, or 1
  std::array<double, 2> emits_0{0.9, 0.3};  // that state 0, or 1, emits 0
  std::vector<int> seen{0, 1, 1, 0};

  double transition(int from, int to) const {
    const double one = from < 0 ? start_1 : next_1[static_cast<std::size_t>(from)];
    return to == 1 ? one : 1 - one;
  }
  double emission(std::size_t time, int state) const {
    const double zero = emits_0[static_cast<std::size_t>(state)];
    return seen[time] == 0 ? zero : 1 - zero;
  }
  ToyChain chain() const {
    ToyChain chain;
    chain.length = seen.size();
    chain.next = [model = *this](std::string_view states) {
      const int from = states.empty() ? -1 : states.back() - '0';
      return std::vector<double>{model.transition(from, 0), model.transition(from, 1)};
    };
    return chain;
  }
  double score(std::string_view states) const { return states.empty() ? 1 : emission(states.size() - 1, states.back() - '0'); }

  // Probability of what was seen up to each time together with the state then.
  std::vector<std::array<double, 2>> forward() const {
    std::vector<std::array<double, 2>> table;
    for (std::size_t time = 0; time < seen.size(); ++time) {
      std::array<double, 2>& now = table.emplace_back();
      for (const int state : {0, 1}) {
        double before = 0;
        for (const int from : {0, 1})
          before += time == 0 ? 0 : table[time - 1][static_cast<std::size_t>(from)] * transition(from, state);
        now[static_cast<std::size_t>(state)] = (time == 0 ? transition(-1, state) : before) * emission(time, state);
      }
    }
    return table;
  }
  double evidence() const { return forward().back()[0] + forward().back()[1]; }
  // Probability of state 1 at each time, given all that was seen.
  std::vector<double> smoothed() const {
    std::array<double, 2> behind{1, 1};
    const auto ahead = forward();
    std::vector<double> ones(seen.size());
    for (std::size_t time = seen.size(); time-- > 0;) {
      ones[time] = ahead[time][1] * behind[1] / evidence();
      std::array<double, 2> earlier{0, 0};
      for (const int from : {0, 1}) {
        for (const int to : {0, 1}) {
          earlier[static_cast<std::size_t>(from)] +=
              transition(from, to) * emission(time, to) * behind[static_cast<std::size_t>(to)];
        }
      }
      behind = earlier;
    }
    return ones;
  }
  // The likeliest states, by dynamic programming.
  std::string viterbi() const {
    std::array<std::pair<double, std::string>, 2> best{std::pair{transition(-1, 0) * emission(0, 0), std::string("0")},
                                                       std::pair{transition(-1, 1) * emission(0, 1), std::string("1")}};
    for (std::size_t time = 1; time < seen.size(); ++time) {
      std::array<std::pair<double, std::string>, 2> next;
      for (const int state : {0, 1}) {
        const auto through = [&](int from) { return best[static_cast<std::size_t>(from)].first * transition(from, state); };
        const int from = through(0) >= through(1) ? 0 : 1;
        next[static_cast<std::size_t>(state)] = {through(from) * emission(time, state),
                                                 best[static_cast<std::size_t>(from)].second + static_cast<char>('0' + state)};
      }
      best = next;
    }
    return std::max(best[0], best[1]).second;
  }
  double joint(std::string_view states) const {  // of a beginning and what was seen by then
    double product = 1;
    for (std::size_t time = 0; time < states.size(); ++time) {
      product *= transition(time == 0 ? -1 : states[time - 1] - '0', states[time] - '0') * emission(time, states[time] - '0');
    }
    return product;
  }
};

// --- A language model of order two over twelve letters, with weights that a seed decides. ---

inline ToyChain tiny_language(std::size_t length, std::uint64_t seed = 1) {
  ToyChain chain;
  chain.alphabet = "abcdefghijkl";
  chain.length = length;
  chain.next = [seed](std::string_view letters) {
    const std::string_view context = letters.substr(letters.size() - std::min<std::size_t>(letters.size(), 2));
    std::vector<double> law;
    double total = 0;
    for (std::uint32_t letter = 0; letter < 12; ++letter) {
      const double weight = uniform_at(seed, fnv1a(context), letter);
      total += law.emplace_back(weight * weight * weight);  // some letters are likely
    }
    for (double& probability : law) probability /= total;
    return law;
  };
  return chain;
}

// --- Trees of words in which some are right, and a process reward that errs: whether a right word can still be reached, flipped
// with the probability `error`, once for each beginning. ---

struct NoisyOracle {
  std::set<std::string> right;
  double error = 0;
  std::uint64_t seed = 1;

  NoisyOracle(std::size_t length, std::size_t rights, double error_in, std::uint64_t seed_in) : error(error_in), seed(seed_in) {
    SplitMix64 rng(seed);
    while (right.size() < rights) {
      std::string word;
      for (std::size_t i = 0; i < length; ++i) word += static_cast<char>('0' + rng.below(2));
      right.insert(word);
    }
  }
  bool reaches(std::string_view letters) const {
    const auto place = right.lower_bound(std::string(letters));
    return place != right.end() && place->starts_with(letters);
  }
  double score(std::string_view letters) const {
    const bool flipped = uniform_at(seed, fnv1a(letters), 77) < error;
    return reaches(letters) != flipped ? 1 : 0;
  }
};

inline ToyChain fair_coins(std::size_t length) {
  ToyChain chain;
  chain.length = length;
  chain.next = [](std::string_view) { return std::vector<double>{0.5, 0.5}; };
  return chain;
}

}  // namespace reckon
