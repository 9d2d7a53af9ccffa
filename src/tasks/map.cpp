// A map told in pairs of places, "Sarn is northeast of Keldor": what direction a further pair has, or how many places lie to one
// side. Coordinates are drawn without ties, so facts never contradict; a question is asked only when the facts settle it, or,
// with unknown=true, when they do not. Source: shape of the published spatial suites; levels are ours. Working: a chain of facts
// per axis, "east: Keldor < Mirn < Sarn". Instance::words holds the question, then the places; numbers: the two places asked
// about, then per fact two places and whether the first lies to the north, and to the east.
#include <algorithm>
#include <array>
#include <numeric>

#include "search/answers/extract.h"
#include "tasks/generation.h"
#include "tasks/wording.h"
#include "tasks/working_lines.h"

namespace reckon {
namespace {

constexpr int kMapVersion = 1;

struct MapLevel {
  int places;
  int extra;  // facts beyond a tree over the places
};
constexpr std::array<MapLevel, 5> kMapLevels{{{4, 0}, {5, 1}, {6, 3}, {7, 8}, {9, 14}}};

struct Fact {
  int first = 0;
  int second = 0;  // `first` lies to the `north`/south and `east`/west of it
  bool north = false;
  bool east = false;
};

// axis[a][b]: the facts settle that a lies south (west) of b.
using PartialOrder = std::vector<std::vector<bool>>;

PartialOrder closure(int places, const std::vector<Fact>& facts, bool east) {
  const auto n = static_cast<std::size_t>(places);
  PartialOrder less(n, std::vector<bool>(n, false));
  for (const Fact& fact : facts) {
    const auto [low, high] =
        (east ? fact.east : fact.north) ? std::pair{fact.second, fact.first} : std::pair{fact.first, fact.second};
    less[static_cast<std::size_t>(low)][static_cast<std::size_t>(high)] = true;
  }
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) less[i][j] = less[i][j] || (less[i][k] && less[k][j]);
    }
  }
  return less;
}

struct MapProblem {
  std::vector<std::string> names;
  std::vector<Fact> facts;
  std::string question;  // "direction": where is a of b? "north", "south", "east", "west": how many places are so of a?
  int a = 0;
  int b = 0;

  // Facts by the places' order of appearance: names are no part of the content.
  std::string key() const {
    std::vector<std::string> order;
    const auto number = [&](int place) {
      const std::string& name = names[static_cast<std::size_t>(place)];
      const auto found = std::ranges::find(order, name);
      if (found == order.end()) order.push_back(name);
      return std::to_string(std::ranges::find(order, name) - order.begin());
    };
    std::string key = "map|" + question + '|' + number(a) + ',' + number(b);
    for (const Fact& f : facts) key += ' ' + number(f.first) + (f.north ? 'n' : 's') + (f.east ? 'e' : 'w') + number(f.second);
    return key;
  }
};

std::string direction_of(bool north, bool east) { return std::string(north ? "north" : "south") + (east ? "east" : "west"); }

MapProblem draw_map(SplitMix64& rng, const MapLevel& level, const std::string& question) {
  MapProblem problem;
  std::vector<std::string> taken;
  problem.names = invented_names(rng, static_cast<std::size_t>(level.places), taken);
  std::vector<int> x(static_cast<std::size_t>(level.places));
  std::iota(x.begin(), x.end(), 0);
  std::vector<int> y = x;
  shuffle(x, rng);
  shuffle(y, rng);
  const auto add = [&](int a, int b) {
    const bool known = std::ranges::any_of(
        problem.facts, [&](const Fact& f) { return (f.first == a && f.second == b) || (f.first == b && f.second == a); });
    if (a == b || known) return;
    const auto i = static_cast<std::size_t>(a);
    const auto j = static_cast<std::size_t>(b);
    problem.facts.push_back({a, b, y[i] > y[j], x[i] > x[j]});
  };
  for (int place = 1; place < level.places; ++place) add(place, static_cast<int>(rng.range(0, place - 1)));
  for (int left = level.extra; left > 0; --left) {
    const auto a = static_cast<int>(rng.range(0, level.places - 1));
    add(a, static_cast<int>(rng.range(0, level.places - 1)));
  }
  shuffle(problem.facts, rng);
  constexpr std::array<std::string_view, 4> kSides{"north", "south", "east", "west"};
  const bool count = question == "count" || (question == "any" && rng.below(3) == 0);
  problem.question = count ? std::string(one_of(kSides, rng)) : "direction";
  problem.a = static_cast<int>(rng.range(0, level.places - 1));
  problem.b = static_cast<int>(rng.range(0, level.places - 1));
  if (count) problem.b = problem.a;
  return problem;
}

