// The ops of the CPU against plain f64 references; and invariant 1: a row's bits depend on no other row, batch or thread count.
#include "tensor/cpu_ops.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "base/error.h"
#include "base/thread_pool.h"
#include "kernels/blocks/registry.h"
#include "kernels/half.h"

namespace reckon {
namespace {

using Floats = std::vector<float>;

Floats normals(std::mt19937& random, std::int64_t count, float deviation = 1.0f) {
  std::normal_distribution<float> normal(0.0f, deviation);
  Floats values(static_cast<std::size_t>(count));
  for (float& value : values) value = normal(random);
  return values;
}

class CpuOpsTest : public testing::Test {
 protected:
  ThreadPool one_thread{1};
  ThreadPool three_threads{3};
  CpuOps ops{one_thread};
  CpuOps parallel{three_threads};
  std::mt19937 random{11};
};

TEST_F(CpuOpsTest, EmbedLooksRowsUpInAnyType) {
  const Floats table = normals(random, 5 * 64);
  std::vector<std::byte> bytes(static_cast<std::size_t>(5 * row_bytes(DType::q8_0, 64)));
  quantize_row(DType::q8_0, table, bytes);
  Floats decoded(table.size()), out(3 * 64);
  dequantize_row(DType::q8_0, bytes, decoded);

  ops.embed({DType::q8_0, 5, 64, bytes.data()}, std::vector<std::int32_t>{4, 0, 4}, {out.data(), 3, 64});

  for (std::size_t c = 0; c < 64; ++c) {
    EXPECT_EQ(out[c], decoded[4 * 64 + c]);
    EXPECT_EQ(out[64 + c], decoded[c]);
    EXPECT_EQ(out[128 + c], out[c]);
  }
}

TEST_F(CpuOpsTest, LinearGivesTheSameBitsForAnyThreadsAndBatch) {
  const std::int64_t rows = 19, inputs = 320, outputs = 333;
  const Floats x = normals(random, rows * inputs), bias = normals(random, outputs);
  for (const DType type : {DType::f32, DType::q8_0}) {  // without and with panels in each worker's scratch
    std::vector<std::byte> weight(static_cast<std::size_t>(outputs * row_bytes(type, inputs)));
    quantize_row(type, normals(random, inputs * outputs), weight);
    Floats decoded(static_cast<std::size_t>(inputs * outputs));
    dequantize_row(type, weight, decoded);
    const WeightView view{type, outputs, inputs, weight.data()};
    Floats all(static_cast<std::size_t>(rows * outputs)), spread(all.size()), alone(static_cast<std::size_t>(outputs));

    ops.linear(view, bias, {x.data(), rows, inputs}, {all.data(), rows, outputs});
    parallel.linear(view, bias, {x.data(), rows, inputs}, {spread.data(), rows, outputs});

    EXPECT_EQ(std::memcmp(all.data(), spread.data(), all.size() * sizeof(float)), 0) << name_of(type);
    for (std::int64_t r = 0; r < rows; ++r) {
      parallel.linear(view, bias, {x.data() + r * inputs, 1, inputs}, {alone.data(), 1, outputs});
      EXPECT_EQ(std::memcmp(alone.data(), all.data() + r * outputs, alone.size() * sizeof(float)), 0) << "row " << r;
    }
    for (std::int64_t o = 0; o < outputs; ++o) {
      double sum = bias[o];
      for (std::int64_t i = 0; i < inputs; ++i) sum += double{x[i]} * decoded[o * inputs + i];
      EXPECT_NEAR(all[o], sum, 1e-4) << name_of(type);
    }
  }
}

TEST_F(CpuOpsTest, LinearReadsAndWritesStridedViews) {
  const Floats weight = {1, 2, 3, 4, 5, 6};   // [2, 3]
  const Floats x = {1, 0, 0, 9, 0, 1, 0, 9};  // [2, 3], stride 4
  Floats y(8, -1.0f);

  ops.linear({DType::f32, 2, 3, reinterpret_cast<const std::byte*>(weight.data())}, {}, {x.data(), 2, 3, 4}, {y.data(), 2, 2, 4});

  EXPECT_EQ(y, (Floats{1, 4, -1, -1, 2, 5, -1, -1}));
}

TEST_F(CpuOpsTest, RmsNormDividesByTheRootMeanSquareAlsoInPlace) {
  const std::int64_t rows = 3, cols = 37;
  Floats x = normals(random, rows * cols, 3.0f);
  const Floats weight = normals(random, cols);
  Floats y(x.size());

  ops.rms_norm({x.data(), rows, cols}, weight, 1e-5f, {y.data(), rows, cols});

  for (std::int64_t r = 0; r < rows; ++r) {
    double squares = 0;
    for (std::int64_t c = 0; c < cols; ++c) squares += double{x[r * cols + c]} * x[r * cols + c];
    const double factor = 1.0 / std::sqrt(squares / cols + 1e-5);
    for (std::int64_t c = 0; c < cols; ++c) EXPECT_NEAR(y[r * cols + c], x[r * cols + c] * factor * weight[c], 2e-6);
  }
  ops.rms_norm({x.data(), rows, cols}, weight, 1e-5f, {x.data(), rows, cols});
  EXPECT_EQ(x, y);
}

TEST_F(CpuOpsTest, RopeTurnsPairsAndLeavesTheRestOfAHead) {
  const std::vector<double> frequencies = {1.0, 0.1, 0.01};
  const std::vector<std::int32_t> positions = {0, 100003};
  const int head_dim = 8;
  const Floats x = normals(random, 2 * 2 * head_dim);
  Floats angles(2 * 6);
  ops.rope_angles(positions, frequencies, 1.5, {angles.data(), 2, 6});
  for (const Pairing pairing : {Pairing::adjacent, Pairing::half_split}) {
    Floats y = x;

    ops.rope({y.data(), 2, 2 * head_dim}, {angles.data(), 2, 6}, pairing, head_dim);

    for (std::size_t head = 0; head < 4; ++head) {  // two rows of two heads
      const Floats in(x.begin() + head * head_dim, x.begin() + (head + 1) * head_dim);
      const float* out = &y[head * head_dim];
      for (std::size_t i = 0; i < 3; ++i) {
        const std::size_t first = pairing == Pairing::adjacent ? 2 * i : i;
        const std::size_t second = pairing == Pairing::adjacent ? 2 * i + 1 : i + 3;
        const double angle = positions[head / 2] * frequencies[i];
        EXPECT_NEAR(out[first], 1.5 * (in[first] * std::cos(angle) - in[second] * std::sin(angle)), 1e-6);
        EXPECT_NEAR(out[second], 1.5 * (in[first] * std::sin(angle) + in[second] * std::cos(angle)), 1e-6);
      }
      EXPECT_EQ(out[6], in[6]);
      EXPECT_EQ(out[7], in[7]);
    }
  }
}

TEST_F(CpuOpsTest, RopeMakesScoresDependOnDistanceOnly) {
  std::vector<double> frequencies(16);
  for (std::size_t i = 0; i < 16; ++i) frequencies[i] = std::pow(10000.0, -static_cast<double>(i) / 16);
  const Floats q = normals(random, 32), k = normals(random, 32);
  const auto score = [&](std::int32_t q_position, std::int32_t k_position) {
    Floats both(q), angles(2 * 32);
    both.insert(both.end(), k.begin(), k.end());
    ops.rope_angles(std::vector{q_position, k_position}, frequencies, 1.0, {angles.data(), 2, 32});
    ops.rope({both.data(), 2, 32}, {angles.data(), 2, 32}, Pairing::half_split, 32);
    double sum = 0;
    for (std::size_t i = 0; i < 32; ++i) sum += double{both[i]} * both[32 + i];
    return sum;
  };
  EXPECT_NEAR(score(7, 3), score(5007, 5003), 1e-5);
  EXPECT_NEAR(score(7, 3), score(2000007, 2000003), 1e-5);
}

TEST_F(CpuOpsTest, SiluMultiplyAndAddFollowTheirFormulas) {
  const std::int64_t rows = 2, cols = 21;
  Floats gate = normals(random, rows * cols, 4.0f), up = normals(random, rows * cols);
  gate[0] = 100.0f;
  gate[1] = -100.0f;
  Floats out(gate.size()), sum = gate;

  ops.silu_multiply({gate.data(), rows, cols}, {up.data(), rows, cols}, {out.data(), rows, cols});
  ops.add({sum.data(), rows, cols}, {up.data(), rows, cols});

  for (std::size_t i = 0; i < out.size(); ++i) {
    const double exact = gate[i] / (1 + std::exp(-double{gate[i]})) * up[i];
    EXPECT_NEAR(out[i], exact, 1e-6 + 1e-6 * std::fabs(exact)) << gate[i];
    EXPECT_EQ(sum[i], gate[i] + up[i]);
  }
  ops.silu_multiply({gate.data(), rows, cols}, {up.data(), rows, cols}, {gate.data(), rows, cols});
  EXPECT_EQ(gate, out);
}

TEST_F(CpuOpsTest, RowWiseOpsReachEveryRowOnceOnThreads) {
  const std::int64_t rows = 3001, cols = 64;  // enough to be shared out, no multiple of any run of rows
  const Floats x = normals(random, rows * cols), y = normals(random, rows * cols), weight = normals(random, cols);
  const std::vector<double> frequencies = {1.0, 0.01};
  std::vector<std::int32_t> positions(rows), tokens(rows);
  for (std::int32_t r = 0; r < rows; ++r) {
    positions[r] = r;
    tokens[r] = (r * 7) % static_cast<std::int32_t>(rows);
  }
  const auto run = [&](Ops& device) {
    Floats angles(rows * 4), out(rows * cols);
    const MatrixView view{out.data(), rows, cols};
    device.embed({DType::f32, rows, cols, reinterpret_cast<const std::byte*>(x.data())}, tokens, view);
    device.rms_norm(view, weight, 1e-5f, view);
    device.rope_angles(positions, frequencies, 1.0, {angles.data(), rows, 4});
    device.rope(view, {angles.data(), rows, 4}, Pairing::half_split, 32);
    device.add(view, {y.data(), rows, cols});
    device.silu_multiply(view, {y.data(), rows, cols}, view);
    return out;
  };

  EXPECT_EQ(run(parallel), run(ops));
}

ErrorCode code_of(auto&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::cancelled;  // nothing was thrown
}

TEST_F(CpuOpsTest, RefusesShapesIdsAndTypesThatCannotBe) {
  Floats x(64), y(64);
  const auto* bytes = reinterpret_cast<const std::byte*>(x.data());
  const WeightView weight{DType::f32, 4, 8, bytes};
  EXPECT_EQ(code_of([&] { ops.linear(weight, {}, {x.data(), 2, 7}, {y.data(), 2, 4}); }), ErrorCode::bad_argument);
  EXPECT_EQ(code_of([&] { ops.linear(weight, {}, {x.data(), 2, 8}, {y.data(), 3, 4}); }), ErrorCode::bad_argument);
  EXPECT_EQ(code_of([&] { ops.linear(weight, {x.data(), 3}, {x.data(), 2, 8}, {y.data(), 2, 4}); }), ErrorCode::bad_argument);
  EXPECT_EQ(code_of([&] { ops.linear({DType::iq1_s, 4, 256, bytes}, {}, {x.data(), 0, 256}, {y.data(), 0, 4}); }),
            ErrorCode::unsupported);
  EXPECT_EQ(code_of([&] { ops.linear({DType::q8_0, 4, 8, bytes}, {}, {x.data(), 2, 8}, {y.data(), 2, 4}); }),
            ErrorCode::bad_argument);
  EXPECT_EQ(code_of([&] { ops.embed(weight, std::vector<std::int32_t>{4}, {y.data(), 1, 8}); }), ErrorCode::bad_argument);
  EXPECT_EQ(code_of([&] { ops.embed(weight, std::vector<std::int32_t>{-1}, {y.data(), 1, 8}); }), ErrorCode::bad_argument);
  EXPECT_EQ(code_of([&] { ops.rope({x.data(), 1, 8}, {y.data(), 1, 6}, Pairing::adjacent, 4); }), ErrorCode::bad_argument);
  EXPECT_EQ(code_of([&] { ops.linear(weight, {}, {x.data(), 2, 8}, {y.data(), 2, 4}); }), ErrorCode::cancelled);
}

TEST_F(CpuOpsTest, FusedOpsAreTheirPartsToTheLastBit) {
  for (const Pairing pairing : {Pairing::adjacent, Pairing::half_split}) {
    constexpr std::int64_t kRows = 37, kHeads = 3, kHeadDim = 24, kCols = kHeads * kHeadDim;
    const Floats start = normals(random, kRows * kCols), weight = normals(random, kHeadDim), angles = normals(random, kRows * 16);
    Floats parts = start, fused = start;
    const MatrixView heads(parts.data(), kRows * kHeads, kHeadDim);
    ops.rms_norm(heads, weight, 1e-5F, heads);
    ops.rope({parts.data(), kRows, kCols}, {angles.data(), kRows, 16}, pairing, kHeadDim);
    parallel.norm_rope({fused.data(), kRows, kCols}, weight, 1e-5F, {angles.data(), kRows, 16}, pairing, kHeadDim);
    EXPECT_EQ(parts, fused);
  }
  constexpr std::int64_t kRows = 200, kCols = 100;
  const Floats y = normals(random, kRows * kCols), weight = normals(random, kCols);
  Floats x = normals(random, kRows * kCols), normed(x.size()), fused_normed(x.size());
  Floats fused = x;
  ops.add({x.data(), kRows, kCols}, {y.data(), kRows, kCols});
  ops.rms_norm({x.data(), kRows, kCols}, weight, 1e-5F, {normed.data(), kRows, kCols});
  parallel.add_norm({fused.data(), kRows, kCols}, {y.data(), kRows, kCols}, weight, 1e-5F, {fused_normed.data(), kRows, kCols});
  EXPECT_EQ(x, fused);
  EXPECT_EQ(normed, fused_normed);
}

}  // namespace
}  // namespace reckon
