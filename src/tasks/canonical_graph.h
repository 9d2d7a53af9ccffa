// One text for all graphs that are the same up to the names of their vertices. Colours are refined until every vertex of a class
// has the same neighbours by class; the orders that are left are tried. Exact while few are left, as with marked vertices or
// weights.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace reckon {

struct GraphEdge {
  int from = 0;
  int to = 0;
  std::int64_t weight = 1;
  friend bool operator==(const GraphEdge&, const GraphEdge&) = default;
};

// `colours[v]`: vertices of different colours are never exchanged; one per vertex. Above 40,320 orders (8 vertices that nothing
// tells apart), or 256 vertices, the graph is written as it is: two spellings of it then count as two problems.
std::string canonical_graph(std::span<const int> colours, std::span<const GraphEdge> edges, bool directed);

}  // namespace reckon
