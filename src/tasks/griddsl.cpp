// Grid puzzles made of known concepts: three pairs show what one to three of them do in a row, the answer is the grid that they
// make of a further one. Source: shape of ARC, Chollet 2019, arXiv:1911.01547; concepts and levels are ours. Working: concept
// after concept on the last grid, "mirror_lr: 021/300/004". Instance::words holds the concepts with | between, then the inputs as
// rows with / between, the last one to be answered.
#include <algorithm>
#include <array>

#include "search/answers/extract.h"
#include "tasks/generation.h"
#include "tasks/grid_concepts.h"
#include "tasks/wording.h"
#include "tasks/working_lines.h"

namespace reckon {
namespace {

constexpr int kGriddslVersion = 1;
constexpr std::size_t kPairs = 3;

struct GridLevel {
  int concepts;
  std::int64_t smallest, largest;  // rows and columns of an input
  std::int64_t colours;
};
constexpr std::array<GridLevel, 5> kGriddslLevels{{{1, 3, 3, 3}, {1, 3, 5, 4}, {2, 3, 5, 4}, {2, 4, 6, 6}, {3, 4, 6, 9}}};

struct GridPuzzle {
  std::vector<std::string> concepts;
  std::vector<Grid> inputs;

  Grid output(std::size_t i) const { return apply_concepts(concepts, inputs[i]).value_or(Grid{}); }
  std::string key() const {  // what a solver sees
    std::string key = "griddsl";
    for (std::size_t i = 0; i < inputs.size(); ++i)
      key += '|' + joined(inputs[i], "/") + (i + 1 < inputs.size() ? '>' + joined(output(i), "/") : "");
    return key;
  }
};

Grid draw_grid(SplitMix64& rng, const GridLevel& level) {
  const std::int64_t rows = rng.range(level.smallest, level.largest);
  const std::int64_t columns = rng.range(level.smallest, level.largest);
  Grid grid(static_cast<std::size_t>(rows));
  for (std::string& row : grid) {
    for (std::int64_t left = columns; left > 0; --left)
      row += static_cast<char>('0' + (rng.below(2) == 0 ? 0 : rng.range(1, level.colours)));
  }
  return grid;
}

GridPuzzle draw_puzzle(SplitMix64& rng, const GridLevel& level) {
  GridPuzzle puzzle;
  for (int i = 0; i < level.concepts; ++i) puzzle.concepts.emplace_back(one_of(grid_concepts(), rng).name);
  for (std::size_t i = 0; i <= kPairs; ++i) puzzle.inputs.push_back(draw_grid(rng, level));
  return puzzle;
}

// Every concept changes every grid that comes to it, and something coloured is left.
bool is_worth_asking(const GridPuzzle& puzzle) {
  return std::ranges::all_of(puzzle.inputs, [&](Grid grid) {
    for (const std::string& name : puzzle.concepts) {
      std::optional<Grid> next = apply_concepts(std::span(&name, 1), grid);
      if (!next || *next == grid) return false;
      grid = std::move(*next);
    }
    return joined(grid).find_first_not_of("0 ") != std::string::npos;
  });
}

std::string worked(const GridPuzzle& puzzle) {
  Grid grid = puzzle.inputs.back();
  std::string lines;
  for (const std::string& name : puzzle.concepts) {
    grid = apply_concepts(std::span(&name, 1), std::move(grid)).value_or(Grid{});
    lines += name + ": " + joined(grid, "/") + '\n';
  }
  return worked_solution(lines, joined(grid, "/"));
}

GridPuzzle puzzle_of(const Instance& instance) {
  GridPuzzle puzzle{split_words(instance.words.at(0), '|'), {}};
  for (std::size_t i = 1; i < instance.words.size(); ++i) puzzle.inputs.push_back(split_words(instance.words[i], '/'));
  return puzzle;
}

bool fits(const GridPuzzle& puzzle, const std::vector<std::string>& concepts) {
  for (std::size_t i = 0; i + 1 < puzzle.inputs.size(); ++i) {
    if (apply_concepts(concepts, puzzle.inputs[i]) != puzzle.output(i)) return false;
  }
  return apply_concepts(concepts, puzzle.inputs.back()).has_value();
}

class GridDsl final : public GeneratedTask {
 public:
  explicit GridDsl(const Parameters& parameters) : GeneratedTask(parameters) {}

