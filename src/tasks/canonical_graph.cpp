#include "tasks/canonical_graph.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <tuple>

namespace reckon {
namespace {

constexpr std::int64_t kMaximumOrders = 40'320;
constexpr std::size_t kLargestGraph = 256;

using Signature = std::vector<std::array<std::int64_t, 3>>;  // direction, weight, class of the neighbour

// Splits classes by the classes around each vertex, until nothing splits. Classes are numbered by sorted signature, so the
// numbers do not depend on the names.
std::vector<int> refined(std::vector<int> classes, std::span<const GraphEdge> edges, bool directed) {
  for (std::size_t count = 0;;) {
    std::vector<Signature> around(classes.size());
    for (const GraphEdge& edge : edges) {
      const auto from = static_cast<std::size_t>(edge.from);
      const auto to = static_cast<std::size_t>(edge.to);
      around[from].push_back({0, edge.weight, classes[to]});
      around[to].push_back({directed ? 1 : 0, edge.weight, classes[from]});
    }
    std::map<std::pair<int, Signature>, int> names;
    for (std::size_t v = 0; v < classes.size(); ++v) {
      std::ranges::sort(around[v]);
      names[{classes[v], around[v]}] = 0;
    }
    int next = 0;
    for (auto& [signature, name] : names) name = next++;
    for (std::size_t v = 0; v < classes.size(); ++v) classes[v] = names[{classes[v], around[v]}];
    if (names.size() == count) return classes;
    count = names.size();
  }
}

std::string written(std::span<const int> names, std::span<const int> colours, std::span<const GraphEdge> edges, bool directed) {
  std::vector<std::tuple<int, int, std::int64_t>> renamed;
  for (const GraphEdge& edge : edges) {
    int from = names[static_cast<std::size_t>(edge.from)];
    int to = names[static_cast<std::size_t>(edge.to)];
    if (!directed && from > to) std::swap(from, to);
    renamed.emplace_back(from, to, edge.weight);
  }
  std::ranges::sort(renamed);
  std::vector<int> by_name(names.size());
  for (std::size_t v = 0; v < names.size(); ++v) by_name[static_cast<std::size_t>(names[v])] = colours[v];
  std::string text;
  for (const int colour : by_name) text += std::to_string(colour) + ',';
  for (const auto& [from, to, weight] : renamed) {
    text += std::to_string(from) + '-' + std::to_string(to) + ':' + std::to_string(weight) + ' ';
  }
  return text;
}

}  // namespace

std::string canonical_graph(std::span<const int> colours, std::span<const GraphEdge> edges, bool directed) {
  std::vector<int> order(colours.size());
  std::iota(order.begin(), order.end(), 0);
  if (colours.size() > kLargestGraph) return written(order, colours, edges, directed);
  const std::vector<int> classes = refined({colours.begin(), colours.end()}, edges, directed);
  std::int64_t orders = 1;
  std::map<int, std::int64_t> sizes;
  for (const int name : classes) orders = std::min(orders * ++sizes[name], kMaximumOrders + 1);
  if (orders > kMaximumOrders) return written(order, colours, edges, directed);
  // Every order of the vertices that lists class after class: within a class, all permutations.
  std::ranges::stable_sort(order, {}, [&](int v) { return classes[static_cast<std::size_t>(v)]; });
  std::string least;
  std::vector<int> names(order.size());
  const auto same_class = [&](std::size_t i, std::size_t j) {
    return classes[static_cast<std::size_t>(order[i])] == classes[static_cast<std::size_t>(order[j])];
  };
  for (bool more = true; more;) {
    for (std::size_t i = 0; i < order.size(); ++i) names[static_cast<std::size_t>(order[i])] = static_cast<int>(i);
    std::string text = written(names, colours, edges, directed);
    if (least.empty() || text < least) least = std::move(text);
    more = false;  // an odometer of permutations, one wheel per class
    for (std::size_t begin = 0; begin < order.size() && !more;) {
      std::size_t end = begin + 1;
      while (end < order.size() && same_class(begin, end)) ++end;
      const auto wheel = order.begin() + static_cast<std::ptrdiff_t>(begin);
      more = std::next_permutation(wheel, order.begin() + static_cast<std::ptrdiff_t>(end));
      begin = end;
    }
  }
  return least;
}

}  // namespace reckon
