// Properties of every generated task: the solver satisfies the checker, working satisfies the step check, and no changed line
// slips through unless an independent evaluation in floating point agrees that it is true.
#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>
#include <algorithm>
#include <cmath>

#include "property/tasks/true_lines.h"
#include "tasks/wording.h"
#include "tasks/working_lines.h"
#include "unit/tasks/task_testing.h"

namespace reckon {
namespace {

using trial::boxed;

std::vector<std::unique_ptr<const Task>> generated_tasks() {
  std::vector<std::unique_ptr<const Task>> result;
  for (const TaskEntry& entry : tasks()) {
    const bool quick = !entry.runs_programs;  // what runs programs has tests of its own
    if (!trial::is_reader(entry) && quick) result.push_back(make_task(entry.name));
  }
  return result;
}

const std::vector<std::unique_ptr<const Task>> kTasks = generated_tasks();

struct Drawn {
  const Task* task;
  Instance instance;
};

Drawn any_instance() {
  const auto& task = kTasks[*rc::gen::inRange<std::size_t>(0, kTasks.size())];
  const int level = *rc::gen::inRange(1, 6);
  const auto split = *rc::gen::element(Split::train, Split::validation, Split::test);
  return {task.get(), task->generate(split, level, *rc::gen::inRange<std::uint64_t>(0, 1'000'000))};
}

// An equation that is solved as it stands ("x=4") leaves nothing to work out before the answer.
bool has_working(const Instance& instance) { return !working_lines(instance.reference).empty(); }

bool checks_steps(const Instance& instance) { return std::ranges::find(tasks(), instance.task, &TaskEntry::name)->checks_steps; }

// Where the reference is a search, it may enter branches that hold no answer and come back.
bool all_valid(const Instance& instance, const std::vector<StepVerdict>& verdicts) {
  const bool searches = instance.task == "sat3" || instance.task == "color3";
  return std::ranges::all_of(verdicts, [&](const StepVerdict& v) { return v.valid && (v.still_solvable || searches); });
}

RC_GTEST_PROP(TaskProperties, ReferencesPassTheCheckerAndTheStepCheck, ()) {
  const auto [task, instance] = any_instance();

  RC_ASSERT(task->check(instance, instance.reference).correct);
  RC_ASSERT(task->check(instance, boxed(instance.gold)).correct);
  const auto verdicts = task->check_steps(instance, instance.reference);
  RC_ASSERT(verdicts.empty() == !(checks_steps(instance) && has_working(instance)));
  RC_ASSERT(all_valid(instance, verdicts));
}

RC_GTEST_PROP(TaskProperties, TheSolverPassesTheCheckerAndTheStepCheck, ()) {
  const auto [task, instance] = any_instance();
  if (instance.task == "countdown" && instance.level == 5) RC_DISCARD("exhaustive search over six numbers");

  const auto solution = task->solve(instance);

  RC_ASSERT(solution.has_value());
  RC_ASSERT(task->check(instance, *solution).correct);
  RC_ASSERT(all_valid(instance, task->check_steps(instance, *solution)));
}

RC_GTEST_PROP(TaskProperties, AnyBytesAreAVerdictAndNeverRight, ()) {
  const auto [task, instance] = any_instance();
  const auto bytes = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());

  const Verdict verdict = task->check(instance, bytes);
  (void)task->check_steps(instance, bytes);
  (void)task->check(instance, boxed(bytes));

