#include "tasks/proof_decision.h"

#include <algorithm>
#include <optional>

namespace reckon {
namespace {

bool is(const Formula& formula, const char* head) { return formula.head == head && formula.parts.size() == 2; }
bool is_atom(const Formula& formula) {
  return !is(formula, "->") && !is(formula, "/\\") && !is(formula, "\\/") && formula.head != "false";
}

// What stands in the place of a hypothesis that can be taken apart without losing anything; nullopt when it cannot. A disjunction
// is none of these: it branches.
std::optional<std::vector<Formula>> taken_apart(const Formula& h, const std::vector<Formula>& hypotheses) {
  if (is(h, "/\\")) return h.parts;
  if (!is(h, "->")) return std::nullopt;
  const Formula& from = h.parts[0];
  const Formula& to = h.parts[1];
  if (from.head == "false") return std::vector<Formula>{};
  if (is(from, "/\\")) return std::vector{implies(from.parts[0], implies(from.parts[1], to))};
  if (is(from, "\\/")) return std::vector{implies(from.parts[0], to), implies(from.parts[1], to)};
  if (is_atom(from) && std::ranges::find(hypotheses, from) != hypotheses.end()) return std::vector{to};
  return std::nullopt;
}

std::vector<Formula> without(const std::vector<Formula>& hypotheses, std::size_t index) {
  std::vector<Formula> rest = hypotheses;
  rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(index));
  return rest;
}

// Steps that may turn out wrong: a side of a disjunction, and (a -> b) -> c, which asks for a -> b first.
bool provable_by_choice(const std::vector<Formula>& hypotheses, const Formula& goal, int& steps) {
  if (is(goal, "\\/") && (provable(hypotheses, goal.parts[0], steps) || provable(hypotheses, goal.parts[1], steps))) return true;
  for (std::size_t i = 0; i < hypotheses.size(); ++i) {
    const Formula& h = hypotheses[i];
    if (!is(h, "->") || !is(h.parts[0], "->")) continue;
    const Formula& nested = h.parts[0];
    std::vector<Formula> with_rest = without(hypotheses, i);
    std::vector<Formula> asked = with_rest;
    asked.push_back(implies(nested.parts[1], h.parts[1]));
    with_rest.push_back(h.parts[1]);
    if (provable(std::move(asked), nested, steps) && provable(std::move(with_rest), goal, steps)) return true;
  }
  return false;
}

}  // namespace

bool provable(std::vector<Formula> hypotheses, Formula goal, int& steps) {
  for (;;) {
    if (--steps < 0) return true;
    while (is(goal, "->")) {
      hypotheses.push_back(goal.parts[0]);
      goal = Formula(goal.parts[1]);
    }
    if (is(goal, "/\\")) {
      return provable(hypotheses, goal.parts[0], steps) && provable(std::move(hypotheses), goal.parts[1], steps);
    }
    bool changed = false;
    for (std::size_t i = 0; i < hypotheses.size() && !changed; ++i) {
      const Formula h = hypotheses[i];
      if (h == goal || h.head == "false") return true;
      if (is(h, "\\/")) {
        std::vector<Formula> left = without(hypotheses, i);
        std::vector<Formula> right = left;
        left.push_back(h.parts[0]);
        right.push_back(h.parts[1]);
        return provable(std::move(left), goal, steps) && provable(std::move(right), goal, steps);
      }
      if (auto parts = taken_apart(h, hypotheses)) {
        hypotheses = without(hypotheses, i);
        hypotheses.insert(hypotheses.end(), parts->begin(), parts->end());
        changed = true;
      }
    }
    if (!changed) return provable_by_choice(hypotheses, goal, steps);
  }
}

}  // namespace reckon
