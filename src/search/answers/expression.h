// The tree of a mathematical answer. Nodes lie in one array and name each other by index, so no tree is too deep to destroy.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "search/answers/number.h"

namespace reckon::answers {

using NodeId = std::uint32_t;

enum class NodeKind {
  number,  // value, decimals, percent
  symbol,  // name: "x", "x_1", "theta"; also the constants "pi", "e", "i"
  infinity,
  add,
  multiply,
  power,     // children: base, exponent; a quotient multiplies by a power of -1, a root is a power of 1/n
  function,  // name; children: arguments; "log" has its base as second child when one is written
  degree,    // an angle written with a degree sign; child: the number of degrees
  tuple,
  set,
  list,      // list: elements without brackets
  interval,  // children: ends; open_left, open_right
  set_union,
  relation,  // a chain: children[i] operators[i] children[i + 1], operators of < <= > >= = !=
  matrix,    // row-major, `columns` per row; name "determinant" for bars
};

struct Node {
  NodeKind kind;
  Rational value = 0;
  int decimals = -1;     // digits after the point when the number was written as a decimal
  bool percent = false;  // value is already divided by 100
  std::string name = {};
  std::vector<NodeId> children = {};
  std::vector<std::string> operators = {};
  bool open_left = false;
  bool open_right = false;
  std::size_t columns = 0;
};

class Expression {
 public:
  const Node& node(NodeId id) const { return nodes_[id]; }
  const Node& root() const { return nodes_[root_]; }
  NodeId root_id() const { return root_; }
  void set_root(NodeId root) { root_ = root; }

  // Throw NotComparable above kMaxNodes.
  NodeId add_node(Node node);
  NodeId number(const Rational& value) { return add_node({.kind = NodeKind::number, .value = value}); }
  NodeId compound(NodeKind kind, std::vector<NodeId> children, std::string name = "");
  NodeId power(NodeId base, NodeId exponent) { return compound(NodeKind::power, {base, exponent}); }
  NodeId negated(NodeId id);  // a literal stays a literal
  NodeId inverted(NodeId id) { return power(id, number(-1)); }

  std::string text(NodeId id) const;   // fully bracketed; equal trees give equal texts
  bool has_variable(NodeId id) const;  // a symbol other than pi, e and i
  void collect_variables(NodeId id, std::set<std::string>& names) const;

 private:
  std::vector<Node> nodes_;
  NodeId root_ = 0;
};

}  // namespace reckon::answers
