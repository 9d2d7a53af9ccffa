// The optimiser against random search on known functions; halving against solving everything; a search that is cut off and begun
// again. All on functions in place of models.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <set>
#include <stdexcept>

#include "app/configuration/halving.h"
#include "base/error.h"

namespace reckon {
namespace {

struct Function {
  std::vector<Family> families;
  std::function<double(const Setting&)> value;  // to be maximised; 0 is the optimum
};

double best_of(const Function& function, std::uint64_t seed, int trials, bool proposed) {
  const ParzenSampler sampler(function.families);
  SplitMix64 rng(seed);
  std::vector<std::pair<double, Setting>> tried;
  for (int i = 0; i < trials; ++i) {
    std::ranges::stable_sort(tried, std::greater<>(), &std::pair<double, Setting>::first);
    std::vector<Setting> settings;
    for (const auto& [value, setting] : tried) settings.push_back(setting);
    const Setting next = proposed ? sampler.propose(settings, rng) : sampler.anywhere(rng);
    tried.emplace_back(function.value(next), next);
  }
  return std::ranges::max_element(tried, {}, &std::pair<double, Setting>::first)->first;
}

// Means over seeds of what is missing to the optimum.
std::pair<double, double> regrets(const Function& function, int trials) {
  constexpr int kSeeds = 40;
  double proposed = 0;
  double random = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    proposed -= best_of(function, seed, trials, true) / kSeeds;
    random -= best_of(function, seed, trials, false) / kSeeds;
  }
  return {proposed, random};
}

Function bowl() {
  Function function;
  function.families.emplace_back("bowl:x={0.0..1.0},y={0.0..1.0}");
  function.value = [](const Setting& setting) {
    return -std::pow(setting.values[0] - 0.3, 2) - std::pow(setting.values[1] - 0.8, 2);
  };
  return function;
}

// One of five families is good, where its two numbers are right; the others look better at their middles.
Function conditional() {
  Function function;
  for (const char* text :
       {"a:n={log 2..64}", "b:n={log 2..64},t={0.3..1.3}", "c", "d:n={log 2..64},t={0.3..1.3}", "e:t={0.3..1.3}"}) {
    function.families.emplace_back(text);
  }
  function.value = [](const Setting& setting) {
    if (setting.family == 3) return -2 * std::abs(setting.values[0] - 0.9) - 2 * std::abs(setting.values[1] - 0.1);
    return setting.family == 2 ? -0.7 : -0.8 - 0.2 * setting.values[0];
  };
  return function;
}

// Separable: six places of four alternatives, of which one adds nothing; greedy coordinate search finds the optimum.
Function separable() {
  Function function;
  std::string text = "s:";
  for (int i = 0; i < 6; ++i) text += std::string("{w;x;y;z}");
  function.families.emplace_back(text);
  function.value = [](const Setting& setting) {
    double sum = 0;
    for (std::size_t i = 0; i < setting.values.size(); ++i) sum -= std::fmod(setting.values[i] + static_cast<double>(i), 4) / 3;
    return sum;
  };
  return function;
}

TEST(Parzen, BeatsRandomSearchOnKnownFunctions) {
  const auto left = [](const Function& function, int trials) {  // of what random search leaves
    const auto [proposed, random] = regrets(function, trials);
    EXPECT_GE(proposed, 0);
    return proposed / random;
  };
  EXPECT_LT(left(bowl(), 60), 0.2);
  EXPECT_LT(left(conditional(), 60), 0.6);
  EXPECT_LT(left(separable(), 150), 0.1);
}

TEST(Parzen, FindsTheOptimumOfASeparableFunction) {
  const Function function = separable();
  int found = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) found += best_of(function, seed, 200, true) == 0 ? 1 : 0;
  EXPECT_GE(found, 18) << "of 4096 configurations, 200 are tried";
}

TEST(Parzen, ProposesAnywhereBeforeItKnowsAnything) {
  const Function function = conditional();
  const ParzenSampler sampler(function.families);
  SplitMix64 rng(5);
  std::set<std::size_t> families;
  for (int i = 0; i < 100; ++i) families.insert(sampler.propose({}, rng).family);
  EXPECT_EQ(families.size(), 5U);
}

// A problem has a difficulty that all configurations share, and luck of its own with each.
class Toy {
 public:
  explicit Toy(std::uint64_t seed) : seed_(seed) { families.emplace_back("toy:n={0..63}"); }

