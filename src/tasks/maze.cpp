// A maze of # walls from S to E: a shortest path, its length, or the right turns of a marked path. Working: the path move by
// move, with the row and column that each one reaches, "U 5,1". Source: standard; question kinds after the published spatial
// suites; levels are ours. Instance::words holds the question, then the rows; the marked path is made of X.
#include <algorithm>
#include <array>
#include <limits>
#include <queue>

#include "search/answers/extract.h"
#include "tasks/generation.h"
#include "tasks/wording.h"
#include "tasks/working_lines.h"

namespace reckon {
namespace {

constexpr int kMazeVersion = 1;
constexpr std::array<int, 5> kCells{3, 5, 8, 12, 20};  // per side; the drawing has 2 n + 1
constexpr std::array<std::string_view, 3> kMazeQuestions{"path", "length", "turns"};
constexpr std::string_view kMoves = "URDL";  // clockwise: the next one is a turn to the right
constexpr int kUnreached = std::numeric_limits<int>::max();

struct Place {
  int row = 0;
  int column = 0;
  friend bool operator==(const Place&, const Place&) = default;
};
Place moved(Place place, std::size_t direction) {
  constexpr std::array<Place, 4> kSteps{{{-1, 0}, {0, 1}, {1, 0}, {0, -1}}};
  return {place.row + kSteps[direction].row, place.column + kSteps[direction].column};
}

struct Maze {
  std::vector<std::string> rows;  // all of one length, walls around
  std::string question;

