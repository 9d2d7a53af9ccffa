// Layouts against what a tidy tree promises, checked node by node.
#include "draw/tree_layout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/rng.h"

namespace reckon {
namespace {

using Parents = std::vector<std::size_t>;

// Parents are among the last `reach` nodes: few make a deep tree, many a shallow one. Every second is one of the first `hubs`.
Parents random_tree(std::uint64_t seed, std::size_t nodes, std::size_t reach, std::size_t hubs) {
  SplitMix64 rng(seed);
  Parents parents{0};
  while (parents.size() < nodes) {
    const std::size_t size = parents.size();
    const bool at_a_hub = hubs > 0 && rng.below(2) == 0;
    parents.push_back(at_a_hub ? rng.below(std::min(size, hubs)) : size - 1 - rng.below(std::min(size, reach)));
  }
  return parents;
}

Parents fan(std::size_t leaves) { return Parents(leaves + 1, 0); }

// Distance of the nearest two nodes on one row.
double nearest_neighbours(const TreeLayout& layout) {
  std::map<double, std::vector<double>> rows;
  for (const Place& place : layout.places) rows[place.y].push_back(place.x);
  double least = 1e300;
  for (auto& [y, row] : rows) {
    std::ranges::sort(row);
    for (std::size_t i = 1; i < row.size(); ++i) least = std::min(least, row[i] - row[i - 1]);
  }
  return least;
}

// How far the worst parent stands from the middle of what is below it: children, and its block as one.
double worst_centring(const Parents& parents, const TreeLayout& layout) {
  std::vector<std::vector<double>> below(parents.size());
  std::vector<bool> in_block(parents.size(), false);
  for (const LeafBlock& block : layout.blocks) {
    for (const std::size_t leaf : block.leaves) in_block[leaf] = true;
    below[block.parent].push_back((block.left + block.right) / 2);
  }
  for (std::size_t i = 1; i < parents.size(); ++i) {
    if (!in_block[i]) below[parents[i]].push_back(layout.places[i].x);
  }
  double worst = 0;
  for (std::size_t i = 0; i < parents.size(); ++i) {
    if (below[i].empty()) continue;
    const auto [least, most] = std::ranges::minmax(below[i]);
    worst = std::max(worst, std::abs(layout.places[i].x - (least + most) / 2));
  }
  return worst;
}

bool same(const TreeLayout& a, const TreeLayout& b) {
  const auto equal = [](const Place& p, const Place& q) { return p.x == q.x && p.y == q.y; };
  return std::ranges::equal(a.places, b.places, equal) && a.width == b.width && a.height == b.height;
}

TEST(TreeLayout, NoNodesOverlapAndParentsAreCentred) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const std::size_t reach = seed % 3 == 0 ? 3 : seed % 3 == 1 ? 40 : 1000;
    const Parents parents = random_tree(seed, 2 + seed, reach, /*hubs=*/seed % 5);  // with hubs, there are blocks

    const TreeLayout layout = tidy_layout(parents);

    EXPECT_GE(nearest_neighbours(layout), 1 - 1e-9) << seed;
    EXPECT_LE(worst_centring(parents, layout), 1e-9) << seed;
    EXPECT_TRUE(same(layout, tidy_layout(parents))) << seed;
    for (std::size_t i = 1; i < parents.size(); ++i) EXPECT_GE(layout.places[i].y, layout.places[parents[i]].y + 1) << seed;
  }
}

TEST(TreeLayout, NothingElseStandsInABlock) {
  // The root has two children; the left one has 100 leaves, the right one a chain of 12 beside them.
  Parents parents{0, 0, 0};
  parents.insert(parents.end(), 100, 1);
  for (std::size_t below = 2, i = 0; i < 12; ++i, below = parents.size() - 1) parents.push_back(below);

  const TreeLayout layout = tidy_layout(parents);

  ASSERT_EQ(layout.blocks.size(), 1U);
  const LeafBlock& block = layout.blocks.front();
  EXPECT_EQ(block.leaves.size(), 100U);
  for (std::size_t i = 0; i < parents.size(); ++i) {
    if (i >= 3 && i < 103) continue;
    const Place& place = layout.places[i];
    const bool inside =
        place.x > block.left - 0.9 && place.x < block.right + 0.9 && place.y >= block.top && place.y <= block.bottom;
    EXPECT_FALSE(inside) << "node " << i;
  }
}

TEST(TreeLayout, SmallTreesLookAsOneWouldDrawThem) {
  // 0 with children 1, 2, 3; 2 with children 4, 5.
  const TreeLayout layout = tidy_layout(Parents{0, 0, 0, 0, 2, 2});

  const std::vector<double> x{1, 0, 1, 2, 0.5, 1.5};
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_EQ(layout.places[i].x, x[i]) << i;
  EXPECT_EQ(layout.width, 2);
  EXPECT_EQ(layout.height, 2);
  EXPECT_EQ(tidy_layout(Parents{0}).places.size(), 1U);
}

