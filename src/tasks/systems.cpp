// Systems of linear equations in two or three unknowns, with one solution, none, or many. Source: school algebra (Gaussian
// elimination); levels are ours. Working: the equations that elimination makes, with whole coefficients, down to x=3 or 2x=5; a
// line is valid when it is a combination of the given equations. Instance::numbers holds the unknowns, then coefficients and
// constant per equation.
#include <algorithm>
#include <array>
#include <numeric>

#include "search/answers/extract.h"
#include "tasks/expression.h"
#include "tasks/generation.h"
#include "tasks/wording.h"
#include "tasks/working_lines.h"
#include "text/lines.h"

namespace reckon {
namespace {

constexpr int kSystemsVersion = 1;
constexpr std::string_view kUnknowns = "xyz";

struct SystemLevel {
  std::size_t unknowns;
  std::int64_t largest;  // coefficient and root
  bool fractions;
};
constexpr std::array<SystemLevel, 5> kSystemsLevels{{{2, 5, false}, {2, 9, true}, {3, 3, false}, {3, 6, false}, {3, 9, true}}};

using Row = std::vector<Rational>;  // coefficients, then the constant on the other side
using Matrix = std::vector<Row>;

// Scaled to whole numbers without a common divisor, the first one positive.
Row scaled(const Row& row) {
  std::int64_t denominator = 1;
  for (const Rational r : row) denominator = std::lcm(denominator, std::max<std::int64_t>(r.denominator(), 1));
  Row whole;
  std::int64_t divisor = 0;
  for (const Rational r : row) {
    whole.push_back(r * Rational(denominator));
    divisor = std::gcd(divisor, whole.back().numerator());
  }
  const auto first = std::ranges::find_if(whole, [](Rational r) { return !r.is_zero(); });
  if (first == whole.end()) return whole;
  const Rational factor(first->numerator() < 0 ? -1 : 1, divisor);
  for (Rational& r : whole) r = r * factor;
  return whole;
}

// "2x-y+3z=5"; a row without unknowns is "0=1" or "0=0".
std::string equation(const Row& row) {
  std::string text;
  for (std::size_t i = 0; i + 1 < row.size(); ++i) {
    const Rational c = row[i];
    if (c.is_zero()) continue;
    const std::string size = c == Rational(1) || c == Rational(-1) ? "" : c.numerator() < 0 ? (-c).text() : c.text();
    text += c.numerator() < 0 ? "-" : text.empty() ? "" : "+";
    text += size + kUnknowns[i];
  }
  return (text.empty() ? "0" : text) + '=' + row.back().text();
}

// Whole coefficients up to 15 digits; the constant may be a fraction. nullopt for anything else.
std::optional<Row> read_equation(std::string_view text, std::size_t unknowns) {
  const std::size_t sign = text.find('=');
  if (sign == std::string_view::npos || text.size() > 80) return std::nullopt;
  Row row(unknowns + 1, Rational(0));
  const std::optional<Rational> constant = parse_value(text.substr(sign + 1));
  if (!constant || !constant->defined() || sign == 0) return std::nullopt;
  row.back() = *constant;
  std::string_view left = text.substr(0, sign);
  if (left == "0") return row;
  for (bool first = true; !left.empty(); first = false) {
    const bool negative = left.front() == '-';
    if (!negative && left.front() != '+' && !first) return std::nullopt;
    if (negative || left.front() == '+') left.remove_prefix(1);
    const std::size_t letter = left.find_first_of(kUnknowns.substr(0, unknowns));
    if (letter == std::string_view::npos) return std::nullopt;
    const std::optional<std::int64_t> size = letter == 0 ? 1 : whole_number(left.substr(0, letter));
    const bool plain = letter == 0 || left.front() != '-';
    Rational& place = row[kUnknowns.find(left[letter])];
    if (!size || *size == 0 || !plain || !place.is_zero()) return std::nullopt;  // each unknown once
    place = Rational(negative ? -*size : *size);
    left.remove_prefix(letter + 1);
  }
  return row;
}

// Gauss and Jordan; every row that changes is a line of working. Returns the rows, pivots first.
Matrix eliminated(Matrix rows, std::string* lines) {
  std::size_t next = 0;
  const std::size_t columns = rows.front().size();
  for (std::size_t column = 0; column < columns && next < rows.size(); ++column) {
    const auto pivot = std::find_if(rows.begin() + static_cast<std::ptrdiff_t>(next), rows.end(),
                                    [&](const Row& row) { return !row[column].is_zero(); });
    if (pivot == rows.end()) continue;
    std::iter_swap(rows.begin() + static_cast<std::ptrdiff_t>(next), pivot);
    for (std::size_t r = 0; r < rows.size(); ++r) {
      if (r == next || rows[r][column].is_zero()) continue;
      const Rational factor = rows[r][column] / rows[next][column];
      for (std::size_t c = 0; c < columns; ++c) rows[r][c] = rows[r][c] - factor * rows[next][c];
      rows[r] = scaled(rows[r]);
      if (lines) *lines += equation(rows[r]) + '\n';
    }
    ++next;
  }
  return rows;
}

std::size_t rank(const Matrix& rows) {
  const Matrix reduced = eliminated(rows, nullptr);
  return static_cast<std::size_t>(std::ranges::count_if(
      reduced, [](const Row& row) { return std::ranges::any_of(row, [](Rational r) { return !r.is_zero(); }); }));
}

struct SystemSolution {
  std::string lines;
  std::string answer;  // "(3,-2)", "none", "many"
};

SystemSolution solution_of(const Matrix& system) {
  SystemSolution solution;
  const Matrix rows = eliminated(system, &solution.lines);
  const std::size_t unknowns = system.front().size() - 1;
  std::vector<std::string> roots;
  for (const Row& row : rows) {
    const auto first = std::ranges::find_if(row, [](Rational r) { return !r.is_zero(); });
    if (first == row.end() - 1) {
      solution.answer = "none";
      return solution;
    }
    if (first != row.end()) roots.push_back((row.back() / *first).text());
  }
  solution.answer = roots.size() < unknowns ? "many" : '(' + joined(roots, ",") + ')';
  return solution;
}

struct SystemProblem {
  Matrix rows;

