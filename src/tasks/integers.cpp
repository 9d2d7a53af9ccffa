// Arithmetic beyond one operation: division with remainder, greatest common divisors, comparing, other bases, and chains with
// parentheses, each with its own written working. Source: school arithmetic; scratchpads after Nye et al. 2021
// (arXiv:2112.00114); levels are ours. Instance::words holds the operation, then its operands as in the prompt.
#include <algorithm>
#include <array>
#include <utility>

#include "search/answers/extract.h"
#include "tasks/generation.h"
#include "tasks/wording.h"
#include "tasks/working_lines.h"

namespace reckon {
namespace {

constexpr int kIntegersVersion = 1;
constexpr std::array<std::string_view, 5> kOperations{"divide", "gcd", "compare", "base", "chain"};

struct IntegerLevel {
  int digits;   // of the larger operand
  int divisor;  // digits
  int depth;    // of a chain
};
constexpr std::array<IntegerLevel, 5> kIntegersLevels{{{2, 1, 1}, {3, 1, 1}, {4, 2, 2}, {6, 2, 3}, {9, 3, 4}}};

std::string integer_text(std::int64_t n) { return std::to_string(n); }

std::int64_t draw_integer(SplitMix64& rng, int digits) {
  std::int64_t low = 1;
  for (int i = 1; i < digits; ++i) low *= 10;
  return rng.range(low, 10 * low - 1);
}

std::string in_base(std::int64_t n, std::int64_t base) {
  std::string digits;
  do {
    digits.insert(digits.begin(), "0123456789abcdef"[n % base]);
    n /= base;
  } while (n > 0);
  return digits;
}

struct Solution {
  std::string lines;
  std::string answer;
};

// Long division: digit by digit from the left, "15/7=2 | 15-14=1".
Solution divided(std::int64_t a, std::int64_t b) {
  Solution solution;
  std::int64_t rest = 0;
  std::int64_t quotient = 0;
  for (const char digit : integer_text(a)) {
    rest = 10 * rest + (digit - '0');
    const std::int64_t times = rest / b;
    quotient = 10 * quotient + times;
    solution.lines += integer_text(rest) + '/' + integer_text(b) + '=' + integer_text(times) + " | " + integer_text(rest) + '-' +
                      integer_text(times * b) + '=' + integer_text(rest % b) + '\n';
    rest %= b;
  }
  solution.answer = '(' + integer_text(quotient) + ',' + integer_text(rest) + ')';
  return solution;
}

// Euclid: "48=2*18+12".
Solution common_divisor(std::int64_t a, std::int64_t b) {
  Solution solution;
  while (b != 0) {
    solution.lines += integer_text(a) + '=' + integer_text(a / b) + '*' + integer_text(b) + '+' + integer_text(a % b) + '\n';
    a = std::exchange(b, a % b);
  }
  solution.answer = integer_text(a);
  return solution;
}

Solution compared(std::int64_t a, std::int64_t b) {
  const std::string x = integer_text(a);
  const std::string y = integer_text(b);
  const std::string sign = a < b ? "<" : a > b ? ">" : "=";
  if (x.size() != y.size())
    return {integer_text(static_cast<std::int64_t>(x.size())) + sign + integer_text(static_cast<std::int64_t>(y.size())) +
                " digits\n",
            sign};
  Solution solution{{}, sign};
  for (std::size_t i = 0; i < x.size(); ++i) {
    const char* digit_sign = x[i] < y[i] ? "<" : x[i] > y[i] ? ">" : "=";
    solution.lines.append(1, x[i]).append(digit_sign).append(1, y[i]).append("\n");
    if (x[i] != y[i]) break;
  }
  return solution;
}

// Digits from the right: "13=6*2+1".
Solution converted(std::int64_t n, std::int64_t base) {
  Solution solution{{}, in_base(n, base)};
  do {
    solution.lines +=
        integer_text(n) + '=' + integer_text(n / base) + '*' + integer_text(base) + '+' + integer_text(n % base) + '\n';
    n /= base;
  } while (n > 0);
  return solution;
}

// A chain "3*(17+4)-8" as its steps from the inside: each applies one operation to what came before.
struct Link {
  char operation;
  std::int64_t operand;
  bool on_left;  // operand op value, instead of value op operand
};

std::vector<Link> draw_chain(SplitMix64& rng, std::int64_t& start, int depth) {
  start = rng.range(2, 99);
  std::vector<Link> links;
  std::int64_t value = start;
  for (int i = 0; i <= depth; ++i) {
    Link link{"+-*"[rng.below(3)], rng.range(2, 99), rng.below(2) == 0};
    if (link.operation == '*') link.operand = rng.range(2, 9);
    if (link.operation == '-' && link.on_left) link.on_left = false;  // 5-(…) would nest signs
    value = link.operation == '+' ? value + link.operand : link.operation == '-' ? value - link.operand : value * link.operand;
    links.push_back(link);
  }
  return links;
}

std::string chain_text(std::int64_t start, const std::vector<Link>& links) {
  std::string text = integer_text(start);
  bool sum = false;
  for (const Link& link : links) {
    if (link.operation == '*' && sum) text = '(' + text + ')';
    text = link.on_left ? integer_text(link.operand) + link.operation + text : text + link.operation + integer_text(link.operand);
    sum = link.operation != '*';
  }
  return text;
}

Solution chained(std::int64_t start, const std::vector<Link>& links) {
  Solution solution;
  std::int64_t value = start;
  for (const Link& link : links) {
    const std::int64_t next = link.operation == '+'   ? value + link.operand
                              : link.operation == '-' ? value - link.operand
                                                      : value * link.operand;
    const std::string left = integer_text(link.on_left ? link.operand : value);
    const std::string right = integer_text(link.on_left ? value : link.operand);
    solution.lines +=
        left + link.operation + (right.front() == '-' ? '(' + right + ')' : right) + '=' + integer_text(next) + '\n';
    value = next;
  }
  solution.answer = integer_text(value);
  return solution;
}

// Words of a chain: the expression, its start, then "+17" or "4+" per link.
Solution solution_of(const std::vector<std::string>& words) {
  const std::string& operation = words.at(0);
  if (operation == "chain") {
    std::vector<Link> links;
    for (std::size_t i = 3; i < words.size(); ++i) {
      const bool on_left = words[i].back() < '0';
      const std::string_view digits = std::string_view(words[i]).substr(on_left ? 0 : 1, words[i].size() - 1);
      links.push_back({on_left ? words[i].back() : words[i].front(), whole_number(digits).value_or(0), on_left});
    }
    return chained(whole_number(words.at(2)).value_or(0), links);
  }
  const std::int64_t a = whole_number(words.at(1)).value_or(0);
  const std::int64_t b = std::max<std::int64_t>(1, whole_number(words.at(2)).value_or(1));
  if (operation == "divide") return divided(a, b);
  if (operation == "gcd") return common_divisor(a, b);
  return operation == "compare" ? compared(a, b) : converted(a, std::clamp<std::int64_t>(b, 2, 16));
}

std::string prompt_of(const std::vector<std::string>& words) {
  const std::string& operation = words[0];
  if (operation == "divide") return words[1] + " divided by " + words[2] + ": quotient and remainder?";
  if (operation == "gcd") return "Greatest common divisor of " + words[1] + " and " + words[2] + '?';
  if (operation == "compare") return words[1] + " ? " + words[2] + ", < or > or =?";
  if (operation == "base") return words[1] + " in base " + words[2] + '?';
  return words[1] + "=?";
}

struct IntegerProblem {
  std::vector<std::string> words;

