// Three colours for a graph, none on both ends of an edge, or none at all. Working: one line per node of a search that always
// takes the vertex with the fewest colours left (DSATUR), "0R 3G 4B" for what is coloured, with " x" where a vertex has no colour
// left. Source: Brélaz 1979; levels are ours. Instance::numbers holds the number of vertices, whether colours exist, then the
// edges.
#include <algorithm>
#include <array>

#include "search/answers/extract.h"
#include "tasks/canonical_graph.h"
#include "tasks/generation.h"
#include "tasks/search_lines.h"
#include "tasks/wording.h"

namespace reckon {
namespace {

constexpr int kColor3Version = 1;
constexpr std::string_view kColours = "RGB";

struct ColourLevel {
  int vertices, edges;
};
constexpr std::array<ColourLevel, 5> kColor3Levels{{{5, 6}, {6, 9}, {8, 14}, {12, 24}, {20, 44}}};

struct ColourProblem {
  int vertices = 0;
  std::vector<GraphEdge> edges;

  // Below 8 vertices there are too few graphs up to renaming to fill every split: there the names count.
  std::string key() const {
    if (vertices < 8) {
      std::vector<std::string> sorted;
      for (const GraphEdge& e : edges) sorted.push_back(std::to_string(e.from) + '-' + std::to_string(e.to));
      std::ranges::sort(sorted);
      return "color3|" + std::to_string(vertices) + '|' + joined(sorted);
    }
    return "color3|" + canonical_graph(std::vector<int>(static_cast<std::size_t>(vertices), 0), edges, /*directed=*/false);
  }
};

// Per vertex 'R', 'G', 'B', or '.' for open; in `order` the coloured ones as they came.
struct Colouring {
  std::string colours;
  std::vector<int> order;
};

std::string colours_left(const ColourProblem& problem, const Colouring& colouring, int vertex) {
  std::string left(kColours);
  for (const GraphEdge& edge : problem.edges) {
    if (edge.from != vertex && edge.to != vertex) continue;
    std::erase(left, colouring.colours[static_cast<std::size_t>(edge.from == vertex ? edge.to : edge.from)]);
  }
  return left;
}

// The open vertex with the fewest colours left, then the most edges, then the least index; -1 when all are coloured.
int next_vertex(const ColourProblem& problem, const Colouring& colouring) {
  int best = -1;
  std::pair<std::ptrdiff_t, std::ptrdiff_t> best_rank{};
  for (int v = 0; v < problem.vertices; ++v) {
    if (colouring.colours[static_cast<std::size_t>(v)] != '.') continue;
    const auto degree = std::ranges::count_if(problem.edges, [v](const GraphEdge& e) { return e.from == v || e.to == v; });
    const std::pair rank{static_cast<std::ptrdiff_t>(colours_left(problem, colouring, v).size()), -degree};
    if (best < 0 || rank < best_rank) {
      best = v;
      best_rank = rank;
    }
  }
  return best;
}

bool is_dead(const ColourProblem& problem, const Colouring& colouring) {
  const int next = next_vertex(problem, colouring);
  return next >= 0 && colours_left(problem, colouring, next).empty();
}

std::string line_of(const ColourProblem& problem, const Colouring& colouring) {
  std::string line;
  for (const int v : colouring.order) {
    line.append(line.empty() ? "" : " ").append(std::to_string(v)).append(1, colouring.colours[static_cast<std::size_t>(v)]);
  }
  return is_dead(problem, colouring) ? line + " x" : line;
}

// Of colours that nothing uses yet only the first is tried: they could be exchanged.
bool search(const ColourProblem& problem, Colouring& colouring, std::string* lines) {
  if (lines && !colouring.order.empty()) *lines += line_of(problem, colouring) + '\n';
  const int vertex = next_vertex(problem, colouring);
  if (vertex < 0) return true;
  bool fresh_tried = false;
  for (const char colour : colours_left(problem, colouring, vertex)) {
    const bool fresh = colouring.colours.find(colour) == std::string::npos;
    if (fresh && fresh_tried) continue;
    fresh_tried = fresh_tried || fresh;
    colouring.colours[static_cast<std::size_t>(vertex)] = colour;
    colouring.order.push_back(vertex);
    if (search(problem, colouring, lines)) return true;
    colouring.order.pop_back();
    colouring.colours[static_cast<std::size_t>(vertex)] = '.';
  }
  return false;
}

Colouring nothing_coloured(const ColourProblem& problem) {
  return {std::string(static_cast<std::size_t>(problem.vertices), '.'), {}};
}

bool colourable(const ColourProblem& problem, Colouring from) { return search(problem, from, nullptr); }

std::string worked(const ColourProblem& problem) {
  std::string lines;
  Colouring colouring = nothing_coloured(problem);
  const bool found = search(problem, colouring, &lines);
  return worked_solution(lines, found ? colouring.colours : "none");
}

ColourProblem color3_problem_of(const Instance& instance) {
  ColourProblem problem{.vertices = static_cast<int>(instance.numbers.at(0)), .edges = {}};
  for (std::size_t i = 2; i + 1 < instance.numbers.size(); i += 2) {
    problem.edges.push_back({static_cast<int>(instance.numbers[i]), static_cast<int>(instance.numbers[i + 1])});
  }
  return problem;
}

ColourProblem draw_problem(SplitMix64& rng, const ColourLevel& level) {
  ColourProblem problem{.vertices = level.vertices, .edges = {}};
  std::vector<GraphEdge> all;
  for (int a = 0; a < level.vertices; ++a) {
    for (int b = a + 1; b < level.vertices; ++b) all.push_back({a, b});
  }
  shuffle(all, rng);
  problem.edges.assign(all.begin(), all.begin() + level.edges);
  return problem;
}

bool is_proper(const ColourProblem& problem, const std::string& colours) {
  return std::ranges::none_of(problem.edges, [&](const GraphEdge& edge) {
    const char colour = colours[static_cast<std::size_t>(edge.from)];
    return colour != '.' && colour == colours[static_cast<std::size_t>(edge.to)];
  });
}

class Color3 final : public GeneratedTask {
 public:
  explicit Color3(const Parameters& parameters) : GeneratedTask(parameters) {}