  // Order and scale of equations are no part of the content.
  std::string key() const {
    std::vector<std::string> sorted;
    for (const Row& row : rows) sorted.push_back(equation(scaled(row)));
    std::ranges::sort(sorted);
    return "systems|" + joined(sorted, "|");
  }
};

Row draw_row(SplitMix64& rng, const SystemLevel& level) {
  Row row;
  for (std::size_t i = 0; i < level.unknowns; ++i) row.emplace_back(rng.range(-level.largest, level.largest));
  return row;
}

// The last equation of a degenerate system combines the others, with another constant where there is to be no solution.
SystemProblem draw_system(SplitMix64& rng, const SystemLevel& level, double degenerate) {
  for (;;) {
    SystemProblem problem;
    std::vector<std::int64_t> roots;
    for (std::size_t i = 0; i < level.unknowns; ++i) roots.push_back(rng.range(-level.largest, level.largest));
    for (std::size_t e = 0; e < level.unknowns; ++e) {
      Row row = draw_row(rng, level);
      Rational constant = level.fractions ? Rational(rng.range(-4 * level.largest, 4 * level.largest)) : Rational(0);
      for (std::size_t i = 0; !level.fractions && i < level.unknowns; ++i) constant = constant + row[i] * Rational(roots[i]);
      row.push_back(constant);
      problem.rows.push_back(std::move(row));
    }
    const bool wanted = static_cast<double>(rng.below(1000)) < 1000 * degenerate;
    if (wanted) {
      Row& last = problem.rows.back();
      const Rational factor(rng.range(2, 3));
      for (std::size_t c = 0; c < last.size(); ++c) {
        last[c] = factor * problem.rows[0][c] - (level.unknowns > 2 ? problem.rows[1][c] : Rational(0));
      }
      if (rng.below(2) == 0) last.back() = last.back() + Rational(rng.range(1, 9));
    }
    const bool empty = std::ranges::any_of(problem.rows, [](const Row& row) {
      return std::all_of(row.begin(), row.end() - 1, [](Rational r) { return r.is_zero(); });
    });
    const SystemSolution solution = solution_of(problem.rows);
    const bool unique = solution.answer.front() == '(';
    if (!empty && unique != wanted && solution.answer.size() <= 24) return problem;
  }
}

Matrix rows_of(const Instance& instance) {
  const auto columns = static_cast<std::size_t>(instance.numbers.at(0)) + 1;
  Matrix rows;
  for (std::size_t i = 1; i + columns <= instance.numbers.size(); i += columns) {
    rows.emplace_back(instance.numbers.begin() + static_cast<std::ptrdiff_t>(i),
                      instance.numbers.begin() + static_cast<std::ptrdiff_t>(i + columns));
  }
  return rows;
}

// "1, 2", "(1; 2)", "\\left(\\frac{1}{2}, y = 2\\right)", or numbers with blanks between them; fewer than `count` where that
// cannot be read.
std::vector<Rational> roots_in(std::string_view text, std::size_t count) {
  for (const auto& [open, close] : {std::array<std::string_view, 2>{"\\left(", "\\right)"}, {"(", ")"}}) {
    if (!text.starts_with(open) || !text.ends_with(close) || text.size() < open.size() + close.size()) continue;
    text = text.substr(open.size(), text.size() - open.size() - close.size());
    break;
  }
  std::vector<std::string_view> items;
  for (std::string_view left = text; !left.empty();) {
    const std::size_t end = std::min(left.find_first_of(",;"), left.size());
    items.push_back(left.substr(0, end));
    left.remove_prefix(std::min(end + 1, left.size()));
  }
  if (items.size() != count) items = items_in(text, count).value_or(std::vector<std::string_view>());
  std::vector<Rational> roots;
  for (std::size_t i = 0; i < std::min(items.size(), count); ++i) {
    std::string_view item = trimmed(items[i]);
    const std::size_t sign = item.find('=');
    const std::string_view before = sign == std::string_view::npos ? std::string_view() : item.substr(0, sign);
    if (before.find(kUnknowns[i]) != std::string_view::npos &&
        before.find_first_not_of(std::string(" ") + kUnknowns[i]) == std::string_view::npos) {
      item.remove_prefix(sign + 1);
    }
    roots.push_back(parse_value(item).value_or(Rational::undefined()));
  }
  return roots;
}

class Systems final : public GeneratedTask {
 public:
  explicit Systems(const Parameters& parameters) : GeneratedTask(parameters), degenerate_(parameters.number("degenerate")) {}