  std::string key() const {  // the order of a pair is a symmetry of gcd and compare
    std::vector<std::string> content = words;
    if (content[0] == "gcd" || content[0] == "compare") std::sort(content.begin() + 1, content.end());
    return "integers|" + joined(content, "|");
  }
};

IntegerProblem draw_problem(SplitMix64& rng, const IntegerLevel& level, const std::string& wanted) {
  const std::string operation = wanted == "any" ? std::string(one_of(kOperations, rng)) : wanted;
  if (operation == "chain") {
    std::int64_t start = 0;
    const std::vector<Link> links = draw_chain(rng, start, level.depth);
    IntegerProblem problem{{operation, chain_text(start, links), integer_text(start)}};
    for (const Link& link : links) {
      problem.words.push_back(link.on_left ? integer_text(link.operand) + link.operation
                                           : link.operation + integer_text(link.operand));
    }
    return problem;
  }
  std::int64_t a = draw_integer(rng, level.digits);
  std::int64_t b = draw_integer(rng, operation == "divide" ? level.divisor : level.digits);
  if (operation == "base") b = rng.range(2, level.depth < 2 ? 9 : 16);
  if (operation == "gcd") {  // two random numbers have little in common
    const std::int64_t common = rng.range(2, 12);
    a = std::max<std::int64_t>(1, a / common) * common;
    b = std::max<std::int64_t>(1, b / common) * common;
  }
  if (operation == "compare" && rng.below(2) == 0) b = std::max<std::int64_t>(1, a + rng.range(-9, 9));
  if (operation == "divide") b = std::max<std::int64_t>(b, 2);
  return {{operation, integer_text(a), integer_text(b)}};
}

class Integers final : public GeneratedTask {
 public:
  explicit Integers(const Parameters& parameters) : GeneratedTask(parameters), operation_(parameters.text("operation")) {}

