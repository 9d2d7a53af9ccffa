#include "base/rng.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <vector>

namespace reckon {
namespace {

using Words = std::array<std::uint32_t, 4>;

TEST(Philox, GivesTheKnownAnswersOfItsAuthors) {  // philox4x32 10, Random123 kat_vectors
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({~0U, ~0U, ~0U, ~0U}, {~0U, ~0U}), (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(UniformAt, DependsOnEveryCoordinate) {
  const std::set<double> draws{uniform_at(1, 2, 3, 4),         uniform_at(5, 2, 3, 4), uniform_at(1, 5, 3, 4),
                               uniform_at(1, 2, 5, 4),         uniform_at(1, 2, 3, 5), uniform_at(1ULL << 32, 2, 3, 4),
                               uniform_at(1, 1ULL << 33, 3, 4)};

  EXPECT_EQ(draws.size(), 7U);
  EXPECT_EQ(uniform_at(1, 2, 3, 4), uniform_at(1, 2, 3, 4));
}

TEST(UniformAt, FillsTheUnitIntervalEvenly) {
  constexpr int kDraws = 20000;
  std::array<int, 10> counts{};
  for (std::uint32_t position = 0; position < kDraws; ++position) {
    const double draw = uniform_at(/*seed=*/7, /*path=*/0, position);
    ASSERT_GE(draw, 0.0);
    ASSERT_LT(draw, 1.0);
    ++counts[static_cast<std::size_t>(draw * 10)];
  }

  double chi_squared = 0;
  for (const int count : counts) chi_squared += (count - kDraws / 10.0) * (count - kDraws / 10.0) / (kDraws / 10.0);
  EXPECT_LT(chi_squared, 27.9);  // 9 degrees of freedom, p = 0.001
}

TEST(SplitMix64, GivesTheStreamOfTheTaskGenerators) {
  const std::uint64_t seed = fnv1a("countdown/1/test/L2/0");
  SplitMix64 outputs(seed);
  SplitMix64 ranges(seed);

  EXPECT_EQ(seed, 0x2352d30ec7e71bffU);
  EXPECT_EQ(outputs.next(), 0xf5c942e4986b6361U);
  EXPECT_EQ(outputs.next(), 0x8a8d1a14392d7a48U);
  EXPECT_EQ(outputs.next(), 0xe71c52e3f48a405cU);
  for (const std::int64_t expected : {49, 28, 46, 40, 28, 34}) EXPECT_EQ(ranges.range(1, 50), expected);
}

TEST(SplitMix64, RangesMayBeNegativeOrOfOneValue) {
  SplitMix64 rng(3);

  for (int i = 0; i < 100; ++i) {
    const std::int64_t value = rng.range(-2, 1);
    EXPECT_GE(value, -2);
    EXPECT_LE(value, 1);
  }
  EXPECT_EQ(rng.range(-5, -5), -5);
}

TEST(Fnv1a, GivesThePublishedHashes) {
  EXPECT_EQ(fnv1a(""), 0xcbf29ce484222325U);
  EXPECT_EQ(fnv1a("a"), 0xaf63dc4c8601ec8cU);
  EXPECT_EQ(fnv1a("foobar"), 0x85944171f73967e8U);
}

TEST(Shuffle, IsAPermutationAndRepeats) {
  std::vector<int> once(50);
  std::iota(once.begin(), once.end(), 0);
  std::vector<int> again = once;
  const std::vector<int> before = once;
  SplitMix64 first(9);
  SplitMix64 second(9);

  shuffle(once, first);
  shuffle(again, second);

  EXPECT_EQ(once, again);
  EXPECT_NE(once, before);
  EXPECT_TRUE(std::is_permutation(once.begin(), once.end(), before.begin()));
}

}  // namespace
}  // namespace reckon
