// Small directed acyclic graphs and what can be learned about them from independences: d-separation, Markov equivalence classes,
// and the causal relations of Corr2Cause (arXiv:2306.05836) as defined here.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/rng.h"

namespace reckon {

constexpr int kMostVariables = 8;  // one bit each; classes are enumerated in a moment up to 6
using VariableSet = std::uint8_t;  // bit v: variable v

struct Dag {
  int variables = 0;
  std::array<VariableSet, kMostVariables> children{};
  bool has_edge(int from, int to) const { return (children[static_cast<std::size_t>(from)] >> to & 1) != 0; }
  friend bool operator==(const Dag&, const Dag&) = default;
};

Dag draw_dag(SplitMix64& rng, int variables, double edge_probability);
bool is_acyclic(const Dag& dag);

// d-separation of x and y by `given`, by connectivity in the moral graph of the ancestors (Lauritzen et al. 1990).
bool separated(const Dag& dag, int x, int y, VariableSet given);

struct Independence {
  int first = 0;
  int second = 0;  // > first
  VariableSet given = 0;
  friend bool operator==(const Independence&, const Independence&) = default;
};
// All of them: first variable by first, for each the unconditional ones before the others. `minimal`: without those whose
// condition has a smaller part that separates already.
std::vector<Independence> independences(const Dag& dag, bool minimal);

// What a Markov equivalence class has in common: the skeleton, and the arrows that meet without an edge between their tails.
struct EquivalenceClass {
  int variables = 0;
  std::array<VariableSet, kMostVariables> neighbours{};
  Dag colliders;  // exactly the arrows that take part in some collider
  friend bool operator==(const EquivalenceClass&, const EquivalenceClass&) = default;
};
EquivalenceClass class_of(const Dag& dag);
// The PC algorithm with an oracle (Spirtes, Glymour, Scheines 1993): from independences alone.
EquivalenceClass class_from(int variables, const std::vector<Independence>& facts);
std::vector<Dag> members(const EquivalenceClass& equivalence);

// For the ordered pair (i, j); paths are directed and simple.
enum class CausalRelation : std::uint8_t {
  parent,      // i -> j
  ancestor,    // a path of two or more edges from i to j
  child,       // j -> i
  descendant,  // a path of two or more edges from j to i
  collider,    // some c that i and j reach by paths that meet in c only
  confounder,  // some c that reaches i and j by paths that meet in c only
};
constexpr int kRelations = 6;
bool holds(CausalRelation relation, const Dag& dag, int i, int j);

}  // namespace reckon
