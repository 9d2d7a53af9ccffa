// Families of configurations: what is a place and what is text, which values there are, what is searched of a bare strategy.
#include <gtest/gtest.h>

#include <set>

#include "app/configuration/configuration_space.h"
#include "base/error.h"
#include "search/strategy.h"

namespace reckon {
namespace {

TEST(ConfigurationSpace, FillsPlacesAndLeavesOtherBraces) {
  const Family family("ensemble:n={2..4},prompts={problem}|Again: {problem},select={best;;majority},temperature={0.5..1.5}");

  ASSERT_EQ(family.places().size(), 3U);
  EXPECT_EQ(family.name(), "ensemble");
  EXPECT_EQ(family.text({0, 1, 0.25}), "ensemble:n=2,prompts={problem}|Again: {problem},select=,temperature=0.75");
  EXPECT_EQ(family.text({1, 2, 1}), "ensemble:n=4,prompts={problem}|Again: {problem},select=majority,temperature=1.5");
  EXPECT_EQ(family.text(family.middle()), "ensemble:n=3,prompts={problem}|Again: {problem},select=best,temperature=1");
  EXPECT_EQ(Family("{").text({}), "{");
  EXPECT_EQ(Family("a{b..c}}{1..x").text({}), "a{b..c}}{1..x");
}

TEST(ConfigurationSpace, TakesEveryValueOfARangeAndNoOther) {
  const Family family("x:n={log 2..64},t={0..0.01},z={-2..2}");
  std::set<std::string> counts;
  for (double share = 0; share <= 1; share += 1.0 / 1024) {
    const std::string text = family.text({share, share, share});
    counts.insert(text.substr(4, text.find(',') - 4));
  }

  EXPECT_EQ(counts.size(), 63U);
  EXPECT_EQ(family.text({0.5, 0.5, 0.5}), "x:n=11,t=0.005,z=0");
  EXPECT_EQ(family.text({0, 0, 0}), "x:n=2,t=0,z=-2");
  EXPECT_EQ(family.text({1, 1, 1}), "x:n=64,t=0.01,z=2");
}

TEST(ConfigurationSpace, EqualTextsHaveEqualValues) {
  const Family family("x:n={log 2..64},t={0.3..1.3},w={2;4}");
  SplitMix64 rng(7);
  for (int i = 0; i < 1000; ++i) {
    const PlaceValues values = family.anywhere(rng);
    EXPECT_EQ(family.rounded(values), values);
    PlaceValues near = values;
    near[0] += 1e-9;
    if (family.text(near) != family.text(values)) continue;
    EXPECT_EQ(family.rounded(near), values);
  }
}

TEST(ConfigurationSpace, RefusesRangesThatHoldNothing) {
  for (const char* text : {"x:n={4..2}", "x:n={2..2}", "x:n={log 0..8}", "x:n={log -1..8}"}) {
    EXPECT_THROW(Family{text}, Error) << text;
  }
}

TEST(ConfigurationSpace, RefusesRangesThatReachBeyondNumbers) {
  for (const char* text : {"x:n={2..99999999999999999999}", "x:n={-99999999999999999999..2}", "x:t={0..1e999}",
                           "x:t={-1.7e308..1.7e308}", "x:n={log 1..inf}"}) {
    try {
      Family{text};
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("reaches beyond"), std::string::npos) << error.what();
    }
  }
  EXPECT_EQ(Family("x:n={0..9007199254740992}").text({1}), "x:n=9007199254740992");
}

template <typename Require>
std::string refusal_of(Require require, const std::string& text) {
  try {
    require(text);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(ConfigurationSpace, RefusesPlacesWhoseEndsOrAlternativesCannotBe) {
  for (const auto& [text, said] : std::vector<std::pair<std::string, std::string>>{
           {"majority:n={log 2..5000}",
            "--strategy: '{log 2..5000}' holds what cannot be made: strategy 'majority': parameter "
            "'n': '5000' is not in 1..4096"},
           {"majority:n={0..5}", "'0' is not in 1..4096"},
           {"majority:n={2..9},temperature={0.5..200}", "'200' is not in 0..100"},
           {"best_of_n:n=2,select={best;wieghted}", "wieghted"},
           {"pipeline:stages=generate:n={2..5000}|select", "'5000' is not in 1..4096"},
           {"beam:n={4..8},width={2;none}", "'none' is not a whole number"},
           {"majority:m={2..4}", "no parameter 'm'"},
           {"auto", "--strategy: 'auto': allocators are not searched"},
           {"majority@adaptive", "allocators are not searched"},
           {"majority@nosuch", "allocators are not searched"},
           {"majority:n={2..8}@adaptive:threshold=0.9", "allocators are not searched"},
           {"majorty", "did you mean 'majority'?"}}) {
    EXPECT_NE(refusal_of(require_strategy, text).find(said), std::string::npos)
        << text << ": " << refusal_of(require_strategy, text);
  }
  for (const auto& [text, said] : std::vector<std::pair<std::string, std::string>>{
           {"nosuch", "no such verifier 'nosuch'"},
           {"{prm;nosuch}", "no such verifier 'nosuch'"},
           {"prm:aggregate={last;lsat}", "--verifier: '{last;lsat}' holds what cannot be made"},
           {"length:k={8..2}", "--verifier: '{8..2}' is an empty range"}}) {
    EXPECT_NE(refusal_of(require_verifier, text).find(said), std::string::npos)
        << text << ": " << refusal_of(require_verifier, text);
  }
}

TEST(ConfigurationSpace, TakesPlacesOfWhichSomeCombinationsCannotBe) {
  for (const std::string& text : default_families()) EXPECT_EQ(refusal_of(require_strategy, text), "");
  EXPECT_EQ(refusal_of(require_strategy, "pipeline:stages=generate:n={2..4}{;|rank:keep=2}{|select;|fuse:n=1}"), "");
  EXPECT_EQ(refusal_of(require_strategy, "majority:n={1..4096},temperature={0..100}"), "");
  EXPECT_EQ(refusal_of(require_strategy, "greedy"), "");
  EXPECT_EQ(refusal_of(require_verifier, "{prm:aggregate=min;likelihood}"), "");
}

TEST(ConfigurationSpace, OfABareStrategyIsItsTemperatureItsNumberItsFlagsAndItsChoices) {
  const std::vector<std::string> verifiers{"prm", "likelihood"};

  const Family majority = family_of("majority", verifiers);
  const Family fixed = family_of("majority:n=8", verifiers);
  const Family placed = family_of("beam:n={4..8}", verifiers);
  const Family filter = family_of("particle_filter:select=best", std::span(verifiers).first(1));

  EXPECT_EQ(majority.text(majority.middle()), "majority:n=11,temperature=0.8,first=sampled,by=votes");
  EXPECT_EQ(fixed.text(fixed.middle()), "majority:n=8,temperature=0.8,first=sampled,by=votes");
  EXPECT_EQ(configuration_of(placed, placed.middle()), (Configuration{"beam:n=6", "prm"}));
  EXPECT_EQ(configuration_of(placed, {0, 1}), (Configuration{"beam:n=4", "likelihood"}));
  const Configuration filtered = configuration_of(filter, filter.middle());
  EXPECT_TRUE(filtered.strategy.starts_with("particle_filter:select=best,n=11,temperature=0.8,potential=value"))
      << filtered.strategy;
  EXPECT_EQ(filtered.verifier, "prm");
}

TEST(ConfigurationSpace, OfEveryStrategyCanBeMade) {
  const std::vector<std::string> verifiers{"likelihood"};
  std::vector<std::string> all = default_families();
  for (const StrategyEntry& entry : strategies()) {
    if (entry.name != "think_sum") all.emplace_back(entry.name);  // its choices are the problem's own
  }
  SplitMix64 rng(3);
  for (const std::string& text : all) {
    const Family family = family_of(text, verifiers);
    int made = 0;
    for (int i = 0; i < 20; ++i) {
      const Configuration one = configuration_of(family, i == 0 ? family.middle() : family.anywhere(rng));
      try {
        make_strategy(one.strategy, make_verifier("likelihood"));
        ++made;
      } catch (const Error& error) {
        EXPECT_NE(i, 0) << one.strategy << ": " << error.what();
        EXPECT_EQ(error.code(), ErrorCode::bad_argument) << one.strategy;
      }
    }
    EXPECT_GE(made, 10) << text;
  }
}

}  // namespace
}  // namespace reckon