  RC_ASSERT(!verdict.correct);  // no box in so few random bytes
  for (const StepVerdict& step : task->check_steps(instance, bytes)) RC_ASSERT(step.valid || !step.still_solvable);
  RC_ASSERT(verdict.score >= 0 && verdict.score <= 1);
}

// A sum of products in floating point with x and y put in; NaN when it cannot be read. Deliberately the plainest evaluator.
class Evaluator {
 public:
  Evaluator(std::string text, double x, double y) : text_(std::move(text)), x_(x), y_(y) {}
  double whole() {
    const double value = sum();
    return at_ == text_.size() ? value : NAN;
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  double sum() {
    double total = 0;
    double sign = 1;
    if (peek() == '-') {
      sign = -1;
      ++at_;
    }
    for (;;) {
      total += sign * product();
      if (peek() != '+' && peek() != '-') return total;
      sign = text_[at_++] == '+' ? 1 : -1;
    }
  }
  double product() {
    double value = factor();
    for (;;) {
      if (peek() == '*' || peek() == '/') {
        const bool times = text_[at_++] == '*';
        const double next = factor();
        value = times ? value * next : value / next;
      } else if (peek() == '(' || peek() == 'x' || peek() == 'y') {
        value *= factor();
      } else {
        return value;
      }
    }
  }
  double factor() {
    const char c = peek();
    if (c == 'x' || c == 'y') {
      ++at_;
      return c == 'x' ? x_ : y_;
    }
    if (c == '(') {
      ++at_;
      const double value = sum();
      return peek() == ')' ? (++at_, value) : NAN;
    }
    if (c == '-' || c == '+') {
      ++at_;
      return c == '-' ? -factor() : factor();
    }
    std::size_t length = 0;
    if (c != '.' && (c < '0' || c > '9')) return NAN;
    const double value = std::stod(text_.substr(at_), &length);
    at_ += length;
    return value;
  }

  std::string text_;
  double x_, y_;
  std::size_t at_ = 0;
};

// Whether "left=right" holds at the point; commas between thousands are dropped first.
bool line_holds(std::string line, double x, double y) {
  std::erase(line, ' ');
  std::erase(line, ',');
  const std::size_t sign = line.find('=');
  if (sign == std::string::npos) return false;
  const double left = Evaluator(line.substr(0, sign), x, y).whole();
  const double right = Evaluator(line.substr(sign + 1), x, y).whole();
  return std::abs(left - right) <= 1e-6 * (1 + std::abs(left));
}

double ratio(const Instance& instance, std::size_t i) {
  if (i + 1 >= instance.numbers.size()) return 0;
  return static_cast<double>(instance.numbers[i]) / static_cast<double>(instance.numbers[i + 1]);
}

std::string with_line(const std::vector<std::string_view>& lines, std::size_t changed, const std::string& line) {
  std::string text = "<think>\n";
  for (std::size_t i = 0; i < changed; ++i) text.append(lines[i]).append("\n");
  return text.append(line).append("\n");
}

RC_GTEST_PROP(TaskProperties, AChangedCharacterInALineFailsOrIsTrue, ()) {
  const auto [task, instance] = any_instance();
  RC_PRE(checks_steps(instance));
  const std::vector<std::string_view> lines = working_lines(instance.reference);
  const auto which = *rc::gen::inRange<std::size_t>(0, lines.size());
  std::string line(lines[which]);
  const auto position = *rc::gen::inRange<std::size_t>(0, line.size());
  const char replacement = *rc::gen::elementOf(std::string("0123456789+-*/=|xyabcs:()[]_,. "));
  RC_PRE(line[position] != replacement);
  RC_PRE(position + 1 < line.size() || replacement != ' ');  // a blank at the end is not part of a line
  line[position] = replacement;

  const auto verdicts = task->check_steps(instance, with_line(lines, which, line));

  RC_ASSERT(verdicts.size() == which + 1 || line.find_first_not_of(' ') == std::string::npos);
  if (verdicts.size() != which + 1 || !verdicts.back().valid) return;
  if (instance.task == "linear") {
    RC_ASSERT(line_holds(line, ratio(instance, 0), ratio(instance, 2)));
    RC_ASSERT(!line_holds(line, ratio(instance, 0) + 1.37, ratio(instance, 2) + 0.61));  // and says something
  } else if (instance.task == "countdown" || instance.task == "game24") {
    RC_ASSERT(line_holds(line.substr(0, line.find('|')), 0, 0));
  } else if (instance.task == "systems") {
    RC_ASSERT(trial::is_true_combination(instance, line));
  } else if (instance.task == "tsp") {
    RC_ASSERT(trial::is_true_trip(instance, line));
  } else if (instance.task == "color3") {
    RC_ASSERT(trial::is_true_colouring(instance, line));
  } else if (instance.task == "sat3") {
    RC_ASSERT(instance.level == 5 || trial::is_true_implication(instance, line));  // 2^20 assignments at level 5
  } else if (instance.task == "prove") {  // another tactic may do the same: two hypotheses may be one formula
    RC_ASSERT(line.substr(line.find(" | ")) == lines[which].substr(lines[which].find(" | ")));
  } else if (instance.task == "toolplan") {  // names are names in small letters too
    RC_ASSERT(plain_words(line) == plain_words(lines[which]));
  } else {
    RC_FAIL("there is one way only to write this line: " + line);
  }
}

RC_GTEST_PROP(TaskProperties, TheCountdownKeyForgetsTheOrderOfNumbers, ()) {
  // The key is rebuilt here from the prompt alone: target, then the sorted numbers.
  const auto task = make_task("countdown");
  const Instance instance = task->generate(Split::test, *rc::gen::inRange(1, 6), *rc::gen::inRange<std::uint64_t>(0, 100'000));
  std::vector<std::int64_t> numbers(instance.numbers.begin() + 1, instance.numbers.end());
  std::ranges::sort(numbers);
  std::string key = "countdown|";
  for (std::size_t i = 0; i < numbers.size(); ++i) key.append(i ? "," : "").append(std::to_string(numbers[i]));
  key.append("|").append(std::to_string(instance.numbers[0]));

  RC_ASSERT(instance.key == key);
}

RC_GTEST_PROP(TaskProperties, TheArithmeticKeyForgetsTheOrderOfOperands, ()) {
  const auto task = make_task("arithmetic");
  const Instance instance = task->generate(Split::test, *rc::gen::inRange(1, 6), *rc::gen::inRange<std::uint64_t>(0, 100'000));
  const auto [low, high] = std::minmax(instance.numbers[0], instance.numbers[1]);

  std::string key = "arithmetic|";
  RC_ASSERT(instance.key ==
            key.append(instance.words[0]).append("|").append(std::to_string(low)).append(",").append(std::to_string(high)));
}

// The equation with its sides swapped; with x and y swapped, x written first.
std::string swapped_sides(const std::string& equation) {
  const std::size_t sign = equation.find('=');
  return equation.substr(sign + 1).append("=").append(equation.substr(0, sign));
}
std::string renamed(const std::string& equation) {
  const std::size_t end_of_x = equation.find('x') + 1;
  const std::size_t sign = equation.find('=');
  std::string first = equation.substr(end_of_x, sign - end_of_x);
  std::string second = equation.substr(0, end_of_x);
  if (first.front() == '+') first.erase(0, 1);
  std::ranges::replace(first, 'y', 'x');
  std::ranges::replace(second, 'x', 'y');
  if (second.front() != '-') first += '+';
  return first.append(second).append(equation.substr(sign));
}

RC_GTEST_PROP(TaskProperties, TheLinearKeyIsTheLeastOfAllSymmetricSpellings, ()) {
  const auto task = make_task("linear");
  const Instance instance = task->generate(Split::test, *rc::gen::inRange(1, 6), *rc::gen::inRange<std::uint64_t>(0, 100'000));
  std::vector<std::string> spellings;
  if (instance.words.size() == 1) {
    spellings = {instance.words[0], swapped_sides(instance.words[0])};
  } else {
    const std::string& p = instance.words[0];
    const std::string& q = instance.words[1];
    spellings = {p + "," + q, q + "," + p, renamed(p) + "," + renamed(q), renamed(q) + "," + renamed(p)};
  }

  RC_ASSERT(instance.key == std::string("linear|").append(*std::ranges::min_element(spellings)));
}

}  // namespace
}  // namespace reckon
