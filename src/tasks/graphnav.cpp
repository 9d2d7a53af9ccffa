// Finding one's way in a graph: a shortest path, its length, how many there are, who is so far away, who comes before. Working:
// the frontiers of the search, "d2: 1 3 4". Source: standard (Dijkstra 1959); levels and trace are ours. Instance::words holds
// the question, then the vertices' names; numbers: directed, from, to, depth, then from, to, weight of each edge.
#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <map>
#include <queue>
#include <set>

#include "search/answers/extract.h"
#include "tasks/canonical_graph.h"
#include "tasks/generation.h"
#include "tasks/random_graph.h"
#include "tasks/wording.h"
#include "tasks/working_lines.h"

namespace reckon {
namespace {

constexpr int kGraphnavVersion = 1;
constexpr std::int64_t kMostPaths = 1000;
constexpr std::array<std::string_view, 5> kQuestions{"path", "distance", "count", "depth", "before"};

constexpr std::array<GraphLevel, 5> kGraphnavLevels{
    {{6, 8, false}, {8, 11, false}, {15, 24, false}, {40, 100, true}, {200, 420, false}}};

struct GraphProblem {
  int vertices = 0;
  bool directed = false;
  std::vector<GraphEdge> edges;
  int from = 0;
  int to = 0;
  std::int64_t depth = 0;  // asked for by the question "depth"
  std::string question;

