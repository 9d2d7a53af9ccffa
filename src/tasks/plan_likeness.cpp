// How alike two plans are: isomorphism of labelled graphs by colour refinement and backtracking (Weisfeiler, Leman 1968), and
// edit distance by branch and bound. Trees are not enough: two calls that share one result differ from two with a result each.
#include <algorithm>
#include <array>
#include <map>

#include "tasks/tool_plan.h"
#include "tasks/wording.h"

namespace reckon {
namespace {

struct Graph {
  std::vector<std::string> labels;
  std::vector<std::vector<std::size_t>> needs;  // [call]: calls it depends on, sorted, each once
};

void add_references(const PlanArgument& argument, std::vector<std::size_t>& needs) {
  if (argument.reference != 0) needs.push_back(argument.reference - 1);
  for (const PlanArgument& item : argument.items) add_references(item, needs);
}

Graph graph_of(const Plan& plan) {
  Graph graph;
  for (const PlanCall& call : plan) {
    graph.labels.push_back(call.tool);
    std::vector<std::size_t> needs;
    for (const PlanArgument& argument : call.arguments) add_references(argument, needs);
    std::ranges::sort(needs);
    needs.erase(std::ranges::unique(needs).begin(), needs.end());
    graph.needs.push_back(std::move(needs));
  }
  return graph;
}

// Colours by label, then by the colours of what a call needs and what needs it, until no class splits. Equal texts in two graphs
// mean equal classes.
std::vector<std::string> colours_of(const Graph& graph) {
  std::vector<std::string> colours = graph.labels;
  for (std::size_t round = 0; round < graph.labels.size(); ++round) {
    std::vector<std::vector<std::string>> around(colours.size());
    for (std::size_t call = 0; call < colours.size(); ++call) {
      for (const std::size_t need : graph.needs[call]) {
        around[call].push_back('<' + colours[need]);
        around[need].push_back('>' + colours[call]);
      }
    }
    std::vector<std::string> next;
    for (std::size_t call = 0; call < colours.size(); ++call) {
      std::ranges::sort(around[call]);
      next.push_back(std::to_string(fnv1a(colours[call] + '(' + joined(around[call], ",") + ')')));
    }
    colours = std::move(next);
  }
  return colours;
}

// The arguments with references named by the calls they are paired with; lists without order.
std::string paired_text(const PlanArgument& argument, const std::vector<std::size_t>* pairs) {
  if (argument.reference != 0) {
    const std::size_t call = argument.reference - 1;
    return '$' + std::to_string(pairs ? pairs->at(call) : call);
  }
  if (!argument.is_list) return '"' + plain_words(argument.text);
  std::vector<std::string> items;
  for (const PlanArgument& item : argument.items) items.push_back(paired_text(item, pairs));
  std::ranges::sort(items);
  return '[' + joined(items, ",") + ']';
}
bool same_arguments(const PlanCall& a, const PlanCall& b, const std::vector<std::size_t>& pairs) {
  return std::ranges::equal(a.arguments, b.arguments, [&](const PlanArgument& x, const PlanArgument& y) {
    return paired_text(x, &pairs) == paired_text(y, nullptr);
  });
}

class Pairing {
 public:
  Pairing(const Plan& a, const Plan& b, bool exact)
      : plan_a_(a),
        plan_b_(b),
        a_(graph_of(a)),
        b_(graph_of(b)),
        colours_a_(colours_of(a_)),
        colours_b_(colours_of(b_)),
        exact_(exact) {
    used_.assign(b.size(), false);
  }

  // Calls in order: what one depends on is paired before it.
  bool extend(std::size_t call) {
    if (call == plan_a_.size()) return true;
    std::vector<std::size_t> needs;
    for (const std::size_t need : a_.needs[call]) needs.push_back(pairs_[need]);
    std::ranges::sort(needs);
    for (std::size_t other = 0; other < plan_b_.size(); ++other) {
      if (used_[other] || colours_a_[call] != colours_b_[other] || needs != b_.needs[other]) continue;
      if (++steps_ > kMostSteps) return false;
      if (exact_ && !same_arguments(plan_a_[call], plan_b_[other], pairs_)) continue;
      used_[other] = true;
      pairs_.push_back(other);
      if (extend(call + 1)) return true;
      pairs_.pop_back();
      used_[other] = false;
    }
    return false;
  }

