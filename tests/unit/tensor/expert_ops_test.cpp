// Ops of a mixture of experts against their definition.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/error.h"
#include "base/thread_pool.h"
#include "tensor/cpu_ops.h"

namespace reckon {
namespace {

struct Routed {
  std::vector<std::int32_t> experts;
  std::vector<float> weights;
};

Routed route(std::vector<float> logits, std::int64_t rows, int used, bool renormalised) {
  ThreadPool pool(2);
  CpuOps ops(pool);
  Routed routed;
  routed.experts.resize(static_cast<std::size_t>(rows * used));
  routed.weights.resize(routed.experts.size());
  const ConstMatrixView view(logits.data(), rows, std::ssize(logits) / rows);
  ops.route(view, used, renormalised, routed.experts, routed.weights);
  return routed;
}

TEST(Route, TakesTheLargestInOrderOfIndexAndOfEqualsTheFirst) {
  const Routed routed = route({1, 3, 2, 3, 3, -1, /* next row */ 5, 5, 5, 5, 5, 5}, 2, 2, true);

  EXPECT_EQ(routed.experts, (std::vector<std::int32_t>{1, 3, 0, 1}));
  for (const float weight : routed.weights) EXPECT_FLOAT_EQ(weight, 0.5F);
}

TEST(Route, WeighsBySoftmaxOverAllOrOverTheChosen) {
  const std::vector<float> logits{0.5F, -1, 2, 0};
  const double all = std::exp(0.5) + std::exp(-1.0) + std::exp(2.0) + 1;
  const double chosen = std::exp(0.5) + std::exp(2.0);

  const Routed over_all = route(logits, 1, 2, false);
  const Routed over_chosen = route(logits, 1, 2, true);

  EXPECT_EQ(over_all.experts, (std::vector<std::int32_t>{0, 2}));
  EXPECT_FLOAT_EQ(over_all.weights[0], static_cast<float>(std::exp(0.5) / all));
  EXPECT_FLOAT_EQ(over_all.weights[1], static_cast<float>(std::exp(2.0) / all));
  EXPECT_FLOAT_EQ(over_chosen.weights[0], static_cast<float>(std::exp(0.5) / chosen));
  EXPECT_FLOAT_EQ(over_chosen.weights[1], static_cast<float>(std::exp(2.0) / chosen));
}

TEST(Route, SurvivesLargeLogitsAndRefusesWhatCannotBe) {
  const Routed routed = route({1000, -1000, 999}, 1, 3, true);
  EXPECT_FLOAT_EQ(routed.weights[0] + routed.weights[1] + routed.weights[2], 1);
  EXPECT_GT(routed.weights[0], routed.weights[2]);
  EXPECT_THROW(route({1, 2}, 1, 3, true), Error);
  EXPECT_THROW(route({1, 2}, 1, 0, true), Error);
}

TEST(ScatterAdd, AddsScaledRowsWhereTheyCameFrom) {
  ThreadPool pool(2);
  CpuOps ops(pool);
  std::vector<float> x{1, 2, 3, 4, 5, 6};  // three rows of two
  std::vector<float> taken(4);
  const std::vector<std::int32_t> rows{2, 0};
  const std::vector<float> scales{10, 0.5F};
  ops.gather(ConstMatrixView(x.data(), 3, 2), rows, MatrixView(taken.data(), 2, 2));
  EXPECT_EQ(taken, (std::vector<float>{5, 6, 1, 2}));

  ops.scatter_add(MatrixView(x.data(), 3, 2), rows, scales, ConstMatrixView(taken.data(), 2, 2));

  EXPECT_EQ(x, (std::vector<float>{1.5, 3, 3, 4, 55, 66}));
  const std::vector<std::int32_t> outside{3, 0};
  EXPECT_THROW(ops.scatter_add(MatrixView(x.data(), 3, 2), outside, scales, ConstMatrixView(taken.data(), 2, 2)), Error);
}

}  // namespace
}  // namespace reckon
