#include "tasks/countdown_solver.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "tasks/rational.h"

namespace reckon {
namespace {

constexpr std::size_t kMaximumNumbers = 8;

template <typename Number>
bool less(const Number& a, const Number& b) {
  if constexpr (std::is_same_v<Number, Rational>) {
    return a.numerator() != b.numerator() ? a.numerator() < b.numerator() : a.denominator() < b.denominator();
  } else {
    return a < b;
  }
}

template <typename Number>
struct Result {
  Number left;
  char operation;
  Number right;
  Number value;
};

// Every result of one operation on a and b; at most 6.
void results_of(std::int64_t a, std::int64_t b, std::vector<Result<std::int64_t>>& out) {
  if (a < b) std::swap(a, b);
  out.push_back({a, '+', b, a + b});
  out.push_back({a, '-', b, a - b});
  if (std::int64_t product = 0; !__builtin_mul_overflow(a, b, &product)) out.push_back({a, '*', b, product});
  if (b != 0 && a % b == 0) out.push_back({a, '/', b, a / b});
  if (a != b && a != 0 && b % a == 0) out.push_back({b, '/', a, b / a});  // only 0 / a
}
void results_of(Rational a, Rational b, std::vector<Result<Rational>>& out) {
  out.push_back({a, '+', b, a + b});
  out.push_back({a, '-', b, a - b});
  out.push_back({b, '-', a, b - a});
  out.push_back({a, '*', b, a * b});
  if (!b.is_zero()) out.push_back({a, '/', b, a / b});
  if (!a.is_zero()) out.push_back({b, '/', a, b / a});
}

template <typename Number>
struct Less {
  bool operator()(const std::vector<Number>& a, const std::vector<Number>& b) const {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), less<Number>);
  }
};

template <typename Number>
class Search {
 public:
  explicit Search(Number target) : target_(target) {}

  // `numbers` is sorted. On success `steps` holds the operations, last one first.
  bool solve(const std::vector<Number>& numbers, std::vector<Result<Number>>* steps) {
    if (numbers.size() == 1) return numbers.front() == target_;
    if (numbers.size() > 2 && dead_.contains(numbers)) return false;
    std::vector<Result<Number>> results;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      for (std::size_t j = i + 1; j < numbers.size(); ++j) {
        results.clear();
        results_of(numbers[i], numbers[j], results);
        for (const Result<Number>& result : results) {
          if (solve(without_pair(numbers, i, j, result.value), steps)) {
            if (steps) steps->push_back(result);
            return true;
          }
        }
      }
    }
    if (numbers.size() > 2) dead_.insert(numbers);
    return false;
  }

  std::int64_t ways(const std::vector<Number>& numbers) const {
    if (numbers.size() == 1) return numbers.front() == target_ ? 1 : 0;
    std::int64_t count = 0;
    std::vector<Result<Number>> results;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      for (std::size_t j = i + 1; j < numbers.size(); ++j) {
        results.clear();
        results_of(numbers[i], numbers[j], results);
        for (const Result<Number>& result : results) count += ways(without_pair(numbers, i, j, result.value));
      }
    }
    return count;
  }

 private:
  static std::vector<Number> without_pair(std::vector<Number> numbers, std::size_t i, std::size_t j, Number value) {
    numbers.erase(numbers.begin() + static_cast<std::ptrdiff_t>(j));
    numbers.erase(numbers.begin() + static_cast<std::ptrdiff_t>(i));
    numbers.insert(std::ranges::upper_bound(numbers, value, less<Number>), value);
    return numbers;
  }

  Number target_;
  std::set<std::vector<Number>, Less<Number>> dead_;
};

template <typename Number>
std::vector<Number> sorted(std::span<const std::int64_t> numbers) {
  if (numbers.empty() || numbers.size() > kMaximumNumbers) {
    throw Error(ErrorCode::bad_argument, "countdown takes 1 to 8 numbers, got " + std::to_string(numbers.size()));
  }
  std::vector<Number> result(numbers.begin(), numbers.end());
  std::ranges::sort(result, less<Number>);
  return result;
}

template <typename Number>
std::optional<std::vector<CountdownStep>> solution(std::span<const std::int64_t> numbers, std::int64_t target) {
  std::vector<Result<Number>> found;
  if (!Search<Number>(target).solve(sorted<Number>(numbers), &found)) return std::nullopt;
  std::vector<CountdownStep> steps;
  for (auto step = found.rbegin(); step != found.rend(); ++step) {
    steps.push_back({step->left, step->operation, step->right, step->value});
  }
  return steps;
}

}  // namespace

bool reachable(std::span<const std::int64_t> numbers, std::int64_t target, CountdownRules rules) {
  if (rules == CountdownRules::rational) {
    return Search<Rational>(target).solve(sorted<Rational>(numbers), nullptr);
  }
  return Search<std::int64_t>(target).solve(sorted<std::int64_t>(numbers), nullptr);
}

bool reachable(std::span<const Rational> numbers, std::int64_t target, CountdownRules rules) {
  if (rules == CountdownRules::exact_int) {
    std::vector<std::int64_t> integers;
    for (const Rational n : numbers) integers.push_back(n.numerator());
    return reachable(integers, target, rules);
  }
  std::vector<Rational> table(numbers.begin(), numbers.end());
  std::ranges::sort(table, less<Rational>);
  return Search<Rational>(target).solve(table, nullptr);
}

std::optional<std::vector<CountdownStep>> countdown_solution(std::span<const std::int64_t> numbers, std::int64_t target,
                                                             CountdownRules rules) {
  return rules == CountdownRules::rational ? solution<Rational>(numbers, target) : solution<std::int64_t>(numbers, target);
}

std::int64_t countdown_ways(std::span<const std::int64_t> numbers, std::int64_t target, CountdownRules rules) {
  if (rules == CountdownRules::rational) return Search<Rational>(target).ways(sorted<Rational>(numbers));
  return Search<std::int64_t>(target).ways(sorted<std::int64_t>(numbers));
}

}  // namespace reckon