// The shortest chain of facts from `low` up to `high` on one axis: breadth first, lower places first.
std::vector<int> chain(const MapProblem& problem, bool east, int low, int high) {
  const auto n = problem.names.size();
  std::vector<int> before(n, -1);
  std::vector<int> queue{low};
  for (std::size_t next = 0; next < queue.size() && before[static_cast<std::size_t>(high)] < 0; ++next) {
    for (int place = 0; place < static_cast<int>(n); ++place) {
      const bool step = std::ranges::any_of(problem.facts, [&](const Fact& f) {
        const bool up = east ? f.east : f.north;
        return (up ? f.second : f.first) == queue[next] && (up ? f.first : f.second) == place;
      });
      if (!step || before[static_cast<std::size_t>(place)] >= 0 || place == low) continue;
      before[static_cast<std::size_t>(place)] = queue[next];
      queue.push_back(place);
    }
  }
  std::vector<int> path{high};
  while (path.back() != low) path.push_back(before[static_cast<std::size_t>(path.back())]);
  std::ranges::reverse(path);
  return path;
}

std::string chain_line(const MapProblem& problem, bool east, int low, int high) {
  std::string line = east ? "east:" : "north:";
  for (const int place : chain(problem, east, low, high)) {
    line.append(line.ends_with(':') ? " " : " < ").append(problem.names[static_cast<std::size_t>(place)]);
  }
  return line + '\n';
}

struct MapSolution {
  std::string lines;
  std::string answer;
  bool asked_well = false;  // the facts settle it, and the pair is not itself a fact
};

MapSolution solved_direction(const MapProblem& problem) {
  MapSolution solution;
  std::array<int, 2> side{};  // north, east: 1, -1, or 0 for unknown
  for (const bool east : {false, true}) {
    const PartialOrder less = closure(static_cast<int>(problem.names.size()), problem.facts, east);
    const auto a = static_cast<std::size_t>(problem.a);
    const auto b = static_cast<std::size_t>(problem.b);
    side[east ? 1 : 0] = less[b][a] ? 1 : less[a][b] ? -1 : 0;
    if (less[b][a]) solution.lines += chain_line(problem, east, problem.b, problem.a);
    if (less[a][b]) solution.lines += chain_line(problem, east, problem.a, problem.b);
    if (!less[a][b] && !less[b][a]) solution.lines += std::string(east ? "east" : "north") + ": unknown\n";
  }
  const bool known = side[0] != 0 && side[1] != 0;
  const bool given = std::ranges::any_of(problem.facts, [&](const Fact& f) {
    return (f.first == problem.a && f.second == problem.b) || (f.first == problem.b && f.second == problem.a);
  });
  solution.answer = known ? direction_of(side[0] > 0, side[1] > 0) : "unknown";
  solution.asked_well = problem.a != problem.b && !given;
  return solution;
}

MapSolution solved_count(const MapProblem& problem) {
  const bool east = problem.question == "east" || problem.question == "west";
  const bool above = problem.question == "north" || problem.question == "east";
  const PartialOrder less = closure(static_cast<int>(problem.names.size()), problem.facts, east);
  MapSolution solution{.lines = {}, .answer = {}, .asked_well = true};
  int count = 0;
  const auto a = static_cast<std::size_t>(problem.a);
  for (std::size_t other = 0; other < problem.names.size(); ++other) {
    if (other == a) continue;
    const int place = static_cast<int>(other);
    solution.asked_well = solution.asked_well && (less[a][other] || less[other][a]);
    count += (above ? less[a][other] : less[other][a]) ? 1 : 0;
    if (less[a][other]) solution.lines += chain_line(problem, east, problem.a, place);
    if (less[other][a]) solution.lines += chain_line(problem, east, place, problem.a);
  }
  solution.answer = std::to_string(count);
  return solution;
}

MapSolution solved(const MapProblem& problem) {
  return problem.question == "direction" ? solved_direction(problem) : solved_count(problem);
}

