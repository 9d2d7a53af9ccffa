// Linear equations in one unknown and systems in two, one equivalence transformation per line; which legal move comes next is
// drawn at random, so that a model trained on the lines keeps several ways open. Source: school algebra; levels are ours.
// Instance::words holds the equations as in the prompt, numbers the roots as numerator and denominator (x, then y).
#include <algorithm>
#include <array>

#include "search/answers/extract.h"
#include "tasks/expression.h"
#include "tasks/generation.h"
#include "tasks/linear_constraints.h"
#include "tasks/linear_working.h"
#include "tasks/working_lines.h"

namespace reckon {
namespace {

constexpr int kLinearVersion = 1;

struct LinearProblem {
  std::optional<OneUnknown> one;  // else a system
  TwoUnknowns two;
  std::vector<Rational> roots;

  std::vector<std::string> equations() const {
    return one ? std::vector{one->text()} : std::vector{two.first.text(), two.second.text()};
  }
  // Symmetries: swapping the sides; swapping the equations; renaming x and y.
  std::string key() const {
    if (one) return "linear|" + std::min(one->text(), one->mirrored_text());
    const auto system = [](const PlaneEquation& p, const PlaneEquation& q) { return p.text() + ',' + q.text(); };
    const PlaneEquation p = two.first.renamed();
    const PlaneEquation q = two.second.renamed();
    return "linear|" + std::min({system(two.first, two.second), system(two.second, two.first), system(p, q), system(q, p)});
  }
};

std::int64_t nonzero(SplitMix64& rng, std::int64_t largest) {
  const std::int64_t value = rng.range(1, largest);
  return rng.below(2) == 0 ? value : -value;
}

// ax+b=cx+d with an integer root, every coefficient at most 9.
LinearProblem draw_plain(SplitMix64& rng) {
  for (;;) {
    const std::int64_t root = rng.range(-12, 12);
    const std::int64_t a = nonzero(rng, 9);
    const std::int64_t c = rng.below(4) == 0 ? 0 : nonzero(rng, 9);
    const std::int64_t b = rng.range(-20, 20);
    const std::int64_t d = (a - c) * root + b;
    if (a == c || std::abs(d) > 99) continue;
    return {.one = OneUnknown{.left = {{.x = a, .constant = b}}, .right = {{.x = c, .constant = d}}}, .two = {}, .roots = {root}};
  }
}

// a(x+b)+c(x+d)=e or a(x+b)=cx+d, with an integer root.
LinearProblem draw_parentheses(SplitMix64& rng) {
  for (;;) {
    const std::int64_t root = rng.range(-9, 9);
    const TermGroup first{.factor = rng.range(2, 9), .x = 1, .constant = nonzero(rng, 9)};
    OneUnknown equation{.left = {first}, .right = {}};
    if (rng.below(3) == 0) {
      const std::int64_t c = nonzero(rng, 9);
      const std::int64_t d = first.factor * (root + first.constant) - c * root;
      equation.right = {{.x = c, .constant = d}};
    } else {
      const TermGroup second{.factor = nonzero(rng, 9), .x = 1, .constant = nonzero(rng, 9)};
      equation.left.push_back(second);
      equation.right = {{.x = 0, .constant = first.factor * (root + first.constant) + second.factor * (root + second.constant)}};
    }
    if (equation.slope() == 0) continue;
    return {.one = equation, .two = {}, .roots = {root}};
  }
}

// Either form with free constants, kept when the root is a proper fraction of small denominator.
LinearProblem draw_fraction(SplitMix64& rng) {
  for (;;) {
    OneUnknown equation{.left = {{.x = nonzero(rng, 9), .constant = rng.range(-20, 20)}},
                        .right = {{.x = rng.range(-9, 9), .constant = rng.range(-20, 20)}}};
    if (rng.below(2) == 0) {
      equation.left = {{.factor = rng.range(2, 6), .x = 1, .constant = nonzero(rng, 9)}};
    }
    const Rational root = equation.root();
    if (!root.defined() || root.is_integer() || root.denominator() > 12) continue;
    return {.one = equation, .two = {}, .roots = {root}};
  }
}

// Two equations with one solution; its parts are integers up to 9 for L4, else coefficients and roots are larger or fractions.
LinearProblem draw_system(SplitMix64& rng, bool hard) {
  for (;;) {
    const std::int64_t largest = hard ? 15 : 9;
    TwoUnknowns system{{nonzero(rng, largest), nonzero(rng, largest), 0}, {nonzero(rng, largest), nonzero(rng, largest), 0}};
    const bool fractions = hard && rng.below(2) == 0;
    if (fractions) {
      system.first.constant = rng.range(-40, 40);
      system.second.constant = rng.range(-40, 40);
    } else {
      const std::int64_t x = rng.range(hard ? -30 : -9, hard ? 30 : 9);
      const std::int64_t y = rng.range(hard ? -30 : -9, hard ? 30 : 9);
      for (PlaneEquation* e : {&system.first, &system.second}) e->constant = e->x * x + e->y * y;
    }
    const std::array<Rational, 2> roots = system.roots();
    if (!roots[0].defined()) continue;
    if (fractions && (roots[0].denominator() > 12 || (roots[0].is_integer() && roots[1].is_integer()))) continue;
    return {.one = {}, .two = system, .roots = {roots[0], roots[1]}};
  }
}

LinearProblem draw_linear(SplitMix64& rng, int level) {
  switch (level) {
    case 1: return draw_plain(rng);
    case 2: return draw_parentheses(rng);
    case 3: return draw_fraction(rng);
    default: return draw_system(rng, level == 5);
  }
}

std::string answer_of(std::span<const Rational> roots) {
  if (roots.size() == 1) return roots[0].text();
  return '(' + roots[0].text() + ',' + roots[1].text() + ')';
}

std::vector<Rational> roots_of(const Instance& instance) {
  std::vector<Rational> roots;
  for (std::size_t i = 0; i + 1 < instance.numbers.size(); i += 2) {
    roots.emplace_back(instance.numbers[i], instance.numbers[i + 1]);
  }
  return roots;
}

// "5/2", "x=5/2"; for the unknown named `variable`.
std::optional<Rational> read_root(std::string_view text, char variable) {
  text = trimmed(text);
  if (const std::size_t sign = text.find('='); sign != std::string_view::npos) {
    if (trimmed(text.substr(0, sign)) != std::string_view(&variable, 1)) return std::nullopt;
    text = text.substr(sign + 1);
  }
  return parse_value(text);
}

// "(3,-2)", "3, -2", "x=3, y=-2", "\left(3,-2\right)"; nullopt when it cannot be read.
std::optional<std::vector<Rational>> read_roots(std::string_view text, std::size_t unknowns) {
  if (unknowns == 1) {
    const std::optional<Rational> root = read_root(text, 'x');
    return root ? std::optional(std::vector{*root}) : std::nullopt;
  }
  text = trimmed(text);
  for (const auto& [open, close] : {std::array<std::string_view, 2>{"\\left(", "\\right)"}, {"(", ")"}}) {
    if (text.starts_with(open) && text.ends_with(close) && text.size() >= open.size() + close.size()) {
      text = text.substr(open.size(), text.size() - open.size() - close.size());
      break;
    }
  }
  const std::size_t comma = text.find_first_of(",;");
  if (comma == std::string_view::npos) return std::nullopt;
  const std::optional<Rational> x = read_root(text.substr(0, comma), 'x');
  const std::optional<Rational> y = read_root(text.substr(comma + 1), 'y');
  if (!x || !y) return std::nullopt;
  return std::vector{*x, *y};
}

class Linear final : public GeneratedTask {
 public:
  explicit Linear(const Parameters& parameters) : GeneratedTask(parameters) {}

