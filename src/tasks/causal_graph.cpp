#include "tasks/causal_graph.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace reckon {
namespace {

std::size_t index(int variable) { return static_cast<std::size_t>(variable); }
VariableSet only(int variable) { return static_cast<VariableSet>(1U << variable); }
bool has(VariableSet set, int variable) { return (set >> variable & 1) != 0; }

std::array<VariableSet, kMostVariables> parents_of(const Dag& dag) {
  std::array<VariableSet, kMostVariables> parents{};
  for (int v = 0; v < dag.variables; ++v) {
    for (int child = 0; child < dag.variables; ++child) {
      if (dag.has_edge(v, child)) parents[index(child)] |= only(v);
    }
  }
  return parents;
}

// All that `start` reaches along `steps`, itself included, never entering `closed`.
VariableSet reached(const std::array<VariableSet, kMostVariables>& steps, VariableSet start, VariableSet closed) {
  VariableSet seen = start;
  for (VariableSet fresh = start; fresh != 0;) {
    VariableSet next = 0;
    for (int v = 0; v < kMostVariables; ++v) {
      if (has(fresh, v)) next |= steps[index(v)];
    }
    fresh = static_cast<VariableSet>(next & ~seen & ~closed);
    seen |= fresh;
  }
  return seen;
}

// The vertices of every directed simple path from `from` to `to`, both included. In a DAG every path is simple.
void collect_paths(const Dag& dag, int from, int to, VariableSet so_far, std::vector<VariableSet>& paths) {
  so_far |= only(from);
  if (from == to) {
    paths.push_back(so_far);
    return;
  }
  for (int next = 0; next < dag.variables; ++next) {
    if (dag.has_edge(from, next)) collect_paths(dag, next, to, so_far, paths);
  }
}
std::vector<VariableSet> paths_between(const Dag& dag, int from, int to) {
  std::vector<VariableSet> paths;
  collect_paths(dag, from, to, 0, paths);
  return paths;
}

bool meet_only_in(int vertex, const std::vector<VariableSet>& first, const std::vector<VariableSet>& second) {
  return std::ranges::any_of(
      first, [&](VariableSet p) { return std::ranges::any_of(second, [&](VariableSet q) { return (p & q) == only(vertex); }); });
}

bool indirect(const Dag& dag, int from, int to) {
  return std::ranges::any_of(paths_between(dag, from, to), [](VariableSet path) { return std::popcount(path) >= 3; });
}

}  // namespace

Dag draw_dag(SplitMix64& rng, int variables, double edge_probability) {
  std::vector<int> order(index(variables));
  std::iota(order.begin(), order.end(), 0);
  shuffle(order, rng);
  Dag dag{.variables = variables};
  const auto threshold = static_cast<std::uint64_t>(edge_probability * 1000);
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = i + 1; j < order.size(); ++j) {
      if (rng.below(1000) < threshold) dag.children[index(order[i])] |= only(order[j]);
    }
  }
  return dag;
}

bool is_acyclic(const Dag& dag) {
  VariableSet left = static_cast<VariableSet>((1U << dag.variables) - 1);
  for (bool removed = true; left != 0 && removed;) {  // whoever points at nobody left can go
    removed = false;
    for (int v = 0; v < dag.variables; ++v) {
      if (!has(left, v) || (dag.children[index(v)] & left) != 0) continue;
      left = static_cast<VariableSet>(left & ~only(v));
      removed = true;
    }
  }
  return left == 0;
}

bool separated(const Dag& dag, int x, int y, VariableSet given) {
  const auto parents = parents_of(dag);
  const VariableSet kept = reached(parents, static_cast<VariableSet>(only(x) | only(y) | given), 0);
  std::array<VariableSet, kMostVariables> moral{};
  for (int child = 0; child < dag.variables; ++child) {
    if (!has(kept, child)) continue;
    const VariableSet family = parents[index(child)];
    for (int p = 0; p < dag.variables; ++p) {
      if (!has(family, p)) continue;
      moral[index(p)] |= static_cast<VariableSet>((family & ~only(p)) | only(child));
      moral[index(child)] |= only(p);
    }
  }
  return !has(reached(moral, only(x), given), y);
}

