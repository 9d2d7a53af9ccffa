// The shortest round trip through all cities. Working: the trip city by city with its length so far, "0 3 4 = 25".
// Source: standard; exact by Held and Karp 1962; levels are ours.
// Instance::numbers holds the number of cities, the length of a shortest trip, then the rows of the symmetric matrix.
#include <algorithm>
#include <array>
#include <limits>

#include "search/answers/extract.h"
#include "tasks/canonical_graph.h"
#include "tasks/generation.h"
#include "tasks/wording.h"
#include "tasks/working_lines.h"

namespace reckon {
namespace {

constexpr int kTspVersion = 1;
constexpr std::array<int, 5> kCities{5, 6, 8, 10, 13};
constexpr std::int64_t kLongest = 20;  // distances are drawn from 1 to this; small, so that trips are hard to tell apart

struct Trip {
  std::int64_t length = 0;
  std::vector<int> cities;
};

struct TspProblem {
  int cities = 0;
  std::vector<std::int64_t> distances;

  std::size_t place(int a, int b) const {
    return static_cast<std::size_t>(a) * static_cast<std::size_t>(cities) + static_cast<std::size_t>(b);
  }
  std::int64_t at(int a, int b) const { return distances[place(a, b)]; }
  std::string key() const {
    std::vector<GraphEdge> edges;
    for (int a = 0; a < cities; ++a) {
      for (int b = a + 1; b < cities; ++b) edges.push_back({a, b, at(a, b)});
    }
    return "tsp|" + canonical_graph(std::vector<int>(static_cast<std::size_t>(cities), 0), edges, /*directed=*/false);
  }
};

// Held and Karp: the shortest way from `start` through all of `open` to `end`, found from the back; ties to the lower index.
Trip shortest_way(const TspProblem& problem, int start, const std::vector<int>& open, int end) {
  const std::size_t n = open.size();
  if (n == 0) return {problem.at(start, end), {end}};
  constexpr std::int64_t kInfinite = std::numeric_limits<std::int64_t>::max() / 4;
  const std::size_t sets = std::size_t{1} << n;
  std::vector<std::int64_t> best(sets * n, kInfinite);  // [set still to visit after `last`, last]: the rest of the way
  for (std::size_t last = 0; last < n; ++last) best[last] = problem.at(open[last], end);
  for (std::size_t set = 1; set < sets; ++set) {
    for (std::size_t last = 0; last < n; ++last) {
      if (set >> last & 1) continue;
      for (std::size_t next = 0; next < n; ++next) {
        if (!(set >> next & 1)) continue;
        const std::int64_t length = problem.at(open[last], open[next]) + best[(set & ~(std::size_t{1} << next)) * n + next];
        best[set * n + last] = std::min(best[set * n + last], length);
      }
    }
  }
  Trip trip;
  std::size_t set = sets - 1;
  int here = start;
  while (set != 0) {
    std::size_t chosen = n;
    std::int64_t shortest = kInfinite;
    for (std::size_t next = 0; next < n; ++next) {
      if (!(set >> next & 1)) continue;
      const std::int64_t length = problem.at(here, open[next]) + best[(set & ~(std::size_t{1} << next)) * n + next];
      if (length < shortest) {
        shortest = length;
        chosen = next;
      }
    }
    trip.length += problem.at(here, open[chosen]);
    here = open[chosen];
    trip.cities.push_back(here);
    set &= ~(std::size_t{1} << chosen);
  }
  trip.length += problem.at(here, end);
  trip.cities.push_back(end);
  return trip;
}

// What remains after the cities of `begun`, which starts at its first one, and back to that.
Trip completed(const TspProblem& problem, const std::vector<int>& begun) {
  std::vector<int> open;
  for (int city = 0; city < problem.cities; ++city) {
    if (std::ranges::find(begun, city) == begun.end()) open.push_back(city);
  }
  return shortest_way(problem, begun.back(), open, begun.front());
}

std::int64_t length_of(const TspProblem& problem, const std::vector<int>& cities) {
  std::int64_t length = 0;
  for (std::size_t i = 0; i + 1 < cities.size(); ++i) length += problem.at(cities[i], cities[i + 1]);
  return length;
}

std::string cities_text(const std::vector<int>& cities) {
  std::string text;
  for (const int city : cities) text.append(text.empty() ? "" : " ").append(std::to_string(city));
  return text;
}

std::string line_of(const TspProblem& problem, const std::vector<int>& cities) {
  return cities_text(cities) + " = " + std::to_string(length_of(problem, cities));
}

std::string worked(const TspProblem& problem) {
  std::vector<int> trip{0};
  std::string lines;
  for (const int city : completed(problem, trip).cities) {
    trip.push_back(city);
    lines += line_of(problem, trip) + '\n';
  }
  return worked_solution(lines, cities_text(trip));
}

TspProblem tsp_problem_of(const Instance& instance) {
  return {static_cast<int>(instance.numbers.at(0)), {instance.numbers.begin() + 2, instance.numbers.end()}};
}

TspProblem draw_problem(SplitMix64& rng, int cities) {
  TspProblem problem{cities, std::vector<std::int64_t>(static_cast<std::size_t>(cities) * static_cast<std::size_t>(cities), 0)};
  for (int a = 0; a < cities; ++a) {
    for (int b = a + 1; b < cities; ++b) {
      const std::int64_t distance = rng.range(1, kLongest);
      problem.distances[problem.place(a, b)] = distance;
      problem.distances[problem.place(b, a)] = distance;
    }
  }
  return problem;
}

class Tsp final : public GeneratedTask {
 public:
  explicit Tsp(const Parameters& parameters) : GeneratedTask(parameters) {}

