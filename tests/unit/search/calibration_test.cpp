// Simulation-based calibration: states from a hidden Markov model, what they emit, and what a sampler says the states were, given
// that. Among its draws the true ones have no place of their own: their rank is uniform (Talts et al. 2018, arXiv:1804.06788;
// specs card C9). And samplers with one fault each, whose ranks are not. Ranked is the probability of states together with what
// was seen: by the states alone, a sampler that never looks at what was seen would pass (Modrak et al. 2022, arXiv:2211.02383).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <cctype>

#include "unit/search/exhaustive.h"
#include "unit/search/toy_worlds.h"

namespace reckon {
namespace {

constexpr int kSimulations = 1500;
constexpr std::size_t kDraws = 7;
constexpr double kOnceInTenThousand = 29.88;  // chi-squared of seven degrees of freedom

// States, as a draw given what was seen.
using Sampler = std::function<std::string(const HiddenMarkov& model, std::uint64_t seed)>;

std::string simulated(HiddenMarkov& model, SplitMix64& rng) {
  const auto coin = [&rng](double one) { return static_cast<double>(rng.below(1'000'000)) < 1e6 * one ? 1 : 0; };
  std::string states;
  for (std::size_t time = 0; time < model.seen.size(); ++time) {
    const int state = coin(model.transition(states.empty() ? -1 : states.back() - '0', 1));
    states += static_cast<char>('0' + state);
    model.seen[time] = 1 - coin(model.emits_0[static_cast<std::size_t>(state)]);
  }
  return states;
}

double chi_squared_of_ranks(const Sampler& sampler) {
  std::array<int, kDraws + 1> ranks{};
  SplitMix64 rng(20);
  for (int simulation = 0; simulation < kSimulations; ++simulation) {
    HiddenMarkov model;
    const std::string truth = simulated(model, rng);
    std::size_t below = 0, equal = 0;
    for (std::size_t draw = 0; draw < kDraws; ++draw) {
      const std::string states = sampler(model, static_cast<std::uint64_t>(simulation) * kDraws + draw);
      below += model.joint(states) < model.joint(truth) ? 1 : 0;
      equal += model.joint(states) == model.joint(truth) ? 1 : 0;
    }
    ++ranks[below + rng.below(equal + 1)];  // among equals its place is anyone's
  }
  double sum = 0;
  constexpr double kExpected = static_cast<double>(kSimulations) / (kDraws + 1);
  for (const int count : ranks) sum += (count - kExpected) * (count - kExpected) / kExpected;
  return sum;
}

std::string drawn_by(const std::string& strategy, const HiddenMarkov& model, std::uint64_t seed,
                     const std::function<double(std::string_view)>& score) {
  ToySpaceOptions options;
  options.seed = seed;
  ToySpace space(model.chain(), options);
  return *solve_on(space, *make_strategy(strategy, by_letters(score))).answer;
}

Sampler right_one(const std::string& strategy) {
  return [strategy](const HiddenMarkov& model, std::uint64_t seed) {
    return drawn_by(strategy, model, seed, [&model](std::string_view states) { return model.score(states); });
  };
}

constexpr const char* kFilter = "particle_filter:n=16,temperature=1,potential=accept,select=sample";

TEST(Calibration, SamplersDrawTheStatesFromWhereTheTruthComes) {
  for (const char* strategy :
       {kFilter, "particle_filter:n=16,temperature=1,potential=accept,select=sample,resample=0.5",
        "particle_gibbs:n=6,sweeps=3,temperature=1,potential=accept,select=sample,pool=false",
        "parallel_tempering:n=6,chains=2,sweeps=3,temperature=1,potential=accept,select=sample,pool=false"}) {
    EXPECT_LT(chi_squared_of_ranks(right_one(strategy)), kOnceInTenThousand) << strategy;
  }
}

struct Fault {
  const char* name;
  Sampler sampler;
};

const Fault kFaults[] = {
    {"weights squared",
     [](const HiddenMarkov& model, std::uint64_t seed) {
       return drawn_by(kFilter, model, seed,
                       [&model](std::string_view states) { return model.score(states) * model.score(states); });
     }},
    {"weights of the state before",
     [](const HiddenMarkov& model, std::uint64_t seed) {
       return drawn_by(kFilter, model, seed,
                       [&model](std::string_view states) { return model.score(states.substr(0, states.size() - 1)); });
     }},
    {"what was seen is not looked at",
     [](const HiddenMarkov& model, std::uint64_t seed) {
       return drawn_by(kFilter, model, seed, [](std::string_view) { return 1.0; });
     }},
    {"what was seen is read backwards",
     [](const HiddenMarkov& model, std::uint64_t seed) {
       HiddenMarkov reversed = model;
       std::ranges::reverse(reversed.seen);
       return drawn_by(kFilter, model, seed, [&reversed](std::string_view states) { return reversed.score(states); });
     }},
    {"only the last step counts",
     [](const HiddenMarkov& model, std::uint64_t seed) {
       return drawn_by("particle_filter:n=16,temperature=1,potential=value,select=sample", model, seed,
                       [&model](std::string_view states) { return model.score(states); });
     }},
    {"states drawn too cold",
     [](const HiddenMarkov& model, std::uint64_t seed) {
       return drawn_by("particle_filter:n=16,temperature=0.5,potential=accept,select=sample", model, seed,
                       [&model](std::string_view states) { return model.score(states); });
     }},
    {"the heaviest for a draw",
     [](const HiddenMarkov& model, std::uint64_t seed) {
       return drawn_by("particle_filter:n=16,temperature=1,potential=accept,select=weighted", model, seed,
                       [&model](std::string_view states) { return model.score(states); });
     }},
    {"one particle", [](const HiddenMarkov& model, std::uint64_t seed) {
       return drawn_by("particle_filter:n=1,temperature=1,potential=accept,select=sample", model, seed,
                       [&model](std::string_view states) { return model.score(states); });
     }}};

class Miscalibrated : public testing::TestWithParam<std::size_t> {};

TEST_P(Miscalibrated, IsFound) {
  const Fault& fault = kFaults[GetParam()];

  EXPECT_GT(chi_squared_of_ranks(fault.sampler), kOnceInTenThousand) << fault.name;
}

std::string name_of_fault(const testing::TestParamInfo<std::size_t>& info) {
  std::string name = kFaults[info.param].name;
  std::erase_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; });
  return name;
}

INSTANTIATE_TEST_SUITE_P(OfASampler, Miscalibrated, testing::Range(std::size_t{0}, std::size(kFaults)), name_of_fault);

}  // namespace
}  // namespace reckon
