#include "kernels/dtype.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <string>

#include "base/error.h"

namespace reckon {
namespace {

TEST(DTypeTable, AscendsAndNamesEachTypeOnce) {
  std::set<std::string_view> names;
  std::uint32_t previous = 0;
  for (const DTypeInfo& info : dtypes()) {
    const auto id = static_cast<std::uint32_t>(info.type);
    EXPECT_TRUE(id == 0 || id > previous);
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_EQ(find_dtype(id), &info);
    EXPECT_EQ(find_dtype(info.name), &info);
    previous = id;
  }
  EXPECT_EQ(dtypes().size(), 43u - 8u) << "ids 0..42 without the eight withdrawn ones";
}

TEST(DTypeTable, KnowsSizesOfCommonBlocks) {
  EXPECT_EQ(row_bytes(DType::f32, 3), 12);
  EXPECT_EQ(row_bytes(DType::bf16, 3), 6);
  EXPECT_EQ(row_bytes(DType::q4_0, 64), 2 * 18);
  EXPECT_EQ(row_bytes(DType::q8_0, 64), 2 * 34);
  EXPECT_EQ(row_bytes(DType::q4_k, 512), 2 * 144);
  EXPECT_EQ(row_bytes(DType::q6_k, 512), 2 * 210);
  EXPECT_EQ(row_bytes(DType::f32, 0), 0);
}

TEST(DTypeTable, FindsNamesInAnyCase) {
  ASSERT_NE(find_dtype(std::string_view("q4_k")), nullptr);
  EXPECT_EQ(find_dtype(std::string_view("q4_k"))->type, DType::q4_k);
  EXPECT_EQ(find_dtype(std::string_view("Q4")), nullptr);
  EXPECT_EQ(find_dtype(std::string_view("")), nullptr);
}

TEST(DTypeTable, RefusesWithdrawnAndUnknownIds) {
  for (const std::uint32_t id : {4u, 5u, 31u, 32u, 33u, 36u, 37u, 38u}) {
    EXPECT_EQ(find_dtype(id), nullptr);
    EXPECT_NE(explain_unknown_dtype(id).find("withdrawn"), std::string::npos);
  }
  EXPECT_EQ(find_dtype(43u), nullptr);
  EXPECT_EQ(explain_unknown_dtype(77), "block type 77 is unknown; known are 0..42");
}

TEST(DTypeTable, RowsAreWholeBlocksAndDoNotOverflow) {
  EXPECT_THROW(row_bytes(DType::q4_0, 33), Error);
  EXPECT_THROW(row_bytes(DType::f32, -1), Error);
  EXPECT_THROW(row_bytes(DType::f64, std::numeric_limits<std::int64_t>::max()), Error);
}

}  // namespace
}  // namespace reckon
