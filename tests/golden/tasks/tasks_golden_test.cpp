// The generators' contract: these problems, traces and verdicts stay as they are, byte for byte, until a task's version goes up.
// RECKON_UPDATE_GOLDEN=1 writes the files anew; the change then shows in the diff.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/rng.h"
#include "unit/tasks/task_testing.h"

namespace reckon {
namespace {

using trial::boxed;

// What a solver may write that has the right value, or the right start, in a form that is no answer.
std::string right_value_wrong_form(const Instance& instance) {
  if (instance.task == "countdown" || instance.task == "game24") return std::to_string(instance.numbers[0]);
  if (instance.task == "linear") return instance.words[0];
  if (instance.task == "arithmetic") {
    return std::to_string(instance.numbers[0]).append(instance.words[0]).append(std::to_string(instance.numbers[1]));
  }
  return instance.words.size() > 1 ? instance.words[1] : instance.words.empty() ? "0" : instance.words[0];
}

std::string hostile() {
  std::string text;
  for (int i = 0; i < 2000; ++i) text.append("\\boxed{((");
  return text;
}

void write_verdict(std::ostream& out, const char* kind, const Verdict& verdict) {
  out << "  " << kind << ": " << (verdict.correct ? "right" : "wrong") << ", score " << verdict.score << ", " << verdict.detail
      << '\n';
}

// Long ones by their hash.
std::string short_text(const std::string& text) {
  if (text.size() <= 400) return text;
  std::ostringstream hash;
  hash << "of " << text.size() << " bytes, fnv1a " << std::hex << fnv1a(text);
  return hash.str();
}

void write_instance(std::ostream& out, const Task& task, const Instance& instance) {
  out << instance.id << "\n  key " << short_text(instance.key) << "\n  prompt " << short_text(instance.prompt) << "\n  gold "
      << short_text(instance.gold) << '\n';
  if (instance.reference.size() <= 400) {
    std::istringstream lines(instance.reference);
    for (std::string line; std::getline(lines, line);) out << "  | " << line << '\n';
  } else {
    out << "  reference of " << instance.reference.size() << " bytes, fnv1a " << std::hex << fnv1a(instance.reference) << std::dec
        << '\n';
  }
  write_verdict(out, "right", task.check(instance, boxed(instance.gold)));
  write_verdict(out, "wrong", task.check(instance, boxed("123456789")));
  write_verdict(out, "malformed", task.check(instance, "\\boxed{" + instance.gold));
  write_verdict(out, "right value, wrong form", task.check(instance, boxed(right_value_wrong_form(instance))));
  write_verdict(out, "claim of infeasibility", task.check(instance, boxed("none")));
  write_verdict(out, "hostile", task.check(instance, hostile()));
}

std::string rendered(const TaskEntry& entry) {
  const auto task = make_task(entry.name);
  constexpr std::uint64_t kProblems = 3;  // of each level and split: specs card, part 5
  std::ostringstream out;
  for (int level = kLowestLevel; level <= kHighestLevel; ++level) {
    for (const Split split : {Split::train, Split::validation, Split::test}) {
      for (std::uint64_t index = 0; index < kProblems; ++index) write_instance(out, *task, task->generate(split, level, index));
    }
  }
  return out.str();
}

TEST(TaskGolden, InstancesTracesAndVerdictsAreUnchanged) {
  for (const TaskEntry& entry : tasks()) {
    if (trial::is_reader(entry) || (entry.runs_programs && !trial::has_sandbox())) continue;
    const std::string path = std::string(RECKON_SOURCE_DIR "/tests/golden/tasks/").append(entry.name).append(".txt");
    const std::string now = rendered(entry);
    if (std::getenv("RECKON_UPDATE_GOLDEN")) std::ofstream(path) << now;
    std::ifstream file(path);
    ASSERT_TRUE(file) << path << " is missing; RECKON_UPDATE_GOLDEN=1 writes it";
    std::istringstream fresh(now);
    std::string expected, actual;
    for (int line = 1; std::getline(file, expected); ++line) {
      ASSERT_TRUE(std::getline(fresh, actual)) << path << ':' << line << ": the output ends early";
      ASSERT_EQ(actual, expected) << path << ':' << line;
    }
    EXPECT_FALSE(std::getline(fresh, actual)) << "more output than " << path;
  }
}

}  // namespace
}  // namespace reckon
