// Countdown: make a target from given numbers, each used exactly once, with + - * /. Variant exact-int: in working, every
// intermediate is a non-negative integer. Source: the numbers round of the television game; trace and levels are ours.
// Instance::numbers holds the target, then the given numbers in prompt order.
#include <algorithm>
#include <array>

#include "search/answers/extract.h"
#include "tasks/countdown_solver.h"
#include "tasks/expression.h"
#include "tasks/generation.h"
#include "tasks/working_lines.h"

namespace reckon {
namespace {

constexpr int kVersion = 1;

struct CountdownLevel {
  int count;
  std::int64_t largest;  // numbers are drawn from 1..largest
  std::int64_t target_low, target_high;
  std::int64_t cap;  // no intermediate of a generated solution is larger
};
constexpr std::array<CountdownLevel, 5> kLevels{{
    {3, 20, 10, 50, 500},
    {3, 50, 10, 100, 1000},
    {4, 50, 10, 100, 1000},
    {5, 99, 100, 500, 5000},
    {6, 100, 100, 999, 10000},
}};

// A number on the table with the expression that made it. Precedence: 3 a number, 2 a product, 1 a sum.
struct Operand {
  std::int64_t value;
  int precedence;
  std::string text;
};

std::string in_parentheses_if(bool needed, const std::string& text) { return needed ? "(" + text + ")" : text; }

Operand combined(const Operand& a, char operation, const Operand& b, std::int64_t value) {
  const int precedence = (operation == '*' || operation == '/') ? 2 : 1;
  const bool right_matters = operation == '-' || operation == '/';  // a-(b+c), a/(b*c)
  const bool wrap_right = b.precedence < precedence || (right_matters && b.precedence == precedence);
  return {value, precedence,
          in_parentheses_if(a.precedence < precedence, a.text) + operation + in_parentheses_if(wrap_right, b.text)};
}

// Writes the lines of working while operations are applied; what remains keeps its order, the result goes last.
class Table {
 public:
  explicit Table(std::span<const std::int64_t> numbers) {
    for (const std::int64_t n : numbers) operands_.push_back({n, 3, std::to_string(n)});
  }

  void apply(std::size_t left, char operation, std::size_t right, std::int64_t value) {
    Operand result = combined(operands_[left], operation, operands_[right], value);
    lines_ += std::to_string(operands_[left].value) + operation + std::to_string(operands_[right].value) + '=' +
              std::to_string(value) + " |";
    operands_.erase(operands_.begin() + static_cast<std::ptrdiff_t>(std::max(left, right)));
    operands_.erase(operands_.begin() + static_cast<std::ptrdiff_t>(std::min(left, right)));
    operands_.push_back(std::move(result));
    for (const Operand& operand : operands_) lines_ += ' ' + std::to_string(operand.value);
    lines_ += '\n';
  }
  std::size_t index_of(std::int64_t value, std::size_t other_than = static_cast<std::size_t>(-1)) const {
    for (std::size_t i = 0; i < operands_.size(); ++i) {
      if (operands_[i].value == value && i != other_than) return i;
    }
    throw Error(ErrorCode::internal, "a step uses a number that is not on the table", "countdown");
  }
  const std::string& lines() const { return lines_; }
  const std::string& expression() const { return operands_.back().text; }

 private:
  std::vector<Operand> operands_;
  std::string lines_;
};

struct Operation {
  std::size_t left;
  char symbol;
  std::size_t right;
  std::int64_t value;
};

struct CountdownProblem {
  std::vector<std::int64_t> numbers;
  std::int64_t target = 0;
  std::vector<Operation> operations;  // indices into the numbers left at that moment