  Instance generate(Split split, int level, std::uint64_t index) const override {
    Instance instance = instance_at("systems", kSystemsVersion, split, level, index);
    SplitMix64 rng(fnv1a(instance.id));
    const SystemLevel& knobs = kSystemsLevels[static_cast<std::size_t>(level - 1)];
    const SystemProblem problem = draw_in_split(rng, split, [&](SplitMix64& r) { return draw_system(r, knobs, degenerate_); });
    instance.key = problem.key();
    instance.numbers = {static_cast<std::int64_t>(knobs.unknowns)};
    for (const Row& row : problem.rows) {
      for (const Rational r : row) instance.numbers.push_back(r.numerator());
      instance.words.push_back(equation(row));
    }
    instance.prompt = "Solve " + joined(instance.words, ", ") + '.';
    const SystemSolution solution = solution_of(problem.rows);
    instance.gold = solution.answer;
    instance.family = solution.answer == "none" || solution.answer == "many" ? solution.answer : "one solution";
    instance.reference = worked_solution(solution.lines, solution.answer);
    return instance;
  }

  std::optional<std::string> solve(const Instance& instance) const override {
    const SystemSolution solution = solution_of(rows_of(instance));
    return worked_solution(solution.lines, solution.answer);
  }

  // The roots are put into the equations, so any way to write them counts.
  Verdict check(const Instance& instance, std::string_view text) const override {
    const std::optional<std::string> answer = extract_answer(text);
    if (!answer) return unanswered();
    const Matrix rows = rows_of(instance);
    const std::string gold = solution_of(rows).answer;
    if (gold == "none" || gold == "many") {
      const bool right = *answer == gold || (gold == "many" && *answer == "all");
      return judged(*answer, right, right ? "right" : "not what the equations leave");
    }
    const std::vector<Rational> roots = roots_in(std::string_view(*answer).substr(0, 256), rows.size());
    if (roots.size() != rows.size()) return judged(*answer, false, "not one value per unknown");
    const bool right = std::ranges::all_of(rows, [&](const Row& row) {
      Rational sum = -row.back();
      for (std::size_t i = 0; i < roots.size(); ++i) sum = sum + row[i] * roots[i];
      return sum.is_zero();
    });
    return judged(*answer, right, right ? "right" : "does not solve the equations");
  }

  std::vector<StepVerdict> check_steps(const Instance& instance, std::string_view text) const override {
    const Matrix rows = rows_of(instance);
    const std::size_t all = rank(rows);
    std::vector<StepVerdict> verdicts;
    bool sound = true;
    for (const std::string_view line : working_lines(text)) {
      sound = sound && verdicts.size() < kMostLines;
      const std::optional<Row> row = sound ? read_equation(line, rows.front().size() - 1) : std::nullopt;
      sound = sound && row && follows(rows, *row, all);
      verdicts.push_back({sound, sound});
    }
    return verdicts;
  }

 protected:
  std::string rules(const Instance&) const override {
    return "Solve the equations. The answer is the values of the unknowns in alphabetical order, such as (3,-2) or (1,1/2,0), "
           "none if "
           "there is no solution, or many if there is more than one.";
  }

 private:
  // 0=0 says something only where an equation repeats others.
  static bool follows(Matrix rows, const Row& row, std::size_t all) {
    const bool nothing = std::ranges::all_of(row, [](Rational r) { return r.is_zero(); });
    if (nothing) return all < rows.size();
    rows.push_back(row);
    return rank(rows) == all;
  }

  double degenerate_;
};

}  // namespace

TaskEntry systems_entry() {
  return {
      .name = "systems",
      .summary = "linear equations in two or three unknowns, with one solution, none or many",
      .source = "school algebra; levels are ours",
      .parameters = generated_task_parameters("1+2", {{"degenerate", 0.2, "share of systems without one solution", 0, 1}}),
      .make = [](const Parameters& parameters) -> std::unique_ptr<const Task> { return std::make_unique<Systems>(parameters); }};
}

}  // namespace reckon
