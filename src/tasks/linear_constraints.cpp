#include "tasks/linear_constraints.h"

#include <fmt/format.h>

namespace reckon {
namespace {

// A script has no signed numbers.
std::string coefficient_text(std::int64_t value) { return value < 0 ? fmt::format("(- {})", -value) : std::to_string(value); }

std::string term(const TermGroup& group) {
  return fmt::format("(* {} (+ (* {} x) {}))", coefficient_text(group.factor), coefficient_text(group.x),
                     coefficient_text(group.constant));
}

std::string sum(const std::vector<TermGroup>& groups) {
  std::string terms = "0";
  for (const TermGroup& group : groups) terms = fmt::format("(+ {} {})", terms, term(group));
  return terms;
}

std::string assertion(const PlaneEquation& equation) {
  return fmt::format("(assert (= (+ (* {} x) (* {} y)) {}))\n", coefficient_text(equation.x), coefficient_text(equation.y),
                     coefficient_text(equation.constant));
}

}  // namespace

std::string smt_script(const OneUnknown& equation) {
  return fmt::format("(declare-const x Real)\n(assert (= {} {}))\n", sum(equation.left), sum(equation.right));
}

std::string smt_script(const TwoUnknowns& system) {
  return "(declare-const x Real)\n(declare-const y Real)\n" + assertion(system.first) + assertion(system.second);
}

}  // namespace reckon
