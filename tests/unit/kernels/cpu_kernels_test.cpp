// Every instruction set of this machine against the scalar twin, bit for bit, on odd sizes and misaligned memory; and the twin
// against formulas in f64.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "base/error.h"
#include "kernels/blocks/registry.h"
#include "kernels/dispatch.h"
#include "kernels/half.h"
#include "unit/kernels/kernel_testing.h"

namespace reckon {
namespace {

// Where a block's f16 fields lie; -1: none.
struct ScaleFields {
  int scale, min;
};
ScaleFields scale_fields(DType type) {
  switch (type) {
    case DType::q4_1:
    case DType::q5_1:
    case DType::q4_k:
    case DType::q5_k: return {0, 2};
    case DType::q2_k: return {80, 82};
    case DType::q3_k: return {108, -1};
    case DType::q6_k: return {208, -1};
    case DType::tq1_0: return {52, -1};
    case DType::tq2_0: return {64, -1};
    case DType::f32:
    case DType::mxfp4:
    case DType::nvfp4: return {-1, -1};
    default: return {0, -1};
  }
}

// Random blocks whose scales are small finite numbers.
Guarded<std::byte> random_rows(std::mt19937& random, DType type, std::int64_t rows, std::int64_t columns) {
  Guarded<std::byte> bytes(static_cast<std::size_t>(rows * row_bytes(type, columns)));
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  std::normal_distribution<float> normal(0.0f, 0.1f);
  const auto put = [&](std::byte* at) {
    const float value = normal(random);
    const std::uint16_t half = type == DType::bf16 ? f32_to_bf16(value) : f32_to_f16(value);
    std::memcpy(at, &half, 2);
  };
  const ScaleFields fields = scale_fields(type);
  for (std::size_t at = 0; at < bytes.size(); at += static_cast<std::size_t>(dtype_info(type).block_bytes)) {
    if (fields.scale >= 0) put(&bytes[at + static_cast<std::size_t>(fields.scale)]);
    if (fields.min >= 0) put(&bytes[at + static_cast<std::size_t>(fields.min)]);
    if (type == DType::mxfp4) bytes[at] = static_cast<std::byte>(120 + random() % 8);
    if (type == DType::f32) {
      const float value = normal(random);
      std::memcpy(&bytes[at], &value, 4);
    }
  }
  return bytes;
}

// Memory whose first byte lies one past an aligned address (weights), or one float past (activations).
template <typename T>
Guarded<T> shifted(const Guarded<T>& values) {
  Guarded<T> moved(values.size() + 1);
  std::copy(values.begin(), values.end(), moved.begin() + 1);
  return moved;
}

Floats run_linear(const KernelTable& table, DType type, const Guarded<std::byte>& weight, const Floats& bias, const Floats& x,
                  std::int64_t rows, std::int64_t inputs, std::int64_t outputs) {
  const Guarded<std::byte> moved_weight = shifted(weight);
  const Floats moved_x = shifted(x);
  Floats y(static_cast<std::size_t>(rows * outputs) + 1), scratch(static_cast<std::size_t>(linear_scratch(inputs)) + 1);
  table.linear[block_index(type)](LinearArguments{.weight = moved_weight.data() + 1,
                                                  .weight_stride = row_bytes(type, inputs),
                                                  .inputs = inputs,
                                                  .outputs = outputs,
                                                  .bias = bias.empty() ? nullptr : bias.data(),
                                                  .x = moved_x.data() + 1,
                                                  .x_stride = inputs,
                                                  .rows = rows,
                                                  .y = y.data() + 1,
                                                  .y_stride = outputs,
                                                  .scratch = scratch.data() + 1});
  y.erase(y.begin());
  return y;
}

TEST(UnpackKernels, GiveTheBitsOfTheScalarCodecOnRandomBlocks) {
  std::mt19937 random(1);
  for (const BlockCodec& codec : block_codecs()) {
    const std::int64_t columns = codec.elements == 1 ? 77 : 4 * codec.elements;
    Guarded<std::byte> row(static_cast<std::size_t>(row_bytes(codec.type, columns)));
    for (int round = 0; round < 200; ++round) {
      for (std::byte& byte : row) byte = static_cast<std::byte>(random());
      const Guarded<std::byte> moved = shifted(row);
      Floats want(static_cast<std::size_t>(columns)), got(want.size() + 1);
      codec.decode_row(row.data(), columns, want.data());
      for (const Isa isa : wide_sets()) {
        kernels(isa).unpack_row[block_index(codec.type)](moved.data() + 1, columns, got.data() + 1);
        for (std::size_t i = 0; i < want.size(); ++i) {
          const bool both_nan = std::isnan(got[i + 1]) && std::isnan(want[i]);
          ASSERT_TRUE(both_nan || bits(got[i + 1]) == bits(want[i])) << name_of(codec.type) << ' ' << name_of(isa) << ' ' << i;
        }
      }
    }
  }
}

TEST(LinearKernels, GiveTheScalarBitsForEveryTypeAndShape) {
  std::mt19937 random(2);
  for (const BlockCodec& codec : block_codecs()) {
    for (const auto& [rows, blocks_or_inputs, outputs] :
         {std::tuple{1, 1, 1}, {1, 3, 5}, {2, 2, 4}, {3, 1, 7}, {4, 2, 9}, {5, 3, 6}, {7, 1, 11}, {13, 2, 8}}) {
      const std::int64_t inputs = codec.elements == 1 ? blocks_or_inputs * 19 : blocks_or_inputs * codec.elements;
      const auto weight = random_rows(random, codec.type, outputs, inputs);
      const Floats x = normals(random, rows * inputs);
      const Floats bias = outputs % 2 == 0 ? Floats{} : normals(random, outputs);
      const Floats want = run_linear(kernels(Isa::scalar), codec.type, weight, bias, x, rows, inputs, outputs);
      for (const Isa isa : wide_sets()) {
        const Floats got = run_linear(kernels(isa), codec.type, weight, bias, x, rows, inputs, outputs);
        expect_same_bits(got, want, std::string(name_of(codec.type)) + " " + std::string(name_of(isa)));
      }
    }
  }
}

TEST(LinearKernels, AgreeWithAnF64ProductOfTheDecodedWeights) {
  std::mt19937 random(3);
  for (const BlockCodec& codec : block_codecs()) {
    const std::int64_t rows = 6, inputs = 512, outputs = 10;
    const auto weight = random_rows(random, codec.type, outputs, inputs);
    const Floats x = normals(random, rows * inputs), bias = normals(random, outputs);
    const Floats y = run_linear(kernels(), codec.type, weight, bias, x, rows, inputs, outputs);
    Floats decoded(static_cast<std::size_t>(outputs * inputs));
    codec.decode_row(weight.data(), outputs * inputs, decoded.data());
    for (std::int64_t r = 0; r < rows; ++r) {
      for (std::int64_t o = 0; o < outputs; ++o) {
        double sum = bias[o], magnitude = 1;
        for (std::int64_t i = 0; i < inputs; ++i) {
          const double product = double{x[r * inputs + i]} * decoded[o * inputs + i];
          sum += product;
          magnitude += std::fabs(product);
        }
        EXPECT_NEAR(y[r * outputs + o], sum, 1e-6 * magnitude) << name_of(codec.type);
      }
    }
  }
}

TEST(LinearKernels, GiveARowTheSameBitsAloneAndInAnyBatch) {
  std::mt19937 random(4);
  for (const BlockCodec& codec : block_codecs()) {
    const std::int64_t rows = 21, inputs = codec.elements == 1 ? 83 : 512, outputs = 13;
    const auto weight = random_rows(random, codec.type, outputs, inputs);
    const Floats x = normals(random, rows * inputs);
    const Floats all = run_linear(kernels(), codec.type, weight, {}, x, rows, inputs, outputs);
    for (std::int64_t r = 0; r < rows; ++r) {
      const Floats row(x.begin() + r * inputs, x.begin() + (r + 1) * inputs);
      const Floats alone = run_linear(kernels(), codec.type, weight, {}, row, 1, inputs, outputs);
      expect_same_bits(alone, Floats(all.begin() + r * outputs, all.begin() + (r + 1) * outputs),
                       std::string(name_of(codec.type)));
    }
  }
}

TEST(LinearKernels, KeepRowBlocksApartInWideMatrices) {  // more rows than one cache block holds
  std::mt19937 random(5);
  const std::int64_t rows = 70, inputs = 4096, outputs = 6;
  const auto weight = random_rows(random, DType::q8_0, outputs, inputs);
  const Floats x = normals(random, rows * inputs);
  const Floats want = run_linear(kernels(Isa::scalar), DType::q8_0, weight, {}, x, rows, inputs, outputs);
  for (const Isa isa : wide_sets()) {
    expect_same_bits(run_linear(kernels(isa), DType::q8_0, weight, {}, x, rows, inputs, outputs), want, "q8_0");
  }
}

TEST(ExpKernel, HasSmallErrorAndTheSameBitsEverywhere) {
  Floats x;
  for (float value = -90.0f; value < 90.0f; value += 0.00731f) x.push_back(value);
  for (const float value : {0.0f, -0.0f, -87.0f, -87.00001f, 88.0f, 1e30f, -1e30f, std::numeric_limits<float>::infinity(),
                            -std::numeric_limits<float>::infinity(), 1e-30f}) {
    x.push_back(value);
  }
  Floats want(x.size());
  kernels(Isa::scalar).exp(x.data(), static_cast<std::int64_t>(x.size()), want.data());

  for (const Isa isa : wide_sets()) {
    Floats got(x.size());
    kernels(isa).exp(x.data(), static_cast<std::int64_t>(x.size()), got.data());
    expect_same_bits(got, want, std::string(name_of(isa)));
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (x[i] < -87.0f) {
      EXPECT_EQ(want[i], 0.0f) << x[i];
    } else {
      const double exact = std::exp(std::min(double{x[i]}, 88.0));
      const float rounded = static_cast<float>(exact);
      const double ulp = double{std::nextafter(rounded, INFINITY)} - rounded;
      EXPECT_LE(std::fabs(want[i] - exact), 1.5 * ulp) << x[i];
    }
  }
  float nan = std::numeric_limits<float>::quiet_NaN();
  kernels().exp(&nan, 1, &nan);
  EXPECT_TRUE(std::isnan(nan));
}

TEST(ElementwiseKernels, GiveTheScalarBitsOnOddSizes) {
  std::mt19937 random(6);
  const KernelTable& twin = kernels(Isa::scalar);
  for (const Isa isa : wide_sets()) {
    const KernelTable& table = kernels(isa);
    for (const std::int64_t n : {1, 2, 8, 15, 16, 17, 48, 65, 300}) {
      const Floats a = normals(random, n, 5.0f), b = normals(random, n);
      Floats got(a.size()), want(a.size());
      table.rms_norm(a.data(), b.data(), 1e-5f, n, got.data());
      twin.rms_norm(a.data(), b.data(), 1e-5f, n, want.data());
      expect_same_bits(got, want, "rms_norm");
      table.silu_multiply(a.data(), b.data(), n, got.data());
      twin.silu_multiply(a.data(), b.data(), n, want.data());
      expect_same_bits(got, want, "silu_multiply");
      got = want = a;
      table.add(got.data(), b.data(), n);
      twin.add(want.data(), b.data(), n);
      expect_same_bits(got, want, "add");
      for (const int head_dim : {2, 8, 34, 64}) {
        const int pairs = head_dim / 2 - (head_dim > 8 ? 3 : 0);
        const Floats angles = normals(random, 2 * pairs), x = normals(random, 3 * head_dim);
        got = want = x;
        table.rope_adjacent(got.data(), angles.data(), 3, head_dim, pairs);
        twin.rope_adjacent(want.data(), angles.data(), 3, head_dim, pairs);
        expect_same_bits(got, want, "rope_adjacent");
        table.rope_half_split(got.data(), angles.data(), 3, head_dim, pairs);
        twin.rope_half_split(want.data(), angles.data(), 3, head_dim, pairs);
        expect_same_bits(got, want, "rope_half_split");
      }
    }
  }
}

TEST(Dispatch, ComputesOnTheSetThatWasAskedFor) {
  const Isa before = kernels().isa;

  use_isa(Isa::scalar);

  EXPECT_EQ(kernels().isa, Isa::scalar);
  use_isa(before);
  EXPECT_EQ(kernels().isa, before);
}

TEST(Dispatch, RefusesSetsThatThisMachineLacks) {
  EXPECT_TRUE(machine_has(kernels().isa));
  EXPECT_FALSE(machine_has(Isa::neon) && machine_has(Isa::avx2));
  for (const Isa isa : kIsas) {
    if (machine_has(isa)) {
      EXPECT_EQ(kernels(isa).isa, isa);
      continue;
    }
    try {
      kernels(isa);
      FAIL() << name_of(isa) << " was given out";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::unsupported);
    }
  }
}

TEST(Dispatch, KnowsSetsByNameAndNamesThemInErrors) {
  for (const Isa isa : kIsas) EXPECT_EQ(isa_named(name_of(isa)), isa);
  try {
    isa_named("sse9");
    FAIL() << "an unknown name was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_argument);
    EXPECT_EQ(std::string(error.what()),
              "RECKON_ISA: 'sse9' is no instruction set; known are scalar, avx2, avx512, avx512_bf16, neon");
  }
}

}  // namespace
}  // namespace reckon