  double skill(double n) const { return 0.75 - std::pow((n - 41) / 64, 2); }
  TrialResult result(const Configuration& configuration, std::int64_t problem) {
    ++solved;
    const double n = std::stod(configuration.strategy.substr(6));
    const double shared = uniform_at(seed_, 1, static_cast<std::uint32_t>(problem));
    const double own = uniform_at(seed_, 2 + static_cast<std::uint64_t>(n), static_cast<std::uint32_t>(problem));
    return {.right = 0.7 * shared + 0.3 * own < skill(n), .tokens = 100 + n};
  }
  HalvingCallbacks callbacks() {
    HalvingCallbacks callbacks;
    callbacks.solve = [this](const Configuration& configuration, std::int64_t first, std::int64_t count) {
      std::vector<TrialResult> results;
      for (std::int64_t i = first; i < first + count; ++i) results.push_back(result(configuration, i));
      return results;
    };
    return callbacks;
  }
  // The most right answers that any configuration gives.
  double exhaustive(std::int64_t problems) {
    double best = 0;
    for (int n = 0; n < 64; ++n) {
      double right = 0;
      const Configuration configuration{"toy:n=" + std::to_string(n), ""};
      for (std::int64_t i = 0; i < problems; ++i) right += result(configuration, i).right ? 1 : 0;
      best = std::max(best, right / static_cast<double>(problems));
    }
    return best;
  }

  std::vector<Family> families;
  std::int64_t solved = 0;

 private:
  std::uint64_t seed_;
};

TEST(Halving, ComesCloseToSolvingEverythingForAFractionOfIt) {
  HalvingOptions options;
  options.problems = 90;
  double missing = 0;
  std::int64_t cost = 0, everything = 0;
  constexpr int kSeeds = 20;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Toy toy(seed), all(seed);
    options.seed = seed;
    const SearchedConfigurations searched = search_by_halving(toy.families, options, toy.callbacks());
    missing += (all.exhaustive(90) - searched.trials[searched.best].accuracy()) / kSeeds;
    cost += toy.solved;
    everything += all.solved;
  }
  EXPECT_LT(missing, 0.03);
  EXPECT_LT(static_cast<double>(cost), 0.2 * static_cast<double>(everything));
}

TEST(Halving, OfEverythingAtOnceFindsWhatIsCertain) {
  std::vector<Family> families;
  for (int n = 0; n < 64; ++n) families.emplace_back("toy:n=" + std::to_string(n));
  HalvingCallbacks callbacks;
  callbacks.solve = [](const Configuration& configuration, std::int64_t first, std::int64_t count) {
    const auto rights = static_cast<std::int64_t>(std::stod(configuration.strategy.substr(6)));  // of 64, spread evenly
    std::vector<TrialResult> results;
    for (std::int64_t i = first; i < first + count; ++i) results.push_back({(i * 37) % 64 < rights, 1});
    return results;
  };
  HalvingOptions options{.problems = 64, .configurations = 64, .width = 64, .reduction = 2, .seed = 1};

  const SearchedConfigurations searched = search_by_halving(families, options, callbacks);

  std::map<std::size_t, std::int64_t> by_problems;
  for (const Trial& trial : searched.trials) ++by_problems[trial.results.size()];
  EXPECT_EQ(searched.trials.size(), 64U);
  EXPECT_EQ(by_problems, (std::map<std::size_t, std::int64_t>{{4, 32}, {8, 16}, {16, 8}, {32, 4}, {64, 4}}));
  EXPECT_EQ(searched.trials[searched.best].configuration.strategy, "toy:n=63");
}

// One configuration in nine is cheap and worse: halving alone cuts it at once.
TEST(Halving, KeepsTheCheapOnesOfTheFront) {
  std::vector<Family> families;
  for (int n = 0; n < 9; ++n) families.emplace_back("toy:n=" + std::to_string(n));
  HalvingCallbacks callbacks;
  callbacks.solve = [](const Configuration& configuration, std::int64_t first, std::int64_t count) {
    const bool cheap = configuration.strategy == "toy:n=4";
    std::vector<TrialResult> results;
    for (std::int64_t i = first; i < first + count; ++i) results.push_back({!cheap || i % 2 == 0, cheap ? 1.0 : 10.0});
    return results;
  };
  HalvingOptions options;
  options.configurations = 9;

  const SearchedConfigurations searched = search_by_halving(families, options, callbacks);

  EXPECT_EQ(searched.trials[searched.best].configuration.strategy, "toy:n=0");
  EXPECT_EQ(searched.front, (std::vector<std::size_t>{4, 0}));
  EXPECT_EQ(searched.trials[4].results.size(), 90U);
}

