// Block codecs against the golden vectors of the format card and against its formulas, element by element.
#include "kernels/blocks/registry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <random>
#include <ranges>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/rng.h"
#include "kernels/half.h"

namespace reckon {
namespace {

// Block bytes (73k + 41) mod 256, then d = 0.125 and, where present, m or dmin = 0.0625; MXFP4's exponent 125, NVFP4's scales
// 38 40 30 01 (hex). Values at 0, 1, 16, n/2+1, n-1.
struct Golden {
  DType type;
  int scale_at, min_at;  // -1: none
  std::vector<float> values;
  double sum;
  std::uint64_t fnv;
};
const std::vector<Golden> kGolden = {
    {DType::q4_0, 0, -1, {0.375f, -0.5f, 0.375f, -1, -1}, -4.125, 0x1089043c49d3efdb},
    {DType::q4_1, 0, 2, {1.6875f, 0.8125f, 0.5625f, 1.1875f, 1.1875f}, 30.125, 0x53b3c49ee1be3fa4},
    {DType::q5_0, 0, -1, {1.875f, 1, 1.625f, -1.75f, 0.25f}, -5.625, 0x16deb616a7ad13ab},
    {DType::q5_1, 0, 2, {2.1875f, 1.3125f, 2.9375f, 3.4375f, 1.4375f}, 64.625, 0xc42e9909712afd4c},
    {DType::q8_0, 0, -1, {-8.625f, 0.5f, 9.375f, -13.5f, -13.75f}, -6, 0x6fa612ec5234f239},
    {DType::q2_k, 80, 82, {1, 2.125f, -0.1875f, -0.1875f, -0.4375f}, 255.375, 0x58e1cd25f3a165db},
    {DType::q3_k, 108, -1, {-0.875f, 1.75f, 0.25f, -2, -3}, 29.25, 0x197da394544c41fa},
    {DType::q4_k, 0, 2, {11.5625f, 0.1875f, 11.5625f, 3.6875f, -1.4375f}, 6669, 0x535740b82dab3673},
    {DType::q5_k, 0, 2, {37.5625f, 0.1875f, 37.5625f, 3.6875f, -1.4375f}, 13759, 0x1bd9491a5e321353},
    {DType::q6_k, 208, -1, {20.125f, -5.75f, -43.75f, 12.25f, 36}, -1855.5, 0x67a45c1e912ff4f1},
    {DType::iq4_nl, 0, -1, {4.75f, -6.125f, 4.75f, -15.875f, -15.875f}, -60.125, 0xcb5a2da1aab75881},
    {DType::iq4_xs, 0, -1, {-377, 90.625f, -36.25f, -53.125f, -93.75f}, -806.25, 0x0f746347bde548d2},
    {DType::tq1_0, 52, -1, {-0.125f, 0, 0.125f, -0.125f, 0.125f}, -1.875, 0xcdf57ac76703bd1b},
    {DType::tq2_0, 64, -1, {0, 0.125f, 0, 0.125f, -0.125f}, 15.625, 0x58391be7e50726a5},
    {DType::mxfp4, -1, -1, {0.25f, -0.375f, 1.5f, -0.375f, -0.375f}, 3.125, 0x7f2f8751a640a172},
    {DType::nvfp4, -1, -1, {-3, 4, 6, 2, 0x1p-9f}, 15.517578125, 0x1cd1d71f19d945f3},
};

void put_f16(std::byte* at, float value) {
  const std::uint16_t half = f32_to_f16(value);
  std::memcpy(at, &half, sizeof half);
}

std::vector<float> decode(DType type, const std::vector<std::byte>& row, std::size_t columns) {
  std::vector<float> out(columns);
  dequantize_row(type, row, out);
  return out;
}

std::vector<std::byte> golden_block(const Golden& golden) {
  std::vector<std::byte> block(static_cast<std::size_t>(dtype_info(golden.type).block_bytes));
  for (std::size_t k = 0; k < block.size(); ++k) block[k] = static_cast<std::byte>((73 * k + 41) % 256);
  if (golden.scale_at >= 0) put_f16(&block[static_cast<std::size_t>(golden.scale_at)], 0.125f);
  if (golden.min_at >= 0) put_f16(&block[static_cast<std::size_t>(golden.min_at)], 0.0625f);
  if (golden.type == DType::mxfp4) block[0] = std::byte{125};
  if (golden.type == DType::nvfp4)
    std::ranges::copy(std::array{0x38, 0x40, 0x30, 0x01} | std::views::transform([](int b) { return static_cast<std::byte>(b); }),
                      block.begin());
  return block;
}

TEST(BlockCodecs, DecodeTheGoldenVectors) {
  for (const Golden& golden : kGolden) {
    const DTypeInfo& info = dtype_info(golden.type);
    const std::vector<std::byte> block = golden_block(golden);
    const auto n = static_cast<std::size_t>(info.block_elements);

    const std::vector<float> out = decode(golden.type, block, n);

    EXPECT_EQ((std::vector<float>{out[0], out[1], out[16], out[n / 2 + 1], out[n - 1]}), golden.values) << info.name;
    double sum = 0;
    for (const float value : out) sum += value;
    EXPECT_EQ(sum, golden.sum) << info.name;
    EXPECT_EQ(fnv1a({reinterpret_cast<const char*>(out.data()), n * sizeof(float)}), golden.fnv) << info.name;
  }
}

TEST(BlockCodecs, HaveOneRowForEveryFileInTheFolder) {
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(RECKON_SOURCE_DIR "/src/kernels/blocks")) {
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    if (text.str().find("static constexpr DType type") != std::string::npos) files.insert(entry.path().stem().string());
  }

