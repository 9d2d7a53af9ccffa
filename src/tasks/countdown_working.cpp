#include "tasks/countdown_working.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/error.h"
#include "search/answers/extract.h"
#include "tasks/expression.h"
#include "tasks/generation.h"
#include "tasks/working_lines.h"

namespace reckon {
namespace {

std::string shown(Rational value) {
  return value.is_integer() && value.numerator() >= 0 ? value.text() : '(' + value.text() + ')';
}

std::string in_parentheses_if(bool needed, const std::string& text) { return needed ? "(" + text + ")" : text; }

CountdownOperand combined(const CountdownOperand& a, char operation, const CountdownOperand& b, Rational value) {
  const int precedence = (operation == '*' || operation == '/') ? 2 : 1;
  const bool right_matters = operation == '-' || operation == '/';  // a-(b+c), a/(b*c)
  const bool wrap_right = b.precedence < precedence || (right_matters && b.precedence == precedence);
  return {value, precedence,
          in_parentheses_if(a.precedence < precedence, a.text) + operation + in_parentheses_if(wrap_right, b.text)};
}

struct ParsedStep {
  Rational left, right, result;
  char operation = '+';
  std::vector<Rational> rest;
};

// "35-25=10 | 7 37 10", and nothing else: what a step may look like is part of the format.
class StepReader {
 public:
  StepReader(std::string_view line, CountdownRules rules) : line_(trimmed(line)), rules_(rules) {}

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
  // A number as the table writes it, and in no other way.
  bool number(Rational& out) {
    const std::string_view start = line_;
    const bool wrapped = rules_ == CountdownRules::rational && literal("(");
    const bool negative = wrapped && literal("-");
    if (!digits(out)) return false;
    if (!wrapped) return true;
    Rational denominator = 1;
    if (literal("/") && !digits(denominator)) return false;
    out = (negative ? -out : out) / denominator;
    return literal(")") && start.starts_with(shown(out));  // reduced, and in parentheses only where needed
  }
  bool digits(Rational& out) {
    std::int64_t value = 0;
    std::size_t count = 0;
    while (count < line_.size() && line_[count] >= '0' && line_[count] <= '9') {
      if (count == 15) return false;
      value = value * 10 + (line_[count++] - '0');
    }
    if (count == 0 || (count > 1 && line_.front() == '0')) return false;
    out = Rational(value);
    line_.remove_prefix(count);
    return true;
  }

  std::string_view line_;
  CountdownRules rules_;
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
bool follow(std::vector<Rational>& table, std::string_view line, CountdownRules rules) {
  const std::optional<ParsedStep> step = StepReader(line, rules).read();
  if (!step) return false;
  std::vector<Rational> left = table;
  if (!consume(left, step->left) || !consume(left, step->right)) return false;  // both are used up, also when equal
  const Rational value = value_of(*step);
  if (!(value == step->result)) return false;
  if (rules == CountdownRules::exact_int && (!value.is_integer() || value.numerator() < 0)) return false;
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

bool states_target(std::string_view answer, std::size_t expression_size, Rational target) {
  if (expression_size == answer.size()) return true;
  const std::optional<Rational> stated = parse_value(answer.substr(expression_size + 1));
  return stated && *stated == target;
}

}  // namespace

CountdownTable::CountdownTable(std::span<const std::int64_t> numbers) {
  for (const std::int64_t n : numbers) operands_.push_back({n, 3, std::to_string(n)});
}

void CountdownTable::apply(std::size_t left, char operation, std::size_t right, Rational value) {
  CountdownOperand result = combined(operands_[left], operation, operands_[right], value);
  lines_ += shown(operands_[left].value) + operation + shown(operands_[right].value) + '=' + shown(value) + " |";
  operands_.erase(operands_.begin() + static_cast<std::ptrdiff_t>(std::max(left, right)));
  operands_.erase(operands_.begin() + static_cast<std::ptrdiff_t>(std::min(left, right)));
  operands_.push_back(std::move(result));
  for (const CountdownOperand& operand : operands_) lines_ += ' ' + shown(operand.value);
  lines_ += '\n';
}

std::size_t CountdownTable::index_of(Rational value, std::size_t other_than) const {
  for (std::size_t i = 0; i < operands_.size(); ++i) {
    if (operands_[i].value == value && i != other_than) return i;
  }
  throw Error(ErrorCode::internal, "a step uses a number that is not on the table", "countdown");
}

std::string countdown_worked(std::span<const std::int64_t> numbers, std::span<const CountdownStep> steps) {
  CountdownTable table(numbers);
  for (const CountdownStep& step : steps) {
    const std::size_t left = table.index_of(step.left);
    table.apply(left, step.operation, table.index_of(step.right, left), step.result);
  }
  return worked_solution(table.lines(), table.expression());
}

Verdict judge_countdown(std::span<const std::int64_t> numbers, std::int64_t target, std::string_view text) {
  const std::optional<std::string> answer = extract_answer(text);
  if (!answer) return unanswered();
  std::vector<Rational> literals;
  // "3*8=24" states its value: allowed.
  const std::string_view expression = std::string_view(*answer).substr(0, answer->find('='));
  const std::optional<LinearForm> value = parse_linear_form(expression, &literals);
  if (!value || !value->is_constant()) return judged(*answer, false, "not an arithmetic expression");
  constexpr double kWellFormed = 0.1;  // but wrong: only reinforcement learning looks at it
  std::string fault = misuse(numbers, literals);
  if (fault.empty() && !(value->constant == Rational(target))) {
    fault = "gives " + value->constant.text() + ", not " + std::to_string(target);
  } else if (fault.empty() && !states_target(*answer, expression.size(), target)) {
    fault = "states another value than its own";
  }
  return judged(*answer, fault.empty(), fault.empty() ? "right" : fault, kWellFormed);
}

std::vector<StepVerdict> follow_countdown(std::span<const std::int64_t> numbers, std::int64_t target, std::string_view text,
                                          CountdownRules rules) {
  std::vector<Rational> table(numbers.begin(), numbers.end());
  std::vector<StepVerdict> verdicts;
  bool sound = true;
  for (const std::string_view line : working_lines(text)) {
    sound = sound && follow(table, line, rules);
    verdicts.push_back({sound, sound && reachable(table, target, rules)});
  }
  return verdicts;
}

}  // namespace reckon