TEST(Halving, ComparesOnTheSameProblemsAndSolvesNoneTwice) {
  Toy toy(3);
  std::set<std::pair<std::string, std::int64_t>> seen;
  HalvingCallbacks callbacks = toy.callbacks();
  callbacks.solve = [&, solve = callbacks.solve](const Configuration& configuration, std::int64_t first, std::int64_t count) {
    for (std::int64_t i = first; i < first + count; ++i) EXPECT_TRUE(seen.emplace(configuration.strategy, i).second);
    return solve(configuration, first, count);
  };

  const SearchedConfigurations searched = search_by_halving(toy.families, {}, callbacks);

  std::int64_t sum = 0;
  for (const Trial& trial : searched.trials) sum += std::ssize(trial.results);
  EXPECT_EQ(sum, toy.solved);
  EXPECT_GE(sum, planned_solutions(1, {}));
  for (const std::size_t index : searched.front) {
    const Trial& one = searched.trials[index];
    EXPECT_EQ(one.results.size(), 90U);
    for (const Trial& other : searched.trials) {
      if (other.results.size() < 90) continue;
      EXPECT_FALSE(other.accuracy() > one.accuracy() && other.tokens_mean() <= one.tokens_mean());
    }
  }
}

std::string written(const SearchedConfigurations& searched) {
  std::string text = std::to_string(searched.best);
  for (const Trial& trial : searched.trials) {
    text +=
        " " + trial.configuration.strategy + "/" + std::to_string(trial.results.size()) + "/" + std::to_string(trial.accuracy());
  }
  for (const std::size_t index : searched.front) text += " " + std::to_string(index);
  return text;
}

TEST(Halving, EndsAlikeWhereverItWasCutOff) {
  Toy whole(9);
  const std::string expected = written(search_by_halving(whole.families, {}, whole.callbacks()));
  for (const std::int64_t limit : {1, 50, 137, 250}) {
    Toy toy(9);
    std::map<std::pair<std::string, std::int64_t>, TrialResult> kept;
    const auto resumed = [&](std::int64_t most) {
      HalvingCallbacks callbacks;
      callbacks.solve = [&, most](const Configuration& configuration, std::int64_t first, std::int64_t count) {
        std::vector<TrialResult> results;
        for (std::int64_t i = first; i < first + count; ++i) {
          const auto key = std::pair(configuration.strategy, i);
          if (!kept.contains(key) && toy.solved >= most) throw std::runtime_error("killed");
          if (!kept.contains(key)) kept[key] = toy.result(configuration, i);
          results.push_back(kept[key]);
        }
        return results;
      };
      return search_by_halving(toy.families, {}, callbacks);
    };

    EXPECT_THROW(resumed(limit), std::runtime_error);
    EXPECT_EQ(written(resumed(1'000'000)), expected);
    EXPECT_EQ(toy.solved, whole.solved) << "what is known is not solved again";
  }
}

TEST(Halving, EndsWhereTheSpaceIsUsedUp) {
  std::vector<Family> families;
  families.emplace_back("a:w={2;4;8}");
  families.emplace_back("b");
  HalvingCallbacks callbacks;
  callbacks.solve = [](const Configuration&, std::int64_t, std::int64_t count) {
    return std::vector<TrialResult>(static_cast<std::size_t>(count));
  };
  callbacks.valid = [](const Configuration& configuration) { return configuration.strategy != "a:w=4"; };

  EXPECT_EQ(search_by_halving(families, {}, callbacks).trials.size(), 3U);
  callbacks.valid = [](const Configuration&) { return false; };
  EXPECT_THROW(search_by_halving(families, {}, callbacks), Error);
  for (const HalvingOptions& wrong : {HalvingOptions{.problems = 0}, HalvingOptions{.configurations = 0},
                                      HalvingOptions{.width = 0}, HalvingOptions{.reduction = 1}}) {
    EXPECT_THROW(search_by_halving(families, wrong, callbacks), Error);
  }
}

}  // namespace
}  // namespace reckon