std::vector<Independence> independences(const Dag& dag, bool minimal) {
  std::vector<Independence> facts;
  for (int first = 0; first < dag.variables; ++first) {
    std::vector<Independence> conditional;
    for (int second = first + 1; second < dag.variables; ++second) {
      std::vector<VariableSet> conditions;
      for (unsigned given = 0; given < 1U << dag.variables; ++given) {
        const auto set = static_cast<VariableSet>(given);
        if (!has(set, first) && !has(set, second) && separated(dag, first, second, set)) conditions.push_back(set);
      }
      // The order of "B", "B and C", "C": by the first variable, a shorter list before its continuations.
      const auto list = [&](VariableSet set) {
        std::vector<int> variables;
        for (int v = 0; v < dag.variables; ++v) {
          if (has(set, v)) variables.push_back(v);
        }
        return variables;
      };
      std::ranges::sort(conditions, [&](VariableSet a, VariableSet b) { return list(a) < list(b); });
      for (const VariableSet set : conditions) {
        const bool implied =
            std::ranges::any_of(conditions, [&](VariableSet other) { return other != set && (other & set) == other; });
        if (minimal && implied) continue;
        (set == 0 ? facts : conditional).push_back({first, second, set});
      }
    }
    facts.insert(facts.end(), conditional.begin(), conditional.end());
  }
  return facts;
}

EquivalenceClass class_of(const Dag& dag) {
  EquivalenceClass result{.variables = dag.variables, .neighbours = {}, .colliders = {.variables = dag.variables}};
  const auto parents = parents_of(dag);
  for (int v = 0; v < dag.variables; ++v) result.neighbours[index(v)] = dag.children[index(v)] | parents[index(v)];
  for (int v = 0; v < dag.variables; ++v) {
    for (int p = 0; p < dag.variables; ++p) {
      const auto others = static_cast<VariableSet>(parents[index(v)] & ~result.neighbours[index(p)] & ~only(p));
      if (has(parents[index(v)], p) && others != 0) result.colliders.children[index(p)] |= only(v);
    }
  }
  return result;
}

EquivalenceClass class_from(int variables, const std::vector<Independence>& facts) {
  EquivalenceClass result{.variables = variables, .neighbours = {}, .colliders = {.variables = variables}};
  const auto separator = [&](int a, int b) {
    return std::ranges::find_if(facts,
                                [&](const Independence& f) { return f.first == std::min(a, b) && f.second == std::max(a, b); });
  };
  for (int a = 0; a < variables; ++a) {
    for (int b = 0; b < variables; ++b) {
      if (a != b && separator(a, b) == facts.end()) result.neighbours[index(a)] |= only(b);
    }
  }
  for (int a = 0; a < variables; ++a) {
    for (int b = a + 1; b < variables; ++b) {
      const auto fact = separator(a, b);
      if (fact == facts.end()) continue;
      for (int middle = 0; middle < variables; ++middle) {
        const bool between = has(result.neighbours[index(a)], middle) && has(result.neighbours[index(b)], middle);
        if (!between || has(fact->given, middle)) continue;
        result.colliders.children[index(a)] |= only(middle);
        result.colliders.children[index(b)] |= only(middle);
      }
    }
  }
  return result;
}

std::vector<Dag> members(const EquivalenceClass& equivalence) {
  std::vector<std::pair<int, int>> free;  // edges that are no arrow of a collider
  for (int a = 0; a < equivalence.variables; ++a) {
    for (int b = a + 1; b < equivalence.variables; ++b) {
      const bool fixed = equivalence.colliders.has_edge(a, b) || equivalence.colliders.has_edge(b, a);
      if (has(equivalence.neighbours[index(a)], b) && !fixed) free.emplace_back(a, b);
    }
  }
  std::vector<Dag> result;
  for (std::uint32_t directions = 0; directions < 1U << free.size(); ++directions) {
    Dag dag = equivalence.colliders;
    for (std::size_t e = 0; e < free.size(); ++e) {
      const auto [a, b] = free[e];
      const bool forward = (directions >> e & 1) == 0;
      dag.children[index(forward ? a : b)] |= only(forward ? b : a);
    }
    if (is_acyclic(dag) && class_of(dag) == equivalence) result.push_back(dag);
  }
  return result;
}

bool holds(CausalRelation relation, const Dag& dag, int i, int j) {
  switch (relation) {
    case CausalRelation::parent: return dag.has_edge(i, j);
    case CausalRelation::ancestor: return indirect(dag, i, j);
    case CausalRelation::child: return dag.has_edge(j, i);
    case CausalRelation::descendant: return indirect(dag, j, i);
    case CausalRelation::collider:
    case CausalRelation::confounder: break;
  }
  for (int c = 0; c < dag.variables; ++c) {
    if (c == i || c == j) continue;
    const bool down = relation == CausalRelation::collider;
    const auto first = down ? paths_between(dag, i, c) : paths_between(dag, c, i);
    const auto second = down ? paths_between(dag, j, c) : paths_between(dag, c, j);
    if (meet_only_in(c, first, second)) return true;
  }
  return false;
}

}  // namespace reckon
