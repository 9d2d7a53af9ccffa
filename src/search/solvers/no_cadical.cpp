#include "base/error.h"
#include "search/solvers/solver.h"

namespace reckon {

void require_sat_solver() {
  throw Error(ErrorCode::unsupported,
              "this build has no SAT solver; install CaDiCaL (Debian: libcadical-dev) and build again, or use another verifier",
              "verifier 'sat'");
}

Decision decide(const Cnf&, std::int64_t, const Stop&) {
  require_sat_solver();
  return Decision::unknown;
}

}  // namespace reckon
