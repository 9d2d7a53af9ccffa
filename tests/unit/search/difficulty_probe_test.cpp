#include "search/allocators/difficulty_probe.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.h"

namespace reckon {
namespace {

DifficultyProbe linear() {  // of two inputs
  DifficultyProbe probe;
  probe.width = 2;
  probe.weights = {1, 2, -1, 0.5F, 0, 3, 0.25F, 0, -1};
  return probe;
}

DifficultyProbe two_layers() {  // of one input: |h| beside a constant
  DifficultyProbe probe;
  probe.width = 1;
  probe.units = 2;
  probe.weights = {1, -1, 0, 0, 1, 1, -1, -1, 0, 0, 0, 0, 2};
  return probe;
}

TEST(DifficultyProbe, IsASoftmaxOfProducts) {
  const KindProbabilities told = kind_probabilities(linear(), std::array{2.0F, -1.0F});

  const double easy = std::exp(1.0 * 2 - 2.0 + 0.25), normal = std::exp(-2.0 - 0.5), hard = std::exp(-3.0 - 1);
  EXPECT_NEAR(told[0], easy / (easy + normal + hard), 1e-12);
  EXPECT_NEAR(told[1], normal / (easy + normal + hard), 1e-12);
  EXPECT_NEAR(told[2], hard / (easy + normal + hard), 1e-12);
}

TEST(DifficultyProbe, CutsNegativesInBetween) {
  for (const float state : {-3.0F, -0.5F, 0.0F, 0.5F, 3.0F}) {
    const double size = std::abs(static_cast<double>(state));
    const double total = std::exp(size) + std::exp(-size) + std::exp(2.0);
    EXPECT_NEAR(kind_probabilities(two_layers(), std::array{state})[0], std::exp(size) / total, 1e-12);
    EXPECT_NEAR(kind_probabilities(two_layers(), std::array{state})[1], std::exp(-size) / total, 1e-12);
  }
}

TEST(DifficultyProbe, StaysFiniteForTheLargestValues) {
  DifficultyProbe probe = two_layers();
  for (float& weight : probe.weights) weight = std::copysign(kLargestProbeWeight, weight);

  const KindProbabilities told = kind_probabilities(probe, std::array{std::numeric_limits<float>::max()});

  EXPECT_EQ(told[0], 0.5);
  EXPECT_EQ(told[1], 0);
  EXPECT_EQ(told[2], 0.5) << "the same";
}

TEST(DifficultyProbe, TakesTheFirstOfEqualKinds) {
  EXPECT_EQ(likeliest({0.4, 0.2, 0.4}), Difficulty::easy);
  EXPECT_EQ(likeliest({0.2, 0.4, 0.4}), Difficulty::normal);
  EXPECT_EQ(likeliest({0.3, 0.3, 0.4}), Difficulty::hard);
}

TEST(DifficultyProbe, GoesThroughBytesUnchanged) {
  for (const DifficultyProbe& probe : {linear(), two_layers()}) {
    DifficultyProbe sizes = probe;
    sizes.weights.clear();
    EXPECT_EQ(with_weights(sizes, weight_bytes(probe.weights)).weights, probe.weights);
  }
  EXPECT_EQ(weight_bytes(std::array{1.0F}), std::string("\x00\x00\x80\x3f", 4)) << "least significant byte first";
}

TEST(DifficultyProbe, RefusesSizesAndWeightsThatCannotBe) {
  const auto refuses = [](DifficultyProbe probe, const char* part) {
    try {
      validate(probe);
      ADD_FAILURE() << part;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_file);
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
  };
  const auto changed = [](auto change) {
    DifficultyProbe probe = two_layers();
    change(probe);
    return probe;
  };
  refuses(changed([](DifficultyProbe& probe) { probe.width = 0; }), "width 0");
  refuses(changed([](DifficultyProbe& probe) { probe.width = kMostProbeWidth + 1; }), "width 65537");
  refuses(changed([](DifficultyProbe& probe) { probe.width = 2; }), "expected 15");
  refuses(changed([](DifficultyProbe& probe) { probe.units = -1; }), "-1 units");
  refuses(changed([](DifficultyProbe& probe) { probe.units = kMostProbeUnits + 1; }), "1025 units");
  refuses(changed([](DifficultyProbe& probe) { probe.weights.pop_back(); }), "has 12 weights; expected 13");
  refuses(changed([](DifficultyProbe& probe) { probe.weights[3] = std::numeric_limits<float>::quiet_NaN(); }), "no number");
  refuses(changed([](DifficultyProbe& probe) { probe.weights[3] = -1.5e9F; }), "beyond");
  EXPECT_THROW(with_weights(two_layers(), "12345"), Error);
  EXPECT_THROW(kind_probabilities(two_layers(), std::array{1.0F, 2.0F}), Error);
}

}  // namespace
}  // namespace reckon
