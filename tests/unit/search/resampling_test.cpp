// The four schemes of drawing ancestors, each with every outcome it can have.
#include "search/strategies/resampling.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "unit/search/exhaustive.h"

namespace reckon {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

using Visit = std::function<void(const std::vector<std::size_t>& ancestors, double probability)>;

int for_each_outcome(Resampler scheme, const std::vector<double>& weights, std::size_t count, const Visit& visit) {
  ExhaustiveChooser chooser;
  int outcomes = 0;
  do {
    ToySpaceOptions options;
    options.choose = [&chooser](std::span<const double> probabilities) {
      EXPECT_NEAR(std::accumulate(probabilities.begin(), probabilities.end(), 0.0), 1, 1e-9);
      return chooser.choose(probabilities);
    };
    ToySpace space(two_letter_chain(), options);
    const std::vector<std::size_t> ancestors = scheme(weights, count, space);
    visit(ancestors, chooser.probability());
    ++outcomes;
  } while (chooser.next());
  return outcomes;
}

const std::vector<std::vector<double>> kWeights{{1},
                                                {0.5, 0.5},
                                                {0.25, 0.75},
                                                {0, 1, 0},
                                                {0.1, 0.2, 0.7},
                                                {1.0 / 3, 1.0 / 3, 1.0 / 3},
                                                {0.3, 0, 0.3, 0.4},
                                                {0.07, 0.43, 0.01, 0.49}};

TEST(Resamplers, DrawEachAncestorInProportionToItsWeight) {
  for (const std::string& name : resampler_names()) {
    for (const std::vector<double>& weights : kWeights) {
      for (std::size_t count = 1; count <= 4; ++count) {
        std::vector<double> copies(weights.size(), 0);
        double total = 0;
        for_each_outcome(resampler_named(name), weights, count, [&](const auto& ancestors, double probability) {
          ASSERT_EQ(ancestors.size(), count);
          for (const std::size_t ancestor : ancestors) copies.at(ancestor) += probability;
          total += probability;
        });
        EXPECT_NEAR(total, 1, 1e-12) << name;
        for (std::size_t i = 0; i < weights.size(); ++i) {
          EXPECT_NEAR(copies[i], static_cast<double>(count) * weights[i], 1e-12) << name << ", " << i << " of " << count;
        }
      }
    }
  }
}

// Least and most copies of each weight over all outcomes, beside what is expected.
void for_each_range(const char* name,
                    const std::function<void(double expected, std::ptrdiff_t least, std::ptrdiff_t most)>& check) {
  for (const std::vector<double>& weights : kWeights) {
    const std::size_t count = weights.size();
    for (std::size_t i = 0; i < count; ++i) {
      std::ptrdiff_t least = std::ssize(weights), most = 0;
      for_each_outcome(resampler_named(name), weights, count, [&](const auto& ancestors, double) {
        const std::ptrdiff_t copies = std::ranges::count(ancestors, i);
        least = std::min(least, copies);
        most = std::max(most, copies);
      });
      check(static_cast<double>(count) * weights[i], least, most);
    }
  }
}

TEST(Resamplers, SystematicGivesEachWeightItsShareUpOrDown) {
  for_each_range("systematic", [](double expected, std::ptrdiff_t least, std::ptrdiff_t most) {
    EXPECT_GE(static_cast<double>(least), std::floor(expected + 1e-12));
    EXPECT_LE(static_cast<double>(most), std::ceil(expected - 1e-12));
  });
}

TEST(Resamplers, StratifiedIsNeverOffByTwo) {
  for_each_range("stratified", [](double expected, std::ptrdiff_t least, std::ptrdiff_t most) {
    EXPECT_GT(static_cast<double>(least), expected - 2);
    EXPECT_LT(static_cast<double>(most), expected + 2);
  });
}

TEST(Resamplers, ResidualGivesNoLessThanTheShareRoundedDown) {
  for_each_range("residual", [](double expected, std::ptrdiff_t least, std::ptrdiff_t) {
    EXPECT_GE(static_cast<double>(least), std::floor(expected + 1e-12));
  });
}

TEST(Resamplers, ChooseOnlyWhereThereIsAChoice) {
  const std::vector<double> even(4, 0.25);
  const auto nothing = [](const auto&, double) {};

  EXPECT_EQ(for_each_outcome(resampler_named("systematic"), even, 4, nothing), 1);
  EXPECT_EQ(for_each_outcome(resampler_named("stratified"), even, 4, nothing), 1);
  EXPECT_EQ(for_each_outcome(resampler_named("residual"), even, 4, nothing), 1);
  EXPECT_EQ(for_each_outcome(resampler_named("multinomial"), even, 4, nothing), 256);
  EXPECT_EQ(for_each_outcome(resampler_named("systematic"), {0.5, 0.25, 0.25}, 2, nothing), 2);
}

TEST(Resamplers, VaryLessTheMoreTheySpread) {
  const std::vector<double> weights{0.07, 0.43, 0.01, 0.49};
  std::map<std::string, double> variance;  // of the number of copies, over all weights
  for (const std::string& name : resampler_names()) {
    for_each_outcome(resampler_named(name), weights, 4, [&](const auto& ancestors, double probability) {
      for (std::size_t i = 0; i < weights.size(); ++i) {
        const double off = static_cast<double>(std::ranges::count(ancestors, i)) - 4 * weights[i];
        variance[name] += probability * off * off;
      }
    });
  }

  EXPECT_LE(variance["systematic"], variance["stratified"]);
  EXPECT_LT(variance["stratified"], variance["multinomial"]);
  EXPECT_LT(variance["residual"], variance["multinomial"]);
}

TEST(Weights, AreNormalisedInLogSpaceWhateverTheirSize) {
  const std::vector<double> huge{1e4, 1e4 + std::log(3.0)};
  const std::vector<double> tiny{-1e4, kNever};

  EXPECT_NEAR(normalised(huge)[0], 0.25, 1e-12);
  EXPECT_NEAR(log_mean_exp(huge), 1e4 + std::log(2.0), 1e-9);
  EXPECT_EQ(normalised(tiny), (std::vector<double>{1, 0}));
  EXPECT_NEAR(log_mean_exp(tiny), -1e4 - std::log(2.0), 1e-9);
  EXPECT_EQ(normalised(std::vector<double>{kNever, kNever}), (std::vector<double>{0.5, 0.5}));
  EXPECT_EQ(log_mean_exp(std::vector<double>{kNever, kNever}), kNever);
  EXPECT_NEAR(normalised(std::vector<double>{0, std::log(9.0)}, 2)[1], 0.75, 1e-12);
  EXPECT_NEAR(log_mean_exp(std::vector<double>{0, std::log(9.0)}, 2), std::log(2.0), 1e-12);
}

TEST(Weights, OfOneParticleOrOfAllHaveTheirSizesAndEntropies) {
  EXPECT_NEAR(effective_sample_size(std::vector<double>{0.25, 0.25, 0.25, 0.25}), 4, 1e-12);
  EXPECT_NEAR(effective_sample_size(std::vector<double>{0, 1, 0}), 1, 1e-12);
  EXPECT_NEAR(effective_sample_size(std::vector<double>{0.25, 0.75}), 1.6, 1e-12);
  EXPECT_NEAR(entropy_share(std::vector<double>{0.25, 0.25, 0.25, 0.25}), 1, 1e-12);
  EXPECT_EQ(entropy_share(std::vector<double>{0, 1, 0}), 0);
  EXPECT_EQ(entropy_share(std::vector<double>{1}), 1);
}

TEST(Weights, AreTemperedToTheEntropyAskedForAndNoFurther) {
  const std::vector<double> log_weights{0, -3, -5, -0.5, -8};
  for (const double share : {0.5, 0.6, 0.8, 0.95, 0.999}) {
    const double temperature = temperature_for_entropy(log_weights, share);
    const double entropy = entropy_share(normalised(log_weights, temperature));
    const double before = entropy_share(normalised(log_weights));
    if (before >= share) {
      EXPECT_EQ(temperature, 1) << share;
    } else {
      EXPECT_NEAR(entropy, share, 1e-9);
      EXPECT_GT(temperature, 1) << share;
    }
  }
  EXPECT_EQ(temperature_for_entropy(log_weights, 0), 1);
  EXPECT_EQ(temperature_for_entropy(std::vector<double>{-2}, 1), 1);
  EXPECT_EQ(temperature_for_entropy(std::vector<double>{0, kNever, kNever}, 0.5), kHottest);
}

}  // namespace
}  // namespace reckon
