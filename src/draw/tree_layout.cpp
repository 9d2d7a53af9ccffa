#include "draw/tree_layout.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "draw/packed_levels.h"

namespace reckon {
namespace {

constexpr double kMuchNarrower = 0.5;  // a packed tree this much narrower than the tidy one is worth its slanting edges
constexpr double kBlockMargin = 0.5;   // around a block, on both sides
// Columns of a block of n leaves: sqrt(2.4 n) makes it about twice as wide as high, as it will be drawn (tree_picture.cpp).
constexpr double kBlockShape = 2.4;

// What stands below a node side by side: a child with all below it, or the block of its leaves.
struct Item {
  std::size_t child = 0;  // 0, which is nobody's child, for the block
  double offset = 0;      // of its centre from the node's
};

// The outline of a subtree, level by level: the least and the greatest x, relative to its root. The deepest level comes first, so
// that a level on top is added at the end.
struct Contour {
  std::vector<double> left, right;
  double shift = 0;  // to be added to all

  std::size_t levels() const { return left.size(); }
  double left_at(std::size_t level) const { return left[levels() - 1 - level] + shift; }
  double right_at(std::size_t level) const { return right[levels() - 1 - level] + shift; }
};

// The least distance between the roots of two neighbours at which they are 1 apart on every level that both have.
double distance(const Contour& a, const Contour& b) {
  double most = 1;
  for (std::size_t level = 0; level < std::min(a.levels(), b.levels()); ++level) {
    most = std::max(most, a.right_at(level) + 1 - b.left_at(level));
  }
  return most;
}

// The outline of both, `b` at `offset`, relative to what `a` is relative to. Touches only the levels of the shallower one.
Contour merged(Contour a, Contour b, double offset) {
  b.shift += offset;
  const std::size_t common = std::min(a.levels(), b.levels());
  if (a.levels() >= b.levels()) {
    for (std::size_t level = 0; level < common; ++level) a.right[a.levels() - 1 - level] = b.right_at(level) - a.shift;
    return a;
  }
  for (std::size_t level = 0; level < common; ++level) b.left[b.levels() - 1 - level] = a.left_at(level) - b.shift;
  return b;
}

using Children = std::vector<std::vector<std::size_t>>;

// The children of each node from left to right: the deepest subtree in the middle, shallower ones to both sides of it, so that a
// search that keeps some of its paths grows straight down. Where their number is odd, the sides take turns from level to level.
// Equals stay in order.
Children children_of(std::span<const std::size_t> parents) {
  Children all(parents.size());
  std::vector<std::size_t> level(parents.size(), 0), depth(parents.size(), 1);
  for (std::size_t i = 1; i < parents.size(); ++i) {
    all[parents[i]].push_back(i);
    level[i] = level[parents[i]] + 1;
  }
  for (std::size_t i = parents.size(); i-- > 1;) depth[parents[i]] = std::max(depth[parents[i]], depth[i] + 1);
  for (std::size_t node = 0; node < parents.size(); ++node) {
    std::vector<std::size_t>& children = all[node];
    std::ranges::stable_sort(children, {}, [&depth](std::size_t child) { return depth[child]; });
    std::vector<std::size_t> left, right;
    for (auto from = children.begin(); from != children.end();) {
      const auto deeper = [&depth, from](std::size_t child) { return depth[child] > depth[*from]; };
      const auto to = std::find_if(from, children.end(), deeper);
      const auto middle = from + (to - from + (level[node] % 2 == 0 ? 1 : 0)) / 2;
      left.insert(left.end(), from, middle);
      right.insert(right.begin(), middle, to);
      from = to;
    }
    std::ranges::copy(right, std::ranges::copy(left, children.begin()).out);
  }
  return all;
}

// Moves all places to the right of 0, and measures them.
void fit(TreeLayout& layout) {
  double least = layout.places.front().x;
  for (const Place& place : layout.places) least = std::min(least, place.x);
  for (Place& place : layout.places) place.x -= least;
  for (LeafBlock& block : layout.blocks) {
    block.left -= least;
    block.right -= least;
  }
  for (const Place& place : layout.places) {
    layout.width = std::max(layout.width, place.x);
    layout.height = std::max(layout.height, place.y);
  }
}

class Tidy {
 public:
  explicit Tidy(Children children) : children_(std::move(children)), leaves_(children_.size()), items_(children_.size()) {
    for (std::size_t i = 0; i < children_.size(); ++i) separate_leaves(i);
  }

