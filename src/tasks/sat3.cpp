// Random 3-SAT: an assignment that satisfies every clause, or none. Working: one line per node of a search with unit propagation,
// "-1 4: 2 -3" for decisions and what follows from them, "-1 4: x" where a clause fails. Source: standard (Davis, Logemann,
// Loveland 1962; hardness by clause ratio: Mitchell, Selman, Levesque 1992); levels are ours. Instance::numbers holds the number
// of variables, whether an assignment exists, then three literals per clause.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "search/answers/extract.h"
#include "tasks/generation.h"
#include "tasks/search_lines.h"
#include "tasks/wording.h"

namespace reckon {
namespace {

constexpr int kSat3Version = 1;
using Clause = std::array<int, 3>;  // literals: variable from 1, negative when negated

struct SatLevel {
  int low, high;    // variables
  double ratio;     // clauses per variable
  bool half_unsat;  // as many problems without an answer as with one
};
constexpr std::array<SatLevel, 5> kSat3Levels{
    {{4, 4, 2, false}, {5, 5, 2, false}, {8, 8, 4.26, false}, {12, 12, 4.26, false}, {15, 20, 4.26, true}}};

struct SatProblem {
  int variables = 0;
  std::vector<Clause> clauses;

  // Order of clauses and of literals in them is no part of the content.
  std::string key() const {
    std::vector<Clause> sorted = clauses;
    for (Clause& clause : sorted) std::ranges::sort(clause);
    std::ranges::sort(sorted);
    std::string key = "sat3|" + std::to_string(variables) + '|';
    for (const Clause& clause : sorted) {
      for (const int literal : clause) key += std::to_string(literal) + ',';
    }
    return key;
  }
};

SatProblem draw_sat(SplitMix64& rng, const SatLevel& level) {
  SatProblem problem{.variables = static_cast<int>(rng.range(level.low, level.high)), .clauses = {}};
  const auto wanted = static_cast<std::size_t>(std::lround(level.ratio * problem.variables));
  std::vector<Clause> sorted;
  while (problem.clauses.size() < wanted) {
    Clause clause{};
    for (std::size_t i = 0; i < 3;) {
      const int variable = static_cast<int>(rng.range(1, problem.variables));
      const bool used = std::ranges::any_of(std::span(clause).first(i), [&](int l) { return std::abs(l) == variable; });
      if (!used) clause[i++] = rng.below(2) == 0 ? variable : -variable;
    }
    Clause ordered = clause;
    std::ranges::sort(ordered);
    if (std::ranges::find(sorted, ordered) != sorted.end()) continue;
    sorted.push_back(ordered);
    problem.clauses.push_back(clause);
  }
  return problem;
}

using Assignment = std::vector<int>;  // per variable (0 unused): 1, -1, or 0 for open

int value_of(int literal, const Assignment& assignment) {
  const int value = assignment[static_cast<std::size_t>(std::abs(literal))];
  return literal > 0 ? value : -value;
}

// Adds what follows by unit clauses; false when a clause has no true literal and no open one.
bool propagate(const SatProblem& problem, Assignment& assignment) {
  for (bool changed = true; changed;) {
    changed = false;
    for (const Clause& clause : problem.clauses) {
      int open = 0;
      int last = 0;
      bool satisfied = false;
      for (const int literal : clause) {
        const int value = value_of(literal, assignment);
        satisfied = satisfied || value > 0;
        open += value == 0 ? 1 : 0;
        last = value == 0 ? literal : last;
      }
      if (satisfied || open > 1) continue;
      if (open == 0) return false;
      assignment[static_cast<std::size_t>(std::abs(last))] = last > 0 ? 1 : -1;
      changed = true;
    }
  }
  return true;
}

std::string literals_text(const std::vector<int>& literals) {
  std::string text;
  for (const int literal : literals) text.append(text.empty() ? "" : " ").append(std::to_string(literal));
  return text;
}

// "decisions: what follows", or "decisions: x". `assignment` receives the closure; false: a clause fails.
bool node_line(const SatProblem& problem, const std::vector<int>& decisions, Assignment& assignment, std::string& line) {
  assignment.assign(static_cast<std::size_t>(problem.variables) + 1, 0);
  for (const int literal : decisions) assignment[static_cast<std::size_t>(std::abs(literal))] = literal > 0 ? 1 : -1;
  const Assignment decided = assignment;
  line = literals_text(decisions) + ':';
  if (!propagate(problem, assignment)) {
    line += " x";
    return false;
  }
  for (int variable = 1; variable <= problem.variables; ++variable) {
    const auto v = static_cast<std::size_t>(variable);
    if (decided[v] == 0 && assignment[v] != 0) line += ' ' + std::to_string(assignment[v] * variable);
  }
  return true;
}

std::string line_of(const SatProblem& problem, const std::vector<int>& decisions) {
  Assignment assignment;
  std::string line;
  (void)node_line(problem, decisions, assignment, line);
  return line;
}

// Depth first: the open variable of least index, false before true. Lines are added where asked for.
bool search(const SatProblem& problem, std::vector<int>& decisions, Assignment& assignment, std::string* lines) {
  std::string line;
  const bool sound = node_line(problem, decisions, assignment, line);
  if (lines && !decisions.empty()) *lines += line + '\n';
  if (!sound) return false;
  const auto open = std::find(assignment.begin() + 1, assignment.end(), 0);
  if (open == assignment.end()) return true;
  const int variable = static_cast<int>(open - assignment.begin());
  for (const int literal : {-variable, variable}) {
    decisions.push_back(literal);
    if (search(problem, decisions, assignment, lines)) return true;
    decisions.pop_back();
  }
  return false;
}

std::string bits_of(const Assignment& assignment) {
  std::string bits;
  for (std::size_t v = 1; v < assignment.size(); ++v) bits += assignment[v] > 0 ? '1' : '0';
  return bits;
}

SatProblem sat3_problem_of(const Instance& instance) {
  SatProblem problem{.variables = static_cast<int>(instance.numbers.at(0)), .clauses = {}};
  for (std::size_t i = 2; i + 2 < instance.numbers.size(); i += 3) {
    problem.clauses.push_back({static_cast<int>(instance.numbers[i]), static_cast<int>(instance.numbers[i + 1]),
                               static_cast<int>(instance.numbers[i + 2])});
  }
  return problem;
}

// In DIMACS CNF, for the verifier `sat`.
std::string cnf_of(const SatProblem& problem) {
  std::string text = "p cnf " + std::to_string(problem.variables) + ' ' + std::to_string(problem.clauses.size()) + '\n';
  for (const Clause& clause : problem.clauses) {
    for (const int literal : clause) text += std::to_string(literal) + ' ';
    text += "0\n";
  }
  return text;
}

std::string worked(const SatProblem& problem) {
  std::string lines;
  std::vector<int> decisions;
  Assignment assignment;
  const bool found = search(problem, decisions, assignment, &lines);
  return worked_solution(lines, found ? bits_of(assignment) : "none");
}

bool solvable(const SatProblem& problem, std::vector<int> decisions) {
  Assignment assignment;
  return search(problem, decisions, assignment, nullptr);
}

class Sat3 final : public GeneratedTask {
 public:
  explicit Sat3(const Parameters& parameters) : GeneratedTask(parameters) {}

