#include "tasks/generation.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "base/error.h"
#include "base/rng.h"
#include "unit/tasks/task_testing.h"

namespace reckon {
namespace {

TEST(TaskGeneration, SeedsAndDrawsAreThoseOfTheCard) {
  const std::string id = instance_id("countdown", 1, Split::test, 2, 0);
  EXPECT_EQ(id, "countdown/1/test/L2/0");
  EXPECT_EQ(fnv1a(id), 0x2352d30ec7e71bffULL);

  SplitMix64 raw(fnv1a(id));
  EXPECT_EQ(raw.next(), 0xf5c942e4986b6361ULL);
  EXPECT_EQ(raw.next(), 0x8a8d1a14392d7a48ULL);
  EXPECT_EQ(raw.next(), 0xe71c52e3f48a405cULL);

  SplitMix64 rng(fnv1a(id));
  std::vector<std::int64_t> draws;
  for (int i = 0; i < 6; ++i) draws.push_back(rng.range(1, 50));
  EXPECT_EQ(draws, (std::vector<std::int64_t>{49, 28, 46, 40, 28, 34}));
}

TEST(TaskGeneration, AKeyDecidesTheSplit) {
  EXPECT_EQ(fnv1a("countdown|7,16,25,50|46") % 100, 28U);
  EXPECT_EQ(split_of_key("countdown|7,16,25,50|46"), Split::train);
}

void expect_disjoint_splits(const std::string& name, std::uint64_t draws) {
  const auto task = make_task(name + ":level=1+2+3+4+5");
  std::set<std::string> held_out;
  for (const Split split : {Split::test, Split::validation, Split::train}) {
    for (std::uint64_t i = 0; i < draws; ++i) {
      const std::string key = task->problem(split, i).key;
      ASSERT_EQ(split_of_key(key), split) << key;
      if (split != Split::train) {
        held_out.insert(key);
      } else {
        ASSERT_FALSE(held_out.contains(key)) << key;
      }
    }
  }
}

TEST(TaskGeneration, SplitsAreDisjointByContentInAHundredThousandDraws) {
  for (const char* name : {"countdown", "arithmetic", "linear", "procedure"}) expect_disjoint_splits(name, 8400);
}

// A draw takes half a millisecond; RECKON_SPLIT_DRAWS=6700 makes a hundred thousand of all five, in a minute.
TEST(TaskGeneration, SplitsOfTextsPlansAndProofsAreDisjoint) {
  const char* more = std::getenv("RECKON_SPLIT_DRAWS");
  const int draws = more != nullptr ? std::stoi(more) : 400;
  for (const char* name : {"trialnli", "toolplan", "claimlink", "prove", "codegen"}) expect_disjoint_splits(name, draws);
}

// Fewer draws: for a problem of the test split, twenty are drawn, and some of these are dear. RECKON_SPLIT_DRAWS=33334 makes a
// hundred thousand of every task, and says how long each takes.
TEST(TaskGeneration, EveryGeneratorKeepsToItsSplits) {
  const char* asked = std::getenv("RECKON_SPLIT_DRAWS");
  for (const TaskEntry& entry : tasks()) {
    if (trial::is_reader(entry)) continue;
    const auto begin = std::chrono::steady_clock::now();
    expect_disjoint_splits(entry.name, asked ? std::strtoull(asked, nullptr, 10) : 60);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (asked) std::printf("%-12s %8.1f s\n", entry.name.c_str(), seconds);
  }
}

TEST(TaskGeneration, FamiliesTellTheKindsOfProblemsApart) {
  const std::set<std::string> of_one_kind{"countdown", "game24", "tsp", "ner", "listdsl", "claimlink"};
  for (const TaskEntry& entry : tasks()) {
    if (trial::is_reader(entry)) continue;
    const auto task = make_task(entry.name + ":level=1+2+3+4+5");
    std::set<std::string> families;
    for (std::uint64_t i = 0; i < 60; ++i) families.insert(task->problem(Split::train, i).family);
    if (of_one_kind.contains(entry.name)) {
      EXPECT_EQ(families, std::set<std::string>{""}) << entry.name;
    } else {
      EXPECT_GE(families.size(), 2U) << entry.name;
      EXPECT_FALSE(families.contains("")) << entry.name;
    }
  }
}

// A mean over problems is of those that a measure can be of, not of those that were answered.
TEST(TaskGeneration, MeasuresOfARightAnswerStandAtZeroWhereNothingCanBeRead) {
  // Amounts; and what is measured only where somebody names lines of evidence.
  const std::set<std::string> left_out{"edit distance", "calls",       "critical path",      "gold gap",
                                       "recovered gap", "evidence F1", "evidence precision", "evidence recall"};
  int measured = 0;
  for (const TaskEntry& entry : tasks()) {
    if (trial::is_reader(entry) || entry.runs_programs) continue;
    const auto task = make_task(entry.name + ":level=1+2");
    for (std::uint64_t i = 0; i < 12; ++i) {
      const Instance instance = task->problem(Split::train, i);
      for (const Measure& of_right : task->check(instance, instance.reference).measures) {
        if (left_out.contains(of_right.name)) continue;
        const bool truth = of_right.name == "yes" || of_right.name == "entailed";  // what is so, whatever is said
        for (const char* text : {"no idea", "\\boxed{??}"}) {
          if (entry.name == "claimlink" && *text == '\\') continue;  // such a box says that no claim is linked, which can be so
          const double value = trial::measure(task->check(instance, text), of_right.name);
          EXPECT_EQ(value, truth ? of_right.value : 0) << entry.name << ' ' << of_right.name << ' ' << text;
          ++measured;
        }
      }
    }
  }
  EXPECT_GT(measured, 300);
}

TEST(TaskGeneration, AnInstanceIsAFunctionOfItsAddress) {
  for (const TaskEntry& entry : tasks()) {
    if (trial::is_reader(entry)) continue;
    const auto first = make_task(entry.name);
    const auto second = make_task(entry.name);
    (void)second->generate(Split::train, 1, 3);  // what was drawn before must not matter

    const Instance a = first->generate(Split::train, 2, 7);
    const Instance b = second->generate(Split::train, 2, 7);

    EXPECT_EQ(a.prompt, b.prompt);
    EXPECT_EQ(a.reference, b.reference);
    EXPECT_EQ(a.id, entry.name + "/1/train/L2/7");
    EXPECT_NE(a.prompt, first->generate(Split::train, 2, 8).prompt);
  }
}

TEST(TaskGeneration, ProblemsCycleThroughTheLevels) {
  const auto task = make_task("countdown:level=2+4");
  EXPECT_EQ(task->problem(Split::test, 0).level, 2);
  EXPECT_EQ(task->problem(Split::test, 1).level, 4);
  EXPECT_EQ(task->problem(Split::test, 2).level, 2);
}

TEST(TaskGeneration, ShotsAreSolvedProblemsOfTheSameLevelBeforeThePrompt) {
  const Instance bare = make_task("countdown:level=3")->problem(Split::test, 5);
  const Instance primed = make_task("countdown:level=3,shots=2")->problem(Split::test, 5);

  EXPECT_TRUE(primed.prompt.ends_with("\n\n" + bare.prompt));
  EXPECT_EQ(primed.id, bare.id);
  const std::string examples = primed.prompt.substr(0, primed.prompt.size() - bare.prompt.size());
  std::size_t boxes = 0;
  for (std::size_t at = 0; (at = examples.find("</think>\n\\boxed{", at)) != std::string::npos; ++at) ++boxes;
  EXPECT_EQ(boxes, 2U);
}

TEST(TaskGeneration, EvaluationUsesTheFirstWordingOnly) {
  const auto task = make_task("countdown");
  for (std::uint64_t i = 0; i < 50; ++i) EXPECT_TRUE(task->problem(Split::test, i).prompt.starts_with("Make "));
}

TEST(TaskGeneration, LevelsAreValidated) {
  EXPECT_EQ(parse_levels("3"), (std::vector<int>{3}));
  EXPECT_EQ(parse_levels("2+3"), (std::vector<int>{2, 3}));
  EXPECT_EQ(parse_levels("1,1,4"), (std::vector<int>{1, 1, 4}));
  for (const char* bad : {"", "0", "6", "2+", "+2", "23", "two"}) EXPECT_THROW((void)parse_levels(bad), Error) << bad;
  EXPECT_THROW((void)make_task("countdown")->generate(Split::test, 6, 0), Error);
}

TEST(Tasks, AnUnknownNameSuggestsTheNearest) {
  try {
    (void)make_task("count-down");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_NE(error.message().find("'countdown'"), std::string::npos);
  }
}

}  // namespace
}  // namespace reckon
