#include "kv/page_pool.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace reckon {
namespace {

TEST(PagePool, GivesTheLowestFreePageFirst) {
  PagePool pool({.page_bytes = 64, .slots_per_page = 4, .pages = 4});
  for (PageId expected = 0; expected < 4; ++expected) EXPECT_EQ(pool.allocate(), expected);

  pool.release(2);
  pool.release(1);

  EXPECT_EQ(pool.allocate(), PageId{1});
  EXPECT_EQ(pool.allocate(), PageId{2});
}

TEST(PagePool, GivesNothingWhenEveryPageIsInUse) {
  PagePool pool({.page_bytes = 64, .slots_per_page = 4, .pages = 1});
  const PageId page = *pool.allocate();

  EXPECT_FALSE(pool.allocate().has_value());
  pool.release(page);

  EXPECT_TRUE(pool.allocate().has_value());
}

TEST(PagePool, GivesNoMoreThanItsLimitAndLetsGoOfWhatIsBeyond) {
  PagePool pool({.page_bytes = 64, .slots_per_page = 4, .pages = 4});
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(pool.allocate().has_value());

  pool.limit(2);
  EXPECT_EQ(pool.available(), 0);
  EXPECT_FALSE(pool.allocate().has_value());
  pool.release(0);
  EXPECT_FALSE(pool.allocate().has_value());
  pool.release(1);
  EXPECT_TRUE(pool.allocate().has_value());

  pool.limit(100);
  EXPECT_EQ(pool.capacity(), 4);
  EXPECT_EQ(pool.available(), 2);
}

TEST(PagePool, FreesAPageOnlyWithItsLastReference) {
  PagePool pool({.page_bytes = 64, .slots_per_page = 4, .pages = 2});
  const PageId page = *pool.allocate();
  pool.retain(page);

  pool.release(page);
  EXPECT_EQ(pool.references(page), 1u);
  EXPECT_EQ(pool.in_use(), 1);
  pool.release(page);

  EXPECT_EQ(pool.references(page), 0u);
  EXPECT_EQ(pool.in_use(), 0);
  EXPECT_EQ(pool.available(), 2);
}

TEST(PagePool, ReservesFarMoreAddressSpaceThanMemory) {
  PagePool pool({.page_bytes = 1 << 20, .slots_per_page = 16, .pages = 1 << 20});  // 1 TiB
  const PageId page = *pool.allocate();

  pool.bytes(page).back() = std::byte{7};

  EXPECT_EQ(pool.base()[(1 << 20) - 1], std::byte{7});
  EXPECT_EQ(pool.bytes(3).data(), pool.base() + 3 * pool.page_bytes());
}

TEST(PagePool, RefusesSizesThatCannotBe) {
  const auto code_of = [](const PagePoolOptions& options) {
    try {
      PagePool pool(options);
    } catch (const Error& error) {
      return name_of(error.code());
    }
    return "accepted";
  };

  EXPECT_STREQ(code_of({.page_bytes = 0, .slots_per_page = 16, .pages = 1}), "bad_argument");
  EXPECT_STREQ(code_of({.page_bytes = 64, .slots_per_page = 0, .pages = 1}), "bad_argument");
  EXPECT_STREQ(code_of({.page_bytes = 64, .slots_per_page = 16, .pages = -1}), "bad_argument");
  EXPECT_STREQ(code_of({.page_bytes = std::int64_t{1} << 40, .slots_per_page = 16, .pages = 1 << 30}), "bad_argument");
  EXPECT_STREQ(code_of({.page_bytes = std::int64_t{1} << 40, .slots_per_page = 16, .pages = 1 << 20}), "out_of_resources");
}

}  // namespace
}  // namespace reckon
