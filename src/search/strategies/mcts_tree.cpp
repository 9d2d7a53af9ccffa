#include "search/strategies/mcts_tree.h"

#include <algorithm>
#include <cmath>

namespace reckon {

std::size_t MctsTree::add_child(std::size_t parent, double prior, std::optional<double> estimate) {
  const std::size_t child = nodes_.size();
  Node& node = nodes_.emplace_back();
  node.parent = parent;
  node.prior = prior;
  node.estimate = estimate;
  nodes_[parent].children.push_back(child);
  return child;
}

std::size_t MctsTree::descend(std::size_t from) const {
  while (!nodes_[from].children.empty()) from = preferred_child(from);
  return from;
}

std::size_t MctsTree::preferred_child(std::size_t node) const {
  const Node& parent = nodes_[node];
  std::size_t best = parent.children.front();
  double most = preference(parent, best);
  for (const std::size_t child : parent.children) {
    const double here = preference(parent, child);
    if (here < most || (here == most && value(child) <= value(best))) continue;
    best = child;
    most = here;
  }
  return best;
}

double MctsTree::preference(const Node& parent, std::size_t child) const {
  const auto visits = static_cast<double>(nodes_[child].visits + nodes_[child].under_way);
  const auto of_parent = static_cast<double>(parent.visits + parent.under_way);
  if (options_.rule == TreeRule::uct) {
    if (visits == 0) return std::numeric_limits<double>::infinity();
    return value(child) + options_.exploration * std::sqrt(std::log(of_parent) / visits);
  }
  const double c = options_.c_init + std::log((of_parent + options_.c_base + 1) / options_.c_base);
  return value(child) + nodes_[child].prior * c * std::sqrt(of_parent) / (1 + visits);
}

double MctsTree::mean(std::size_t node) const {
  return nodes_[node].visits > 0 ? nodes_[node].sum / static_cast<double>(nodes_[node].visits) : 0;
}

double MctsTree::value(std::size_t index) const {
  const Node& node = nodes_[index];
  if (node.visits + node.under_way == 0) {
    if (node.estimate) return *node.estimate;
    return index == kRoot ? 0 : value(node.parent);
  }
  const double known = options_.backup == Backup::max ? node.most : mean(index);
  return known * static_cast<double>(node.visits) / static_cast<double>(node.visits + node.under_way);
}

void MctsTree::back_up(std::size_t node, double value) {
  for (;; node = nodes_[node].parent) {
    nodes_[node].visits += 1;
    nodes_[node].sum += value;
    nodes_[node].most = std::max(nodes_[node].most, value);
    if (node == kRoot) return;
  }
}

void MctsTree::begin_visit(std::size_t node) {
  for (;; node = nodes_[node].parent) {
    nodes_[node].under_way += 1;
    if (node == kRoot) return;
  }
}

void MctsTree::end_visit(std::size_t node) {
  for (;; node = nodes_[node].parent) {
    nodes_[node].under_way -= 1;
    if (node == kRoot) return;
  }
}

}  // namespace reckon