  Instance generate(Split split, int level, std::uint64_t index) const override {
    Instance instance = instance_at("sat3", kSat3Version, split, level, index);
    SplitMix64 rng(fnv1a(instance.id));
    const SatLevel& knobs = kSat3Levels[static_cast<std::size_t>(level - 1)];
    const bool wanted = rng.below(2) == 0;
    const SatProblem problem = draw_in_split(
        rng, split, [&](SplitMix64& r) { return draw_sat(r, knobs); },
        [&](const SatProblem& p) { return !knobs.half_unsat || solvable(p, {}) == wanted; });
    instance.key = problem.key();
    instance.numbers = {problem.variables, solvable(problem, {}) ? 1 : 0};
    instance.family = instance.numbers[1] != 0 ? "satisfiable" : "unsatisfiable";
    instance.prompt = std::to_string(problem.variables) + " variables. ";
    for (const Clause& clause : problem.clauses) {
      instance.numbers.insert(instance.numbers.end(), clause.begin(), clause.end());
      instance.prompt +=
          '(' + std::to_string(clause[0]) + ',' + std::to_string(clause[1]) + ',' + std::to_string(clause[2]) + ')';
    }
    instance.prompt += " Assignment?";
    instance.constraints = cnf_of(problem);
    put_reference(instance, worked(problem));
    return instance;
  }