std::string prompt_of(const MapProblem& problem) {
  const auto name = [&](int place) { return problem.names[static_cast<std::size_t>(place)]; };
  std::string text;
  for (const Fact& f : problem.facts)
    text += name(f.first) + " is " + direction_of(f.north, f.east) + " of " + name(f.second) + ". ";
  if (problem.question == "direction") return text + "Where is " + name(problem.a) + " from " + name(problem.b) + '?';
  return text + "How many places are " + problem.question + " of " + name(problem.a) + '?';
}

MapProblem map_problem_of(const Instance& instance) {
  MapProblem problem{.names = instance.words, .facts = {}, .question = instance.words.at(0)};
  problem.names.erase(problem.names.begin());
  problem.a = static_cast<int>(instance.numbers.at(0));
  problem.b = static_cast<int>(instance.numbers.at(1));
  for (std::size_t i = 2; i + 3 < instance.numbers.size(); i += 4) {
    problem.facts.push_back({static_cast<int>(instance.numbers[i]), static_cast<int>(instance.numbers[i + 1]),
                             instance.numbers[i + 2] != 0, instance.numbers[i + 3] != 0});
  }
  return problem;
}

class MapTask final : public GeneratedTask {
 public:
  explicit MapTask(const Parameters& parameters)
      : GeneratedTask(parameters), question_(parameters.text("question")), unknown_(parameters.flag("unknown")) {}

  Instance generate(Split split, int level, std::uint64_t index) const override {
    Instance instance = instance_at("map", kMapVersion, split, level, index);
    SplitMix64 rng(fnv1a(instance.id));
    const MapLevel& knobs = kMapLevels[static_cast<std::size_t>(level - 1)];
    const MapProblem problem = draw_in_split(
        rng, split, [&](SplitMix64& r) { return draw_map(r, knobs, question_); },
        [&](const MapProblem& p) {
          const MapSolution solution = solved(p);
          return solution.asked_well && (unknown_ || solution.answer != "unknown");
        });
    const MapSolution solution = solved(problem);
    instance.family = problem.question;
    instance.key = problem.key();
    instance.words = problem.names;
    instance.words.insert(instance.words.begin(), problem.question);
    instance.numbers = {problem.a, problem.b};
    for (const Fact& f : problem.facts) instance.numbers.insert(instance.numbers.end(), {f.first, f.second, f.north, f.east});
    instance.prompt = prompt_of(problem);
    instance.gold = solution.answer;
    instance.reference = worked_solution(solution.lines, solution.answer);
    return instance;
  }

  std::optional<std::string> solve(const Instance& instance) const override {
    const MapSolution solution = solved(map_problem_of(instance));
    return worked_solution(solution.lines, solution.answer);
  }

  Verdict check(const Instance& instance, std::string_view text) const override {
    const std::optional<std::string> answer = extract_answer(text);
    if (!answer) return unanswered();
    std::string plain = plain_words(std::string_view(*answer).substr(0, kLongestExtract));
    std::erase(plain, ' ');  // "north east", "north-east"
    const bool right = plain == solved(map_problem_of(instance)).answer;
    return judged(*answer, right, right ? "right" : "another place");
  }

  std::vector<StepVerdict> check_steps(const Instance& instance, std::string_view text) const override {
    return lines_as_expected(working_lines(text), solved(map_problem_of(instance)).lines);
  }

 protected:
  std::string rules(const Instance& instance) const override {
    return instance.words.at(0) == "direction"
               ? "The answer is northeast, northwest, southeast or southwest, or unknown if the facts "
                 "do not settle it."
               : "The answer is a number.";
  }

 private:
  std::string question_;
  bool unknown_;
};

}  // namespace

TaskEntry map_entry() {
  return {
      .name = "map",
      .summary = "directions between places, from directions between others",
      .source = "shape of the published spatial suites; levels and trace are ours",
      .parameters = generated_task_parameters(
          "1+2", {{.name = "question",
                   .default_value = std::string("any"),
                   .meaning = "what is asked",
                   .choices = {"any", "direction", "count"}},
                  {.name = "unknown", .default_value = false, .meaning = "also ask what the facts do not settle"}}),
      .make = [](const Parameters& parameters) -> std::unique_ptr<const Task> { return std::make_unique<MapTask>(parameters); }};
}

}  // namespace reckon
