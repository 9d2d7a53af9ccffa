// Plans of tool calls: the worked example of the card, likeness of plans against trying every pairing, and the simulated world.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "tasks/tool_plan.h"
#include "tasks/wording.h"
#include "unit/tasks/task_testing.h"

namespace reckon {
namespace {

using trial::boxed;
using trial::measure;

constexpr const char* kWorked =
    "1. get_email(\"Priya\")\n2. get_email(\"Tom\")\n3. create_event(\"Sync\",\"2025-03-04 10:00\",[$1,$2])\n4. join()";

// A problem whose plan is this one, in a world of three contacts.
Instance problem(const std::string& plan, const std::string& broken = "") {
  Instance instance = make_task("toolplan")->generate(Split::train, 1, 0);
  std::vector<std::string> tools;
  for (const Tool& tool : plan_tools()) tools.emplace_back(tool.name);
  instance.words = {plan, joined(tools), broken, "Priya Nair;Tom Berg;Priya Shah;Ada Lund", "amber report", "Priya Nair"};
  instance.gold = plan;
  return instance;
}

TEST(ToolPlan, SwappedAndRenumberedCallsAreTheSamePlan) {
  const Plan gold = *read_plan(kWorked);
  const Plan swapped = *read_plan(
      "1. get_email(\"Tom\")\n2. get_email(\"Priya\")\n3. create_event(\"sync\",\"2025-03-04 10:00\",[$2,$1])\n4. join()");
  const Plan phone = *read_plan(
      "1. get_phone(\"Priya\")\n2. get_email(\"Tom\")\n3. create_event(\"Sync\",\"2025-03-04 10:00\",[$1,$2])\n4. join()");

  EXPECT_TRUE(same_plan(gold, swapped, false));
  EXPECT_TRUE(same_plan(gold, swapped, true));
  EXPECT_EQ(plan_distance(gold, swapped), 0U);
  EXPECT_FALSE(same_plan(gold, phone, false));
  EXPECT_EQ(plan_distance(gold, phone), 1U);
  EXPECT_EQ(critical_path(gold), 2U);
  EXPECT_EQ(plan_text(gold), kWorked);
}

TEST(ToolPlan, SharingAResultIsNotAskingTwice) {
  const Plan shared = *read_plan("1. get_email(\"A\")\n2. send_email([$1],\"x\",\"y\")\n3. create_note(\"z\",$1)");
  const Plan twice =
      *read_plan("1. get_email(\"A\")\n2. get_email(\"A\")\n3. send_email([$1],\"x\",\"y\")\n4. create_note(\"z\",$2)");
  // As many calls, and the same trees.
  const Plan third =
      *read_plan("1. get_email(\"A\")\n2. get_email(\"A\")\n3. send_email([$1],\"x\",\"y\")\n4. create_note(\"z\",$1)");

  EXPECT_FALSE(same_plan(shared, twice, false));
  EXPECT_FALSE(same_plan(twice, third, false));
  EXPECT_TRUE(same_plan(twice, twice, true));
  EXPECT_EQ(plan_distance(twice, third), 2U);  // one dependency less, another more
}

// Every pairing of calls, tried one after the other.
bool same_by_permutations(const Plan& a, const Plan& b) {
  if (a.size() != b.size()) return false;
  const auto needs = [](const Plan& plan) {
    std::vector<std::set<std::size_t>> result;
    for (const PlanCall& call : plan) {
      auto& set = result.emplace_back();
      for (const PlanArgument& argument : call.arguments) {
        if (argument.reference) set.insert(argument.reference - 1);
        for (const PlanArgument& item : argument.items) set.insert(item.reference - 1);
      }
    }
    return result;
  };
  const auto of_a = needs(a), of_b = needs(b);
  std::vector<std::size_t> to(a.size());
  std::iota(to.begin(), to.end(), 0U);
  do {
    bool same = true;
    for (std::size_t i = 0; same && i < a.size(); ++i) {
      std::set<std::size_t> moved;
      for (const std::size_t need : of_a[i]) moved.insert(to[need]);
      same = a[i].tool == b[to[i]].tool && moved == of_b[to[i]];
    }
    if (same) return true;
  } while (std::ranges::next_permutation(to).found);
  return false;
}

Plan draw_plan(SplitMix64& rng, std::size_t calls) {
  Plan plan;
  for (std::size_t i = 0; i < calls; ++i) {
    PlanCall call{rng.below(3) == 0 ? "b" : "a", {}};
    for (std::size_t before = 0; before < i; ++before) {
      if (rng.below(3) == 0) call.arguments.push_back({.reference = before + 1});
    }
    plan.push_back(std::move(call));
  }
  return plan;
}

// The same plan with its calls in another order that keeps dependencies.
Plan reordered(const Plan& plan, SplitMix64& rng) {
  std::vector<std::size_t> place(plan.size(), 0);  // from 1
  Plan result;
  while (result.size() < plan.size()) {
    const std::size_t next = rng.below(plan.size());
    const auto placed = [&](const PlanArgument& argument) { return place[argument.reference - 1] != 0; };
    if (place[next] != 0 || !std::ranges::all_of(plan[next].arguments, placed)) continue;
    PlanCall call = plan[next];
    for (PlanArgument& argument : call.arguments) argument.reference = place[argument.reference - 1];
    result.push_back(std::move(call));
    place[next] = result.size();
  }
  return result;
}

TEST(ToolPlan, LikenessAgreesWithTryingEveryPairing) {
  SplitMix64 rng(7);
  int same = 0;
  for (int i = 0; i < 400; ++i) {
    const Plan a = draw_plan(rng, 5);
    const Plan b = i % 2 == 0 ? reordered(a, rng) : draw_plan(rng, 5);
    const bool truth = same_by_permutations(a, b);
    ASSERT_EQ(same_plan(a, b, false), truth);
    ASSERT_EQ(plan_distance(a, b) == 0, truth);
    same += truth ? 1 : 0;
  }
  EXPECT_GE(same, 200);
  EXPECT_LT(same, 390);
}

TEST(ToolPlan, TwelveCallsThatAreAllAlikeTakeNoTime) {
  SplitMix64 rng(1);
  Plan alike, other;
  for (std::size_t i = 0; i < kMostCalls; ++i) {
    alike.push_back({"a", {}});
    other.push_back({i == 0 ? "b" : "a", {}});
  }
  EXPECT_TRUE(same_plan(alike, alike, false));
  EXPECT_FALSE(same_plan(alike, other, false));
  EXPECT_EQ(plan_distance(alike, other), 1U);
}

TEST(ToolPlan, TheEndStateDecides) {
  const auto task = make_task("toolplan");
  const Instance instance =
      problem("1. get_email(\"Tom\")\n2. get_email(\"Ada\")\n3. create_event(\"Sync\",\"2025-03-04 10:00\",[$1,$2])\n4. join()");

  const Verdict twice = task->check(instance, boxed("1. get_email(\"Ada\")\n2. get_email(\"Tom\")\n3. get_email(\"Tom\")\n"
                                                    "4. create_event(\"sync\",\"2025-03-04 10:00\",[$1,$3])"));
  EXPECT_TRUE(twice.correct);  // asks once more than it need, and does the same
  EXPECT_EQ(measure(twice, "plan structure"), 0);
  EXPECT_EQ(measure(twice, "critical path"), 2);

  const Verdict other_time = task->check(
      instance, boxed("1. get_email(\"Tom\")\n2. get_email(\"Ada\")\n3. create_event(\"Sync\",\"2025-03-04 11:00\",[$1,$2])"));
  EXPECT_FALSE(other_time.correct);
  EXPECT_EQ(measure(other_time, "plan structure"), 1);
  EXPECT_EQ(measure(other_time, "plan exact"), 0);
  EXPECT_FALSE(task->check(instance, boxed("1. join()")).correct);
  EXPECT_FALSE(task->check(instance, boxed("none")).correct);
}

TEST(ToolPlan, UnclearNamesBrokenToolsAndWrongKindsFail) {
  const auto task = make_task("toolplan");
  const Instance instance = problem("1. ask(\"Priya\")\n2. find_phone($1)\n3. send_sms([$2],\"hello\")\n4. join()", "get_phone");
  const auto detail = [&](const char* plan) { return task->check(instance, boxed(plan)).detail; };

  EXPECT_EQ(detail("1. ask(\"Priya\")\n2. find_phone($1)\n3. send_sms([$2],\"Hello\")"), "right");
  EXPECT_EQ(detail("1. find_phone(\"Priya Nair\")\n2. send_sms([$1],\"hello\")"), "right");
  EXPECT_EQ(detail("1. find_phone(\"Priya\")\n2. send_sms([$1],\"hello\")"), "call 1: several people have this name");
  EXPECT_EQ(detail("1. ask(\"Priya\")\n2. get_phone($1)\n3. send_sms([$2],\"hello\")"), "call 2: this tool is out of order");
  EXPECT_EQ(detail("1. find_email(\"Tom\")\n2. send_sms([$1],\"hello\")"), "call 2: $1 is of another kind");
  EXPECT_EQ(detail("1. send_sms([],\"hello\")"), "call 1: expected a list that is not empty");
  EXPECT_EQ(detail("1. set_alarm(\"tomorrow\")"), "call 1: expected a time as in 2025-03-04 10:00");
  EXPECT_EQ(detail("1. find_file(\"blue report\")"), "call 1: there is no such file");
  EXPECT_EQ(detail("1. fly()"), "call 1: there is no such tool");
}

TEST(ToolPlan, StepsMayDoNothingThatWasNotAskedFor) {
  const auto task = make_task("toolplan");
  const Instance instance = problem("1. get_phone(\"Tom\")\n2. send_sms([$1],\"hello\")\n3. join()");
  const auto steps = [&](const std::string& lines) { return trial::steps(*task, instance, "<think>\n" + lines); };

  EXPECT_EQ(steps("1. get_phone(\"Tom\")\n2. send_sms([$1],\"hello\")\n3. join()\n"), "+++");
  EXPECT_EQ(steps("1. get_phone(\"Ada\")\n2. get_phone(\"Tom\")\n3. send_sms([$2],\"hello\")\n4. join()\n"), "++++");
  EXPECT_EQ(steps("1. get_phone(\"Ada\")\n2. send_sms([$1],\"hello\")\n"), "+-");
  EXPECT_EQ(steps("1. get_phone(\"Tom\")\n2. join()\n"), "+-");
  EXPECT_EQ(steps("2. get_phone(\"Tom\")\n"), "-");
}

TEST(ToolPlan, LevelsHaveTheirNumberOfCallsAndOfTools) {
  const auto task = make_task("toolplan");
  constexpr std::array<std::pair<int, int>, 5> kCalls{{{1, 1}, {2, 2}, {3, 4}, {5, 6}, {7, 8}}};
  std::set<std::string> depths;
  for (std::uint64_t i = 0; i < 300; ++i) {
    const int level = 1 + static_cast<int>(i % 5);
    const Instance instance = task->generate(Split::train, level, i);
    const auto calls = std::ssize(*read_plan(instance.gold));
    EXPECT_GE(calls, kCalls[static_cast<std::size_t>(level - 1)].first);
    EXPECT_LE(calls, kCalls[static_cast<std::size_t>(level - 1)].second);
    depths.insert(instance.family);
  }
  EXPECT_TRUE(depths.contains("depth 4"));
  EXPECT_EQ(split_words(make_task("toolplan:tools=26")->generate(Split::train, 1, 0).words[1]).size(), 26U);
}

}  // namespace
}  // namespace reckon
