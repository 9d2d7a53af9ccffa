// Constraints over truth values, integers and reals in a part of SMT-LIB 2.6 (smt-lib.org) small enough to be safe: a script
// comes from outside, and a solver's own reader takes commands that write files, and terms that cost more than a machine has.
// Commands: declare-const, declare-fun, define-fun and define-const without parameters, assert; those that ask the solver
// something (check-sat, get-model …) or tune it (set-logic, set-option, set-info) are read and left out.
// Terms: true false not and or xor => = distinct ite, + - * / div mod abs < <= > >=, to_real to_int is_int, let, forall, exists,
// declared names. Sorts: Bool, Int, Real.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reckon {

enum class SmtSort { boolean, integer, real };

struct SmtConstant {
  std::string name;  // without the bars of |a name|
  SmtSort sort = SmtSort::boolean;
};

struct SmtScript {
  std::string text;                    // declarations and assertions, as written but for comments
  std::vector<SmtConstant> constants;  // declared ones, in their order
};

// Throws Error bad_file, with the line: unbalanced brackets, unknown names, names declared twice, and what lies outside the part
// above, is nested deeper than 200 brackets or 1000 definitions, writes out to an arithmetic term of more than
// 10000 leaves, or has more than kMostConstraintBytes. So no number that a solver computes from it is longer than a few million
// digits. Whether sorts fit is not looked at.
SmtScript parse_smt_script(std::string_view text);

// What an answer says of a constant, as an SMT-LIB term: "true", "(- 3)", "(/ 7.0 2.0)".
struct SmtValue {
  const SmtConstant* constant = nullptr;  // in the span it was read for
  std::string term;
};

// The values that an answer gives to `constants`, either as "x = 3, y = -7/2" in any order, or as a list in theirs: "3, -7/2",
// also within brackets. Numbers are 3, -2.5 or 7/2 of at most 100 digits; truth values true and false. Nothing where the answer
// is neither, misses one of them, names another, or gives one a value outside its sort.
std::optional<std::vector<SmtValue>> read_smt_values(std::string_view answer, std::span<const SmtConstant> constants);

// The script with one assertion more: that all values are as given, or that they are not all so.
SmtScript asserting(const SmtScript& script, std::span<const SmtValue> values, bool holds);

}  // namespace reckon
