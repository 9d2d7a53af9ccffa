#include "kv/block_table.h"

#include <gtest/gtest.h>

#include <utility>

namespace reckon {
namespace {

constexpr int kTableSlots = 4;

void grow(BlockTable& table, std::int64_t count) {
  ASSERT_TRUE(table.reserve(count));
  table.commit(count);
}

struct BlockTableTest : testing::Test {
  PagePool pool{{.page_bytes = kTableSlots, .slots_per_page = kTableSlots, .pages = 8}};
  std::shared_ptr<PageAccount> account = std::make_shared<PageAccount>();
};

TEST_F(BlockTableTest, TakesOnePageForEveryFullOrBegunPage) {
  BlockTable table(pool, account);

  grow(table, 4);
  EXPECT_EQ(table.pages().size(), 1u);
  grow(table, 1);

  EXPECT_EQ(table.pages().size(), 2u);
  EXPECT_EQ(table.length(), 5);
  EXPECT_EQ(account->pages(), 2);
}

TEST_F(BlockTableTest, ReservesEverythingOrNothing) {
  BlockTable table(pool, account);
  grow(table, 6 * kTableSlots);
  const BlockTable sibling = table.fork();

  EXPECT_EQ(table.pages_needed(2 * kTableSlots + 1), 3);
  EXPECT_FALSE(table.reserve(2 * kTableSlots + 1));

  EXPECT_EQ(pool.in_use(), 6);
  EXPECT_EQ(table.pages().size(), 6u);
  EXPECT_EQ(table.length(), 6 * kTableSlots);
  EXPECT_TRUE(table.reserve(2 * kTableSlots));
}

TEST_F(BlockTableTest, NeedsAPageToWriteIntoASharedHalfFilledOne) {
  BlockTable table(pool, account);
  grow(table, 8 * kTableSlots - 1);  // the pool is used up
  BlockTable sibling = table.fork();

  EXPECT_EQ(table.pages_needed(1), 1);
  EXPECT_FALSE(table.reserve(1));
  sibling.clear();

  EXPECT_EQ(table.pages_needed(1), 0);
  EXPECT_TRUE(table.reserve(1));
}

TEST_F(BlockTableTest, ForkCopiesNothingUntilOneSideWrites) {
  BlockTable table(pool, account);
  grow(table, 6);
  pool.bytes(table.pages()[1])[1] = std::byte{42};

  BlockTable fork = table.fork();
  EXPECT_EQ(pool.in_use(), 2);
  grow(fork, 1);

  EXPECT_EQ(fork.pages()[0], table.pages()[0]);
  EXPECT_NE(fork.pages()[1], table.pages()[1]);
  EXPECT_EQ(pool.bytes(fork.pages()[1])[1], std::byte{42});
  EXPECT_EQ(pool.references(table.pages()[1]), 1u);
  EXPECT_EQ(table.pages_needed(1), 0);  // the other side is alone now and writes in place
}

TEST_F(BlockTableTest, ForkLeavesReservedEmptyPagesBehind) {
  BlockTable table(pool, account);
  grow(table, 4);
  ASSERT_TRUE(table.reserve(8));

  const BlockTable fork = table.fork();

  EXPECT_EQ(fork.pages().size(), 1u);
  EXPECT_EQ(pool.references(table.pages()[1]), 1u);
}

TEST_F(BlockTableTest, ReservingTwiceTakesNothingMore) {
  BlockTable table(pool, account);

  ASSERT_TRUE(table.reserve(5));
  ASSERT_TRUE(table.reserve(3));

  EXPECT_EQ(table.pages().size(), 2u);
  EXPECT_EQ(table.length(), 0);
}

TEST_F(BlockTableTest, AccountCountsASharedPageOnce) {
  BlockTable table(pool, account);
  grow(table, 8);
  {
    const BlockTable fork = table.fork();
    const BlockTable grandchild = fork.fork();
    EXPECT_EQ(account->pages(), 2);
  }
  EXPECT_EQ(account->pages(), 2);
  table.clear();
  EXPECT_EQ(account->pages(), 0);
  EXPECT_EQ(account->peak_pages(), 2);
}

TEST_F(BlockTableTest, CopyOnWriteFromAnotherRequestDoesNotRaiseThePeakTwice) {
  const auto other = std::make_shared<PageAccount>();
  BlockTable table(pool, other);
  grow(table, 2);
  BlockTable mine(pool, account);
  mine = table.fork();  // an account travels with its pages
  grow(mine, 1);

  EXPECT_EQ(other->pages(), 2);
  EXPECT_EQ(account->peak_pages(), 0);
}

TEST_F(BlockTableTest, CopyOnWriteOfAPageOutsideTheRequestKeepsThePeakAtOne) {
  BlockTable table(pool, account);
  grow(table, 2);
  pool.retain(table.pages()[0]);  // held by someone who is not on this account

  grow(table, 1);

  EXPECT_EQ(account->pages(), 1);
  EXPECT_EQ(account->peak_pages(), 1);
}

TEST_F(BlockTableTest, GivesBackItsOwnPagesAndKeepsThoseItShares) {
  BlockTable root(pool, account);
  grow(root, kTableSlots + 1);
  BlockTable table = root.fork();
  EXPECT_FALSE(table.ends_in_own_page());
  grow(table, kTableSlots);  // a copy of the begun page, and one more
  ASSERT_TRUE(table.ends_in_own_page());

  table.give_back_own();

  EXPECT_EQ(table.length(), kTableSlots);
  EXPECT_EQ(table.pages().size(), 1u);
  EXPECT_EQ(pool.in_use(), 2);
  EXPECT_EQ(account->pages(), 2);
  grow(table, 2);
  EXPECT_EQ(table.length(), kTableSlots + 2);
}

TEST_F(BlockTableTest, MovingNeitherLeaksNorReleasesTwice) {
  BlockTable a(pool, account);
  grow(a, 5);
  BlockTable b(pool, account);
  grow(b, 9);

  BlockTable c = std::move(a);
  EXPECT_EQ(pool.in_use(), 5);
  b = std::move(c);

  EXPECT_EQ(pool.in_use(), 2);
  EXPECT_EQ(account->pages(), 2);
  EXPECT_EQ(b.length(), 5);
  b.clear();
  EXPECT_EQ(pool.in_use(), 0);
}

TEST_F(BlockTableTest, AdoptsCachedPagesAsAFullPrefix) {
  BlockTable cached(pool, nullptr);
  grow(cached, 8);
  BlockTable table(pool, account);

  table.adopt(cached.pages());
  grow(table, 1);

  EXPECT_EQ(table.length(), 9);
  EXPECT_EQ(pool.references(cached.pages()[1]), 2u);
  EXPECT_EQ(account->pages(), 3);
  EXPECT_EQ(pool.in_use(), 3);
}

}  // namespace
}  // namespace reckon
