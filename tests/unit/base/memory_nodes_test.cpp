#include "base/memory_nodes.h"

#include <gtest/gtest.h>

#include <cstring>

#include "base/huge_memory.h"

namespace reckon {
namespace {

TEST(MemoryNodes, ReadsListsAsTheSystemPrintsThem) {
  EXPECT_EQ(nodes_in_list("0"), 1);
  EXPECT_EQ(nodes_in_list("0-1"), 2);
  EXPECT_EQ(nodes_in_list("0-3,8"), 9);
  EXPECT_EQ(nodes_in_list("2,0"), 3);
}

TEST(MemoryNodes, TakesAnythingElseForOneNode) {
  for (const char* list : {"", "-", "0-", "0,", "x", "0 1", "-1", "99", "0-99999999999999999999"}) {
    EXPECT_EQ(nodes_in_list(list), 1) << list;
  }
}

TEST(MemoryNodes, TheThreadRunsOnOneOfThem) {
  EXPECT_GE(memory_nodes(), 1);
  EXPECT_GE(current_node(), 0);
  EXPECT_LT(current_node(), memory_nodes());
}

TEST(MemoryNodes, FindsEveryPieceOfWrittenMemory) {
  const HugeMemory memory(3 * NodeMap::kPiece + 1, "test");
  std::memset(memory.data(), 1, memory.size());

  const NodeMap map = NodeMap::of({memory.data(), memory.size()});

  EXPECT_LE(map.nodes(), memory_nodes());
  for (std::size_t at = 0; at < memory.size(); at += NodeMap::kPiece) EXPECT_LT(map.node_of(memory.data() + at), map.nodes());
}

TEST(MemoryNodes, AMapAnswersByPieces) {
  const std::byte* begin = nullptr;
  const NodeMap map(begin, {0, 2, 1});

  EXPECT_EQ(map.nodes(), 3);
  EXPECT_EQ(map.node_of(begin), 0);
  EXPECT_EQ(map.node_of(begin + NodeMap::kPiece - 1), 0);
  EXPECT_EQ(map.node_of(begin + NodeMap::kPiece), 2);
  EXPECT_EQ(map.node_of(begin + 2 * NodeMap::kPiece), 1);
}

}  // namespace
}  // namespace reckon