  char& at(Place place) { return rows[static_cast<std::size_t>(place.row)][static_cast<std::size_t>(place.column)]; }
  char at(Place place) const { return rows[static_cast<std::size_t>(place.row)][static_cast<std::size_t>(place.column)]; }
  Place find(char mark) const {
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const std::size_t column = rows[row].find(mark);
      if (column != std::string::npos) return {static_cast<int>(row), static_cast<int>(column)};
    }
    return {};
  }
  // The least drawing over the turns and reflections of the square: answers turn with it.
  std::string key() const {
    std::vector<std::string> drawings;
    std::vector<std::string> turned = rows;
    for (int i = 0; i < 8; ++i) {
      drawings.push_back(joined(turned, "/"));
      std::vector<std::string> next = turned;
      for (std::size_t r = 0; r < turned.size(); ++r) {
        for (std::size_t c = 0; c < turned.size(); ++c) next[r][c] = turned[c][r];  // a reflection, then rows upside down: a turn
      }
      if (i != 3) std::ranges::reverse(next);
      turned = std::move(next);
    }
    return "maze|" + question + '|' + *std::ranges::min_element(drawings);
  }
};

// Depth-first tree over the cells; then walls between cells are opened at random, a tenth of the cells, so that there are loops.
Maze draw_maze(SplitMix64& rng, int cells, bool loops) {
  const auto side = 2 * static_cast<std::size_t>(cells) + 1;
  Maze maze{std::vector(side, std::string(side, '#')), {}};
  const auto inside = [&](Place p) { return p.row > 0 && p.column > 0 && p.row < 2 * cells && p.column < 2 * cells; };
  std::vector<Place> stack{{1, 1}};
  maze.at(stack.back()) = ' ';
  while (!stack.empty()) {
    std::vector<std::size_t> ways;
    for (std::size_t d = 0; d < 4; ++d) {
      const Place next = moved(moved(stack.back(), d), d);
      if (inside(next) && maze.at(next) == '#') ways.push_back(d);
    }
    if (ways.empty()) {
      stack.pop_back();
      continue;
    }
    const std::size_t way = ways[rng.below(ways.size())];
    const Place between = moved(stack.back(), way);
    maze.at(between) = maze.at(moved(between, way)) = ' ';
    stack.push_back(moved(between, way));
  }
  for (int left = loops ? std::max(1, cells * cells / 10) : 0; left > 0; --left) {
    const bool across = rng.below(2) == 0;
    const auto cell = [&](bool even) {
      return static_cast<int>(even ? 2 * rng.range(1, cells - 1) : 2 * rng.range(0, cells - 1) + 1);
    };
    const int row = cell(across);
    maze.at({row, cell(!across)}) = ' ';
  }
  const auto random_cell = [&] {
    const int row = static_cast<int>(2 * rng.range(0, cells - 1) + 1);
    return Place{row, static_cast<int>(2 * rng.range(0, cells - 1) + 1)};
  };
  const Place start = random_cell();
  Place end = random_cell();
  while (end == start) end = random_cell();
  maze.at(start) = 'S';
  maze.at(end) = 'E';
  return maze;
}

// Moves to E from everywhere; kUnreached at walls.
std::vector<std::vector<int>> distances_to_end(const Maze& maze) {
  std::vector<std::vector<int>> distance(maze.rows.size(), std::vector<int>(maze.rows.front().size(), kUnreached));
  const auto at = [&](Place p) -> int& { return distance[static_cast<std::size_t>(p.row)][static_cast<std::size_t>(p.column)]; };
  std::queue<Place> queue;
  queue.push(maze.find('E'));
  at(queue.front()) = 0;
  while (!queue.empty()) {
    const Place here = queue.front();
    queue.pop();
    for (std::size_t d = 0; d < 4; ++d) {
      const Place next = moved(here, d);
      if (maze.at(next) == '#' || at(next) != kUnreached) continue;
      at(next) = at(here) + 1;
      queue.push(next);
    }
  }
  return distance;
}

struct Walk {
  std::string moves;
  std::string lines;
};

std::string line_of(char move, Place reached) {
  return std::string(1, move) + ' ' + std::to_string(reached.row) + ',' + std::to_string(reached.column);
}

// A shortest path, the earlier direction of U R D L first; along X where a path is marked.
Walk shortest_walk(const Maze& maze) {
  const auto distance = distances_to_end(maze);
  const bool marked = maze.question == "turns";
  const auto at = [&](Place p) { return distance[static_cast<std::size_t>(p.row)][static_cast<std::size_t>(p.column)]; };
  Walk walk;
  for (Place here = maze.find('S'); at(here) > 0;) {
    for (std::size_t d = 0; d < 4; ++d) {
      const Place next = moved(here, d);
      if (at(next) != at(here) - 1 || (marked && maze.at(next) == ' ')) continue;
      here = next;
      walk.moves += kMoves[d];
      walk.lines += line_of(kMoves[d], here) + '\n';
      break;
    }
  }
  return walk;
}

int right_turns(std::string_view moves) {
  int turns = 0;
  for (std::size_t i = 0; i + 1 < moves.size(); ++i) turns += kMoves[(kMoves.find(moves[i]) + 1) % 4] == moves[i + 1] ? 1 : 0;
  return turns;
}

void mark_path(Maze& maze) {
  Maze unmarked = maze;
  unmarked.question = "path";
  Place here = maze.find('S');
  for (const char move : shortest_walk(unmarked).moves) {
    here = moved(here, kMoves.find(move));
    if (maze.at(here) == ' ') maze.at(here) = 'X';
  }
}

// Four counts, the right one among them; where it stands depends on the drawing only.
std::vector<std::string> options_of(const Maze& maze) {
  const int right = right_turns(shortest_walk(maze).moves);
  const int first = std::max(0, right - static_cast<int>(fnv1a(joined(maze.rows)) % 4));
  std::vector<std::string> options;
  for (int i = 0; i < 4; ++i) options.push_back(std::to_string(first + i));
  return options;
}

std::string answer_of(const Maze& maze) {
  const Walk walk = shortest_walk(maze);
  if (maze.question == "path") return walk.moves;
  if (maze.question == "length") return std::to_string(walk.moves.size());
  const std::vector<std::string> options = options_of(maze);
  const auto right = std::ranges::find(options, std::to_string(right_turns(walk.moves)));
  return std::string(1, static_cast<char>('A' + (right - options.begin())));
}

Maze maze_of(const Instance& instance) { return {{instance.words.begin() + 1, instance.words.end()}, instance.words.at(0)}; }

class MazeTask final : public GeneratedTask {
 public:
  explicit MazeTask(const Parameters& parameters)
      : GeneratedTask(parameters),
        question_(parameters.text("question")),
        loops_(parameters.flag("loops")),
        shortest_(parameters.flag("shortest")) {}

  Instance generate(Split split, int level, std::uint64_t index) const override {
    Instance instance = instance_at("maze", kMazeVersion, split, level, index);
    SplitMix64 rng(fnv1a(instance.id));
    const int cells = kCells[static_cast<std::size_t>(level - 1)];
    const Maze maze = draw_in_split(rng, split, [&](SplitMix64& r) {
      Maze drawn = draw_maze(r, cells, loops_);
      drawn.question = question_ == "any" ? std::string(one_of(kMazeQuestions, r)) : question_;
      if (drawn.question == "turns") mark_path(drawn);
      return drawn;
    });
    instance.family = maze.question;
    instance.key = maze.key();
    instance.words = maze.rows;
    instance.words.insert(instance.words.begin(), maze.question);
    instance.prompt = joined(maze.rows, "\n") + '\n' + question_text(maze);
    instance.gold = answer_of(maze);
    instance.reference = worked_solution(shortest_walk(maze).lines, instance.gold);
    return instance;
  }

