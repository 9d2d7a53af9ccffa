// Multi-digit addition, subtraction and multiplication with a scratchpad: digit lines from the right with carry or borrow, or
// one partial product and running sum per line. Lines as in Nye et al. 2021 (arXiv:2112.00114), shortened so each is local.
// Carries are balanced: their number is uniform, and so is the shorter operand's length (uniform operands are nearly all long).
// Instance::numbers holds the operands (a >= 0, b >= 0), words the operation: "+", "-" or "*".
#include <algorithm>
#include <array>

#include "search/answers/extract.h"
#include "tasks/expression.h"
#include "tasks/generation.h"
#include "tasks/working_lines.h"

namespace reckon {
namespace {

constexpr int kArithmeticVersion = 1;

struct ArithmeticLevel {
  int digits_low, digits_high;                   // of the longer operand of + and -
  std::span<const std::array<int, 2>> products;  // digit counts of the factors; empty: no multiplication
};
constexpr std::array<std::array<int, 2>, 1> kProducts2{{{2, 1}}};
constexpr std::array<std::array<int, 2>, 1> kProducts3{{{2, 2}}};
constexpr std::array<std::array<int, 2>, 2> kProducts4{{{3, 2}, {3, 3}}};
constexpr std::array<std::array<int, 2>, 3> kProducts5{{{4, 3}, {4, 4}, {5, 5}}};
constexpr std::array<ArithmeticLevel, 5> kArithmeticLevels{{
    {2, 2, {}},
    {3, 4, kProducts2},
    {5, 6, kProducts3},
    {7, 8, kProducts4},
    {10, 12, kProducts5},
}};

using Digits = std::vector<int>;  // least significant first

Digits digits_of(std::int64_t number) {
  Digits digits;
  do {
    digits.push_back(static_cast<int>(number % 10));
    number /= 10;
  } while (number > 0);
  return digits;
}

std::int64_t number_of(const Digits& digits) {
  std::int64_t number = 0;
  for (auto d = digits.rbegin(); d != digits.rend(); ++d) number = number * 10 + *d;
  return number;
}

int digit_at(const Digits& digits, std::size_t column) { return column < digits.size() ? digits[column] : 0; }

struct ArithmeticProblem {
  std::int64_t a = 0;
  std::int64_t b = 0;
  char operation = '+';

