#include "kv/prefix_tree.h"

#include <gtest/gtest.h>

#include <numeric>

#include "base/error.h"

namespace reckon {
namespace {

constexpr int kTreeSlots = 2;

struct PrefixTreeTest : testing::Test {
  PagePool pool{{.page_bytes = 8, .slots_per_page = kTreeSlots, .pages = 100'000}};
  PrefixTree tree{pool};

  // Caches `tokens` in fresh pages that afterwards only the tree holds; returns the pages offered to it.
  std::vector<PageId> cache(const std::vector<Token>& tokens) {
    std::vector<PageId> pages;
    for (std::size_t i = 0; i < tokens.size() / kTreeSlots; ++i) pages.push_back(*pool.allocate());
    tree.insert(tokens, pages);
    for (const PageId page : pages) pool.release(page);
    return pages;
  }
  std::size_t cached(const std::vector<Token>& tokens) { return tree.match(tokens).size(); }
};

TEST_F(PrefixTreeTest, MatchesWholePagesOnly) {
  const auto pages = cache({1, 2, 3, 4, 5, 6});

  EXPECT_EQ(tree.match(std::vector<Token>{1, 2, 3, 4, 5, 6, 7}), pages);
  EXPECT_EQ(tree.match(std::vector<Token>{1, 2, 3, 4, 5}), (std::vector<PageId>{pages[0], pages[1]}));
  EXPECT_EQ(cached({1, 2, 9, 4}), 1u);
  EXPECT_EQ(cached({1}), 0u);
  EXPECT_EQ(cached({2, 2}), 0u);
}

TEST_F(PrefixTreeTest, SplitsAnEdgeWhereTwoPrefixesPart) {
  const auto first = cache({1, 2, 3, 4, 5, 6});
  const auto second = cache({1, 2, 3, 4, 7, 8});

  EXPECT_EQ(tree.match(std::vector<Token>{1, 2, 3, 4, 5, 6}), first);
  EXPECT_EQ(tree.match(std::vector<Token>{1, 2, 3, 4, 7, 8}), (std::vector<PageId>{first[0], first[1], second[2]}));
  EXPECT_EQ(tree.pages_held(), 4);
  EXPECT_EQ(pool.in_use(), 4);  // the second request's own copies of the shared span were not kept
}

TEST_F(PrefixTreeTest, KeepsEdgesThatDifferInsideTheirFirstPageApart) {
  cache({1, 2});
  cache({1, 3});

  EXPECT_EQ(cached({1, 2}), 1u);
  EXPECT_EQ(cached({1, 3}), 1u);
  EXPECT_EQ(cached({1, 4}), 0u);
}

TEST_F(PrefixTreeTest, ScopesShareNoPagesAndAreEvictedAlike) {
  const std::vector<Token> tokens{1, 2, 3, 4};
  const auto shared = cache(tokens);
  std::vector<PageId> own;
  for (int i = 0; i < 2; ++i) own.push_back(*pool.allocate());

  EXPECT_TRUE(tree.match(tokens, /*scope=*/7).empty());
  tree.insert(tokens, own, /*scope=*/7);
  for (const PageId page : own) pool.release(page);

  EXPECT_EQ(tree.match(tokens, 7), own);
  EXPECT_EQ(tree.match(std::vector<Token>{1, 2, 9, 9}, 7), std::vector<PageId>{own[0]});  // splits the edge
  EXPECT_EQ(tree.match(tokens), shared);
  EXPECT_TRUE(tree.match(tokens, std::uint64_t{7} << 32).empty());
  EXPECT_EQ(tree.pages_evictable(), 4);
  EXPECT_EQ(tree.evict(4), 4);
  EXPECT_EQ(pool.in_use(), 0);
  EXPECT_TRUE(tree.match(tokens, 7).empty());
}

TEST_F(PrefixTreeTest, EvictsLeavesBeforeParents) {
  cache({1, 2, 3, 4, 5, 6});
  cache({1, 2, 7, 8});

  EXPECT_EQ(tree.evict(3), 3);

  EXPECT_EQ(cached({1, 2}), 1u);
  EXPECT_EQ(tree.evict(1), 1);
  EXPECT_EQ(pool.in_use(), 0);
}

TEST_F(PrefixTreeTest, EvictsTheLeastRecentlyUsedFirst) {
  cache({1, 1});
  cache({2, 2});
  cache({3, 3});
  ASSERT_EQ(cached({1, 1}), 1u);

  EXPECT_EQ(tree.evict(1), 1);
  EXPECT_EQ(cached({2, 2}), 0u);
  EXPECT_EQ(tree.evict(1), 1);

  EXPECT_EQ(cached({3, 3}), 0u);
  EXPECT_EQ(cached({1, 1}), 1u);
}

TEST_F(PrefixTreeTest, MatchingHalfAnEdgeDoesNotKeepTheOtherHalfYoung) {
  cache({1, 1, 2, 2});
  cache({3, 3});
  ASSERT_EQ(cached({1, 1}), 1u);

  EXPECT_EQ(tree.evict(1), 1);

  EXPECT_EQ(cached({3, 3}), 1u);
  EXPECT_EQ(cached({1, 1, 2, 2}), 1u);
}

TEST_F(PrefixTreeTest, TakesNoMorePagesThanAsked) {
  cache({1, 1, 2, 2, 3, 3});

  EXPECT_EQ(tree.evict(1), 1);

  EXPECT_EQ(cached({1, 1, 2, 2, 3, 3}), 2u);
  EXPECT_EQ(tree.pages_held(), 2);
}

TEST_F(PrefixTreeTest, NeverEvictsPagesThatASequenceUses) {
  const auto pages = cache({1, 1, 2, 2, 3, 3});
  pool.retain(pages[1]);

  EXPECT_EQ(tree.pages_evictable(), 1);
  EXPECT_EQ(tree.evict(3), 1);

  EXPECT_EQ(cached({1, 1, 2, 2, 3, 3}), 2u);
  pool.release(pages[1]);
  EXPECT_EQ(tree.pages_evictable(), 2);
}

// A chain of one-page nodes: a conversation that grew page by page.
TEST_F(PrefixTreeTest, HandlesAChainOfManyNodesWithoutRecursion) {
  constexpr std::size_t kDepth = 30'000;
  {
    PrefixTree deep(pool);
    std::vector<Token> tokens(kDepth * kTreeSlots);
    std::iota(tokens.begin(), tokens.end(), 0);
    std::vector<PageId> pages(kDepth);
    for (PageId& page : pages) page = *pool.allocate();
    deep.insert(tokens, pages);
    for (const PageId page : pages) pool.release(page);
    for (std::size_t length = kDepth; length > 0; --length) deep.match(TokenSpan(tokens).first(length * kTreeSlots));

    EXPECT_EQ(deep.pages_evictable(), static_cast<std::int64_t>(kDepth));
    EXPECT_EQ(deep.evict(1000), 1000);
    EXPECT_EQ(deep.match(tokens).size(), kDepth - 1000);
  }
  EXPECT_EQ(pool.in_use(), 0);
}

TEST_F(PrefixTreeTest, RefusesPagesThatTheTokensDoNotFill) {
  EXPECT_THROW(tree.insert(std::vector<Token>{1, 2, 3}, std::vector<PageId>{0}), Error);
}

}  // namespace
}  // namespace reckon
