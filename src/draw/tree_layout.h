// Where the nodes of a tree go, its levels from top to bottom. Two ways:
// A tidy tree, after Reingold and Tilford 1981 ("Tidier drawings of trees"): parents stand centred over their children, the same
// subtree looks the same everywhere. Contours are merged from the shallower side, so that it takes linear time. Ours: many leaves
// of one parent stand in a block instead of a row, so that a thousand independent paths fit on a page.
// Packed levels, ours too: a search that keeps some of its paths at every step and gives the others up makes a tidy tree as wide
// as all its steps together, because what is below one node is never beside what is below another. Packed, it is as wide as its
// widest level, and parents are centred as far as there is room.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace reckon {

struct Place {
  double x = 0;  // in widths of a node, from the left
  double y = 0;  // in levels, from the top
};

// A block of leaves: `rows` rows, half a level apart, of which the last may be shorter.
struct LeafBlock {
  std::size_t parent = 0;
  std::vector<std::size_t> leaves;
  double left = 0, right = 0, top = 0, bottom = 0;  // places of the outermost leaves
};

struct TreeLayout {
  std::vector<Place> places;      // of each node; neighbours on one level are at least 1 apart
  std::vector<LeafBlock> blocks;  // their leaves have their places above, too
  double width = 0;               // x of all places lies in [0, width], y in [0, height]
  double height = 0;
};

inline constexpr std::size_t kWidestRow = 24;  // leaves; more of one parent stand in a block, to the right of its other children

// `parents[i]` < i is the parent of node i; node 0 is the root, and parents[0] is not looked at. There is a node. In both, the
// deepest of siblings is in their middle, and edges do not cross but for those of a block.
TreeLayout tidy_layout(std::span<const std::size_t> parents);
TreeLayout packed_layout(std::span<const std::size_t> parents);

// The packed one where it is much narrower, else the tidy one.
TreeLayout lay_out(std::span<const std::size_t> parents);

}  // namespace reckon