  std::string key() const {
    std::vector<int> colours(static_cast<std::size_t>(vertices), 0);
    colours[static_cast<std::size_t>(from)] = 1;
    if (question != "depth") colours[static_cast<std::size_t>(to)] = 2;
    return "graphnav|" + question + '|' + (question == "depth" ? std::to_string(depth) : "") + (directed ? "|>|" : "|-|") +
           canonical_graph(colours, edges, directed);
  }
};

constexpr std::int64_t kFar = std::numeric_limits<std::int64_t>::max();

struct Distances {
  std::vector<std::int64_t> distance;  // kFar where there is no way
  std::vector<std::int64_t> paths;     // shortest ones, at most kMostPaths + 1
  std::vector<std::vector<int>> before;
};

std::vector<std::vector<GraphEdge>> neighbours(const GraphProblem& problem) {
  std::vector<std::vector<GraphEdge>> around(static_cast<std::size_t>(problem.vertices));
  for (const GraphEdge& edge : problem.edges) {
    around[static_cast<std::size_t>(edge.from)].push_back(edge);
    if (!problem.directed) around[static_cast<std::size_t>(edge.to)].push_back({edge.to, edge.from, edge.weight});
  }
  return around;
}

Distances distances_of(const GraphProblem& problem) {
  const auto around = neighbours(problem);
  Distances result{std::vector(around.size(), kFar), std::vector<std::int64_t>(around.size(), 0),
                   std::vector<std::vector<int>>(around.size())};
  using Entry = std::pair<std::int64_t, int>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
  result.distance[static_cast<std::size_t>(problem.from)] = 0;
  result.paths[static_cast<std::size_t>(problem.from)] = 1;
  queue.emplace(0, problem.from);
  while (!queue.empty()) {
    const auto [distance, vertex] = queue.top();
    queue.pop();
    const auto v = static_cast<std::size_t>(vertex);
    if (distance != result.distance[v]) continue;
    for (const GraphEdge& edge : around[v]) {
      const auto next = static_cast<std::size_t>(edge.to);
      const std::int64_t length = distance + edge.weight;
      if (length > result.distance[next]) continue;
      if (length < result.distance[next]) {
        result.distance[next] = length;
        result.paths[next] = 0;
        result.before[next].clear();
        queue.emplace(length, edge.to);
      }
      result.paths[next] = std::min(result.paths[next] + result.paths[v], kMostPaths + 1);
      result.before[next].push_back(vertex);
    }
  }
  for (std::vector<int>& before : result.before) std::ranges::sort(before);
  return result;
}

GraphProblem graphnav_problem_of(const Instance& instance) {
  GraphProblem problem;
  problem.question = instance.words.at(0);
  problem.vertices = static_cast<int>(instance.words.size()) - 1;
  problem.directed = instance.numbers.at(0) != 0;
  problem.from = static_cast<int>(instance.numbers.at(1));
  problem.to = static_cast<int>(instance.numbers.at(2));
  problem.depth = instance.numbers.at(3);
  for (std::size_t i = 4; i + 2 < instance.numbers.size(); i += 3) {
    problem.edges.push_back(
        {static_cast<int>(instance.numbers[i]), static_cast<int>(instance.numbers[i + 1]), instance.numbers[i + 2]});
  }
  return problem;
}

std::string name_list(const Instance& instance, const std::vector<int>& vertices) {
  std::string text;
  for (const int v : vertices) text.append(text.empty() ? "" : " ").append(instance.words[static_cast<std::size_t>(v) + 1]);
  return text;
}

// Vertices by distance, nearest first, without the start; as far as the question needs.
std::vector<std::pair<std::int64_t, std::vector<int>>> frontiers(const GraphProblem& problem, const Distances& found) {
  std::map<std::int64_t, std::vector<int>> by_distance;
  const std::int64_t last = problem.question == "depth" ? problem.depth : found.distance[static_cast<std::size_t>(problem.to)];
  for (std::size_t v = 0; v < found.distance.size(); ++v) {
    const std::int64_t distance = found.distance[v];
    if (distance > 0 && distance <= last && distance != kFar) by_distance[distance].push_back(static_cast<int>(v));
  }
  return {by_distance.begin(), by_distance.end()};
}

std::vector<int> one_path(const GraphProblem& problem, const Distances& found) {
  std::vector<int> path{problem.to};
  while (path.back() != problem.from) path.push_back(found.before[static_cast<std::size_t>(path.back())].front());
  std::ranges::reverse(path);
  return path;
}

std::vector<int> wanted_set(const GraphProblem& problem, const Distances& found) {
  if (problem.question == "before") return found.before[static_cast<std::size_t>(problem.to)];
  std::vector<int> vertices;
  for (std::size_t v = 0; v < found.distance.size(); ++v) {
    if (found.distance[v] == problem.depth) vertices.push_back(static_cast<int>(v));
  }
  return vertices;
}

std::string answer_of(const Instance& instance, const GraphProblem& problem, const Distances& found) {
  const auto to = static_cast<std::size_t>(problem.to);
  if (problem.question == "path") return name_list(instance, one_path(problem, found));
  if (problem.question == "distance") return std::to_string(found.distance[to]);
  if (problem.question == "count") return std::to_string(found.paths[to]);
  return name_list(instance, wanted_set(problem, found));
}

std::string worked_way(const Instance& instance) {
  const GraphProblem problem = graphnav_problem_of(instance);
  const Distances found = distances_of(problem);
  std::string lines;
  for (const auto& [distance, vertices] : frontiers(problem, found)) {
    lines += 'd' + std::to_string(distance) + ": " + name_list(instance, vertices) + '\n';
  }
  return worked_solution(lines, answer_of(instance, problem, found));
}

std::string prompt_of(const Instance& instance, const GraphProblem& problem) {
  const auto name = [&](int v) { return instance.words[static_cast<std::size_t>(v) + 1]; };
  const bool weighted = std::ranges::any_of(problem.edges, [](const GraphEdge& e) { return e.weight != 1; });
  std::string text = "Edges";
  for (const GraphEdge& edge : problem.edges) {
    text += ' ' + name(edge.from) + (problem.directed ? '>' : '-') + name(edge.to);
    if (weighted) text += ':' + std::to_string(edge.weight);
  }
  const std::string ends = name(problem.from) + " to " + name(problem.to) + '?';
  if (problem.question == "path") return text + ". Shortest path " + ends;
  if (problem.question == "distance") return text + ". Distance " + ends;
  if (problem.question == "count") return text + ". How many shortest paths " + ends;
  if (problem.question == "before") return text + ". Last before the end on shortest paths " + ends;
  return text + ". Who is at distance " + std::to_string(problem.depth) + " from " + name(problem.from) + '?';
}

// The vertices named, between blanks, commas, or arrows; nullopt when a word is no vertex or there are too many.
std::optional<std::vector<int>> vertices_in(const Instance& instance, std::string_view answer) {
  std::string spaced(answer.substr(0, 64 * (instance.words.size() + 4)));
  if (spaced.size() != answer.size()) return std::nullopt;
  for (char& c : spaced) c = c == '-' || c == '>' ? ' ' : c;
  const auto items = items_in(spaced, 2 * instance.words.size());
  if (!items) return std::nullopt;
  std::vector<int> vertices;
  for (const std::string_view item : *items) {
    const auto found = std::find(instance.words.begin() + 1, instance.words.end(), item);
    if (found == instance.words.end()) return std::nullopt;
    vertices.push_back(static_cast<int>(found - instance.words.begin()) - 1);
  }
  return vertices;
}

// nullopt when two neighbours of the list have no edge.
std::optional<std::int64_t> length_of(const GraphProblem& problem, const std::vector<int>& path) {
  std::int64_t length = 0;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    const auto edge = std::ranges::find_if(problem.edges, [&](const GraphEdge& e) {
      return (e.from == path[i] && e.to == path[i + 1]) || (!problem.directed && e.to == path[i] && e.from == path[i + 1]);
    });
    if (edge == problem.edges.end()) return std::nullopt;
    length += edge->weight;
  }
  return length;
}

class Graphnav final : public GeneratedTask {
 public:
  explicit Graphnav(const Parameters& parameters)
      : GeneratedTask(parameters),
        question_(parameters.text("question")),
        layout_(parameters.text("layout")),
        names_(parameters.text("names")),
        heaviest_(parameters.integer("heaviest")) {}