  std::string key() const {
    std::vector<std::int64_t> sorted = numbers;
    std::ranges::sort(sorted);
    std::string key = "countdown|";
    for (const std::int64_t n : sorted) key += std::to_string(n) + ',';
    key.back() = '|';
    return key + std::to_string(target);
  }
};

// One random legal operation on two random numbers; nullopt when the draw is not legal.
std::optional<Operation> random_operation(SplitMix64& rng, std::span<const std::int64_t> values, std::int64_t cap) {
  std::size_t i = rng.below(values.size());
  std::size_t j = rng.below(values.size() - 1);
  if (j >= i) ++j;
  const std::int64_t a = values[i];
  const std::int64_t b = values[j];
  switch (rng.below(4)) {
    case 0: return a + b <= cap ? std::optional(Operation{i, '+', j, a + b}) : std::nullopt;
    case 1:
      if (a == b) return std::nullopt;  // a zero on the table makes a dull problem
      return a > b ? Operation{i, '-', j, a - b} : Operation{j, '-', i, b - a};
    case 2: return a * b <= cap ? std::optional(Operation{i, '*', j, a * b}) : std::nullopt;
    default:
      if (a % b == 0) return Operation{i, '/', j, a / b};
      return b % a == 0 ? std::optional(Operation{j, '/', i, b / a}) : std::nullopt;
  }
}

// Random numbers, random operations, until the result is a target of the level: a random solution, never a canonical one.
CountdownProblem draw_countdown(SplitMix64& rng, const CountdownLevel& level) {
  for (;;) {
    CountdownProblem problem;
    for (int i = 0; i < level.count; ++i) problem.numbers.push_back(rng.range(1, level.largest));
    std::vector<std::int64_t> values = problem.numbers;
    while (values.size() > 1) {
      const std::optional<Operation> operation = random_operation(rng, values, level.cap);
      if (!operation) continue;  // never forever: of a pair, the difference is legal, or, of equals, the quotient
      values.erase(values.begin() + static_cast<std::ptrdiff_t>(std::max(operation->left, operation->right)));
      values.erase(values.begin() + static_cast<std::ptrdiff_t>(std::min(operation->left, operation->right)));
      values.push_back(operation->value);
      problem.operations.push_back(*operation);
    }
    problem.target = values.front();
    if (problem.target >= level.target_low && problem.target <= level.target_high) return problem;
  }
}

std::string prompt_of(const CountdownProblem& problem, std::size_t variant) {
  std::string list;
  for (const std::int64_t n : problem.numbers) list += ' ' + std::to_string(n);
  const std::string target = std::to_string(problem.target);
  switch (variant) {
    case 0: return "Make " + target + " from" + list + ".";
    case 1: return "Numbers:" + list + ". Target: " + target + ".";
    default: return "Use" + list + " to get " + target + ".";
  }
}

struct ParsedStep {
  Rational left, right, result;
  char operation = '+';
  std::vector<Rational> rest;
};

// "35-25=10 | 7 37 10", and nothing else: what a step may look like is part of the format.
class StepReader {
 public:
  explicit StepReader(std::string_view line) : line_(trimmed(line)) {}

  std::optional<ParsedStep> read() {
    ParsedStep step;
    if (!number(step.left)) return std::nullopt;
    if (line_.empty() || std::string_view("+-*/").find(line_.front()) == std::string_view::npos) return std::nullopt;
    step.operation = line_.front();
    line_.remove_prefix(1);
    if (!number(step.right) || !literal("=") || !number(step.result) || !literal(" |")) return std::nullopt;
    while (!line_.empty()) {
      Rational n;
      if (!literal(" ") || !number(n)) return std::nullopt;
      step.rest.push_back(n);
    }
    return step;
  }

 private:
  bool literal(std::string_view wanted) {
    if (!line_.starts_with(wanted)) return false;
    line_.remove_prefix(wanted.size());
    return true;
  }
  bool number(Rational& out) {
    std::int64_t value = 0;
    std::size_t digits = 0;
    while (digits < line_.size() && line_[digits] >= '0' && line_[digits] <= '9') {
      if (digits == 15) return false;
      value = value * 10 + (line_[digits++] - '0');
    }
    if (digits == 0 || (digits > 1 && line_.front() == '0')) return false;
    out = Rational(value);
    line_.remove_prefix(digits);
    return true;
  }

  std::string_view line_;
};

bool consume(std::vector<Rational>& table, Rational number) {
  const auto found = std::ranges::find(table, number);
  if (found == table.end()) return false;
  table.erase(found);
  return true;
}

Rational value_of(const ParsedStep& step) {
  switch (step.operation) {
    case '+': return step.left + step.right;
    case '-': return step.left - step.right;
    case '*': return step.left * step.right;
    default: return step.left / step.right;
  }
}

// Applies the step to the table when it is right in every part.
bool follow(std::vector<Rational>& table, std::string_view line) {
  const std::optional<ParsedStep> step = StepReader(line).read();
  if (!step) return false;
  std::vector<Rational> left = table;
  if (!consume(left, step->left) || !consume(left, step->right)) return false;  // both are used up, also when equal
  const Rational value = value_of(*step);
  if (!(value == step->result) || !value.is_integer() || value.numerator() < 0) return false;
  left.push_back(value);
  if (!std::ranges::is_permutation(left, step->rest)) return false;
  table = step->rest;
  return true;
}

// Which given number is missing or used too often; empty when the literals are exactly the given numbers.
std::string misuse(std::span<const std::int64_t> numbers, const std::vector<Rational>& literals) {
  std::vector<Rational> unused(numbers.begin(), numbers.end());
  for (const Rational literal : literals) {
    if (!consume(unused, literal)) return "number " + literal.text() + " is not given, or used too often";
  }
  return unused.empty() ? "" : "number " + unused.front().text() + " is not used";
}

class Countdown final : public GeneratedTask {
 public:
  explicit Countdown(const Parameters& parameters) : GeneratedTask(parameters) {}