TEST(TreeLayout, SubtreesGoUnderEachOtherWhereThereIsRoom) {
  // Two chains of leaves at different depths: 1 has a leaf, and 2 a child with three leaves, which reaches under 1.
  const TreeLayout layout = tidy_layout(Parents{0, 0, 0, 2, 3, 3, 3});

  EXPECT_EQ(layout.places[2].x - layout.places[1].x, 1);
  EXPECT_EQ(layout.places[4].x, layout.places[1].x);
}

TEST(TreeLayout, AThousandLeavesMakeABlockAndNotALine) {
  const TreeLayout layout = tidy_layout(fan(1000));

  EXPECT_LT(layout.width, 60);
  EXPECT_LT(layout.height, 15);
  EXPECT_GE(nearest_neighbours(layout), 1 - 1e-9);
  EXPECT_EQ(tidy_layout(fan(kWidestRow)).height, 1);  // a row as long as it fits
  EXPECT_TRUE(tidy_layout(fan(kWidestRow)).blocks.empty());
}

TEST(TreeLayout, FortyStepsOfSixtyFourPathsFit) {
  // 64 chains of 40 steps below the root, and as many pruned leaves beside each step.
  Parents parents{0};
  for (std::size_t path = 0; path < 64; ++path) {
    std::size_t below = 0;
    for (int step = 0; step < 40; ++step) {
      parents.push_back(below);
      if (step > 0) parents.push_back(below);
      below = parents.size() - (step > 0 ? 2 : 1);
    }
  }

  const TreeLayout layout = tidy_layout(parents);

  EXPECT_GE(nearest_neighbours(layout), 1 - 1e-9);
  EXPECT_LE(worst_centring(parents, layout), 1e-9);
  EXPECT_EQ(layout.height, 40);
  EXPECT_LE(layout.width, 64 * 2);
}

// On some level an edge begins left of another and ends right of it: they cross.
bool edges_cross(const Parents& parents, const TreeLayout& layout) {
  std::map<double, std::vector<std::pair<double, double>>> levels;  // x of child and of parent
  for (std::size_t i = 1; i < parents.size(); ++i) {
    levels[layout.places[i].y].emplace_back(layout.places[i].x, layout.places[parents[i]].x);
  }
  for (auto& [y, edges] : levels) {
    std::ranges::sort(edges);
    if (!std::ranges::is_sorted(edges, {}, &std::pair<double, double>::second)) return true;
  }
  return false;
}

TEST(PackedLayout, NoNodesOverlapAndNoEdgesCross) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const Parents parents = random_tree(seed, 2 + seed, seed % 2 == 0 ? 3 : 40, /*hubs=*/seed % 5);

    const TreeLayout layout = packed_layout(parents);

    EXPECT_GE(nearest_neighbours(layout), 1 - 1e-9) << seed;
    EXPECT_FALSE(edges_cross(parents, layout)) << seed;
    EXPECT_TRUE(same(layout, packed_layout(parents))) << seed;
  }
}

TEST(PackedLayout, CentresParentsWhereThereIsRoom) {
  // 1 and 2 have two children each, which just fit.
  const TreeLayout layout = packed_layout(Parents{0, 0, 0, 1, 1, 2, 2});

  EXPECT_NEAR(worst_centring(Parents{0, 0, 0, 1, 1, 2, 2}, layout), 0, 0.02);
  EXPECT_NEAR(layout.width, 3, 0.02);
}

// At each step every live node has 4 children; those of the first live on.
Parents beam(std::size_t steps) {
  Parents parents{0};
  std::vector<std::size_t> live{0};
  for (std::size_t step = 0; step < steps; ++step) {
    std::vector<std::size_t> next;
    for (const std::size_t node : live) {
      for (int child = 0; child < 4; ++child) {
        if (node == live.front()) next.push_back(parents.size());
        parents.push_back(node);
      }
    }
    live = next;
  }
  return parents;
}

TEST(TreeLayout, OfASearchThatGivesPathsUpIsPackedAndAsWideAsItsWidestLevel) {
  const Parents parents = beam(40);

  const TreeLayout layout = lay_out(parents);

  EXPECT_GT(tidy_layout(parents).width, 300);
  EXPECT_LT(layout.width, 2 * 16);
  EXPECT_TRUE(same(layout, packed_layout(parents)));
}

TEST(TreeLayout, OfIndependentPathsIsTidy) {
  EXPECT_TRUE(same(lay_out(fan(1000)), tidy_layout(fan(1000))));
  EXPECT_TRUE(same(lay_out(fan(16)), tidy_layout(fan(16))));
}

TEST(TreeLayout, AChainOfAHundredThousandIsNoDeeperThanTheStack) {
  Parents parents{0};
  for (std::size_t i = 1; i < 100'000; ++i) parents.push_back(i - 1);

  const TreeLayout layout = lay_out(parents);

  EXPECT_EQ(layout.height, 99'999);
  EXPECT_EQ(layout.width, 0);
}

}  // namespace
}  // namespace reckon