  std::set<std::string> rows;
  for (const BlockCodec& codec : block_codecs()) {
    std::string name(name_of(codec.type));
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    rows.insert(name);
  }

  EXPECT_EQ(rows, files);
}

TEST(BlockCodecs, AgreeWithTheTypeTableOnSizes) {
  for (const BlockCodec& codec : block_codecs()) {
    EXPECT_EQ(codec.elements, dtype_info(codec.type).block_elements) << name_of(codec.type);
    EXPECT_EQ(codec.bytes, dtype_info(codec.type).block_bytes) << name_of(codec.type);
    EXPECT_EQ(block_index(codec.type), &codec - block_codecs().data());
  }
}

TEST(BlockCodecs, RefuseWrongSizesAndTypesWithoutACodec) {
  std::vector<std::byte> bytes(34);
  std::vector<float> out(32);
  EXPECT_NO_THROW(dequantize_row(DType::q8_0, bytes, out));

  const auto code_of = [](auto&& call) {
    try {
      call();
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::cancelled;
  };
  EXPECT_EQ(code_of([&] { dequantize_row(DType::q4_0, bytes, out); }), ErrorCode::bad_argument);
  EXPECT_EQ(code_of([&] { dequantize_row(DType::iq2_xxs, bytes, out); }), ErrorCode::unsupported);
  EXPECT_EQ(code_of([&] { quantize_row(DType::q4_1, out, std::span(bytes).first(20)); }), ErrorCode::unsupported);
}

TEST(Half, RoundTripsEveryF16AndBf16) {
  for (std::uint32_t bits = 0; bits < 65536; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const bool f16_nan = (bits & 0x7C00u) == 0x7C00u && (bits & 0x3FFu) != 0;
    const bool bf16_nan = (bits & 0x7F80u) == 0x7F80u && (bits & 0x7Fu) != 0;
    EXPECT_EQ(f32_to_f16(f16_to_f32(half)), f16_nan ? half | 0x200u : half);
    EXPECT_EQ(f32_to_bf16(bf16_to_f32(half)), bf16_nan ? half | 0x40u : half);
  }
}

TEST(Half, RoundsToNearestEven) {
  EXPECT_EQ(f32_to_f16(1.0f + 0x1p-11f), 0x3C00);  // half way: to the even mantissa below
  EXPECT_EQ(f32_to_f16(1.0f + 0x1p-11f + 0x1p-20f), 0x3C01);
  EXPECT_EQ(f32_to_f16(1.0f + 0x3p-11f), 0x3C02);  // half way: to the even mantissa above
  EXPECT_EQ(f32_to_f16(65519.99f), 0x7BFF);
  EXPECT_EQ(f32_to_f16(65520.0f), 0x7C00);
  EXPECT_EQ(f32_to_f16(0x1p-25f), 0x0000);  // half of the least subnormal
  EXPECT_EQ(f32_to_f16(0x1.8p-25f), 0x0001);
  EXPECT_EQ(f32_to_f16(-0.0f), 0x8000);
  EXPECT_EQ(f32_to_f16(-std::numeric_limits<float>::infinity()), 0xFC00);
  EXPECT_EQ(f32_to_bf16(1.0f + 0x1p-8f), 0x3F80);
  EXPECT_EQ(f32_to_bf16(1.0f + 0x3p-8f), 0x3F82);
}

TEST(Quantisers, StayWithinHalfAStepAndKeepZeroRows) {
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  for (const auto& [type, levels] : {std::pair{DType::q8_0, 127.0f}, std::pair{DType::q4_0, 8.0f}}) {
    std::vector<float> row(256);
    for (float& value : row) value = normal(random);
    std::fill_n(row.begin() + 64, 32, 0.0f);
    std::vector<std::byte> bytes(static_cast<std::size_t>(row_bytes(type, 256)));

    quantize_row(type, row, bytes);
    const std::vector<float> back = decode(type, bytes, row.size());

    for (std::size_t i = 0; i < row.size(); ++i) {
      float largest = 0;
      for (std::size_t j = i / 32 * 32; j < i / 32 * 32 + 32; ++j) largest = std::max(largest, std::fabs(row[j]));
      // Half a step, the rounding of the scale itself, and for Q4_0 the clipped level opposite to the extreme.
      EXPECT_LE(std::fabs(back[i] - row[i]), largest / levels * (type == DType::q4_0 ? 1.01f : 0.57f)) << i;
      EXPECT_TRUE(largest != 0 || back[i] == 0.0f);
    }
  }
}

}  // namespace
}  // namespace reckon
