#include <z3++.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

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

// While it lives, interrupts what the context is at as soon as `stop` says so.
class Watchman {
 public:
  Watchman(z3::context& context, const Stop& stop) {
    if (!stop) return;
    thread_ = std::jthread([&context, &stop](const std::stop_token& over) {
      std::mutex mutex;
      std::condition_variable_any ends;
      std::unique_lock lock(mutex);
      while (!ends.wait_for(lock, over, std::chrono::milliseconds(3), [&over] { return over.stop_requested(); })) {
        if (stop()) context.interrupt();
      }
    });
  }

 private:
  std::jthread thread_;
};

}  // namespace

void require_smt_solver() {}

void check_sorts(const SmtScript& script) {
  limit_memory();
  z3::context context;
  parsed(context, script);
}

Decision decide(const SmtScript& script, std::uint32_t steps, const Stop& stop) {
  if (stop && stop()) return Decision::unknown;  // Z3 takes a while to heed an interrupt
  limit_memory();
  z3::context context;
  const z3::expr_vector assertions = parsed(context, script);
  try {
    z3::solver solver(context);
    z3::params parameters(context);
    parameters.set("rlimit", steps);
    parameters.set("ctrl_c", false);  // or it would take the signal that is meant for the whole program
    solver.set(parameters);
    for (unsigned i = 0; i < assertions.size(); ++i) solver.add(assertions[i]);
    const Watchman watchman(context, stop);
    switch (solver.check()) {
      case z3::sat: return Decision::satisfiable;
      case z3::unsat: return Decision::unsatisfiable;
      case z3::unknown: return Decision::unknown;
    }
  } catch (const z3::exception&) {  // interrupted, out of memory, or beyond what it can do
  }
  return Decision::unknown;
}

}  // namespace reckon
