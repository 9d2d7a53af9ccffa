#include "tasks/random_graph.h"

#include <algorithm>
#include <numeric>

namespace reckon {

std::vector<GraphEdge> draw_edges(SplitMix64& rng, const GraphLevel& level, const std::string& layout, std::int64_t heaviest) {
  std::vector<GraphEdge> edges;
  const auto n = static_cast<std::int64_t>(level.vertices);
  const auto add = [&](std::int64_t a, std::int64_t b) {
    const int from = static_cast<int>(a);
    const int to = static_cast<int>(b);
    const bool known = std::ranges::any_of(edges, [&](const GraphEdge& e) {
      return (e.from == from && e.to == to) || (!level.directed && e.from == to && e.to == from);
    });
    if (from != to && !known) edges.push_back({from, to, rng.range(1, heaviest)});
  };
  std::vector<std::int64_t> names(static_cast<std::size_t>(n));
  std::iota(names.begin(), names.end(), 0);
  shuffle(names, rng);
  const auto name = [&](std::int64_t i) { return names[static_cast<std::size_t>(i)]; };
  if (layout == "grid") {
    const std::int64_t width = n < 9 ? 3 : n < 30 ? 5 : n < 100 ? 8 : 20;
    for (std::int64_t i = 0; i < n; ++i) {
      if (i % width + 1 < width && i + 1 < n) add(name(i), name(i + 1));
      if (i + width < n) add(name(i), name(i + width));
    }
    return edges;
  }
  if (layout == "ring") {
    for (std::int64_t i = 0; i < n; ++i) add(name(i), name((i + 1) % n));
  } else {
    for (std::int64_t i = 1; i < n; ++i) add(name(static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(i)))), name(i));
  }
  const std::size_t wanted = layout == "tree"   ? 0
                             : layout == "ring" ? static_cast<std::size_t>(n + n / 4)
                                                : static_cast<std::size_t>(level.edges);
  while (edges.size() < wanted) {
    const std::int64_t from = rng.range(0, n - 1);
    add(from, rng.range(0, n - 1));
  }
  shuffle(edges, rng);
  return edges;
}

}  // namespace reckon
