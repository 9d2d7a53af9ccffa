#include "tensor/claims.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <vector>

#include "base/thread_pool.h"

namespace reckon {
namespace {

std::vector<std::int64_t> taken(Claims& claims, std::size_t home, std::int64_t run) {
  std::vector<std::int64_t> items;
  claims.take(home, run, [&](std::int64_t item) { items.push_back(item); });
  return items;
}

TEST(Claims, TakesTheOwnNodesItemsFirst) {
  const std::array<std::int64_t, 3> ends = {2, 2, 5};  // node 1 has none
  Claims claims;

  claims.reset(ends);
  EXPECT_EQ(taken(claims, 2, 1), (std::vector<std::int64_t>{2, 3, 4, 0, 1}));
  claims.reset(ends);
  EXPECT_EQ(taken(claims, 0, 3), (std::vector<std::int64_t>{0, 1, 2, 3, 4}));
  claims.reset(ends);
  EXPECT_EQ(taken(claims, 7, 2), (std::vector<std::int64_t>{2, 3, 4, 0, 1})) << "a node without items here";
}

TEST(Claims, HandsOutNothingTwice) {
  const std::array<std::int64_t, 2> ends = {700, 1001};
  std::vector<int> times(1001, 0);  // plain ints: two threads on one item would race
  ThreadPool pool(4);
  Claims claims;
  claims.reset(ends);

  pool.parallel_for(4, [&](int worker) {
    claims.take(static_cast<std::size_t>(worker) % 2, 3, [&](std::int64_t item) { ++times[static_cast<std::size_t>(item)]; });
  });

  EXPECT_EQ(times, std::vector<int>(1001, 1));
}

TEST(Claims, CanBeFilledAgainWithMoreQueues) {
  Claims claims;
  for (std::int64_t queues = 1; queues < 5; ++queues) {
    std::vector<std::int64_t> ends;
    for (std::int64_t k = 1; k <= queues; ++k) ends.push_back(2 * k);

    claims.reset(ends);

    EXPECT_EQ(taken(claims, 0, 1).size(), 2 * static_cast<std::size_t>(queues));
  }
}

}  // namespace
}  // namespace reckon
