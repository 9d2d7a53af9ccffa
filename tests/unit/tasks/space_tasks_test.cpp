// maze, map and calendar.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "unit/tasks/task_testing.h"

namespace reckon {
namespace {

using trial::is_right;
using trial::measure;
using trial::steps;

Instance card_maze(const std::string& question) {
  return {.id = "by hand",
          .task = "maze",
          .words = {question, "#######", "# #  E#", "# ### #", "# #   #", "# # ###", "#S    #", "#######"}};
}

TEST(Maze, ComputesTheExampleOfTheCard) {
  const auto task = make_task("maze");
  const Instance path = card_maze("path");
  EXPECT_TRUE(task->solve(path)->ends_with("\\boxed{RRUURRUU}")) << *task->solve(path);
  EXPECT_TRUE(is_right(*task, path, "RRUURRUU"));
  EXPECT_FALSE(is_right(*task, path, "RRUURRU"));
  EXPECT_FALSE(is_right(*task, path, "RRUURRUUU"));
  EXPECT_FALSE(is_right(*task, path, "RLRRUURRUU"));
  EXPECT_TRUE(is_right(*make_task("maze:shortest=false"), path, "RLRRUURRUU"));
  EXPECT_EQ(task->check(path, "\\boxed{UUUUUU}").detail, "move 5 runs into a wall");
  EXPECT_TRUE(is_right(*task, card_maze("length"), "8"));
}

TEST(Maze, RightTurnsOfTheMarkedPathAreCounted) {
  Instance turns = card_maze("turns");
  turns.words = {"turns", "#######", "# #  E#", "# ###X#", "# #XXX#", "# #X###", "#SXX  #", "#######"};
  const auto task = make_task("maze");
  const std::string answer = trial::boxed("1");  // by the option's text
  EXPECT_TRUE(task->check(turns, answer).correct);
  EXPECT_FALSE(task->check(turns, trial::boxed("2")).correct);
}

TEST(Maze, StepsAreMovesWithThePlaceReached) {
  const auto task = make_task("maze");
  EXPECT_EQ(steps(*task, card_maze("path"), "R 5,2\nR 5,3\nU 4,3"), "+++");
  EXPECT_EQ(steps(*task, card_maze("path"), "R 5,2\nR 5,3\nR 5,4"), "++~");
  EXPECT_EQ(steps(*task, card_maze("path"), "R 5,2\nU 4,2"), "+-");
  EXPECT_EQ(steps(*task, card_maze("path"), "R 5,3"), "-");
}

TEST(Maze, ADrawingAndItsReflectionsAreOneProblem) {
  // The key is the least of eight drawings, so turning a maze by hand must not change it; generate() gives keys only of its own
  // mazes, hence: all keys of a level are least among themselves turned upside down.
  const auto task = make_task("maze:level=1,question=path");
  for (std::uint64_t i = 0; i < 20; ++i) {
    const Instance instance = task->problem(Split::train, i);
    std::vector<std::string> rows(instance.words.begin() + 1, instance.words.end());
    std::ranges::reverse(rows);
    std::string drawing = "maze|path|";
    for (std::size_t r = 0; r < rows.size(); ++r) drawing.append(r ? "/" : "").append(rows[r]);
    EXPECT_LE(instance.key, drawing);
  }
}

// Whether the facts leave one answer only: every pair of orders of the places on the two axes is tried.
std::vector<std::string> answers_left(const Instance& instance) {
  const std::size_t n = instance.words.size() - 1;
  const auto orders = [&](std::size_t offset) {  // of ranks that agree with the facts on one axis
    std::vector<std::vector<int>> left;
    std::vector<int> rank(n);
    std::iota(rank.begin(), rank.end(), 0);
    do {
      bool sound = true;
      for (std::size_t i = 2; sound && i + 3 < instance.numbers.size(); i += 4) {
        const auto a = static_cast<std::size_t>(instance.numbers[i]);
        const auto b = static_cast<std::size_t>(instance.numbers[i + 1]);
        sound = (rank[a] > rank[b]) == (instance.numbers[i + offset] != 0);
      }
      if (sound) left.push_back(rank);
    } while (std::ranges::next_permutation(rank).found);
    return left;
  };
  const auto a = static_cast<std::size_t>(instance.numbers[0]);
  const auto b = static_cast<std::size_t>(instance.numbers[1]);
  std::vector<std::string> answers;
  const auto add = [&](std::string answer) {
    if (std::ranges::find(answers, answer) == answers.end()) answers.push_back(std::move(answer));
  };
  if (instance.words[0] == "direction") {
    for (const auto& y : orders(2)) {
      for (const auto& x : orders(3)) add(std::string(y[a] > y[b] ? "north" : "south") + (x[a] > x[b] ? "east" : "west"));
    }
    return answers;
  }
  const bool east = instance.words[0] == "east" || instance.words[0] == "west";
  const bool above = instance.words[0] == "north" || instance.words[0] == "east";
  for (const auto& rank : orders(east ? 3 : 2)) {
    add(std::to_string(std::ranges::count_if(rank, [&](int r) { return above ? r > rank[a] : r < rank[a]; })));
  }
  return answers;
}

TEST(Map, OnlyTheAnswerIsLeftByTheFacts) {
  const auto task = make_task("map:level=1+2");
  for (std::uint64_t i = 0; i < 60; ++i) {
    const Instance instance = task->problem(Split::train, i);
    EXPECT_EQ(answers_left(instance), std::vector<std::string>{instance.gold}) << instance.prompt;
  }
}

TEST(Map, WhatTheFactsDoNotSettleIsUnknown) {
  const auto task = make_task("map:level=2,question=direction,unknown=true");
  int unknown = 0;
  for (std::uint64_t i = 0; i < 60; ++i) {
    const Instance instance = task->problem(Split::train, i);
    EXPECT_EQ(answers_left(instance).size() > 1, instance.gold == "unknown") << instance.prompt;
    unknown += instance.gold == "unknown" ? 1 : 0;
  }
  EXPECT_GT(unknown, 10);
}

TEST(Map, KnowsTheExampleOfTheCard) {
  // Library is northeast of Bakery, Harbor southeast of Library: east of Bakery on x, open on y.
  const Instance instance{.id = "by hand",
                          .task = "map",
                          .numbers = {2, 0, 1, 0, 1, 1, 2, 1, 0, 1},
                          .words = {"direction", "Bakery", "Library", "Harbor"}};
  const auto task = make_task("map");
  EXPECT_EQ(task->solve(instance), "<think>\nnorth: unknown\neast: Bakery < Library < Harbor\n</think>\n\\boxed{unknown}");
  EXPECT_TRUE(is_right(*task, instance, "Unknown"));
  EXPECT_FALSE(is_right(*task, instance, "north-east"));
}

// Ana, Ben and Cho of the card.
Instance card_calendar(bool earliest) {
  const auto h = [](int hour, int minute = 0) { return std::int64_t{60} * hour + minute; };
  return {.id = "by hand",
          .task = "calendar",
          .numbers = {2, 45, 10,    h(10),     h(17), h(13, 30), h(14),     earliest ? 1 : 0,  //
                      0, 0,  h(9),  h(11),     0,     0,         h(13),     h(16),
                      0, 1,  h(9),  h(12),  //
                      1, 0,  h(10), h(11, 30), 1,     0,         h(13, 30), h(15),
                      1, 1,  h(10), h(17),  //
                      2, 0,  h(9),  h(17),     2,     1,         h(10, 30), h(12),
                      2, 1,  h(14), h(16)},
          .words = {"Ana", "Ben", "Cho"}};
}

TEST(Calendar, TheExampleOfTheCardHasEightStarts) {
  const auto task = make_task("calendar");
  int fitting = 0;
  for (const char* day : {"Mon", "Tue"}) {
    for (int start = 0; start <= 23 * 60; start += 5) {
      const auto clock = [](int t) { return std::to_string(t / 60) + (t % 60 < 10 ? ":0" : ":") + std::to_string(t % 60); };
      fitting += is_right(*task, card_calendar(false), std::string(day) + ' ' + clock(start) + '-' + clock(start + 45)) ? 1 : 0;
    }
  }
  EXPECT_EQ(fitting, 8);
  for (const char* right : {"Mon 14:00-14:45", "Mon 14:05-14:50", "Tue 10:40-11:25", "Tue 11:05-11:50"}) {
    EXPECT_TRUE(is_right(*task, card_calendar(false), right)) << right;
  }
  EXPECT_FALSE(is_right(*task, card_calendar(false), "Mon 14:03-14:48")) << "on no multiple of five minutes";
  EXPECT_TRUE(is_right(*task, card_calendar(true), "Mon 14:00-14:45"));
  EXPECT_FALSE(is_right(*task, card_calendar(true), "Tue 10:40-11:25"));
  EXPECT_TRUE(task->solve(card_calendar(true))->ends_with("\\boxed{Mon 14:00-14:45}"));
}

TEST(Calendar, PartMarksAreTheShareOfConstraintsKept) {
  const auto task = make_task("calendar");
  const Verdict early = task->check(card_calendar(false), trial::boxed("Mon 9:00-9:45"));  // too early, and Ben is not free
  EXPECT_FALSE(early.correct);
  EXPECT_DOUBLE_EQ(measure(early, "constraints kept"), 0.5);
  for (const char* wrong :
       {"none", "Mon 14:00-14:50", "Wed 14:00-14:45", "Mon 14:00", "Mon", "Mon 14:00-14:45 or later", "25:00"}) {
    EXPECT_FALSE(is_right(*task, card_calendar(false), wrong)) << wrong;
  }
}

TEST(Calendar, LevelsAreHowFewSlotsFit) {
  const auto task = make_task("calendar:infeasible=0");
  const auto share = [&](int level) {
    double fitting = 0;
    for (std::uint64_t i = 0; i < 10; ++i) fitting += task->generate(Split::train, level, i).gold == "none" ? 1 : 0;
    return fitting;
  };
  for (int level = 1; level <= 5; ++level) EXPECT_EQ(share(level), 0) << level;
  const auto impossible = make_task("calendar:infeasible=1");
  EXPECT_EQ(impossible->problem(Split::test, 0).gold, "none");
}

}  // namespace
}  // namespace reckon
