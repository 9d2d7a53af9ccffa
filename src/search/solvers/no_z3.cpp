#include "base/error.h"
#include "search/solvers/solver.h"

namespace reckon {

void require_smt_solver() {
  throw Error(ErrorCode::unsupported,
              "this build has no SMT solver; install Z3 (Debian: libz3-dev) and build again, or use another verifier",
              "verifier 'smt'");
}

void check_sorts(const SmtScript&) { require_smt_solver(); }

Decision decide(const SmtScript&, std::uint32_t, const Stop&) {
  require_smt_solver();
  return Decision::unknown;
}

}  // namespace reckon
