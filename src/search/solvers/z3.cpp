#include <z3++.h>

#include <mutex>
#include <string>

#include "base/error.h"
#include "search/solvers/solver.h"

namespace reckon {
namespace {

// Z3 counts the memory of all its contexts in a process against one limit, which must stand before the first of them.
void limit_memory() {
  static std::once_flag once;
  std::call_once(once, [] { Z3_global_param_set("memory_max_size", std::to_string(kMostSmtBytes >> 20).c_str()); });
}

std::string one_line(std::string message) {
  while (!message.empty() && message.back() == '\n') message.pop_back();
  for (char& c : message) c = c == '\n' ? ' ' : c;
  return message;
}

z3::expr_vector parsed(z3::context& context, const SmtScript& script) {
  try {
    return context.parse_string(script.text.c_str());
  } catch (const z3::exception& fault) {
    throw Error(ErrorCode::bad_file, "Z3 refuses the script: " + one_line(fault.msg()), "SMT-LIB script");
  }
}

}  // namespace

void require_smt_solver() {}

void check_sorts(const SmtScript& script) {
  limit_memory();
  z3::context context;
  parsed(context, script);
}

Decision decide(const SmtScript& script, std::uint32_t steps) {
  limit_memory();
  z3::context context;
  const z3::expr_vector assertions = parsed(context, script);
  try {
    z3::solver solver(context);
    z3::params parameters(context);
    parameters.set("rlimit", steps);
    solver.set(parameters);
    for (unsigned i = 0; i < assertions.size(); ++i) solver.add(assertions[i]);
    switch (solver.check()) {
      case z3::sat: return Decision::satisfiable;
      case z3::unsat: return Decision::unsatisfiable;
      case z3::unknown: return Decision::unknown;
    }
  } catch (const z3::exception&) {  // out of memory, or beyond what it can do
  }
  return Decision::unknown;
}

}  // namespace reckon
