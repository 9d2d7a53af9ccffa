// The statistics of a Monte-Carlo tree search: which node to visit next, and what visits say of those above. It knows nothing of
// paths: who uses it keeps them beside it, under the same indices. Source: PUCT as in AlphaZero (Silver et al. 2018), UCT of
// Kocsis and Szepesvari 2006 (specs card C10). Invariants: a node's visits are one, when it was first reached, and those of its
// children; its mean is that of all values that were backed up through it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace reckon {

enum class TreeRule { puct, uct };
enum class Backup { mean, max };

struct TreeOptions {
  TreeRule rule = TreeRule::puct;
  double c_init = 1.25;      // PUCT: how much the prior counts
  double c_base = 19652;     // PUCT: after about so many visits it counts more
  double exploration = 1.4;  // UCT: how much rarely visited children are preferred
  Backup backup = Backup::mean;
};

class MctsTree {  // values lie in [0, 1]
 public:
  static constexpr std::size_t kRoot = 0;

  explicit MctsTree(const TreeOptions& options) : options_(options), nodes_(1) {}

  // `estimate`: what is thought of it before the first visit; nothing = as of its parent.
  std::size_t add_child(std::size_t parent, double prior, std::optional<double> estimate);
  // From `from` down to a node without children, each time to the child that the rule prefers, equals to the earlier.
  std::size_t descend(std::size_t from = kRoot) const;
  // One visit of the node and of all above it, with what it is worth.
  void back_up(std::size_t node, double value);
  // A visit that is under way counts as one worth nothing, so that others of the same batch go elsewhere.
  void begin_visit(std::size_t node);
  void end_visit(std::size_t node);

  std::size_t size() const { return nodes_.size(); }
  std::int64_t visits(std::size_t node) const { return nodes_[node].visits; }
  double mean(std::size_t node) const;   // of the values backed up; 0 before the first
  double value(std::size_t node) const;  // what the rule sees, visits under way included
  const std::vector<std::size_t>& children(std::size_t node) const { return nodes_[node].children; }
  bool under_way(std::size_t node) const { return nodes_[node].under_way > 0; }

 private:
  struct Node {
    std::size_t parent = kRoot;
    std::vector<std::size_t> children = {};
    double prior = 1;
    std::optional<double> estimate = {};
    std::int64_t visits = 0;
    std::int64_t under_way = 0;
    double sum = 0;
    double most = 0;
  };

  double preference(const Node& parent, std::size_t child) const;
  std::size_t preferred_child(std::size_t node) const;

  TreeOptions options_;
  std::vector<Node> nodes_;
};

}  // namespace reckon
