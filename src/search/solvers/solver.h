// Deciding whether constraints can be met: CaDiCaL for formulas, Z3 for scripts. A build may lack either
// (cmake/dependencies.cmake): then its functions throw Error unsupported. Limits count the solver's own steps, so that a verdict
// does not depend on the machine or its load; both solvers are deterministic. But where nobody waits for the verdict any more,
// they end at once: `stop`, asked every few milliseconds from any thread, says so.
#pragma once

#include <cstdint>
#include <functional>

#include "search/constraints/cnf.h"
#include "search/constraints/smt_script.h"

namespace reckon {

enum class Decision { satisfiable, unsatisfiable, unknown };  // unknown: limit or stop came first

using Stop = std::function<bool()>;

// CaDiCaL, Biere et al. 2020.
void require_sat_solver();
Decision decide(const Cnf& cnf, std::int64_t conflicts, const Stop& stop = {});

// Z3, de Moura and Bjørner 2008. `steps` are those of its resource limit (rlimit). What would need more than kMostSmtBytes of
// memory is unknown too. Throws Error bad_file for a script whose sorts do not fit.
inline constexpr std::int64_t kMostSmtBytes = std::int64_t{2} << 30;  // of all its work in this process
void require_smt_solver();
void check_sorts(const SmtScript& script);
Decision decide(const SmtScript& script, std::uint32_t steps, const Stop& stop = {});

}  // namespace reckon
