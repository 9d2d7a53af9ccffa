// What the verifiers of formal constraints share: the answer is looked for in a path's text, and no answer is judged twice for
// one problem. They cost no tokens.
#pragma once

#include <functional>
#include <string>

#include "search/solvers/solver.h"
#include "search/verifier.h"

namespace reckon {

class Constrained : public Verifier {
 public:
  // Deterministic as long as nobody says stop.
  using Judge = std::function<double(const std::string& answer, const Stop& stop)>;

  // A path without an answer scores 0.
  awaitable<std::vector<double>> score(std::span<Path> paths, const Problem& problem, SearchSpace& space) const final;
  // Reads the constraints. Throws Error bad_argument where there are none, and what the reader throws.
  void require(const Problem& problem) const final;

 protected:
  // Of answers to these constraints, which are not "". Throws Error for constraints that it cannot read, or nobody can decide.
  virtual Judge judge_of(const std::string& constraints) const = 0;
  virtual const char* name() const = 0;      // of the verifier
  virtual const char* expected() const = 0;  // "a DIMACS CNF file"
};

}  // namespace reckon