  Instance generate(Split split, int level, std::uint64_t index) const override {
    Instance instance = instance_at("graphnav", kGraphnavVersion, split, level, index);
    SplitMix64 rng(fnv1a(instance.id));
    const GraphLevel& knobs = kGraphnavLevels[static_cast<std::size_t>(level - 1)];
    const GraphProblem problem = draw_in_split(
        rng, split, [&](SplitMix64& r) { return draw(r, knobs); }, [](const GraphProblem& p) { return askable(p); });
    instance.family = problem.question;
    instance.key = problem.key();
    instance.words = {problem.question};
    std::vector<std::string> taken;
    for (int v = 0; v < problem.vertices; ++v) instance.words.push_back(vertex_name(v, rng, taken));
    instance.numbers = {problem.directed ? 1 : 0, problem.from, problem.to, problem.depth};
    for (const GraphEdge& edge : problem.edges)
      instance.numbers.insert(instance.numbers.end(), {edge.from, edge.to, edge.weight});
    instance.prompt = prompt_of(instance, problem);
    instance.gold = answer_of(instance, problem, distances_of(problem));
    instance.reference = worked_way(instance);
    return instance;
  }

  std::optional<std::string> solve(const Instance& instance) const override { return worked_way(instance); }

  Verdict check(const Instance& instance, std::string_view text) const override {
    Verdict verdict = judge(instance, text);
    const std::string question = graphnav_problem_of(instance).question;
    const bool of_set = question != "distance" && question != "count" && question != "path";
    return of_set ? with_shares(std::move(verdict), {"F1"}) : verdict;
  }
  Verdict judge(const Instance& instance, std::string_view text) const {
    const std::optional<std::string> answer = extract_answer(text);
    if (!answer) return unanswered();
    const GraphProblem problem = graphnav_problem_of(instance);
    const Distances found = distances_of(problem);
    if (problem.question == "distance" || problem.question == "count") {
      const bool right = *answer == answer_of(instance, problem, found);
      return judged(*answer, right, right ? "right" : "another number");
    }
    const std::optional<std::vector<int>> vertices = vertices_in(instance, *answer);
    if (!vertices) return judged(*answer, false, "not a list of vertices");
    return problem.question == "path" ? judge_path(*answer, problem, found, *vertices)
                                      : judge_set(*answer, wanted_set(problem, found), *vertices);
  }

  // A frontier is right when it holds the vertices of that distance, in any order.
  std::vector<StepVerdict> check_steps(const Instance& instance, std::string_view text) const override {
    const GraphProblem problem = graphnav_problem_of(instance);
    const auto wanted = frontiers(problem, distances_of(problem));
    std::vector<StepVerdict> verdicts;
    bool sound = true;
    for (const std::string_view line : working_lines(text)) {
      const std::size_t i = verdicts.size();
      sound = sound && i < wanted.size() && is_frontier(instance, line, wanted[i]);
      verdicts.push_back({sound, sound});
    }
    return verdicts;
  }

 protected:
  std::string rules(const Instance& instance) const override {
    const std::string arrow = instance.numbers.at(0) != 0 ? "Edges go one way, from a to b in a>b." : "Edges go both ways.";
    return arrow +
           " A number after a colon is an edge's length; without one it is 1. The answer is a number, or names with blanks "
           "between, a path from its start to its end.";
  }