  std::string key() const {  // operand order is a symmetry: of + and * outright, of - up to the sign
    return std::string("arithmetic|") + operation + '|' + std::to_string(std::min(a, b)) + ',' + std::to_string(std::max(a, b));
  }
  std::string text() const { return std::to_string(a) + operation + std::to_string(b); }
};

int random_digit(SplitMix64& rng, bool leading) { return static_cast<int>(rng.range(leading ? 1 : 0, 9)); }

// Two numbers of `length` and `shorter` digits whose sum (or difference long - short) has a chosen number of carries in the
// shared columns: first which columns carry, then digits that do so.
std::array<Digits, 2> draw_columns(SplitMix64& rng, int length, int shorter, char operation) {
  std::vector<int> carries(static_cast<std::size_t>(shorter), 0);
  const auto count = static_cast<std::size_t>(rng.range(0, shorter));
  std::fill_n(carries.begin(), count, 1);
  shuffle(carries, rng);
  Digits longer_digits, shorter_digits;
  int carry = 0;
  for (int column = 0; column < length; ++column) {
    int a = random_digit(rng, column == length - 1);
    if (column < shorter) {
      const bool wanted = carries[static_cast<std::size_t>(column)] != 0;
      int b = random_digit(rng, column == shorter - 1);
      const auto carried = [&] { return operation == '+' ? a + b + carry >= 10 : a - b - carry < 0; };
      for (int tries = 0; carried() != wanted && tries < 200; ++tries) {
        a = random_digit(rng, column == length - 1);
        b = random_digit(rng, column == shorter - 1);
      }
      carry = carried() ? 1 : 0;
      shorter_digits.push_back(b);
    } else {
      carry = operation == '+' ? (a + carry >= 10) : (a - carry < 0);
    }
    longer_digits.push_back(a);
  }
  return {longer_digits, shorter_digits};
}

std::int64_t draw_number(SplitMix64& rng, int digits) {
  Digits result;
  for (int i = 0; i < digits; ++i) result.push_back(random_digit(rng, i == digits - 1));
  return number_of(result);
}

ArithmeticProblem draw_arithmetic(SplitMix64& rng, const ArithmeticLevel& level, std::string_view operations) {
  ArithmeticProblem problem;
  problem.operation = operations[rng.below(operations.size())];
  if (problem.operation == '*') {
    const std::array<int, 2> digits = level.products[rng.below(level.products.size())];
    problem.a = draw_number(rng, digits[0]);
    problem.b = draw_number(rng, digits[1]);
  } else {
    const int length = static_cast<int>(rng.range(level.digits_low, level.digits_high));
    const int shorter = static_cast<int>(rng.range(1, length));
    const auto columns = draw_columns(rng, length, shorter, problem.operation);
    problem.a = number_of(columns[0]);
    problem.b = number_of(columns[1]);
  }
  if (rng.below(2) == 0) std::swap(problem.a, problem.b);
  return problem;
}

std::int64_t value_of(const ArithmeticProblem& problem) {
  switch (problem.operation) {
    case '+': return problem.a + problem.b;
    case '-': return problem.a - problem.b;
    default: return problem.a * problem.b;
  }
}

std::string number(std::int64_t n) { return std::to_string(n); }

// "7+8+0=15 | 5 c1": digits, carry in, sum, the digit to write, carry out.
std::string addition_lines(std::int64_t a, std::int64_t b) {
  const Digits top = digits_of(a);
  const Digits bottom = digits_of(b);
  std::string lines;
  int carry = 0;
  for (std::size_t column = 0; column < std::max(top.size(), bottom.size()); ++column) {
    const int x = digit_at(top, column);
    const int y = digit_at(bottom, column);
    const int sum = x + y + carry;
    lines += number(x) + '+' + number(y) + '+' + number(carry) + '=' + number(sum) + " | " + number(sum % 10) + " c" +
             number(sum / 10) + '\n';
    carry = sum / 10;
  }
  return lines;
}

// "3-8-0=-5 | 5 b1": as addition, with a borrow. A negative result is turned round on the first line.
std::string subtraction_lines(std::int64_t a, std::int64_t b) {
  std::string lines;
  if (a < b) {
    lines += number(a) + '-' + number(b) + "=-(" + number(b) + '-' + number(a) + ")\n";
    std::swap(a, b);
  }
  const Digits top = digits_of(a);
  const Digits bottom = digits_of(b);
  int borrow = 0;
  for (std::size_t column = 0; column < top.size(); ++column) {
    const int x = digit_at(top, column);
    const int y = digit_at(bottom, column);
    const int difference = x - y - borrow;
    lines += number(x) + '-' + number(y) + '-' + number(borrow) + '=' + number(difference) + " | ";
    borrow = difference < 0 ? 1 : 0;
    lines += number(difference + 10 * borrow) + " b" + number(borrow) + '\n';
  }
  return lines;
}

// The parts of b, one per non-zero digit: 206 -> 6, 200.
std::vector<std::int64_t> place_parts(std::int64_t b) {
  std::vector<std::int64_t> parts;
  std::int64_t place = 1;
  for (const int digit : digits_of(b)) {
    if (digit != 0) parts.push_back(digit * place);
    place *= 10;
  }
  return parts;
}

std::string product_line(std::int64_t a, std::int64_t part, std::int64_t sum) {
  const std::int64_t product = a * part;
  return number(a) + '*' + number(part) + '=' + number(product) + " | " + number(sum) + '+' + number(product) + '=' +
         number(sum + product);
}

std::string multiplication_lines(std::int64_t a, std::span<const std::int64_t> parts) {
  std::string lines;
  std::int64_t sum = 0;
  for (const std::int64_t part : parts) {
    lines += product_line(a, part, sum) + '\n';
    sum += a * part;
  }
  return lines;
}

std::string prompt_of(const ArithmeticProblem& problem, std::size_t variant) {
  switch (variant) {
    case 0: return problem.text() + "=?";
    case 1: return "Compute " + problem.text() + ".";
    default: return "What is " + problem.text() + "?";
  }
}

ArithmeticProblem arithmetic_problem_of(const Instance& instance) {
  return {instance.numbers.at(0), instance.numbers.at(1), instance.words.at(0).front()};
}

class Arithmetic final : public GeneratedTask {
 public:
  explicit Arithmetic(const Parameters& parameters) : GeneratedTask(parameters), operation_(parameters.text("operation")) {}