  Instance generate(Split split, int level, std::uint64_t index) const override {
    Instance instance = instance_at("linear", kLinearVersion, split, level, index);
    SplitMix64 rng(fnv1a(instance.id));
    const LinearProblem problem = draw_in_split(rng, split, [&](SplitMix64& r) { return draw_linear(r, level); });
    instance.family = problem.one ? "one equation" : "two equations";
    instance.key = problem.key();
    instance.words = problem.equations();
    for (const Rational root : problem.roots) {
      instance.numbers.push_back(root.numerator());
      instance.numbers.push_back(root.denominator());
    }
    instance.gold = answer_of(problem.roots);
    instance.constraints = problem.one ? smt_script(*problem.one) : smt_script(problem.two);
    const std::string lines = problem.one ? working(*problem.one, rng) : working(problem.two, rng);
    instance.reference = worked_solution(lines, instance.gold);
    instance.prompt = prompt_of(instance.words, training_variant(rng, split, 3));
    return instance;
  }

  // From the equations alone, by Cramer's rule: independent of the way the problem was made.
  std::optional<std::string> solve(const Instance& instance) const override {
    std::vector<LinearForm> forms;
    for (const std::string& equation : instance.words) {
      const std::optional<LinearForm> form = parse_equation(equation);
      if (!form) return std::nullopt;
      forms.push_back(*form);
    }
    if (forms.size() == 1) {
      const Rational root = -forms[0].constant / forms[0].x;
      if (!root.defined()) return std::nullopt;
      return worked_solution("x=" + root.text() + '\n', root.text());
    }
    const LinearForm& p = forms.at(0);
    const LinearForm& q = forms.at(1);
    const Rational determinant = p.x * q.y - q.x * p.y;
    const std::array<Rational, 2> roots{(p.y * q.constant - q.y * p.constant) / determinant,
                                        (p.constant * q.x - q.constant * p.x) / determinant};
    if (!roots[0].defined() || !roots[1].defined()) return std::nullopt;
    return worked_solution("x=" + roots[0].text() + "\ny=" + roots[1].text() + '\n', answer_of(roots));
  }

