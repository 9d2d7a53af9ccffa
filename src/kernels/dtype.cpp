#include "kernels/dtype.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "base/error.h"

namespace reckon {
namespace {

constexpr auto kTypes = std::to_array<DTypeInfo>({
    {DType::f32, "F32", 1, 4},
    {DType::f16, "F16", 1, 2},
    {DType::q4_0, "Q4_0", 32, 18},
    {DType::q4_1, "Q4_1", 32, 20},
    {DType::q5_0, "Q5_0", 32, 22},
    {DType::q5_1, "Q5_1", 32, 24},
    {DType::q8_0, "Q8_0", 32, 34},
    {DType::q8_1, "Q8_1", 32, 36},
    {DType::q2_k, "Q2_K", 256, 84},
    {DType::q3_k, "Q3_K", 256, 110},
    {DType::q4_k, "Q4_K", 256, 144},
    {DType::q5_k, "Q5_K", 256, 176},
    {DType::q6_k, "Q6_K", 256, 210},
    {DType::q8_k, "Q8_K", 256, 292},
    {DType::iq2_xxs, "IQ2_XXS", 256, 66},
    {DType::iq2_xs, "IQ2_XS", 256, 74},
    {DType::iq3_xxs, "IQ3_XXS", 256, 98},
    {DType::iq1_s, "IQ1_S", 256, 50},
    {DType::iq4_nl, "IQ4_NL", 32, 18},
    {DType::iq3_s, "IQ3_S", 256, 110},
    {DType::iq2_s, "IQ2_S", 256, 82},
    {DType::iq4_xs, "IQ4_XS", 256, 136},
    {DType::i8, "I8", 1, 1},
    {DType::i16, "I16", 1, 2},
    {DType::i32, "I32", 1, 4},
    {DType::i64, "I64", 1, 8},
    {DType::f64, "F64", 1, 8},
    {DType::iq1_m, "IQ1_M", 256, 56},
    {DType::bf16, "BF16", 1, 2},
    {DType::tq1_0, "TQ1_0", 256, 54},
    {DType::tq2_0, "TQ2_0", 256, 66},
    {DType::mxfp4, "MXFP4", 32, 17},
    {DType::nvfp4, "NVFP4", 64, 36},
    {DType::q1_0, "Q1_0", 128, 18},
    {DType::q2_0, "Q2_0", 64, 18},
});

struct WithdrawnType {
  std::uint32_t id;
  std::string_view name;
};

constexpr auto kWithdrawn = std::to_array<WithdrawnType>({
    {4, "Q4_2"},
    {5, "Q4_3"},
    {31, "Q4_0_4_4"},
    {32, "Q4_0_4_8"},
    {33, "Q4_0_8_8"},
    {36, "IQ4_NL_4_4"},
    {37, "IQ4_NL_4_8"},
    {38, "IQ4_NL_8_8"},
});

constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace

std::span<const DTypeInfo> dtypes() noexcept { return kTypes; }

const DTypeInfo* find_dtype(std::uint32_t id) noexcept {
  const auto row = std::ranges::find(kTypes, id, [](const DTypeInfo& info) { return static_cast<std::uint32_t>(info.type); });
  return row == kTypes.end() ? nullptr : &*row;
}

const DTypeInfo& dtype_info(DType type) {
  const DTypeInfo* info = find_dtype(static_cast<std::uint32_t>(type));
  if (info == nullptr) {
    throw Error(ErrorCode::internal, explain_unknown_dtype(static_cast<std::uint32_t>(type)), "dtype_info");
  }
  return *info;
}

const DTypeInfo* find_dtype(std::string_view name) noexcept {
  const auto row = std::ranges::find_if(kTypes, [name](const DTypeInfo& info) {
    return std::ranges::equal(info.name, name, [](char a, char b) { return a == upper(b); });
  });
  return row == kTypes.end() ? nullptr : &*row;
}

std::string_view name_of(DType type) { return dtype_info(type).name; }

std::string explain_unknown_dtype(std::uint32_t id) {
  const auto row = std::ranges::find(kWithdrawn, id, &WithdrawnType::id);
  if (row != kWithdrawn.end()) {
    return fmt::format("block type {} ({}) was withdrawn from the format; convert the model again to a current type", id,
                       row->name);
  }
  return fmt::format("block type {} is unknown; known are 0..{}", id, static_cast<std::uint32_t>(kTypes.back().type));
}

std::int64_t row_bytes(DType type, std::int64_t columns) {
  const DTypeInfo& info = dtype_info(type);
  if (columns < 0 || columns % info.block_elements != 0) {
    throw Error(ErrorCode::bad_argument,
                fmt::format("a row of {} elements is no whole number of {} blocks; expected a multiple of {}", columns, info.name,
                            info.block_elements),
                "row_bytes");
  }
  const std::int64_t blocks = columns / info.block_elements;
  if (blocks > std::numeric_limits<std::int64_t>::max() / info.block_bytes) {
    throw Error(ErrorCode::bad_argument, fmt::format("a row of {} {} elements has more than 2^63 bytes", columns, info.name),
                "row_bytes");
  }
  return blocks * info.block_bytes;
}

}  // namespace reckon
