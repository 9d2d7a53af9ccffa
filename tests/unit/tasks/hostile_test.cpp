// A hostile answer, be it a megabyte long, must neither crash nor hang a checker or extraction, nor be right.
// RECKON_HOSTILE_ANSWERS=1000000 draws as many instead of a few thousand, and prints the longest time of each checker.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "base/rng.h"
#include "search/answers/equivalence.h"
#include "search/answers/extract.h"
#include "unit/tasks/task_testing.h"

namespace reckon {
namespace {

constexpr std::size_t kMegabyte = 1 << 20;

std::string repeated(const std::string& part) {
  std::string text;
  while (text.size() < kMegabyte) text += part;
  return text;
}

std::vector<std::string> hostile_texts() {
  std::vector<std::string> texts{std::string(kMegabyte, '\0'), std::string(kMegabyte, '\n'), std::string(kMegabyte, '{'),
                                 std::string(kMegabyte, '\xff')};
  for (const char* part : {"\\boxed{",
                           "\\boxed{1}",
                           "<think>",
                           "</think>",
                           "(",
                           "-",
                           "1+",
                           "s1: a\n",
                           "1+1=2 | 2\n",
                           "x=",
                           "\\frac{",
                           "9*9",
                           "1,000",
                           "<think>\ns1: 9\n</think>",
                           "35-25=10 | 7 37 10\n",
                           "x=1\n",
                           "0 1 ",
                           "-1 ",
                           "0R ",
                           "UDLR",
                           "U 1,1\n",
                           "d1: 0\n",
                           "12/",
                           "sort|",
                           "A",
                           "1 = ",
                           "D1 evidence: D2 ",
                           "intro h1; ",
                           "rw <- mul_one\n",
                           "P1 S2; ",
                           "C7 <- E8,",
                           "1. get_email(\"",
                           "1. join()\n",
                           "[$1,"}) {
    texts.push_back(repeated(part));
    texts.push_back("\\boxed{" + repeated(part) + "}");
    texts.push_back("<think>\n" + repeated(part));
  }
  return texts;
}

TEST(Checkers, SurviveAMegabyteOfAnything) {
  const std::vector<std::string> texts = hostile_texts();
  for (const TaskEntry& entry : tasks()) {
    if (trial::is_reader(entry) || entry.runs_programs) continue;  // the sandbox has tests of its own
    const auto task = make_task(entry.name);
    const Instance instance = task->generate(Split::test, 3, 1);
    for (const std::string& text : texts) {
      EXPECT_FALSE(task->check(instance, text).correct) << entry.name << ": " << text.substr(0, 40);
      EXPECT_LE(task->check(instance, text).extracted.value_or("").size(), kMegabyte / 512);
      (void)task->check_steps(instance, text);
    }
  }
}

// Random bytes; one piece over and over, which nests where it opens something; pieces in any order; a reference with changes.
std::string draw_text(SplitMix64& rng, const Instance& instance, std::size_t size) {
  constexpr std::array<std::string_view, 40> kPieces{
      "{",   "(",   "[",      "\\boxed{", "\\frac{", "\\left(", "</think>", "<think>", "\n",      "-",
      "\\",  "^{",  "9",      "1,",       "0 ",      "a",       "; ",       " | ",     ":",       "=",
      "->",  "}",   ")",      "]",        "\"",      "$1",      "/",        ".",       "x",       "\\sqrt",
      "```", "E1,", "C1 <- ", "rw ",      "intro h", "none",    "\xe2\x88", "**",      "answer ", "#### "};
  std::string text;
  switch (rng.below(4)) {
    case 0:
      while (text.size() < size) text += static_cast<char>(rng.below(256));
      break;
    case 1: {
      const std::string_view piece = kPieces[rng.below(kPieces.size())];
      while (text.size() < size) text += piece;
      break;
    }
    case 2:
      while (text.size() < size) text += kPieces[rng.below(kPieces.size())];
      break;
    default:
      text = instance.reference;
      for (std::uint64_t left = 1 + rng.below(4); left > 0; --left) {
        const std::size_t at = rng.below(text.size() + 1);
        if (rng.below(2) == 0) {
          text.insert(at, kPieces[rng.below(kPieces.size())]);
        } else {
          text.erase(at, rng.below(8));
        }
      }
  }
  const std::uint64_t form = rng.below(3);
  return form == 0 ? text : form == 1 ? "\\boxed{" + text + "}" : "<think>\n" + text;
}

void extract_in_every_way(const std::string& text, const std::string& gold) {
  for (const std::string_view name : extraction_names()) {
    const Extraction mode = *extraction_named(name);
    const std::optional<std::string> answer = extract_answer(text, mode);
    if (answer) (void)compare_extracted(gold, *answer, mode);
  }
}

// The slowest answer: what it took, and how it begins.
struct Longest {
  double seconds = 0;
  std::string start;
};

TEST(Checkers, SurviveHostileAnswers) {
  const char* asked = std::getenv("RECKON_HOSTILE_ANSWERS");
  const std::uint64_t answers = asked ? std::strtoull(asked, nullptr, 10) : 4000;
  std::vector<std::unique_ptr<const Task>> all;
  std::vector<std::string> names;
  for (const TaskEntry& entry : tasks()) {
    if (trial::is_reader(entry) || entry.runs_programs) continue;
    all.push_back(make_task(entry.name));
    names.push_back(entry.name);
  }
  std::vector<Longest> longest(all.size() + 1);
  names.emplace_back("extraction");
  const auto timed = [&](std::size_t which, const std::string& text, auto run) {
    const auto begin = std::chrono::steady_clock::now();
    run();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (seconds > longest[which].seconds) longest[which] = {seconds, text.substr(0, 24)};
  };
  SplitMix64 rng(fnv1a("hostile answers"));
  for (std::uint64_t i = 0; i < answers; ++i) {
    const std::size_t which = i % all.size();
    const Task& task = *all[which];
    const Instance instance = task.generate(Split::train, 1 + static_cast<int>(i / all.size() % 5), i % 997);
    const std::size_t size = i % 500 == 0 ? kMegabyte : std::size_t{1} << rng.below(12);
    const std::string text = draw_text(rng, instance, size);
    timed(which, text, [&] {
      const Verdict verdict = task.check(instance, text);
      ASSERT_TRUE(verdict.score >= 0 && verdict.score <= 1);
      for (const StepVerdict& step : task.check_steps(instance, text)) ASSERT_TRUE(step.valid || !step.still_solvable);
    });
    timed(all.size(), text, [&] { extract_in_every_way(text, instance.gold); });
  }
  for (std::size_t i = 0; asked && i < names.size(); ++i) {
    std::string start;
    for (const char c : longest[i].start) start += c >= ' ' && c < 127 ? c : '.';
    std::printf("%-12s %8.1f ms  %s\n", names[i].c_str(), 1000 * longest[i].seconds, start.c_str());
  }
}

TEST(Checkers, NumbersBeyondSixtyFourBitsAreNotNumbersOfTheirs) {
  const auto task = make_task("arithmetic");
  const Instance instance = task->generate(Split::test, 3, 1);
  for (const char* answer : {"99999999999999999999999999", "999999999999999999*999999999999999999", "1/0", "0/0", ".", "-"}) {
    EXPECT_FALSE(trial::is_right(*task, instance, answer)) << answer;
  }
}

}  // namespace
}  // namespace reckon
