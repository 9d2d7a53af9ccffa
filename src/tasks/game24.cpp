// Game of 24: make 24 from four numbers of 1 to 13, each used exactly once; fractions and negative numbers are allowed on the
// way. Source: the card game; as a test of search, Yao et al. 2023, arXiv:2305.10601, whose puzzles (24.csv) can be read with
// puzzles=. Instance::numbers holds 24, then the numbers in prompt order. Levels by the number of ways, which says how likely a
// guess is.
#include <algorithm>
#include <array>
#include <fstream>

#include "tasks/countdown_working.h"
#include "tasks/file_addresses.h"
#include "tasks/generation.h"
#include "tasks/problem_file.h"
#include "tasks/wording.h"

namespace reckon {
namespace {

constexpr int kGame24Version = 1;
constexpr std::int64_t kTarget = 24;

// Inclusive; each holds between 8 and 38 % of the puzzles that can be solved.
struct Ways {
  std::int64_t low, high;
};
constexpr std::array<Ways, 5> kGame24Levels{{{64, 1 << 20}, {36, 63}, {21, 35}, {10, 20}, {1, 9}}};

struct Puzzle {
  std::vector<std::int64_t> numbers;

  std::string key() const {
    std::vector<std::int64_t> sorted = numbers;
    std::ranges::sort(sorted);
    std::string key = "game24|";
    for (const std::int64_t n : sorted) key += std::to_string(n) + ',';
    key.pop_back();
    return key;
  }
};

// The published file: a heading, then lines "rank,4 5 6 10,…". Throws Error not_found, bad_file.
std::vector<Puzzle> read_puzzles(const std::string& path) {
  std::ifstream file = open_problem_file(path, "lines of rank,numbers");
  std::vector<Puzzle> puzzles;
  std::string line;
  for (int row = 1; std::getline(file, line); ++row) {
    const std::vector<std::string> columns = split_words(line, ',');
    if (row == 1 || columns.empty()) continue;
    const auto numbers = numbers_in(columns.size() > 1 ? columns[1] : "", 4);
    if (!numbers || numbers->size() != 4 || std::ranges::any_of(*numbers, [](std::int64_t n) { return n < 0 || n > 1000; })) {
      throw Error(ErrorCode::bad_file, "expected rank,a b c d with four numbers", path + ':' + std::to_string(row));
    }
    if (!reachable(*numbers, kTarget, CountdownRules::rational)) {
      throw Error(ErrorCode::bad_file, "24 cannot be made from '" + columns[1] + "'", path + ':' + std::to_string(row));
    }
    puzzles.push_back({*numbers});
  }
  if (puzzles.empty()) throw Error(ErrorCode::bad_file, "the file holds no puzzle", path);
  return puzzles;
}

class Game24 final : public GeneratedTask {
 public:
  explicit Game24(const Parameters& parameters) : GeneratedTask(parameters) {
    if (!parameters.text("puzzles").empty()) puzzles_ = read_puzzles(parameters.text("puzzles"));
  }

  std::optional<std::uint64_t> size() const override {
    return puzzles_.empty() ? std::nullopt : std::optional<std::uint64_t>(puzzles_.size());
  }

  Instance generate(Split split, int level, std::uint64_t index) const override {
    Instance instance = instance_at("game24", kGame24Version, split, level, index);
    Puzzle puzzle;
    if (puzzles_.empty()) {
      SplitMix64 rng(fnv1a(instance.id));
      const Ways ways = kGame24Levels[static_cast<std::size_t>(level - 1)];
      puzzle = draw_in_split(rng, split, draw, [&](const Puzzle& drawn) {
        const std::int64_t count = countdown_ways(drawn.numbers, kTarget, CountdownRules::rational);
        return count >= ways.low && count <= ways.high;
      });
    } else {
      instance.id = file_address("game24", index, puzzles_.size());
      instance.level = 0;
      puzzle = puzzles_[index];
    }
    instance.key = puzzle.key();
    instance.numbers = puzzle.numbers;
    instance.prompt = "Make 24 from";
    for (const std::int64_t n : instance.numbers) instance.prompt += ' ' + std::to_string(n);
    instance.prompt += '.';
    instance.numbers.insert(instance.numbers.begin(), kTarget);
    put_reference(instance, solve(instance).value_or(""));
    return instance;
  }

  std::optional<std::string> solve(const Instance& instance) const override {
    const auto steps = countdown_solution(given(instance), kTarget, CountdownRules::rational);
    return steps ? std::optional(countdown_worked(given(instance), *steps)) : std::nullopt;
  }

  Verdict check(const Instance& instance, std::string_view text) const override {
    return judge_countdown(given(instance), kTarget, text);
  }

  std::vector<StepVerdict> check_steps(const Instance& instance, std::string_view text) const override {
    return follow_countdown(given(instance), kTarget, text, CountdownRules::rational);
  }

 protected:
  std::string rules(const Instance&) const override {
    return "Use every given number exactly once, with + - * / and parentheses, to make 24. Fractions are allowed on the way. The "
           "answer is the expression.";
  }

 private:
  static Puzzle draw(SplitMix64& rng) {
    Puzzle puzzle;
    for (int i = 0; i < 4; ++i) puzzle.numbers.push_back(rng.range(1, 13));
    return puzzle;
  }
  static std::span<const std::int64_t> given(const Instance& instance) { return std::span(instance.numbers).subspan(1); }

  std::vector<Puzzle> puzzles_;  // empty: generated
};

}  // namespace

TaskEntry game24_entry() {
  return {
      .name = "game24",
      .summary = "make 24 from four numbers, each used exactly once",
      .source = "card game; arXiv:2305.10601",
      .parameters = generated_task_parameters(
          "1+2+3+4+5", {{.name = "puzzles",
                         .default_value = std::string(),
                         .meaning = "path of the published 24.csv, one set whatever the split; none: generated"}}),
      .make = [](const Parameters& parameters) -> std::unique_ptr<const Task> { return std::make_unique<Game24>(parameters); }};
}

}  // namespace reckon
