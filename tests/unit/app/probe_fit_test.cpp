// Fitting the probe: closed forms, brute force, and the card's synthetic states.
#include "app/probe_fit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace reckon {
namespace {

ProbeFitOptions linear(double penalty) {  // to its minimum: all examples a step
  ProbeFitOptions options;
  options.units = 0;
  options.penalty = penalty;
  options.epochs = 4000;
  options.batch = 1000;
  options.rate = 0.01;
  return options;
}

TEST(ProbeFit, OfStatesThatTellNothingGivesTheSharesOfTheKinds) {
  ProbeExamples examples;
  examples.width = 2;
  for (int i = 0; i < 20; ++i) {
    examples.hidden.insert(examples.hidden.end(), {0.7F, -3.0F});
    examples.kinds.push_back(i < 4 ? Difficulty::easy : i < 10 ? Difficulty::normal : Difficulty::hard);
  }

  const KindProbabilities told = kind_probabilities(fit_probe(examples, linear(0.01)), examples.row(0));

  EXPECT_NEAR(told[0], 0.2, 1e-3);
  EXPECT_NEAR(told[1], 0.3, 1e-3);
  EXPECT_NEAR(told[2], 0.5, 1e-3);
}

// One input of 1 or -1, and two kinds: by symmetry one has the weight w and the bias b, the other -w and -b, and the third, which
// never is, no share. Half the squared weights is then w^2.
TEST(ProbeFit, FindsTheMinimumThatTryingAllWeightsFinds) {
  for (const double penalty : {0.02, 0.3}) {
    ProbeExamples examples;
    examples.width = 1;
    for (int i = 0; i < 40; ++i) {
      const bool high = i % 2 == 0;
      examples.hidden.push_back(high ? 7.0F : 3.0F);                                          // scaled to 1 and -1
      examples.kinds.push_back((i % 10 == 0) != high ? Difficulty::easy : Difficulty::hard);  // a fifth of the high ones differ
    }
    const auto loss = [&](double w, double b) {  // 16 high ones are easy, 4 are hard, and all 20 low ones
      const double high = 2 * (w + b), low = 2 * (b - w);
      return 0.4 * std::log1p(std::exp(-high)) + 0.1 * std::log1p(std::exp(high)) + 0.5 * std::log1p(std::exp(low)) +
             penalty * w * w;
    };
    double best = 1e9, weight = 0, bias = 0;
    for (double w = 0; w < 4; w += 0.002) {
      for (double b = -1; b < 1; b += 0.004) {
        if (loss(w, b) >= best) continue;
        best = loss(w, b);
        weight = w;
        bias = b;
      }
    }

    const DifficultyProbe probe = fit_probe(examples, linear(penalty));

    for (const double side : {1.0, -1.0}) {
      const KindProbabilities told = kind_probabilities(probe, std::array{static_cast<float>(5 + 2 * side)});
      EXPECT_LT(told[1], 1e-2) << "a kind that never was";
      EXPECT_NEAR(told[0] / (told[0] + told[2]), 1 / (1 + std::exp(-2 * (weight * side + bias))), 4e-3) << penalty << " " << side;
    }
  }
}

// Specs card E1. States of 16 values: two of them tell, the others are noise.
ProbeExamples synthetic(bool exclusive_or, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<float> noise(0, 1);
  ProbeExamples examples;
  examples.width = 16;
  for (int i = 0; i < 600; ++i) {
    const bool a = random() % 2 == 0, b = random() % 2 == 0;
    for (int j = 0; j < 16; ++j) {
      const float sign = j == 3 ? (a ? 1.0F : -1.0F) : j == 11 ? (b ? 1.0F : -1.0F) : 0.0F;
      examples.hidden.push_back(100 * static_cast<float>(j) +
                                (j == 3 || j == 11 ? 2 * sign + 0.3F * noise(random) : noise(random)));
    }
    examples.kinds.push_back(exclusive_or ? (a != b ? Difficulty::hard : Difficulty::easy)
                                          : (a   ? Difficulty::normal
                                             : b ? Difficulty::hard
                                                 : Difficulty::easy));
  }
  return examples;
}

double told_right(const DifficultyProbe& probe, const ProbeExamples& examples) {
  double right = 0;
  for (std::size_t i = 0; i < examples.kinds.size(); ++i) {
    right += likeliest(kind_probabilities(probe, examples.row(i))) == examples.kinds[i] ? 1 : 0;
  }
  return right / static_cast<double>(examples.kinds.size());
}

TEST(ProbeFit, OfTwoLayersTellsWhatALinearOneCannot) {
  ProbeFitOptions flat;
  flat.units = 0;

  EXPECT_GT(told_right(fit_probe(synthetic(false, 1)), synthetic(false, 2)), 0.99);
  EXPECT_GT(told_right(fit_probe(synthetic(false, 1), flat), synthetic(false, 2)), 0.99);
  EXPECT_GT(told_right(fit_probe(synthetic(true, 1)), synthetic(true, 2)), 0.99);
  EXPECT_LT(told_right(fit_probe(synthetic(true, 1), flat), synthetic(true, 2)), 0.8);
}

TEST(ProbeFit, GivesTheSameBitsAgain) {
  ProbeFitOptions other;
  other.seed = 2;

  const DifficultyProbe first = fit_probe(synthetic(true, 1));

  EXPECT_EQ(first.weights, fit_probe(synthetic(true, 1)).weights);
  EXPECT_NE(first.weights, fit_probe(synthetic(true, 1), other).weights);
  EXPECT_EQ(first.problems, 600);
  EXPECT_NO_THROW(validate(first));
}

TEST(ProbeFit, JudgesAnExampleByTheOthersOnly) {
  ProbeExamples examples;  // of two folds each holds one example: what the other says is always wrong
  examples.width = 1;
  examples.hidden = {1, 2};
  examples.kinds = {Difficulty::normal, Difficulty::hard};

  EXPECT_EQ(told_by_others(examples, {}, 2), (std::vector<Difficulty>{Difficulty::hard, Difficulty::normal}));

  for (std::size_t other = 0; other < 4; ++other) {  // of four folds each is judged by all three others: two at least are normal
    examples.hidden.assign(4, 1.0F);
    examples.kinds.assign(4, Difficulty::normal);
    examples.kinds[other] = Difficulty::hard;
    EXPECT_EQ(told_by_others(examples, {}, 4), std::vector<Difficulty>(4, Difficulty::normal)) << other;
  }
}

}  // namespace
}  // namespace reckon