  Instance generate(Split split, int level, std::uint64_t index) const override {
    Instance instance = instance_at("color3", kColor3Version, split, level, index);
    SplitMix64 rng(fnv1a(instance.id));
    const ColourLevel& knobs = kColor3Levels[static_cast<std::size_t>(level - 1)];
    const ColourProblem problem = draw_in_split(rng, split, [&](SplitMix64& r) { return draw_problem(r, knobs); });
    instance.key = problem.key();
    instance.prompt = "Colour 0-" + std::to_string(problem.vertices - 1) + " with R G B, edges";
    instance.numbers = {problem.vertices, colourable(problem, nothing_coloured(problem)) ? 1 : 0};
    instance.family = instance.numbers[1] != 0 ? "colourable" : "not colourable";
    for (const GraphEdge& edge : problem.edges) {
      instance.numbers.insert(instance.numbers.end(), {edge.from, edge.to});
      instance.prompt += ' ' + std::to_string(edge.from) + '-' + std::to_string(edge.to);
    }
    instance.prompt += '.';
    put_reference(instance, worked(problem));
    return instance;
  }

  std::optional<std::string> solve(const Instance& instance) const override { return worked(color3_problem_of(instance)); }

  Verdict check(const Instance& instance, std::string_view text) const override {
    const std::optional<std::string> answer = extract_answer(text);
    if (!answer) return unanswered();
    if (auto none = judged_none(*answer, instance.numbers.at(1) != 0, "colours exist")) return *std::move(none);
    const ColourProblem problem = color3_problem_of(instance);
    const bool letters =
        answer->size() == static_cast<std::size_t>(problem.vertices) && answer->find_first_not_of(kColours) == std::string::npos;
    if (!letters) return judged(*answer, false, "not one of R, G, B per vertex");
    const bool right = is_proper(problem, *answer);
    return judged(*answer, right, right ? "right" : "an edge has one colour at both ends", 0.1);
  }

  // Any vertex may come next, in any colour that fits; x stands exactly where a vertex has none left.
  std::vector<StepVerdict> check_steps(const Instance& instance, std::string_view text) const override {
    const ColourProblem problem = color3_problem_of(instance);
    return check_search(
        text, instance.numbers.at(1) != 0, [&](std::string_view line) { return colouring_of(problem, line); },
        [&](const Colouring& colouring) { return line_of(problem, colouring); },
        [&](const Colouring& colouring) { return colourable(problem, colouring); });
  }

 protected:
  std::string rules(const Instance&) const override {
    return "Give each vertex one of the colours R, G, B so that no edge has the same colour at both ends. The answer is one "
           "letter per "
           "vertex in order, or none if it cannot be done.";
  }

 private:
  // What a line says is coloured, where no edge has one colour at both ends.
  static std::optional<Colouring> colouring_of(const ColourProblem& problem, std::string_view line) {
    if (line.size() > 5 * static_cast<std::size_t>(problem.vertices)) return std::nullopt;
    Colouring colouring = nothing_coloured(problem);
    for (const std::string& word : split_words(line)) {
      if (word == "x") break;
      const std::optional<std::int64_t> vertex =
          whole_number(std::string_view(word).substr(0, word.empty() ? 0 : word.size() - 1));
      if (!vertex || *vertex < 0 || *vertex >= problem.vertices || kColours.find(word.back()) == std::string_view::npos)
        return std::nullopt;
      char& colour = colouring.colours[static_cast<std::size_t>(*vertex)];
      if (colour != '.') return std::nullopt;
      colour = word.back();
      colouring.order.push_back(static_cast<int>(*vertex));
    }
    return colouring.order.empty() || !is_proper(problem, colouring.colours) ? std::nullopt : std::optional(colouring);
  }
};

}  // namespace

TaskEntry color3_entry() {
  return {
      .name = "color3",
      .summary = "colour a graph with three colours, or say that it cannot be done",
      .source = "standard; levels and trace are ours",
      .parameters = generated_task_parameters("1+2"),
      .make = [](const Parameters& parameters) -> std::unique_ptr<const Task> { return std::make_unique<Color3>(parameters); }};
}

}  // namespace reckon
