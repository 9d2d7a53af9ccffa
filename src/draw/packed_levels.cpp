#include "draw/packed_levels.h"

namespace reckon {
namespace {

constexpr int kSweeps = 6;               // down and up again; more move nothing that would be seen
constexpr double kWeightOfLeaves = 0.2;  // that parents stand well matters more than that leaves do

struct Wish {
  double x;
  double weight;
};

// Places at least 1 apart, in this order, nearest to the wishes in the weighted sum of squares: with y = x - i, that asks for y
// that never fall, which pools adjacent violators (Ayer et al. 1955).
std::vector<double> spaced(std::span<const Wish> wishes) {
  struct Pool {
    double sum, weight;
    std::size_t count;
    double mean() const { return sum / weight; }
  };
  std::vector<Pool> pools;
  for (std::size_t i = 0; i < wishes.size(); ++i) {
    pools.push_back({(wishes[i].x - static_cast<double>(i)) * wishes[i].weight, wishes[i].weight, 1});
    while (pools.size() > 1 && pools[pools.size() - 2].mean() > pools.back().mean()) {
      const Pool last = pools.back();
      pools.pop_back();
      pools.back().sum += last.sum;
      pools.back().weight += last.weight;
      pools.back().count += last.count;
    }
  }
  std::vector<double> places;
  for (const Pool& pool : pools) {
    for (std::size_t i = 0; i < pool.count; ++i) places.push_back(pool.mean() + static_cast<double>(places.size()));
  }
  return places;
}

class Packing {
 public:
  explicit Packing(std::span<const std::vector<std::size_t>> children) : children_(children), x_(children.size(), 0.0) {
    levels_.push_back({0});
    while (!levels_.back().empty()) {
      std::vector<std::size_t> below;
      for (const std::size_t node : levels_.back()) below.insert(below.end(), children_[node].begin(), children_[node].end());
      levels_.push_back(std::move(below));
    }
    levels_.pop_back();
  }

  std::vector<double> run() && {
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
      for (std::size_t level = 1; level < levels_.size(); ++level) place_under_parents(level);
      for (std::size_t level = levels_.size(); level-- > 0;) place_over_children(level);
    }
    return std::move(x_);
  }

 private:
  // Siblings side by side under their parent; those that have children themselves pull harder.
  void place_under_parents(std::size_t level) {
    std::vector<Wish> wishes;
    for (const std::size_t parent : levels_[level - 1]) {
      const std::vector<std::size_t>& children = children_[parent];
      for (std::size_t i = 0; i < children.size(); ++i) {
        const double aside = static_cast<double>(i) - static_cast<double>(children.size() - 1) / 2;
        wishes.push_back({x_[parent] + aside, weight_of(children[i])});
      }
    }
    place(level, wishes);
  }

  void place_over_children(std::size_t level) {
    std::vector<Wish> wishes;
    for (const std::size_t node : levels_[level]) {
      const std::vector<std::size_t>& children = children_[node];
      const double middle = children.empty() ? x_[node] : (x_[children.front()] + x_[children.back()]) / 2;
      wishes.push_back({middle, weight_of(node)});
    }
    place(level, wishes);
  }

  double weight_of(std::size_t node) const { return children_[node].empty() ? kWeightOfLeaves : 1; }

  void place(std::size_t level, std::span<const Wish> wishes) {
    const std::vector<double> places = spaced(wishes);
    for (std::size_t i = 0; i < places.size(); ++i) x_[levels_[level][i]] = places[i];
  }

  std::span<const std::vector<std::size_t>> children_;
  std::vector<std::vector<std::size_t>> levels_;  // from left to right
  std::vector<double> x_;
};

}  // namespace

std::vector<double> packed_levels(std::span<const std::vector<std::size_t>> children) { return Packing(children).run(); }

}  // namespace reckon