  Instance generate(Split split, int level, std::uint64_t index) const override {
    Instance instance = instance_at("arithmetic", kArithmeticVersion, split, level, index);
    SplitMix64 rng(fnv1a(instance.id));
    const ArithmeticLevel& knobs = kArithmeticLevels[static_cast<std::size_t>(level - 1)];
    const std::string allowed = operations(knobs, level);
    const ArithmeticProblem problem =
        draw_in_split(rng, split, [&](SplitMix64& r) { return draw_arithmetic(r, knobs, allowed); });
    instance.family = problem.operation == '+' ? "add" : problem.operation == '-' ? "sub" : "mul";
    instance.key = problem.key();
    instance.numbers = {problem.a, problem.b};
    instance.words = {std::string(1, problem.operation)};
    instance.gold = number(value_of(problem));
    std::vector<std::int64_t> parts = place_parts(problem.b);
    shuffle(parts, rng);  // the order of partial products is free
    instance.reference = worked_solution(lines_of(problem, parts), instance.gold);
    instance.prompt = prompt_of(problem, training_variant(rng, split, 3));
    return instance;
  }

  std::optional<std::string> solve(const Instance& instance) const override {
    const ArithmeticProblem problem = arithmetic_problem_of(instance);
    return worked_solution(lines_of(problem, place_parts(problem.b)), number(value_of(problem)));
  }

  Verdict check(const Instance& instance, std::string_view text) const override {
    const std::optional<std::string> answer = extract_answer(text);
    if (!answer) return {.extracted = {}, .detail = "no boxed answer"};
    Verdict verdict{.extracted = answer->substr(0, kLongestExtract)};
    const std::int64_t wanted = value_of(arithmetic_problem_of(instance));
    std::vector<Rational> literals;
    const std::optional<LinearForm> value = parse_linear_form(*answer, &literals);
    if (!value || !value->is_constant() || literals.size() != 1) {  // "12+30" leaves the sum undone
      verdict.detail = "not a number";
    } else if (value->constant == Rational(wanted)) {
      verdict.correct = true;
      verdict.score = 1;
      verdict.detail = "right";
    } else {
      verdict.detail = "wrong number";
    }
    return verdict;
  }

  std::vector<StepVerdict> check_steps(const Instance& instance, std::string_view text) const override {
    const ArithmeticProblem problem = arithmetic_problem_of(instance);
    const std::vector<std::string_view> lines = working_lines(text);
    if (problem.operation == '*') return check_products(problem, lines);
    return lines_as_expected(lines, lines_of(problem, {}));  // sums and differences have one way of working only
  }

 protected:
  std::string rules(const Instance&) const override { return "Compute the value. The answer is one integer."; }

 private:
  std::string operations(const ArithmeticLevel& knobs, int level) const {
    if (operation_ == "add") return "+";
    if (operation_ == "sub") return "-";
    if (operation_ == "any") return knobs.products.empty() ? "+-" : "+-*";
    if (knobs.products.empty()) {
      throw Error(ErrorCode::bad_argument, "level " + std::to_string(level) + " has no multiplication; it begins at level 2",
                  "arithmetic:operation=mul");
    }
    return "*";
  }

  static std::string lines_of(const ArithmeticProblem& problem, std::span<const std::int64_t> parts) {
    switch (problem.operation) {
      case '+': return addition_lines(problem.a, problem.b);
      case '-': return subtraction_lines(problem.a, problem.b);
      default: return multiplication_lines(problem.a, parts);
    }
  }

  // Partial products may come in any order, each once.
  static std::vector<StepVerdict> check_products(const ArithmeticProblem& problem, std::span<const std::string_view> lines) {
    std::vector<std::int64_t> parts = place_parts(problem.b);
    std::int64_t sum = 0;
    std::vector<StepVerdict> verdicts;
    bool sound = true;
    for (const std::string_view line : lines) {
      const auto is_line_of = [&](std::int64_t part) { return line == product_line(problem.a, part, sum); };
      const auto used = std::ranges::find_if(parts, is_line_of);
      sound = sound && used != parts.end();
      if (sound) {
        sum += problem.a * *used;
        parts.erase(used);
      }
      verdicts.push_back({sound, sound});
    }
    return verdicts;
  }

  std::string operation_;
};

}  // namespace

TaskEntry arithmetic_entry() {
  return {.name = "arithmetic",
          .summary = "multi-digit addition, subtraction and multiplication with written working",
          .source = "scratchpads: arXiv:2112.00114; levels and trace are ours",
          .parameters = generated_task_parameters("4", {{.name = "operation",
                                                         .default_value = std::string("any"),
                                                         .meaning = "which operation is asked",
                                                         .choices = {"any", "add", "sub", "mul"}}}),
          .make = [](const Parameters& parameters) -> std::unique_ptr<const Task> {
            return std::make_unique<Arithmetic>(parameters);
          }};
}

}  // namespace reckon
