// Random graphs of several layouts, for tasks.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/rng.h"
#include "tasks/canonical_graph.h"

namespace reckon {

struct GraphLevel {
  int vertices, edges;
  bool directed;
};

// Layouts: "random" (a tree first, so that everything is reached, then edges at random), "tree", "grid" (of about as many rows as
// columns), "ring" (with short cuts). Each pair of vertices has one edge at most; weights are drawn from 1 to `heaviest`.
std::vector<GraphEdge> draw_edges(SplitMix64& rng, const GraphLevel& level, const std::string& layout, std::int64_t heaviest);

}  // namespace reckon