  std::optional<std::string> solve(const Instance& instance) const override {
    const Maze maze = maze_of(instance);
    return worked_solution(shortest_walk(maze).lines, answer_of(maze));
  }

  Verdict check(const Instance& instance, std::string_view text) const override {
    const std::optional<std::string> answer = extract_answer(text);
    if (!answer) return unanswered();
    const Maze maze = maze_of(instance);
    if (maze.question == "path") return judge_path(maze, *answer);
    if (maze.question == "length") {
      const bool right = *answer == answer_of(maze);
      return judged(*answer, right, right ? "right" : "another number");
    }
    const std::optional<char> letter = choice_letter(*answer, options_of(maze));
    const bool right = letter && answer_of(maze).front() == *letter;
    return judged(*answer, right, right ? "right" : "another option");
  }

  std::vector<StepVerdict> check_steps(const Instance& instance, std::string_view text) const override {
    const Maze maze = maze_of(instance);
    const auto distance = distances_to_end(maze);
    Place here = maze.find('S');
    int moves = 0;
    const auto left = [&](Place p) { return distance[static_cast<std::size_t>(p.row)][static_cast<std::size_t>(p.column)]; };
    const int shortest = left(here);
    std::vector<StepVerdict> verdicts;
    bool sound = true;
    for (const std::string_view line : working_lines(text)) {
      const std::size_t direction = line.empty() ? std::string_view::npos : kMoves.find(line.front());
      sound = sound && direction != std::string_view::npos;
      if (sound) {
        here = moved(here, direction);
        sound = maze.at(here) != '#' && line == line_of(line.front(), here) && moves < (1 << 20);
        ++moves;
      }
      verdicts.push_back({sound, sound && (moves + left(here) == shortest || (!shortest_ && maze.question == "path"))});
    }
    return verdicts;
  }

 protected:
  std::string rules(const Instance& instance) const override {
    const std::string& question = instance.words.at(0);
    const std::string maze = "# is a wall. Moves go up (U), right (R), down (D) or left (L) by one character. ";
    if (question == "path") return maze + "The answer is the moves of a shortest path from S to E, as letters without blanks.";
    if (question == "length") return maze + "The answer is the number of moves of a shortest path from S to E.";
    return maze + "X marks a path from S to E. The answer is the letter of the number of its turns to the right.";
  }

 private:
  static std::string question_text(const Maze& maze) {
    if (maze.question == "path") return "Path from S to E with U D L R?";
    if (maze.question == "length") return "Length of the shortest path from S to E?";
    std::string text = "Right turns on the marked path from S to E?";
    const std::vector<std::string> options = options_of(maze);
    for (std::size_t i = 0; i < options.size(); ++i)
      text.append(1, ' ').append(1, static_cast<char>('A' + i)).append(" ").append(options[i]);
    return text;
  }
  Verdict judge_path(const Maze& maze, const std::string& answer) const {
    Place here = maze.find('S');
    std::size_t moves = 0;
    for (const char move : answer) {
      if (move == ' ' || move == ',') continue;
      const std::size_t direction = kMoves.find(move);
      if (direction == std::string_view::npos) return judged(answer, false, "not moves of U, R, D, L");
      here = moved(here, direction);
      ++moves;
      if (maze.at(here) == '#') return judged(answer, false, "move " + std::to_string(moves) + " runs into a wall");
    }
    if (here != maze.find('E')) return judged(answer, false, "does not end at E");
    const bool right = !shortest_ || moves == shortest_walk(maze).moves.size();
    return judged(answer, right, right ? "right" : "a path, not a shortest one", 0.1);
  }

  std::string question_;
  bool loops_, shortest_;
};

}  // namespace

TaskEntry maze_entry() {
  return {
      .name = "maze",
      .summary = "a path through a maze drawn with #, its length, or the turns of a marked one",
      .source = "standard; levels and trace are ours",
      .parameters = generated_task_parameters(
          "1+2", {{.name = "question",
                   .default_value = std::string("any"),
                   .meaning = "what is asked",
                   .choices = {"any", "path", "length", "turns"}},
                  {.name = "loops", .default_value = true, .meaning = "open walls, so that there are several paths"},
                  {.name = "shortest", .default_value = true, .meaning = "only a shortest path is right"}}),
      .make = [](const Parameters& parameters) -> std::unique_ptr<const Task> { return std::make_unique<MazeTask>(parameters); }};
}

}  // namespace reckon