  TreeLayout run() && {
    std::vector<Contour> contours(children_.size());
    for (std::size_t i = children_.size(); i-- > 0;) contours[i] = arrange(i, contours);
    TreeLayout layout;
    layout.places.resize(children_.size());
    for (std::size_t i = 0; i < children_.size(); ++i) place_below(i, layout);
    fit(layout);
    return layout;
  }

 private:
  // Leaves that are too many for a row become the block.
  void separate_leaves(std::size_t node) {
    const auto is_leaf = [this](std::size_t child) { return children_[child].empty(); };
    std::vector<std::size_t>& children = children_[node];
    if (static_cast<std::size_t>(std::ranges::count_if(children, is_leaf)) <= kWidestRow) return;
    std::ranges::copy_if(children, std::back_inserter(leaves_[node]), is_leaf);
    std::erase_if(children, is_leaf);
  }

  static std::size_t columns_of(std::size_t leaves) {
    return static_cast<std::size_t>(std::ceil(std::sqrt(kBlockShape * static_cast<double>(leaves))));
  }
  static std::size_t rows_of(std::size_t leaves) { return (leaves + columns_of(leaves) - 1) / columns_of(leaves); }

  static Contour block_contour(std::size_t leaves) {
    const double half = static_cast<double>(columns_of(leaves) - 1) / 2 + kBlockMargin;
    Contour contour;
    contour.left.assign((rows_of(leaves) + 1) / 2, -half);
    contour.right.assign((rows_of(leaves) + 1) / 2, half);
    return contour;
  }

  // Puts what is below a node side by side, and the node over the middle; returns the outline of it all.
  Contour arrange(std::size_t node, std::vector<Contour>& contours) {
    std::vector<Item>& items = items_[node];
    for (const std::size_t child : children_[node]) items.push_back({child, 0});
    if (!leaves_[node].empty()) items.push_back({0, 0});
    Contour whole;
    for (std::size_t i = 0; i < items.size(); ++i) {
      Contour next = items[i].child == 0 ? block_contour(leaves_[node].size()) : std::move(contours[items[i].child]);
      if (i > 0) items[i].offset = distance(whole, next);
      whole = i == 0 ? std::move(next) : merged(std::move(whole), std::move(next), items[i].offset);
    }
    const double middle = items.empty() ? 0 : items.back().offset / 2;
    for (Item& item : items) item.offset -= middle;
    whole.shift -= middle;
    whole.left.push_back(-whole.shift);
    whole.right.push_back(-whole.shift);
    return whole;
  }

  void place_below(std::size_t node, TreeLayout& layout) const {
    const Place at = layout.places[node];
    for (const Item& item : items_[node]) {
      const Place below{at.x + item.offset, at.y + 1};
      if (item.child == 0) {
        place_block(node, below, layout);
      } else {
        layout.places[item.child] = below;
      }
    }
  }

  void place_block(std::size_t node, Place centre, TreeLayout& layout) const {
    const std::vector<std::size_t>& leaves = leaves_[node];
    const std::size_t columns = columns_of(leaves.size());
    const double left = centre.x - static_cast<double>(columns - 1) / 2;
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      const std::size_t row = i / columns;
      layout.places[leaves[i]] = {left + static_cast<double>(i % columns), centre.y + static_cast<double>(row) / 2};
    }
    const double bottom = centre.y + static_cast<double>(rows_of(leaves.size()) - 1) / 2;
    layout.blocks.push_back({node, leaves, left, left + static_cast<double>(columns - 1), centre.y, bottom});
  }

  Children children_;  // but for those in the block
  Children leaves_;    // in the block
  std::vector<std::vector<Item>> items_;
};

}  // namespace

TreeLayout tidy_layout(std::span<const std::size_t> parents) { return Tidy(children_of(parents)).run(); }

TreeLayout packed_layout(std::span<const std::size_t> parents) {
  const std::vector<double> x = packed_levels(children_of(parents));
  TreeLayout layout;
  layout.places.resize(parents.size());
  for (std::size_t i = 0; i < parents.size(); ++i) {
    layout.places[i] = {x[i], i == 0 ? 0 : layout.places[parents[i]].y + 1};
  }
  fit(layout);
  return layout;
}

TreeLayout lay_out(std::span<const std::size_t> parents) {
  TreeLayout tidy = tidy_layout(parents);
  TreeLayout packed = packed_layout(parents);
  return packed.width < kMuchNarrower * tidy.width ? packed : tidy;
}

}  // namespace reckon
