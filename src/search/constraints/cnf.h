// Formulas in conjunctive normal form, in the DIMACS format of the SAT competitions, and the assignments that a model writes to
// answer them. Both are read from untrusted bytes: every number is checked before it is stored or indexed with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace reckon {

inline constexpr int kMostCnfVariables = 1'000'000;

struct Cnf {
  int variables = 0;
  std::vector<int> literals;      // of all clauses, one behind the other; v or -v, with v in 1..variables
  std::vector<std::size_t> ends;  // of each clause in `literals`

  std::size_t clauses() const { return ends.size(); }
  std::span<const int> clause(std::size_t index) const;
};

// Lines that begin with c are comments; then "p cnf VARIABLES CLAUSES", and that many clauses, literals ended by 0 each, however
// they are cut into lines. Throws Error bad_file, with the line, for anything else, and above kMostConstraintBytes or
// kMostCnfVariables.
Cnf parse_cnf(std::string_view text);

// [variables + 1], of which the first is not used: 1 = true, -1 = false, 0 = left open.
using Assignment = std::vector<std::int8_t>;

// One of these forms; nothing where the text is none of them, names a variable that does not exist, or says two things of one:
//   10110, or 1 0 1 1 0     as many digits as there are variables, in their order
//   1 -2 3 4 -5             literals; a 0 at the end is left out; also ¬2, ~2, !2, and within brackets or between commas
//   x1=1, x2=false          variables by number, behind any letters
std::optional<Assignment> read_assignment(std::string_view answer, int variables);

// Clauses that hold a true literal.
std::size_t satisfied_clauses(const Cnf& cnf, const Assignment& assignment);

}  // namespace reckon
