// Smt: the answer gives values, and the problem's constraints are an SMT-LIB script that must allow them, or force them; or it
// says that there are none. Z3 decides. Source: de Moura and Bjørner 2008 (Z3); SMT-LIB 2.6.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "base/error.h"
#include "search/constraints/claim.h"
#include "search/solvers/solver.h"
#include "search/verifiers/constrained.h"

namespace reckon {
namespace {

std::vector<std::string> names_in(const std::string& list) {
  std::vector<std::string> names;
  for (std::size_t begin = 0; begin < list.size();) {
    const std::size_t end = std::min(list.find('/', begin), list.size());
    if (end > begin) names.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return names;
}

class Smt final : public Constrained {
 public:
  explicit Smt(const Parameters& parameters)
      : names_(names_in(parameters.text("names"))),
        forced_(parameters.text("values") == "forced"),
        steps_(static_cast<std::uint32_t>(parameters.integer("steps"))) {}

 protected:
  Judge judge_of(const std::string& constraints) const override {
    require_smt_solver();
    const auto script = std::make_shared<const SmtScript>(parse_smt_script(constraints));
    check_sorts(*script);
    return [script, asked = asked_in(*script), forced = forced_, steps = steps_](const std::string& answer, const Stop& stop) {
      if (claims_none(answer)) return decide(*script, steps, stop) == Decision::unsatisfiable ? 1.0 : 0.0;
      const std::optional<std::vector<SmtValue>> values = read_smt_values(answer, asked);
      if (!values || values->empty()) return 0.0;
      if (decide(asserting(*script, *values, true), steps, stop) != Decision::satisfiable) return 0.0;
      if (!forced) return 1.0;
      return decide(asserting(*script, *values, false), steps, stop) == Decision::unsatisfiable ? 1.0 : 0.0;
    };
  }
  const char* name() const override { return "smt"; }
  const char* expected() const override { return "an SMT-LIB script"; }

 private:
  // The constants that an answer must give.
  std::vector<SmtConstant> asked_in(const SmtScript& script) const {
    std::vector<SmtConstant> asked;
    for (const std::string& name : names_) {
      const auto found = std::ranges::find(script.constants, name, &SmtConstant::name);
      if (found == script.constants.end()) {
        throw Error(ErrorCode::bad_argument, fmt::format("the script declares no constant '{}'", name),
                    "verifier 'smt': parameter 'names'");
      }
      asked.push_back(*found);
    }
    if (names_.empty()) asked = script.constants;
    if (asked.empty()) throw Error(ErrorCode::bad_file, "declares no constant that an answer could give", "SMT-LIB script");
    return asked;
  }

  std::vector<std::string> names_;
  bool forced_;
  std::uint32_t steps_;
};

std::shared_ptr<const Verifier> make_smt_verifier(const Parameters& parameters, const VerifierResources&) {
  return std::make_shared<Smt>(parameters);
}

}  // namespace

VerifierEntry smt_entry() {
  return {
      .name = "smt",
      .summary = "whether the problem's constraints allow the answer's values, or force them",
      .source = "de Moura and Bjørner 2008 (Z3)",
      .parameters = {{"names", std::string(),
                      "constants that an answer gives, in its order, separated by /; empty = all declared"},
                     {.name = "values",
                      .default_value = std::string("allowed"),
                      .meaning = "it is right when the constraints can hold with its values, or when they cannot hold without",
                      .choices = {"allowed", "forced"}},
                     {"steps", std::int64_t{10'000'000},
                      "of the solver (Z3's rlimit) for each question; what is not decided by then scores 0", 1, 4e9}},
      .make = make_smt_verifier};
}

}  // namespace reckon