  Instance generate(Split split, int level, std::uint64_t index) const override {
    Instance instance{.id = instance_id("countdown", kVersion, split, level, index), .task = "countdown", .level = level};
    SplitMix64 rng(fnv1a(instance.id));
    const CountdownLevel& knobs = kLevels[static_cast<std::size_t>(level - 1)];
    const CountdownProblem problem = draw_in_split(rng, split, [&](SplitMix64& r) { return draw_countdown(r, knobs); });
    Table table(problem.numbers);
    for (const Operation& o : problem.operations) table.apply(o.left, o.symbol, o.right, o.value);
    instance.key = problem.key();
    instance.prompt = prompt_of(problem, training_variant(rng, split, 3));
    instance.gold = table.expression();
    instance.reference = worked_solution(table.lines(), instance.gold);
    instance.numbers = problem.numbers;
    instance.numbers.insert(instance.numbers.begin(), problem.target);
    return instance;
  }

  std::optional<std::string> solve(const Instance& instance) const override {
    const std::span<const std::int64_t> numbers = std::span(instance.numbers).subspan(1);
    const auto steps = countdown_solution(numbers, instance.numbers.front());
    if (!steps) return std::nullopt;
    Table table(numbers);
    for (const CountdownStep& step : *steps) {
      const std::size_t left = table.index_of(step.left);
      table.apply(left, step.operation, table.index_of(step.right, left), step.result);
    }
    return worked_solution(table.lines(), table.expression());
  }

  Verdict check(const Instance& instance, std::string_view text) const override {
    const std::optional<std::string> answer = extract_answer(text);
    if (!answer) return {.extracted = {}, .detail = "no boxed answer"};
    Verdict verdict{.extracted = answer->substr(0, kLongestExtract)};
    std::vector<Rational> literals;
    // "3*8=24" states its value: allowed.
    const std::string_view expression = std::string_view(*answer).substr(0, answer->find('='));
    const std::optional<LinearForm> value = parse_linear_form(expression, &literals);
    if (!value || !value->is_constant()) {
      verdict.detail = "not an arithmetic expression";
      return verdict;
    }
    verdict.score = 0.1;  // well-formed but wrong: only reinforcement learning looks at it
    const Rational target(instance.numbers.front());
    const std::string fault = misuse(std::span(instance.numbers).subspan(1), literals);
    if (!fault.empty()) {
      verdict.detail = fault;
    } else if (!(value->constant == target)) {
      verdict.detail = "gives " + value->constant.text() + ", not " + target.text();
    } else if (!states_target(*answer, expression.size(), target)) {
      verdict.detail = "states another value than its own";
    } else {
      verdict.correct = true;
      verdict.score = 1;
      verdict.detail = "right";
    }
    return verdict;
  }

  std::vector<StepVerdict> check_steps(const Instance& instance, std::string_view text) const override {
    std::vector<Rational> table(instance.numbers.begin() + 1, instance.numbers.end());
    std::vector<StepVerdict> verdicts;
    bool sound = true;
    for (const std::string_view line : working_lines(text)) {
      sound = sound && follow(table, line);
      verdicts.push_back({sound, sound && still_reachable(table, instance.numbers.front())});
    }
    return verdicts;
  }

 private:
  static bool states_target(std::string_view answer, std::size_t expression_size, Rational target) {
    if (expression_size == answer.size()) return true;
    const std::optional<Rational> stated = parse_value(answer.substr(expression_size + 1));
    return stated && *stated == target;
  }
  static bool still_reachable(const std::vector<Rational>& table, std::int64_t target) {
    std::vector<std::int64_t> numbers;
    for (const Rational n : table) numbers.push_back(n.numerator());
    return reachable(numbers, target);
  }
};

}  // namespace

TaskEntry countdown_entry() {
  return {.name = "countdown",
          .summary = "make a target from given numbers, each used exactly once",
          .source = "numbers round of the television game; levels and trace are ours",
          .parameters = generated_task_parameters("2+3"),
          .make = [](const Parameters& parameters) -> std::unique_ptr<const Task> {
            return std::make_unique<Countdown>(parameters);
          }};
}

}  // namespace reckon
