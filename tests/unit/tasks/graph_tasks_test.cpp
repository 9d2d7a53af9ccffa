// graphnav, color3 and tsp: the worked examples of the cards, and agreement with the plainest search.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "base/rng.h"
#include "tasks/canonical_graph.h"
#include "unit/tasks/task_testing.h"

namespace reckon {
namespace {

using trial::is_right;
using trial::measure;
using trial::steps;

// The graph of the card: edges 0-2 0-5 0-7 1-2 1-6 2-4 2-5 3-5 4-7 5-7 6-7.
Instance card_graph(const std::string& question, std::int64_t from, std::int64_t to, std::int64_t depth = 0) {
  Instance instance{.id = "by hand", .task = "graphnav", .numbers = {0, from, to, depth}, .words = {question}};
  for (int v = 0; v < 8; ++v) instance.words.push_back(std::to_string(v));
  const std::int64_t ends[] = {0, 2, 0, 5, 0, 7, 1, 2, 1, 6, 2, 4, 2, 5, 3, 5, 4, 7, 5, 7, 6, 7};
  for (std::size_t i = 0; i < std::size(ends); i += 2) instance.numbers.insert(instance.numbers.end(), {ends[i], ends[i + 1], 1});
  return instance;
}

TEST(Graphnav, ComputesTheExampleOfTheCard) {
  const auto task = make_task("graphnav");
  const Instance path = card_graph("path", 0, 6);
  EXPECT_EQ(task->solve(path), "<think>\nd1: 2 5 7\nd2: 1 3 4 6\n</think>\n\\boxed{0 7 6}");
  EXPECT_TRUE(is_right(*task, path, "0-7-6"));
  EXPECT_TRUE(is_right(*task, path, "0, 7, 6"));
  EXPECT_FALSE(is_right(*task, path, "0 2 1 6"));
  EXPECT_EQ(task->check(path, "\\boxed{0 2 1 6}").detail, "a path, not a shortest one");
  EXPECT_EQ(task->check(path, "\\boxed{0 6}").detail, "uses an edge that is not there");
  EXPECT_EQ(task->check(path, "\\boxed{0 7}").detail, "does not lead from the start to the end");
  EXPECT_TRUE(is_right(*task, card_graph("distance", 0, 6), "2"));
  EXPECT_TRUE(is_right(*task, card_graph("count", 0, 6), "1"));
  EXPECT_TRUE(is_right(*task, card_graph("count", 0, 4), "2"));
  EXPECT_TRUE(is_right(*task, card_graph("depth", 0, 0, 2), "6 4 3 1"));
  EXPECT_TRUE(is_right(*task, card_graph("before", 0, 4), "2 7"));
  EXPECT_NEAR(measure(task->check(card_graph("depth", 0, 0, 2), "\\boxed{1 3 5}"), "F1"), 4.0 / 7, 1e-9);
}

TEST(Graphnav, AFrontierIsRightInAnyOrder) {
  const auto task = make_task("graphnav");
  const Instance path = card_graph("path", 0, 6);
  EXPECT_EQ(steps(*task, path, "d1: 7 2 5\nd2: 6 1 3 4"), "++");
  EXPECT_EQ(steps(*task, path, "d1: 7 2\nd2: 6 1 3 4"), "--");
  EXPECT_EQ(steps(*task, path, "d1: 7 2 5\nd2: 6 1 3 3"), "+-");
  EXPECT_EQ(steps(*task, path, "d1: 7 2 5\nd3: 6 1 3 4"), "+-");
}

// Distances by relaxing every edge as often as there are vertices.
std::vector<std::int64_t> relaxed(const Instance& instance) {
  std::vector<std::int64_t> distance(instance.words.size() - 1, 1'000'000);
  distance[static_cast<std::size_t>(instance.numbers[1])] = 0;
  for (std::size_t round = 0; round < distance.size(); ++round) {
    for (std::size_t i = 4; i + 2 < instance.numbers.size(); i += 3) {
      std::int64_t& a = distance[static_cast<std::size_t>(instance.numbers[i])];
      std::int64_t& b = distance[static_cast<std::size_t>(instance.numbers[i + 1])];
      b = std::min(b, a + instance.numbers[i + 2]);
      if (instance.numbers[0] == 0) a = std::min(a, b + instance.numbers[i + 2]);
    }
  }
  return distance;
}

TEST(Graphnav, DistancesAgreeWithRelaxation) {
  for (const char* name :
       {"graphnav:question=distance,level=1+2+3+4", "graphnav:question=distance,level=3+4,heaviest=9",
        "graphnav:question=distance,layout=grid,level=2+3", "graphnav:question=distance,layout=ring,level=2+4"}) {
    const auto task = make_task(name);
    for (std::uint64_t i = 0; i < 40; ++i) {
      const Instance instance = task->problem(Split::train, i);
      EXPECT_EQ(instance.gold, std::to_string(relaxed(instance)[static_cast<std::size_t>(instance.numbers[2])]))
          << instance.prompt;
    }
  }
}

TEST(Graphnav, NamesCanBeTowns) {
  const Instance instance = make_task("graphnav:names=towns,question=path")->problem(Split::test, 1);
  EXPECT_GE(instance.words[1].size(), 3U);
  EXPECT_TRUE(is_right(*make_task("graphnav:names=towns,question=path"), instance, instance.gold));
}

TEST(CanonicalGraph, ForgetsTheNamesOfVertices) {
  SplitMix64 rng(3);
  for (int round = 0; round < 200; ++round) {
    const int vertices = static_cast<int>(rng.range(2, 8));
    std::vector<int> colours, names(static_cast<std::size_t>(vertices));
    std::vector<GraphEdge> edges;
    for (int v = 0; v < vertices; ++v) colours.push_back(static_cast<int>(rng.below(2)));
    for (int a = 0; a < vertices; ++a) {
      for (int b = a + 1; b < vertices; ++b) {
        if (rng.below(2) == 0) edges.push_back({a, b, rng.range(1, 2)});
      }
    }
    std::iota(names.begin(), names.end(), 0);
    shuffle(names, rng);
    std::vector<int> new_colours(colours.size());
    for (std::size_t v = 0; v < names.size(); ++v) new_colours[static_cast<std::size_t>(names[v])] = colours[v];
    std::vector<GraphEdge> renamed;
    for (const GraphEdge& e : edges)
      renamed.push_back({names[static_cast<std::size_t>(e.to)], names[static_cast<std::size_t>(e.from)], e.weight});
    shuffle(renamed, rng);

    EXPECT_EQ(canonical_graph(colours, edges, false), canonical_graph(new_colours, renamed, false));
  }
  const std::vector<int> plain(4, 0);
  const std::vector<GraphEdge> path{{0, 1}, {1, 2}, {2, 3}}, star{{0, 1}, {0, 2}, {0, 3}};
  EXPECT_NE(canonical_graph(plain, path, false), canonical_graph(plain, star, false));
  EXPECT_NE(canonical_graph(plain, path, true), canonical_graph(plain, std::vector<GraphEdge>{{0, 1}, {2, 1}, {2, 3}}, true));
}

Instance colour_problem(std::int64_t vertices, bool exists, std::vector<std::int64_t> ends) {
  ends.insert(ends.begin(), {vertices, exists ? 1 : 0});
  return {.id = "by hand", .task = "color3", .numbers = ends};
}

TEST(Color3, ComputesTheExamplesOfTheCard) {
  const auto task = make_task("color3");
  const Instance clique = colour_problem(6, false, {0, 3, 0, 4, 1, 3, 1, 4, 1, 5, 2, 5, 3, 4, 3, 5, 4, 5});
  EXPECT_TRUE(task->solve(clique)->ends_with("\\boxed{none}"));
  EXPECT_TRUE(is_right(*task, clique, "none"));
  const Instance open = colour_problem(6, true, {0, 3, 0, 4, 1, 3, 1, 4, 1, 5, 2, 5, 3, 4, 3, 5});
  EXPECT_TRUE(is_right(*task, open, "RRRGBB"));
  EXPECT_FALSE(is_right(*task, open, "RRRGBG"));
  EXPECT_FALSE(is_right(*task, open, "none"));
  EXPECT_FALSE(is_right(*task, open, "RRRGB"));
  EXPECT_TRUE(task->check(open, *task->solve(open)).correct);
}

TEST(Color3, StepsAreProperPartialColourings) {
  const auto task = make_task("color3");
  const Instance open = colour_problem(4, true, {0, 1, 1, 2, 0, 2, 2, 3});
  EXPECT_EQ(steps(*task, open, "0R\n0R 1G\n0R 1G 2B\n0R 1G 2B 3R"), "++++");
  EXPECT_EQ(steps(*task, open, "0R\n0R 1R"), "+-");
  EXPECT_EQ(steps(*task, open, "0R x"), "-");  // nothing is lost yet
  const Instance three = colour_problem(4, true, {0, 3, 1, 3, 2, 3});
  EXPECT_EQ(steps(*task, three, "0R 1G 2B x\n0R 1R"), "++");
  EXPECT_EQ(steps(*task, three, "0R 1G 2B"), "-");  // x is missing
}

bool colourable_by_trying(const Instance& instance) {
  const auto vertices = static_cast<std::size_t>(instance.numbers[0]);
  std::int64_t all = 1;
  for (std::size_t v = 0; v < vertices; ++v) all *= 3;
  for (std::int64_t code = 0; code < all; ++code) {
    std::vector<std::int64_t> colours;
    for (std::int64_t left = code; colours.size() < vertices; left /= 3) colours.push_back(left % 3);
    bool proper = true;
    for (std::size_t i = 2; proper && i + 1 < instance.numbers.size(); i += 2) {
      proper =
          colours[static_cast<std::size_t>(instance.numbers[i])] != colours[static_cast<std::size_t>(instance.numbers[i + 1])];
    }
    if (proper) return true;
  }
  return false;
}

TEST(Color3, FeasibilityAgreesWithTryingEverything) {
  const auto task = make_task("color3:level=1+2+3");
  int impossible = 0;
  for (std::uint64_t i = 0; i < 60; ++i) {
    const Instance instance = task->problem(Split::train, i);
    EXPECT_EQ(instance.gold != "none", colourable_by_trying(instance)) << instance.prompt;
    impossible += instance.gold == "none" ? 1 : 0;
  }
  EXPECT_GT(impossible, 5);
}

const Instance kCities{.id = "by hand", .task = "tsp", .numbers = {5, 54, 0, 8, 19, 5,  16, 8,  0,  18, 12, 19, 19, 18,
                                                                   0, 20, 3, 5, 12, 20, 0,  20, 16, 19, 3,  20, 0}};

TEST(Tsp, ComputesTheExampleOfTheCard) {
  const auto task = make_task("tsp");
  const auto solution = task->solve(kCities);
  EXPECT_TRUE(task->check(kCities, *solution).correct) << *solution;
  // The card names the first and its reverse; the third is as short: 5+12+18+3+16.
  for (const char* tour : {"0 3 4 2 1 0", "0 1 2 4 3 0", "0 3 1 2 4 0", "0-3-4-2-1-0"})
    EXPECT_TRUE(is_right(*task, kCities, tour)) << tour;
  EXPECT_DOUBLE_EQ(measure(task->check(kCities, trial::boxed("0 1 2 3 4 0")), "optimum / length"),
                   54.0 / (8 + 18 + 20 + 20 + 16));
  EXPECT_FALSE(is_right(*task, kCities, "0 1 2 3 4 0"));
  EXPECT_FALSE(is_right(*task, kCities, "0 1 2 3 0"));
  EXPECT_FALSE(is_right(*task, kCities, "4294967296 3 1 2 4 0"));
}

TEST(Tsp, EveryWayToWriteAShortestTripCounts) {
  const auto task = make_task("tsp");
  const std::string solution = *task->solve(kCities);
  const std::size_t box = solution.rfind("\\boxed{") + 7;
  std::vector<std::string> cities;
  for (std::size_t i = box; i < solution.size() - 1; i += 2) cities.emplace_back(1, solution[i]);
  cities.pop_back();  // the way back
  for (std::size_t turn = 0; turn < cities.size(); ++turn) {
    for (int direction = 0; direction < 2; ++direction) {
      std::string text;
      for (const std::string& city : cities) text += city + " ";
      EXPECT_TRUE(is_right(*task, kCities, text)) << text;
      EXPECT_TRUE(is_right(*task, kCities, text + cities.front())) << text;
      std::ranges::reverse(cities);
    }
    std::ranges::rotate(cities, cities.begin() + 1);
  }
}

TEST(Tsp, TheOptimumAgreesWithAllPermutations) {
  const auto task = make_task("tsp:level=1+2+3");
  for (std::uint64_t i = 0; i < 12; ++i) {
    const Instance instance = task->problem(Split::train, i);
    const std::int64_t n = instance.numbers[0];
    std::vector<std::int64_t> order;
    for (std::int64_t city = 1; city < n; ++city) order.push_back(city);
    std::int64_t best = 1'000'000;
    do {
      std::int64_t length = 0;
      std::int64_t here = 0;
      for (const std::int64_t city : order) {
        length += instance.numbers[static_cast<std::size_t>(2 + here * n + city)];
        here = city;
      }
      best = std::min(best, length + instance.numbers[static_cast<std::size_t>(2 + here * n)]);
    } while (std::ranges::next_permutation(order).found);
    EXPECT_EQ(instance.numbers[1], best);
  }
}

TEST(Tsp, AStepThatLosesTheOptimumIsValidAndLost) {
  const auto task = make_task("tsp");
  const std::string solution = *task->solve(kCities);
  EXPECT_EQ(steps(*task, kCities, solution), "+++++");
  EXPECT_EQ(steps(*task, kCities, "0 2 = 19"), "~");
  EXPECT_EQ(steps(*task, kCities, "0 2 = 18"), "-");
  EXPECT_EQ(steps(*task, kCities, "0 0 = 0"), "-");
}

}  // namespace
}  // namespace reckon