 private:
  GraphProblem draw(SplitMix64& rng, const GraphLevel& level) const {
    GraphProblem problem{.vertices = level.vertices, .directed = level.directed, .edges = {}, .question = {}};
    problem.question = question_ == "any" ? std::string(one_of(kQuestions, rng)) : question_;
    problem.edges = draw_edges(rng, level, layout_, heaviest_);
    problem.from = static_cast<int>(rng.range(0, level.vertices - 1));
    problem.to = static_cast<int>(rng.range(0, level.vertices - 2));
    if (problem.to >= problem.from) ++problem.to;
    problem.depth = rng.range(1, 3);
    return problem;
  }
  static bool askable(const GraphProblem& problem) {
    const Distances found = distances_of(problem);
    const auto to = static_cast<std::size_t>(problem.to);
    if (problem.question == "depth") return !wanted_set(problem, found).empty();
    return found.distance[to] != kFar && found.distance[to] >= 2 && found.paths[to] <= kMostPaths;
  }
  std::string vertex_name(int v, SplitMix64& rng, std::vector<std::string>& taken) const {
    if (names_ == "towns") return invented_names(rng, 1, taken).front();
    if (names_ == "letters" && v < 26) return std::string(1, static_cast<char>('A' + v));
    return (names_ == "letters" ? "V" : "") + std::to_string(v);
  }
  static Verdict judge_path(const std::string& answer, const GraphProblem& problem, const Distances& found,
                            const std::vector<int>& path) {
    if (path.empty() || path.front() != problem.from || path.back() != problem.to) {
      return judged(answer, false, "does not lead from the start to the end");
    }
    const std::optional<std::int64_t> length = length_of(problem, path);
    if (!length) return judged(answer, false, "uses an edge that is not there");
    const bool right = *length == found.distance[static_cast<std::size_t>(problem.to)];
    return judged(answer, right, right ? "right" : "a path, not a shortest one", 0.1);
  }
  static Verdict judge_set(const std::string& answer, const std::vector<int>& wanted, const std::vector<int>& given) {
    const std::set<int> set(given.begin(), given.end());
    const auto shared = static_cast<double>(std::ranges::count_if(wanted, [&](int v) { return set.contains(v); }));
    const double f1 = 2 * shared / static_cast<double>(wanted.size() + set.size());
    const bool right = f1 == 1;
    Verdict verdict = judged(answer, right, right ? "right" : "another set", f1);
    verdict.measures = {{"F1", f1}};
    return verdict;
  }
  static bool is_frontier(const Instance& instance, std::string_view line,
                          const std::pair<std::int64_t, std::vector<int>>& wanted) {
    const std::string head = 'd' + std::to_string(wanted.first) + ": ";
    if (!line.starts_with(head)) return false;
    std::string_view rest = line.substr(head.size());
    std::vector<int> given;
    while (!rest.empty() && given.size() <= wanted.second.size()) {
      const std::string_view word = rest.substr(0, rest.find(' '));
      const auto found = std::find(instance.words.begin() + 1, instance.words.end(), word);
      if (found == instance.words.end()) return false;
      given.push_back(static_cast<int>(found - instance.words.begin()) - 1);
      rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    }
    return rest.empty() && std::ranges::is_permutation(given, wanted.second);
  }

  std::string question_, layout_, names_;
  std::int64_t heaviest_;
};

}  // namespace

TaskEntry graphnav_entry() {
  return {
      .name = "graphnav",
      .summary = "shortest paths in a graph: one, its length, their number, a frontier",
      .source = "standard; levels and trace are ours",
      .parameters = generated_task_parameters("1+2", {{.name = "question",
                                                       .default_value = std::string("any"),
                                                       .meaning = "what is asked",
                                                       .choices = {"any", "path", "distance", "count", "depth", "before"}},
                                                      {.name = "layout",
                                                       .default_value = std::string("random"),
                                                       .meaning = "how edges are drawn",
                                                       .choices = {"random", "tree", "grid", "ring"}},
                                                      {.name = "names",
                                                       .default_value = std::string("numbers"),
                                                       .meaning = "of vertices",
                                                       .choices = {"numbers", "letters", "towns"}},
                                                      {.name = "heaviest",
                                                       .default_value = std::int64_t{1},
                                                       .meaning = "lengths of edges are drawn from 1 to this",
                                                       .minimum = 1,
                                                       .maximum = 100}}),
      .make = [](const Parameters& parameters) -> std::unique_ptr<const Task> { return std::make_unique<Graphnav>(parameters); }};
}

}  // namespace reckon
