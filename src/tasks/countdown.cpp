// Countdown: make a target from given numbers, each used exactly once, with + - * /. Variant exact-int: in working, every
// intermediate is a non-negative integer. Source: the numbers round of the television game; trace and levels are ours.
// Instance::numbers holds the target, then the given numbers in prompt order.
#include <algorithm>
#include <array>

#include "tasks/countdown_working.h"
#include "tasks/generation.h"

namespace reckon {
namespace {

constexpr int kCountdownVersion = 1;

struct CountdownLevel {
  int count;
  std::int64_t largest;  // numbers are drawn from 1..largest
  std::int64_t target_low, target_high;
  std::int64_t cap;  // no intermediate of a generated solution is larger
};
constexpr std::array<CountdownLevel, 5> kCountdownLevels{{
    {3, 20, 10, 50, 500},
    {3, 50, 10, 100, 1000},
    {4, 50, 10, 100, 1000},
    {5, 99, 100, 500, 5000},
    {6, 100, 100, 999, 10000},
}};

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

class Countdown final : public GeneratedTask {
 public:
  explicit Countdown(const Parameters& parameters) : GeneratedTask(parameters) {}

  Instance generate(Split split, int level, std::uint64_t index) const override {
    Instance instance = instance_at("countdown", kCountdownVersion, split, level, index);
    SplitMix64 rng(fnv1a(instance.id));
    const CountdownLevel& knobs = kCountdownLevels[static_cast<std::size_t>(level - 1)];
    const CountdownProblem problem = draw_in_split(rng, split, [&](SplitMix64& r) { return draw_countdown(r, knobs); });
    CountdownTable table(problem.numbers);
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
    const auto steps = countdown_solution(given(instance), instance.numbers.front());
    return steps ? std::optional(countdown_worked(given(instance), *steps)) : std::nullopt;
  }

  Verdict check(const Instance& instance, std::string_view text) const override {
    return judge_countdown(given(instance), instance.numbers.front(), text);
  }

  std::vector<StepVerdict> check_steps(const Instance& instance, std::string_view text) const override {
    return follow_countdown(given(instance), instance.numbers.front(), text, CountdownRules::exact_int);
  }

 protected:
  std::string rules(const Instance&) const override {
    return "Use every given number exactly once, with + - * / and parentheses, to make the target. The answer is the expression.";
  }

 private:
  static std::span<const std::int64_t> given(const Instance& instance) { return std::span(instance.numbers).subspan(1); }
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