  Instance generate(Split split, int level, std::uint64_t index) const override {
    Instance instance = instance_at("integers", kIntegersVersion, split, level, index);
    SplitMix64 rng(fnv1a(instance.id));
    const IntegerLevel& knobs = kIntegersLevels[static_cast<std::size_t>(level - 1)];
    const IntegerProblem problem = draw_in_split(rng, split, [&](SplitMix64& r) { return draw_problem(r, knobs, operation_); });
    instance.family = problem.words.front();
    instance.key = problem.key();
    instance.words = problem.words;
    instance.prompt = prompt_of(problem.words);
    const Solution solution = solution_of(problem.words);
    instance.gold = solution.answer;
    instance.reference = worked_solution(solution.lines, solution.answer);
    return instance;
  }

  std::optional<std::string> solve(const Instance& instance) const override {
    const Solution solution = solution_of(instance.words);
    return worked_solution(solution.lines, solution.answer);
  }

  Verdict check(const Instance& instance, std::string_view text) const override {
    const std::optional<std::string> answer = extract_answer(text);
    if (!answer) return unanswered();
    std::string plain(*answer, 0, kLongestExtract);
    std::erase(plain, ' ');
    if (instance.words.at(0) != "divide") std::erase(plain, ',');  // of thousands
    const std::string gold = solution_of(instance.words).answer;
    const bool bare_pair = instance.words[0] == "divide" && '(' + plain + ')' == gold;
    const bool right = plain == gold || bare_pair;
    return judged(*answer, right, right ? "right" : "another value");
  }

  std::vector<StepVerdict> check_steps(const Instance& instance, std::string_view text) const override {
    return lines_as_expected(working_lines(text), solution_of(instance.words).lines);
  }

 protected:
  std::string rules(const Instance& instance) const override {
    const std::string& operation = instance.words.at(0);
    if (operation == "divide") return "The answer is the pair of quotient and remainder, such as (12,3).";
    if (operation == "compare") return "The answer is the sign that belongs between the numbers: <, > or =.";
    return operation == "base" ? "Write the number in that base, with the digits 0 to 9 and a to f."
                               : "The answer is one integer.";
  }

 private:
  std::string operation_;
};

}  // namespace

TaskEntry integers_entry() {
  return {
      .name = "integers",
      .summary = "division with remainder, common divisors, comparing, bases, chains of operations",
      .source = "school arithmetic; scratchpads: arXiv:2112.00114; levels are ours",
      .parameters = generated_task_parameters("1+2", {{.name = "operation",
                                                       .default_value = std::string("any"),
                                                       .meaning = "what is asked",
                                                       .choices = {"any", "divide", "gcd", "compare", "base", "chain"}}}),
      .make = [](const Parameters& parameters) -> std::unique_ptr<const Task> { return std::make_unique<Integers>(parameters); }};
}

}  // namespace reckon