  std::optional<std::string> solve(const Instance& instance) const override { return worked(sat3_problem_of(instance)); }

  // Any assignment that satisfies all clauses counts; part marks are the share of clauses satisfied.
  Verdict check(const Instance& instance, std::string_view text) const override {
    return with_shares(judge(instance, text), {"clauses satisfied"});
  }
  Verdict judge(const Instance& instance, std::string_view text) const {
    const std::optional<std::string> answer = extract_answer(text);
    if (!answer) return unanswered();
    if (auto none = judged_none(*answer, instance.numbers.at(1) != 0, "an assignment exists")) return *std::move(none);
    const SatProblem problem = sat3_problem_of(instance);
    const bool bits =
        answer->size() == static_cast<std::size_t>(problem.variables) && answer->find_first_not_of("01") == std::string::npos;
    if (!bits) return judged(*answer, false, "not one bit per variable");
    Assignment assignment{0};
    for (const char bit : *answer) assignment.push_back(bit == '1' ? 1 : -1);
    const auto satisfied = std::ranges::count_if(problem.clauses, [&](const Clause& clause) {
      return std::ranges::any_of(clause, [&](int literal) { return value_of(literal, assignment) > 0; });
    });
    const bool right = static_cast<std::size_t>(satisfied) == problem.clauses.size();
    const double share = static_cast<double>(satisfied) / static_cast<double>(problem.clauses.size());
    Verdict verdict = judged(*answer, right, right ? "right" : "a clause is not satisfied", 0.1 * share);
    verdict.measures = {{"clauses satisfied", share}};
    return verdict;
  }

  // Decisions may come in any order; what follows from them is one thing only.
  std::vector<StepVerdict> check_steps(const Instance& instance, std::string_view text) const override {
    const SatProblem problem = sat3_problem_of(instance);
    return check_search(
        text, instance.numbers.at(1) != 0,
        [&](std::string_view line) { return decisions_of(problem, line.substr(0, line.find(':'))); },
        [&](const std::vector<int>& decisions) { return line_of(problem, decisions); },
        [&](const std::vector<int>& decisions) { return solvable(problem, decisions); });
  }

 protected:
  std::string rules(const Instance&) const override {
    return "Each bracket is a clause: 2 says that variable 2 is true, -2 that it is false, and one of the three must hold. The "
           "answer "
           "is one bit per variable, 1 for true, such that all clauses hold, or none if that cannot be.";
  }

 private:
  static std::optional<std::vector<int>> decisions_of(const SatProblem& problem, std::string_view text) {
    if (text.size() > 8 * static_cast<std::size_t>(problem.variables)) return std::nullopt;
    std::vector<int> decisions;
    for (const std::string& word : split_words(text)) {
      const std::optional<std::int64_t> literal = whole_number(word);
      if (!literal || *literal == 0 || std::abs(*literal) > problem.variables) return std::nullopt;
      const bool twice = std::ranges::any_of(decisions, [&](int d) { return std::abs(d) == std::abs(*literal); });
      if (twice) return std::nullopt;
      decisions.push_back(static_cast<int>(*literal));
    }
    return decisions.empty() ? std::nullopt : std::optional(decisions);
  }
};

}  // namespace

TaskEntry sat3_entry() {
  return {.name = "sat3",
          .summary = "satisfy random clauses of three literals, or say that none can",
          .source = "standard; levels and trace are ours",
          .parameters = generated_task_parameters("1+2"),
          .make = [](const Parameters& parameters) -> std::unique_ptr<const Task> { return std::make_unique<Sat3>(parameters); }};
}

}  // namespace reckon
