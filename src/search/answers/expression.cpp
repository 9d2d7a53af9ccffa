#include "search/answers/expression.h"

#include <algorithm>
#include <utility>

namespace reckon::answers {
namespace {

const char* tag(NodeKind kind) {
  switch (kind) {
    case NodeKind::number: return "";
    case NodeKind::symbol: return "";
    case NodeKind::infinity: return "inf";
    case NodeKind::add: return "+";
    case NodeKind::multiply: return "*";
    case NodeKind::power: return "^";
    case NodeKind::function: return "";
    case NodeKind::degree: return "deg";
    case NodeKind::tuple: return "tuple";
    case NodeKind::set: return "set";
    case NodeKind::list: return "list";
    case NodeKind::interval: return "interval";
    case NodeKind::set_union: return "union";
    case NodeKind::relation: return "relation";
    case NodeKind::matrix: return "matrix";
  }
  return "";
}

bool is_variable(const std::string& symbol) { return symbol != "pi" && symbol != "e" && symbol != "i"; }

}  // namespace

NodeId Expression::add_node(Node node) {
  if (nodes_.size() >= static_cast<std::size_t>(kMaxNodes)) throw NotComparable{"expression too large", true};
  nodes_.push_back(std::move(node));
  return static_cast<NodeId>(nodes_.size() - 1);
}

NodeId Expression::compound(NodeKind kind, std::vector<NodeId> children, std::string name) {
  return add_node({.kind = kind, .name = std::move(name), .children = std::move(children)});
}

NodeId Expression::negated(NodeId id) {
  if (nodes_[id].kind == NodeKind::number) {
    Node negative = nodes_[id];
    negative.value = -negative.value;
    return add_node(std::move(negative));
  }
  return compound(NodeKind::multiply, {number(-1), id});
}

std::string Expression::text(NodeId id) const {
  const Node& here = nodes_[id];
  if (here.kind == NodeKind::number) return here.value.str();
  std::string out = tag(here.kind) + here.name;
  if (here.children.empty()) return out;
  if (here.kind == NodeKind::interval) out += std::string(here.open_left ? "(" : "[") + (here.open_right ? ")" : "]");
  if (here.kind == NodeKind::matrix) out += std::to_string(here.columns);
  out += '(';
  for (std::size_t i = 0; i < here.children.size(); ++i) {
    if (i > 0) out += i <= here.operators.size() ? here.operators[i - 1] : ",";
    out += text(here.children[i]);
  }
  return out + ')';
}

bool Expression::has_variable(NodeId id) const {
  const Node& here = nodes_[id];
  if (here.kind == NodeKind::symbol) return is_variable(here.name);
  return std::ranges::any_of(here.children, [&](NodeId child) { return has_variable(child); });
}

void Expression::collect_variables(NodeId id, std::set<std::string>& names) const {
  const Node& here = nodes_[id];
  if (here.kind == NodeKind::symbol && is_variable(here.name)) names.insert(here.name);
  for (const NodeId child : here.children) collect_variables(child, names);
}

}  // namespace reckon::answers