 private:
  static constexpr int kMostSteps = 20'000;  // twelve calls that are all alike pair at once
  const Plan &plan_a_, &plan_b_;
  Graph a_, b_;
  std::vector<std::string> colours_a_, colours_b_;
  bool exact_;
  std::vector<std::size_t> pairs_;
  std::vector<bool> used_;
  int steps_ = 0;
};

class Distance {
 public:
  Distance(const Graph& a, const Graph& b) : a_(a), b_(b), best_(a.labels.size() + b.labels.size() + edges(a) + edges(b)) {
    used_.assign(b.labels.size(), false);
  }
  std::size_t find() {
    extend(0);
    return best_;
  }

 private:
  static constexpr std::size_t kDropped = static_cast<std::size_t>(-1);
  static constexpr int kMostSteps = 30'000;

  static std::size_t edges(const Graph& graph) {
    std::size_t count = 0;
    for (const auto& needs : graph.needs) count += needs.size();
    return count;
  }
  static bool needs(const Graph& graph, std::size_t call, std::size_t other) {
    return std::ranges::binary_search(graph.needs[call], other);
  }
  // Dependencies between this call and those before it that its partner does not have likewise, and the other way round.
  std::size_t mismatches() const {
    const std::size_t call = pairs_.size() - 1;
    const std::size_t partner = pairs_.back();
    std::size_t count = 0;
    for (std::size_t before = 0; before < call; ++before) {
      const std::size_t other = pairs_[before];
      const bool both = partner != kDropped && other != kDropped;
      const bool forward = both && needs(b_, partner, other);
      const bool backward = both && needs(b_, other, partner);
      count += (needs(a_, call, before) != forward ? 1 : 0) + (backward ? 1 : 0);
    }
    return count;
  }
  // Calls of b without a partner, and their dependencies.
  std::size_t additions() const {
    std::size_t count = 0;
    for (std::size_t call = 0; call < used_.size(); ++call) {
      count += used_[call] ? 0 : 1;
      for (const std::size_t need : b_.needs[call]) count += used_[call] && used_[need] ? 0 : 1;
    }
    return count;
  }
  void extend(std::size_t cost) {
    if (cost >= best_ || ++steps_ > kMostSteps) return;
    const std::size_t call = pairs_.size();
    if (call == a_.labels.size()) {
      best_ = std::min(best_, cost + additions());
      return;
    }
    for (const bool same_label : {true, false}) {
      for (std::size_t other = 0; other < used_.size(); ++other) {
        if (used_[other] || (a_.labels[call] == b_.labels[other]) != same_label) continue;
        used_[other] = true;
        pairs_.push_back(other);
        extend(cost + mismatches() + (same_label ? 0 : 1));
        pairs_.pop_back();
        used_[other] = false;
      }
    }
    pairs_.push_back(kDropped);
    extend(cost + mismatches() + 1);
    pairs_.pop_back();
  }

  const Graph &a_, &b_;
  std::size_t best_;
  std::vector<std::size_t> pairs_;
  std::vector<bool> used_;
  int steps_ = 0;
};

}  // namespace

bool same_plan(const Plan& a, const Plan& b, bool exact) { return a.size() == b.size() && Pairing(a, b, exact).extend(0); }

std::size_t plan_distance(const Plan& a, const Plan& b) {
  const Graph first = graph_of(a);
  const Graph second = graph_of(b);
  return Distance(first, second).find();
}

std::size_t critical_path(const Plan& plan) {
  const Graph graph = graph_of(plan);
  std::vector<std::size_t> depth;
  for (std::size_t call = 0; call < plan.size(); ++call) {
    std::size_t deepest = 0;
    for (const std::size_t need : graph.needs[call]) deepest = std::max(deepest, depth[need]);
    depth.push_back(deepest + 1);
  }
  return depth.empty() ? 0 : *std::ranges::max_element(depth);
}

}  // namespace reckon
