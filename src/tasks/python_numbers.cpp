// Programs over numbers: expressions in two of them, loops over a list, recursion.
#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include "tasks/python_programs.h"
#include "tasks/wording.h"

namespace reckon {
namespace {

using Numbers = std::vector<std::int64_t>;

std::string list_literal(const Numbers& numbers) {
  std::vector<std::string> items;
  for (const std::int64_t n : numbers) items.push_back(std::to_string(n));
  return '[' + joined(items, ", ") + ']';
}

// A part of an expression: as Python, in words, and what it gives.
struct Part {
  std::string code, words;
  std::function<std::int64_t(std::int64_t, std::int64_t)> value;
};

Part draw_part(SplitMix64& rng) {
  const std::int64_t k = rng.range(2, 9);
  const std::string number = std::to_string(k);
  switch (rng.below(9)) {
    case 0: return {number + " * x", number + " times x", [k](auto x, auto) { return k * x; }};
    case 1: return {number + " * y", number + " times y", [k](auto, auto y) { return k * y; }};
    case 2: return {"x * x", "the square of x", [](auto x, auto) { return x * x; }};
    case 3: return {"x * y", "x times y", [](auto x, auto y) { return x * y; }};
    case 4: return {"max(x, y)", "the larger of x and y", [](auto x, auto y) { return std::max(x, y); }};
    case 5: return {"min(x, y)", "the smaller of x and y", [](auto x, auto y) { return std::min(x, y); }};
    case 6: return {"abs(x - y)", "the distance between x and y", [](auto x, auto y) { return x > y ? x - y : y - x; }};
    case 7:
      return {"x % " + number, "the remainder of x divided by " + number, [k](auto x, auto) { return floor_remainder(x, k); }};
    default:
      return {"y // " + number, "y divided by " + number + " and rounded down",
              [k](auto, auto y) { return floor_quotient(y, k); }};
  }
}

// Which numbers of a list count, what becomes of each, and what of all of them.
struct Choice {
  std::string code, words;
  std::function<bool(std::int64_t, std::size_t)> holds;  // number, position
};
struct Change {
  std::string code, words;
  std::function<std::int64_t(std::int64_t)> apply;
};
struct Gathering {
  std::string start, step, end, words;  // code: a line before the loop, one in it, and what is returned
  std::function<std::string(const Numbers&)> apply;
};

Choice draw_choice(SplitMix64& rng) {
  const std::int64_t k = rng.range(2, 7);
  const std::string number = std::to_string(k);
  switch (rng.below(6)) {
    case 0: return {"x % 2 == 0", "the even numbers", [](auto x, auto) { return x % 2 == 0; }};
    case 1: return {"x % 2 == 1", "the odd numbers", [](auto x, auto) { return x % 2 != 0; }};
    case 2: return {"x > " + number, "the numbers greater than " + number, [k](auto x, auto) { return x > k; }};
    case 3: return {"x < " + number, "the numbers less than " + number, [k](auto x, auto) { return x < k; }};
    case 4: return {"x % " + number + " == 0", "the multiples of " + number, [k](auto x, auto) { return x % k == 0; }};
    default: return {"i % 2 == 0", "the first, third, fifth and so on of the numbers", [](auto, auto i) { return i % 2 == 0; }};
  }
}
Change draw_change(SplitMix64& rng) {
  const std::int64_t k = rng.range(2, 9);
  const std::string number = std::to_string(k);
  switch (rng.below(6)) {
    case 0: return {"x * x", ", each squared", [](auto x) { return x * x; }};
    case 1: return {"x + " + number, ", each raised by " + number, [k](auto x) { return x + k; }};
    case 2: return {number + " * x", ", each times " + number, [k](auto x) { return k * x; }};
    case 3: return {"abs(x)", ", each without its sign", [](auto x) { return x < 0 ? -x : x; }};
    case 4:
      return {"x % " + number, ", each replaced by its remainder on division by " + number,
              [k](auto x) { return floor_remainder(x, k); }};
    default: return {"x", "", [](auto x) { return x; }};
  }
}
Gathering draw_gathering(SplitMix64& rng) {
  const auto total = [](const Numbers& xs) {
    std::int64_t sum = 0;
    for (const std::int64_t x : xs) sum += x;
    return std::to_string(sum);
  };
  switch (rng.below(6)) {
    case 0: return {"result = 0", "result += y", "result", "the sum of ", total};
    case 1:
      return {"result = []", "result.append(y)", "result", "the list of ", [](const Numbers& xs) { return list_literal(xs); }};
    case 2:
      return {"result = set()", "result.add(y)", "len(result)", "how many different values there are among ",
              [](const Numbers& xs) { return std::to_string(std::set<std::int64_t>(xs.begin(), xs.end()).size()); }};
    case 3:
      return {"result = 0", "result = y - result", "result",
              "with r = 0 at first and r replaced by y - r for each y in turn, the last r for ", [](const Numbers& xs) {
                std::int64_t result = 0;
                for (const std::int64_t x : xs) result = x - result;
                return std::to_string(result);
              }};
    case 4:
      return {"result = None", "result = y if result is None or y > result else result", "result",
              "the largest, or None where there is none, of ",
              [](const Numbers& xs) { return xs.empty() ? "None" : std::to_string(std::ranges::max(xs)); }};
    default:
      return {"result = []", "result.insert(0, y)", "result", "the list, from the last to the first, of ", [](Numbers xs) {
                std::ranges::reverse(xs);
                return list_literal(xs);
              }};
  }
}

PythonProblem recurrence(SplitMix64& rng, std::size_t tests) {
  const std::int64_t first = rng.range(0, 5), second = rng.range(1, 6), a = rng.range(1, 3), b = rng.range(1, 3),
                     c = rng.range(0, 4);
  const auto text = [](std::int64_t n) { return std::to_string(n); };
  PythonProblem problem{.family = "recursion",
                        .entry = "f",
                        .description = "a function f(n) with f(0) = " + text(first) + ", f(1) = " + text(second) +
                                       " and from there f(n) = " + text(a) + " f(n-1) + " + text(b) + " f(n-2) + " + text(c),
                        .solution = "def f(n):\n    if n < 2:\n        return " + text(first) + " if n == 0 else " +
                                    text(second) + "\n    return " + text(a) + " * f(n - 1) + " + text(b) + " * f(n - 2) + " +
                                    text(c),
                        .tests = {}};
  Numbers values{first, second};
  while (values.size() < 16) values.push_back(a * values[values.size() - 1] + b * values[values.size() - 2] + c);
  problem.tests = different_tests(rng, tests, [&](SplitMix64& r) {
    const std::uint64_t n = r.below(values.size());
    return "assert f(" + std::to_string(n) + ") == " + text(values[n]);
  });
  return problem;
}

PythonProblem digits(SplitMix64& rng, std::size_t tests) {
  const std::int64_t base = rng.range(2, 10), power = rng.range(1, 3), offset = rng.range(0, 9);
  const std::array<const char*, 3> words{"the digits", "the squares of the digits", "the cubes of the digits"};
  const std::string b = std::to_string(base);
  PythonProblem problem{.family = "recursion",
                        .entry = "f",
                        .description = "a function f(n) that adds up " +
                                       std::string(words.at(static_cast<std::size_t>(power - 1))) + " of n in base " + b +
                                       (offset > 0 ? ", and " + std::to_string(offset) + " for each digit" : ""),
                        .solution = "def f(n):\n    digit = (n % " + b + ") ** " + std::to_string(power) + " + " +
                                    std::to_string(offset) + "\n    return digit if n < " + b + " else digit + f(n // " + b + ')',
                        .tests = {}};
  problem.tests = different_tests(rng, tests, [&](SplitMix64& r) {
    const std::int64_t n = r.range(0, 9999);
    std::int64_t sum = 0;
    for (std::int64_t rest = n, more = 1; more != 0; rest /= base, more = rest) {
      std::int64_t digit = 1;
      for (std::int64_t i = 0; i < power; ++i) digit *= rest % base;
      sum += digit + offset;
    }
    return "assert f(" + std::to_string(n) + ") == " + std::to_string(sum);
  });
  return problem;
}

// A nested list as Python and what becomes of it, made together.
struct Nested {
  std::string code;
  std::int64_t value;
};
Nested draw_nested(SplitMix64& rng, int depth, std::int64_t above, bool weighted) {
  Nested nested{"[", 0};
  const std::int64_t count = rng.range(depth == 1 ? 1 : 0, 3);
  for (std::int64_t i = 0; i < count; ++i) {
    if (i > 0) nested.code += ", ";
    if (depth < 4 && rng.below(3) == 0) {
      const Nested inside = draw_nested(rng, depth + 1, above, weighted);
      nested.code += inside.code;
      nested.value += inside.value;
    } else {
      const std::int64_t n = rng.range(-9, 20);
      nested.code += std::to_string(n);
      if (n > above) nested.value += weighted ? n * depth : n;
    }
  }
  nested.code += ']';
  return nested;
}
PythonProblem nested_sum(SplitMix64& rng, std::size_t tests) {
  const std::int64_t above = rng.range(-10, 10);
  const bool weighted = rng.below(2) == 0;
  const std::string bound = std::to_string(above);
  PythonProblem problem{.family = "recursion",
                        .entry = "f",
                        .description = "a function f(xs) that adds up all numbers greater than " + bound +
                                       " in a list of numbers and lists, nested " + "however deep" +
                                       (weighted ? ", each times its depth (1 in xs itself, 2 in a list in xs, and so on)" : ""),
                        .solution =
                            "def f(xs, depth=1):\n    total = 0\n    for x in xs:\n        if isinstance(x, list):\n"
                            "            total += f(x, depth + 1)\n        elif x > " +
                            bound + ":\n            total += x" + (weighted ? " * depth" : "") + "\n    return total",
                        .tests = {}};
  problem.tests = different_tests(rng, tests, [&](SplitMix64& r) {
    const Nested nested = draw_nested(r, 1, above, weighted);
    return "assert f(" + nested.code + ") == " + std::to_string(nested.value);
  });
  return problem;
}

PythonProblem ways(SplitMix64& rng, std::size_t tests) {
  std::set<std::int64_t> sizes;
  while (sizes.size() < 3) sizes.insert(rng.range(1, 9));
  std::vector<std::string> names;
  for (const std::int64_t size : sizes) names.push_back(std::to_string(size));
  PythonProblem problem{.family = "recursion",
                        .entry = "f",
                        .description = "a function f(n) that counts in how many ways n stairs can be climbed in order, " +
                                       names[0] + ", " + names[1] + " or " + names[2] +
                                       " at a time; there is one way to climb none",
                        .solution = "def f(n):\n    if n <= 0:\n        return 1 if n == 0 else 0\n    return f(n - " + names[0] +
                                    ") + f(n - " + names[1] + ") + f(n - " + names[2] + ')',
                        .tests = {}};
  Numbers counts{1};
  while (counts.size() < 16) {
    std::int64_t count = 0;
    for (const std::int64_t size : sizes) {
      const auto before = static_cast<std::int64_t>(counts.size()) - size;
      count += before >= 0 ? counts[static_cast<std::size_t>(before)] : 0;
    }
    counts.push_back(count);
  }
  problem.tests = different_tests(rng, tests, [&](SplitMix64& r) {
    const std::uint64_t n = r.below(counts.size());
    return "assert f(" + std::to_string(n) + ") == " + std::to_string(counts[n]);
  });
  return problem;
}

}  // namespace

std::int64_t floor_quotient(std::int64_t a, std::int64_t b) {
  const std::int64_t quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}
std::int64_t floor_remainder(std::int64_t a, std::int64_t b) { return a - b * floor_quotient(a, b); }

PythonProblem draw_one_liner(SplitMix64& rng, std::size_t tests) {
  std::vector<Part> parts;
  std::vector<bool> minus;
  std::string code, words;
  for (std::int64_t i = 0, count = rng.range(2, 3); i < count; ++i) {
    Part part = draw_part(rng);
    const bool taken_away = i > 0 && rng.below(2) == 0;
    code += (i == 0 ? "" : taken_away ? " - " : " + ") + part.code;
    words += (i == 0 ? "" : taken_away ? ", minus " : ", plus ") + part.words;
    parts.push_back(std::move(part));
    minus.push_back(taken_away);
  }
  const std::int64_t constant = rng.range(1, 20);
  PythonProblem problem{.family = "one-liner",
                        .entry = "f",
                        .description = "a function f(x, y) that returns " + words + ", plus " + std::to_string(constant),
                        .solution = "def f(x, y):\n    return " + code + " + " + std::to_string(constant),
                        .tests = {}};
  problem.tests = different_tests(rng, tests, [&](SplitMix64& r) {
    const std::int64_t x = r.range(-20, 30), y = r.range(-20, 30);
    std::int64_t value = constant;
    for (std::size_t i = 0; i < parts.size(); ++i) value += (minus[i] ? -1 : 1) * parts[i].value(x, y);
    return "assert f(" + std::to_string(x) + ", " + std::to_string(y) + ") == " + std::to_string(value);
  });
  return problem;
}

PythonProblem draw_loop(SplitMix64& rng, std::size_t tests) {
  const Choice choice = draw_choice(rng);
  const Change change = draw_change(rng);
  const Gathering gathering = draw_gathering(rng);
  PythonProblem problem{
      .family = "loop",
      .entry = "f",
      .description = "a function f(xs) that returns " + gathering.words + choice.words + " in the list xs" + change.words,
      .solution = "def f(xs):\n    " + gathering.start + "\n    for i, x in enumerate(xs):\n        if " + choice.code +
                  ":\n            y = " + change.code + "\n            " + gathering.step + "\n    return " + gathering.end,
      .tests = {}};
  problem.tests = different_tests(rng, tests, [&](SplitMix64& r) {
    Numbers xs, kept;
    for (std::int64_t left = r.range(0, 7); left > 0; --left) xs.push_back(r.range(-9, 20));
    for (std::size_t i = 0; i < xs.size(); ++i) {
      if (choice.holds(xs[i], i)) kept.push_back(change.apply(xs[i]));
    }
    return "assert f(" + list_literal(xs) + ") == " + gathering.apply(kept);
  });
  return problem;
}

PythonProblem draw_recursion(SplitMix64& rng, std::size_t tests) {
  switch (rng.below(4)) {
    case 0: return recurrence(rng, tests);
    case 1: return digits(rng, tests);
    case 2: return nested_sum(rng, tests);
    default: return ways(rng, tests);
  }
}

}  // namespace reckon
