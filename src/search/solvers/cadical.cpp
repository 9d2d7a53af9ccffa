#include <algorithm>
#include <cadical.hpp>
#include <limits>

#include "search/solvers/solver.h"

namespace reckon {

void require_sat_solver() {}

Decision decide(const Cnf& cnf, std::int64_t conflicts) {
  constexpr int kSatisfiable = 10;  // as the competitions' solvers exit
  constexpr int kUnsatisfiable = 20;
  CaDiCaL::Solver solver;
  solver.set("quiet", 1);
  for (std::size_t i = 0; i < cnf.clauses(); ++i) {
    for (const int literal : cnf.clause(i)) solver.add(literal);
    solver.add(0);
  }
  solver.limit("conflicts", static_cast<int>(std::min<std::int64_t>(conflicts, std::numeric_limits<int>::max())));
  const int result = solver.solve();
  if (result == kSatisfiable) return Decision::satisfiable;
  return result == kUnsatisfiable ? Decision::unsatisfiable : Decision::unknown;
}

}  // namespace reckon
