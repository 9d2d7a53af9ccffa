#include <algorithm>
#include <cadical.hpp>
#include <limits>

#include "search/solvers/solver.h"

namespace reckon {
namespace {

class Asking final : public CaDiCaL::Terminator {
 public:
  explicit Asking(const Stop& stop) : stop_(stop) {}
  bool terminate() override { return stop_(); }

 private:
  const Stop& stop_;
};

}  // namespace

void require_sat_solver() {}

Decision decide(const Cnf& cnf, std::int64_t conflicts, const Stop& stop) {
  if (stop && stop()) return Decision::unknown;
  constexpr int kSatisfiable = 10;  // as the competitions' solvers exit
  constexpr int kUnsatisfiable = 20;
  CaDiCaL::Solver solver;
  solver.set("quiet", 1);
  for (std::size_t i = 0; i < cnf.clauses(); ++i) {
    for (const int literal : cnf.clause(i)) solver.add(literal);
    solver.add(0);
  }
  solver.limit("conflicts", static_cast<int>(std::min<std::int64_t>(conflicts, std::numeric_limits<int>::max())));
  Asking asking(stop);
  if (stop) solver.connect_terminator(&asking);
  const int result = solver.solve();
  if (stop) solver.disconnect_terminator();
  if (result == kSatisfiable) return Decision::satisfiable;
  return result == kUnsatisfiable ? Decision::unsatisfiable : Decision::unknown;
}

}  // namespace reckon