  Instance generate(Split split, int level, std::uint64_t index) const override {
    Instance instance = instance_at("tsp", kTspVersion, split, level, index);
    SplitMix64 rng(fnv1a(instance.id));
    const int cities = kCities[static_cast<std::size_t>(level - 1)];
    const TspProblem problem = draw_in_split(rng, split, [&](SplitMix64& r) { return draw_problem(r, cities); });
    instance.key = problem.key();
    instance.numbers = {problem.cities, completed(problem, {0}).length};
    instance.numbers.insert(instance.numbers.end(), problem.distances.begin(), problem.distances.end());
    instance.prompt = "Cities 0-" + std::to_string(cities - 1) + ", distances";
    for (int a = 0; a < cities; ++a) {
      for (int b = 0; b < cities; ++b) instance.prompt += ' ' + std::to_string(problem.at(a, b));
      instance.prompt += a + 1 < cities ? ';' : '.';
    }
    instance.prompt += " Shortest round trip?";
    put_reference(instance, worked(problem));
    return instance;
  }

  std::optional<std::string> solve(const Instance& instance) const override { return worked(tsp_problem_of(instance)); }

  // Every shortest trip counts, in both directions and from any city, with or without the way back written out.
  Verdict check(const Instance& instance, std::string_view text) const override {
    return with_shares(judge(instance, text), {"optimum / length"});
  }
  Verdict judge(const Instance& instance, std::string_view text) const {
    const std::optional<std::string> answer = extract_answer(text);
    if (!answer) return unanswered();
    const TspProblem problem = tsp_problem_of(instance);
    std::string spaced = *answer;
    std::ranges::replace(spaced, '-', ' ');  // 0-3-1 is a trip: no city is below zero
    const auto numbers = numbers_in(spaced, static_cast<std::size_t>(problem.cities) + 1);
    const auto is_city = [&](std::int64_t n) { return n >= 0 && n < problem.cities; };
    if (!numbers || numbers->empty() || !std::ranges::all_of(*numbers, is_city)) {
      return judged(*answer, false, "not a list of cities");
    }
    std::vector<int> trip(numbers->begin(), numbers->end());
    if (trip.size() == static_cast<std::size_t>(problem.cities)) trip.push_back(trip.front());
    std::vector<int> sorted(trip.begin(), trip.end() - 1);
    std::ranges::sort(sorted);
    bool all = sorted.size() == static_cast<std::size_t>(problem.cities) && trip.front() == trip.back();
    for (int city = 0; all && city < problem.cities; ++city) all = sorted[static_cast<std::size_t>(city)] == city;
    if (!all) return judged(*answer, false, "not every city once");
    const std::int64_t length = length_of(problem, trip);
    const bool right = length == instance.numbers.at(1);
    const double ratio = static_cast<double>(instance.numbers[1]) / static_cast<double>(length);
    Verdict verdict = judged(*answer, right, right ? "right" : "a round trip, not a shortest one", 0.1 * ratio);
    verdict.measures = {{"optimum / length", ratio}};
    return verdict;
  }

  std::vector<StepVerdict> check_steps(const Instance& instance, std::string_view text) const override {
    const TspProblem problem = tsp_problem_of(instance);
    std::vector<int> trip;
    std::vector<StepVerdict> verdicts;
    bool sound = true;
    for (const std::string_view line : working_lines(text)) {
      sound = sound && extend(problem, trip, line);
      const bool closed = sound && trip.size() == static_cast<std::size_t>(problem.cities) + 1;
      const bool best =
          sound && length_of(problem, trip) + (closed ? 0 : completed(problem, trip).length) == instance.numbers.at(1);
      verdicts.push_back({sound, best});
    }
    return verdicts;
  }

 protected:
  std::string rules(const Instance&) const override {
    return "The rows give the distances from each city to all others. Find a shortest trip through every city and back. The "
           "answer is "
           "the cities in order, the first one again at the end.";
  }

 private:
  // Whether the line is the trip so far with one city more (two on the first line), and its length.
  static bool extend(const TspProblem& problem, std::vector<int>& trip, std::string_view line) {
    const auto numbers = numbers_in(line, static_cast<std::size_t>(problem.cities) + 2);
    if (!numbers || numbers->size() < 3) return false;
    std::vector<int> next(numbers->begin(), numbers->end() - 1);
    if (next.size() != std::max<std::size_t>(trip.size(), 1) + 1 || !std::equal(trip.begin(), trip.end(), next.begin()))
      return false;
    const bool known = std::ranges::all_of(*numbers, [](std::int64_t n) { return n >= 0 && n <= 1'000'000; }) &&
                       std::ranges::all_of(next, [&](int city) { return city < problem.cities; });
    const bool closes = next.size() == static_cast<std::size_t>(problem.cities) + 1;
    std::vector<int> distinct(next.begin(), closes ? next.end() - 1 : next.end());
    std::ranges::sort(distinct);
    const bool once = std::ranges::adjacent_find(distinct) == distinct.end() && (!closes || next.front() == next.back());
    if (!known || !once || line != line_of(problem, next)) return false;
    trip = std::move(next);
    return true;
  }
};

}  // namespace

TaskEntry tsp_entry() {
  return {.name = "tsp",
          .summary = "the shortest round trip through all cities",
          .source = "standard; levels and trace are ours",
          .parameters = generated_task_parameters("1+2"),
          .make = [](const Parameters& parameters) -> std::unique_ptr<const Task> { return std::make_unique<Tsp>(parameters); }};
}

}  // namespace reckon
