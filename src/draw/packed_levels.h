// Trees whose levels are packed: every node as near to the middle of its children as there is room on its level.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace reckon {

// The x of every node, in widths of a node: at least 1 apart on a level, and so that no two edges cross. `children[i]` > i are in
// order from left to right; node 0 is the root.
std::vector<double> packed_levels(std::span<const std::vector<std::size_t>> children);

}  // namespace reckon