  Verdict check(const Instance& instance, std::string_view text) const override {
    const std::optional<std::string> answer = extract_answer(text);
    if (!answer) return {.extracted = {}, .detail = "no boxed answer"};
    Verdict verdict{.extracted = answer->substr(0, kLongestExtract)};
    const std::vector<Rational> wanted = roots_of(instance);
    const std::optional<std::vector<Rational>> roots = read_roots(*answer, wanted.size());
    if (!roots) {
      verdict.detail = wanted.size() == 1 ? "not a number" : "not a pair of numbers";
    } else if (*roots == wanted) {
      verdict.correct = true;
      verdict.score = 1;
      verdict.detail = "right";
    } else {
      verdict.detail = "does not solve the equation";
    }
    return verdict;
  }

  // A line is valid when it is an equation that follows from the problem: one unknown, the same root; two, satisfied by the
  // solution, and not by everything.
  std::vector<StepVerdict> check_steps(const Instance& instance, std::string_view text) const override {
    const std::vector<Rational> roots = roots_of(instance);
    std::vector<StepVerdict> verdicts;
    bool sound = true;
    for (const std::string_view line : working_lines(text)) {
      const std::optional<LinearForm> form = parse_equation(line);
      const bool one = roots.size() == 1;
      const bool says_something = form && !form->is_constant() && (!one || form->y.is_zero());
      sound =
          sound && says_something && (form->constant + form->x * roots[0] + form->y * (one ? Rational(0) : roots[1])).is_zero();
      verdicts.push_back({sound, sound});
    }
    return verdicts;
  }

 protected:
  std::string rules(const Instance& instance) const override {
    return instance.words.size() == 1 ? "Solve the equation for x. The answer is a number, such as -4 or 5/2."
                                      : "Solve the equations for x and y. The answer is the pair, such as (3,-2).";
  }

 private:
  static std::string prompt_of(const std::vector<std::string>& equations, std::size_t variant) {
    const std::string list = equations.size() == 1 ? equations[0] : equations[0] + ", " + equations[1];
    switch (variant) {
      case 0: return "Solve " + list + ".";
      case 1: return list + ". Find " + (equations.size() == 1 ? "x." : "(x,y).");
      default: return "For which " + std::string(equations.size() == 1 ? "x" : "x, y") + " is " + list + "?";
    }
  }
};

}  // namespace

TaskEntry linear_entry() {
  return {
      .name = "linear",
      .summary = "linear equations in one unknown and systems in two, exact rational roots",
      .source = "school algebra; levels and trace are ours",
      .parameters = generated_task_parameters("1+2"),
      .make = [](const Parameters& parameters) -> std::unique_ptr<const Task> { return std::make_unique<Linear>(parameters); }};
}

}  // namespace reckon
