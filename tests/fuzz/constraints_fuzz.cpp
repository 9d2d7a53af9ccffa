// Constraints: the text up to the first newline is an answer, the rest a DIMACS CNF or an SMT-LIB script. Either is refused with
// an Error or read; an assignment that is read has a place for every variable, and a script that was read reads the same again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "search/constraints/claim.h"
#include "search/constraints/cnf.h"
#include "search/constraints/smt_script.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void read_cnf(std::string_view answer, std::string_view text) {
  try {
    const reckon::Cnf cnf = reckon::parse_cnf(text);
    const auto assignment = reckon::read_assignment(answer, cnf.variables);
    if (!assignment) return;
    require(assignment->size() == static_cast<std::size_t>(cnf.variables) + 1);
    require(reckon::satisfied_clauses(cnf, *assignment) <= cnf.clauses());
  } catch (const reckon::Error&) {  // refused, as most are
    return;
  }
}

void read_script(std::string_view answer, std::string_view text) {
  std::optional<reckon::SmtScript> script;
  try {
    script = reckon::parse_smt_script(text);
  } catch (const reckon::Error&) {
    return;
  }
  const reckon::SmtScript again = reckon::parse_smt_script(script->text);
  require(again.text == script->text && again.constants.size() == script->constants.size());
  const auto values = reckon::read_smt_values(answer, script->constants);
  if (!values) return;
  require(values->size() == script->constants.size());
  reckon::parse_smt_script(reckon::asserting(*script, *values, true).text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view answer = input.substr(0, input.find('\n'));
  const std::string_view text = answer.size() < size ? input.substr(answer.size() + 1) : std::string_view();
  reckon::claims_none(answer);
  read_cnf(answer, text);
  read_script(answer, text);
  return 0;
}
