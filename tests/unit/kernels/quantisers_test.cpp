// Quantisers: how much they lose, against what the reference implementation of these formats loses on the same distributions.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "base/error.h"
#include "kernels/blocks/registry.h"

namespace reckon {
namespace {

using Floats = std::vector<float>;

Floats round_trip(DType type, const Floats& row, const Floats& importance = {}) {
  std::vector<std::byte> bytes(static_cast<std::size_t>(row_bytes(type, static_cast<std::int64_t>(row.size()))));
  Floats back(row.size());
  quantize_row(type, row, bytes, importance);
  dequantize_row(type, bytes, back);
  return back;
}

// Root of weighted squared error over weighted squares.
double relative_loss(const Floats& row, const Floats& back, const Floats& weights = {}) {
  double loss = 0, squares = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const double w = weights.empty() ? 1.0 : weights[i];
    loss += w * std::pow(double{row[i]} - back[i], 2);
    squares += w * std::pow(double{row[i]}, 2);
  }
  return std::sqrt(loss / squares);
}

Floats normal_row(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  Floats row(count);
  for (float& value : row) value = normal(random);
  return row;
}

Floats laplace_row(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::exponential_distribution<float> size;
  Floats row(count);
  for (float& value : row) value = size(random) * (random() % 2 == 0 ? 1.0f : -1.0f);
  return row;
}

// Relative RMSE of ggml's own quantisers on 400 rows of 1024 values of each distribution (numpy, seed 0).
struct ReferenceLoss {
  DType type;
  double normal, laplace;
};
const std::vector<ReferenceLoss> kReferenceLosses = {{DType::q8_0, 0.00535, 0.00674}, {DType::q4_0, 0.08586, 0.10707},
                                                     {DType::q5_0, 0.04274, 0.05358}, {DType::q5_1, 0.03788, 0.04449},
                                                     {DType::q4_k, 0.07137, 0.08479}, {DType::q5_k, 0.03614, 0.04288},
                                                     {DType::q6_k, 0.01772, 0.02166}, {DType::tq2_0, 0.80729, 0.83111}};

TEST(Quantisers, LoseAtMostOnePercentMoreThanTheReference) {
  const Floats normal = normal_row(400 * 1024, 1), laplace = laplace_row(400 * 1024, 2);
  for (const auto& [type, normal_loss, laplace_loss] : kReferenceLosses) {
    EXPECT_LE(relative_loss(normal, round_trip(type, normal)), 1.01 * normal_loss) << name_of(type);
    EXPECT_LE(relative_loss(laplace, round_trip(type, laplace)), 1.01 * laplace_loss) << name_of(type);
  }
}

TEST(Quantisers, LoseLessWhereImportanceSaysSo) {
  const Floats row = normal_row(64 * 1024, 3);
  Floats importance(row.size());
  std::mt19937 random(4);
  std::gamma_distribution<float> gamma(0.5f);
  for (float& weight : importance) weight = gamma(random) + 0.01f;

  for (const DType type : {DType::q4_0, DType::q5_0, DType::q5_1, DType::q4_k, DType::q5_k, DType::q6_k, DType::tq2_0}) {
    const double plain = relative_loss(row, round_trip(type, row), importance);
    const double weighted = relative_loss(row, round_trip(type, row, importance), importance);
    EXPECT_LT(weighted, 0.95 * plain) << name_of(type);
  }
}

TEST(Quantisers, SayTruthfullyWhetherImportanceChangesAByte) {
  const Floats row = laplace_row(1024, 3);
  Floats importance(row.size(), 1.0f);
  for (std::size_t i = 0; i < row.size(); i += 7) importance[i] = 1e-4f;
  for (const BlockCodec& codec : block_codecs()) {
    if (codec.encode_row == nullptr) continue;
    EXPECT_EQ(round_trip(codec.type, row) != round_trip(codec.type, row, importance), codec.weighs) << name_of(codec.type);
  }
}

TEST(Quantisers, KeepTernaryWeightsExactly) {
  Floats row(512);
  for (std::size_t i = 0; i < row.size(); ++i) row[i] = 0.375f * static_cast<float>(static_cast<int>(i * 7 % 3) - 1);

  EXPECT_EQ(round_trip(DType::tq2_0, row), row);
  EXPECT_EQ(round_trip(DType::tq2_0, row, Floats(512, 2.0f)), row);
}

TEST(Quantisers, KeepZerosAndFollowAConstantAndAnOutlier) {
  for (const BlockCodec& codec : block_codecs()) {
    if (codec.encode_row == nullptr || codec.type == DType::tq2_0) continue;
    const Floats zeros(256, 0.0f), negative_zeros(256, -0.0f), constant(256, -0.3f), ones(256, 1.0f);
    Floats outlier(256, 0.001f);
    outlier[77] = -60.0f;

    EXPECT_EQ(round_trip(codec.type, zeros), zeros) << name_of(codec.type);
    EXPECT_EQ(round_trip(codec.type, negative_zeros), zeros) << name_of(codec.type);
    EXPECT_EQ(round_trip(codec.type, zeros, ones), zeros) << name_of(codec.type);
    EXPECT_LT(relative_loss(constant, round_trip(codec.type, constant)), 0.005) << name_of(codec.type);
    EXPECT_NEAR(round_trip(codec.type, outlier)[77], -60.0f, 0.3f) << name_of(codec.type);
  }
}

void expect_refusal(const std::string& said, DType type, const Floats& row, const Floats& importance = {}) {
  try {
    round_trip(type, row, importance);
    ADD_FAILURE() << name_of(type) << " took it; expected: " << said;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_argument);
    EXPECT_NE(error.message().find(said), std::string::npos) << error.message();
  }
}

TEST(Quantisers, RefuseWhatABlockCannotHold) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (const BlockCodec& codec : block_codecs()) {
    if (codec.encode_row == nullptr || codec.elements == 1) continue;
    Floats row = normal_row(256, 5);
    row[200] = std::nanf("");
    expect_refusal("element 200 is nan", codec.type, row);
    row[200] = -kInfinity;
    expect_refusal("element 200 is -inf", codec.type, row);
    row[200] = 3e38f;
    expect_refusal("beyond the scales", codec.type, row);
    row[200] = 1.0f;
    expect_refusal("255 weights for a row of 256", codec.type, row, Floats(255, 1.0f));
    expect_refusal("weight 0 is -1", codec.type, row, Floats(256, -1.0f));
    expect_refusal("weight 0 is inf", codec.type, row, Floats(256, kInfinity));
  }
  const Floats infinite(3, kInfinity);
  EXPECT_EQ(round_trip(DType::f16, infinite), infinite);
}

TEST(Quantisers, DoWithoutAnyWeight) {  // a layer that calibration never reached
  for (const DType type : {DType::q4_0, DType::q4_k, DType::q6_k, DType::tq2_0}) {
    for (const float value : round_trip(type, normal_row(256, 6), Floats(256, 0.0f))) EXPECT_TRUE(std::isfinite(value));
  }
}

}  // namespace
}  // namespace reckon
