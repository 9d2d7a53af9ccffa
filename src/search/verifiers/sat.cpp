// Sat: the answer is an assignment, and the problem's constraints are a formula in conjunctive normal form that it must satisfy;
// or it says that none does, and CaDiCaL decides. Source: DIMACS CNF as in the SAT competitions; Biere et al. 2020 for the solver
// (specs card E08).
#include <memory>
#include <optional>

#include "search/constraints/claim.h"
#include "search/solvers/solver.h"
#include "search/verifiers/constrained.h"

namespace reckon {
namespace {

class Sat final : public Constrained {
 public:
  explicit Sat(const Parameters& parameters)
      : shares_(parameters.text("score") == "share"), conflicts_(parameters.integer("conflicts")) {}

 protected:
  Judge judge_of(const std::string& constraints) const override {
    require_sat_solver();
    const auto cnf = std::make_shared<const Cnf>(parse_cnf(constraints));
    return [cnf, shares = shares_, conflicts = conflicts_](const std::string& answer, const Stop& stop) {
      if (claims_none(answer)) return decide(*cnf, conflicts, stop) == Decision::unsatisfiable ? 1.0 : 0.0;
      const std::optional<Assignment> assignment = read_assignment(answer, cnf->variables);
      if (!assignment) return 0.0;
      const std::size_t satisfied = satisfied_clauses(*cnf, *assignment);
      if (satisfied == cnf->clauses()) return 1.0;
      return shares ? static_cast<double>(satisfied) / static_cast<double>(cnf->clauses()) : 0.0;
    };
  }
  const char* name() const override { return "sat"; }
  const char* expected() const override { return "DIMACS CNF"; }

 private:
  bool shares_;
  std::int64_t conflicts_;
};

std::shared_ptr<const Verifier> make_sat_verifier(const Parameters& parameters, const VerifierResources&) {
  return std::make_shared<Sat>(parameters);
}

}  // namespace

VerifierEntry sat_entry() {
  return {.name = "sat",
          .summary = "whether the answer satisfies the problem's formula, or is right that nothing does",
          .source = "Biere et al. 2020 (CaDiCaL)",
          .parameters = {{.name = "score",
                          .default_value = std::string("exact"),
                          .meaning = "of an assignment that does not satisfy all: 0, or the share of clauses that it does",
                          .choices = {"exact", "share"}},
                         {"conflicts", std::int64_t{100'000},
                          "of the solver, where the answer is that there is no solution; what is not proved by then scores 0", 0,
                          2e9}},
          .make = make_sat_verifier};
}

}  // namespace reckon