  Instance generate(Split split, int level, std::uint64_t index) const override {
    Instance instance = instance_at("griddsl", kGriddslVersion, split, level, index);
    SplitMix64 rng(fnv1a(instance.id));
    const GridLevel& knobs = kGriddslLevels[static_cast<std::size_t>(level - 1)];
    const GridPuzzle puzzle = draw_in_split(rng, split, [&](SplitMix64& r) {
      GridPuzzle drawn = draw_puzzle(r, knobs);
      while (!is_worth_asking(drawn)) drawn = draw_puzzle(r, knobs);
      return drawn;
    });
    const std::size_t concepts = puzzle.concepts.size();
    instance.family = concepts == 1 ? puzzle.concepts.front() : std::to_string(concepts) + " concepts";
    instance.key = puzzle.key();
    instance.words = {joined(puzzle.concepts, "|")};
    for (std::size_t i = 0; i <= kPairs; ++i) {
      instance.words.push_back(joined(puzzle.inputs[i], "/"));
      instance.prompt += i < kPairs ? demonstration(puzzle.inputs[i], puzzle.output(i)) : question(puzzle.inputs[i]);
    }
    instance.gold = joined(puzzle.output(kPairs), "/");
    instance.reference = worked(puzzle);
    return instance;
  }

  // The first composition of one or two concepts that fits the pairs and makes the same grid, else the drawn one.
  std::optional<std::string> solve(const Instance& instance) const override {
    GridPuzzle puzzle = puzzle_of(instance);
    std::vector<std::vector<std::string>> programs;
    for (const GridConcept& first : grid_concepts()) programs.push_back({std::string(first.name)});
    for (const GridConcept& first : grid_concepts()) {
      for (const GridConcept& second : grid_concepts()) programs.push_back({std::string(first.name), std::string(second.name)});
    }
    const Grid wanted = puzzle.output(puzzle.inputs.size() - 1);
    for (const std::vector<std::string>& program : programs) {
      if (!fits(puzzle, program) || apply_concepts(program, puzzle.inputs.back()) != wanted) continue;
      puzzle.concepts = program;
      break;
    }
    return worked(puzzle);
  }

  Verdict check(const Instance& instance, std::string_view text) const override {
    const GridPuzzle puzzle = puzzle_of(instance);
    return judge_grid(puzzle.output(puzzle.inputs.size() - 1), text);
  }

  // A line is valid when it is some concept applied to the grid of the line before. Whether it is the right one, only the end
  // tells.
  std::vector<StepVerdict> check_steps(const Instance& instance, std::string_view text) const override {
    Grid grid = puzzle_of(instance).inputs.back();
    std::vector<StepVerdict> verdicts;
    bool sound = true;
    for (const std::string_view line : working_lines(text)) {
      const std::string name(line.substr(0, std::min<std::size_t>(line.find(':'), 32)));
      sound = sound && verdicts.size() < kMostLines;
      const std::optional<Grid> next = sound ? apply_concepts(std::span(&name, 1), grid) : std::nullopt;
      sound = sound && next && line == name + ": " + joined(*next, "/");
      if (sound) grid = *next;
      verdicts.push_back({sound, sound});
    }
    return verdicts;
  }

 protected:
  std::string rules(const Instance&) const override {
    return "Each pair shows the same rule. Find it and apply it to the last grid. The answer is rows of digits with / between.";
  }
};

}  // namespace

TaskEntry griddsl_entry() {
  return {
      .name = "griddsl",
      .summary = "grids whose rule three pairs show, made of known concepts",
      .source = "shape of ARC, arXiv:1911.01547; concepts and levels are ours",
      .parameters = generated_task_parameters("1+2"),
      .make = [](const Parameters& parameters) -> std::unique_ptr<const Task> { return std::make_unique<GridDsl>(parameters); }};
}

}  // namespace reckon
