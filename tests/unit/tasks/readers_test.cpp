#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "unit/tasks/task_testing.h"

namespace reckon {
namespace {

using trial::boxed;
using trial::is_right;
using trial::TextFile;

constexpr const char* kDucks =
    R"({"question": "How many?", "answer": "She sells 16 - 3 = <<16-3=13>>13.\nThat is 1,300.\n#### 1,300"})";

TEST(Gsm8k, ReadsQuestionAnswerAndWorking) {
  const TextFile file(std::string(kDucks) + "\n\n" + kDucks + "\n");
  const auto task = file.open("gsm8k");
  EXPECT_EQ(task->size(), 2U);

  const Instance instance = task->problem(Split::test, 1);

  EXPECT_EQ(instance.id, "gsm8k/1");
  EXPECT_EQ(instance.prompt, "How many?\nPut the final answer in \\boxed{}.");
  EXPECT_EQ(instance.gold, "1300");
  EXPECT_EQ(instance.reference, "<think>\nShe sells 16 - 3 = 13.\nThat is 1,300.\n</think>\n\\boxed{1300}");
  EXPECT_TRUE(task->check(instance, instance.reference).correct);
  EXPECT_TRUE(is_right(*task, instance, "1,300"));
  EXPECT_TRUE(is_right(*task, instance, "\\$1300.00"));
  EXPECT_TRUE(task->check(instance, "So the answer is 1300.").correct);
  EXPECT_FALSE(is_right(*task, instance, "130"));
  EXPECT_THROW((void)task->problem(Split::test, 2), Error);
}

TEST(Gsm8k, InstructionAndExtractionCanBeChosen) {
  const TextFile file(kDucks);
  const auto task = file.open("gsm8k", ",instruction=false,extract=boxed");
  const Instance instance = task->problem(Split::test, 0);
  EXPECT_EQ(instance.prompt, "How many?");
  EXPECT_FALSE(task->check(instance, "So the answer is 1300.").correct);
}

TEST(Gsm8k, ComparesTextsWhereTheHarnessDoes) {
  const TextFile file(kDucks);
  for (const char* extract : {"gsm8k-strict", "gsm8k-flex"}) {
    const auto task = file.open("gsm8k", std::string(",extract=") + extract);
    const Instance instance = task->problem(Split::test, 0);
    for (const char* right : {"#### 1300", "#### 1,300.", "so\n#### 1,300"}) {
      EXPECT_TRUE(task->check(instance, right).correct) << extract << ' ' << right;
    }
    for (const char* wrong : {"#### 1300.00", "#### 01300", "#### 1301", "1,300 it is not, but 13e2"}) {
      EXPECT_FALSE(task->check(instance, wrong).correct) << extract << ' ' << wrong;
    }
  }
  const auto by_value = file.open("gsm8k");
  EXPECT_TRUE(by_value->check(by_value->problem(Split::test, 0), "#### 1300.00").correct);
}

TEST(Gsm8k, AnAnswerIsAnAmount) {
  const auto refusal = [](const std::string& answer) {
    return TextFile(R"({"question": "How many?", "answer": "#### )" + answer + "\"}").refusal("gsm8k");
  };
  for (const char* amount : {"18", "-3", "1,300", "2.5", "1/2", "$18", "10%"}) EXPECT_EQ(refusal(amount), "") << amount;
  for (const char* none : {"", "abc def", "18 apples", "$", "1/0"}) {
    EXPECT_NE(refusal(none).find("jsonl:1: expected a number after '####'"), std::string::npos) << none << ": " << refusal(none);
  }
}

TEST(Readers, ADirectoryIsNoFile) {
  const std::string folder = ::testing::TempDir();
  for (const std::string& task :
       {"gsm8k:file=" + folder, "bbh:file=" + folder, "logiqa:file=" + folder, "humaneval:file=" + folder,
        "arc_agi:file=" + folder, "game24:puzzles=" + folder, "corr2cause:published=" + folder}) {
    try {
      (void)make_task(task);
      ADD_FAILURE() << task;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("is a directory; expected"), std::string::npos) << error.what();
    }
  }
}

// What makes a file one set is that it says how many problems there are: see Task::size.
TEST(Readers, EverySplitIsTheWholeFile) {
  const TextFile file(kDucks);
  const auto task = file.open("gsm8k");
  EXPECT_EQ(task->problem(Split::train, 0).prompt, task->problem(Split::test, 0).prompt);
  for (const TaskEntry& entry : tasks()) {
    for (const ParameterSpec& row : entry.parameters) {
      const bool reads = row.name == "file" || row.name == "puzzles" || row.name == "published";
      EXPECT_EQ(row.meaning.find("whatever the split") != std::string::npos, reads) << entry.name << ' ' << row.name;
    }
  }
}

constexpr const char* kHalf = R"({"problem": "What is $1/2$?", "solution": "It is \\boxed{\\frac{1}{2}}.",)"
                              R"( "answer": "\\frac{1}{2}", "subject": "Prealgebra", "level": 1, "unique_id": "a"})";
constexpr const char* kPair = R"j({"problem": "Which?", "answer": "(3,-2)", "subject": "Algebra", "level": "Level 4"})j";

TEST(Math500, ReadsLevelsAndSubjectsAndComparesByValue) {
  const TextFile file(std::string(kHalf) + "\n" + kPair);
  const auto task = file.open("math500");
  const Instance half = task->problem(Split::test, 0);
  EXPECT_EQ(half.level, 1);
  EXPECT_EQ(half.words, (std::vector<std::string>{"Prealgebra"}));
  EXPECT_TRUE(is_right(*task, half, "0.5"));
  EXPECT_TRUE(is_right(*task, half, "\\dfrac12"));
  EXPECT_FALSE(is_right(*task, half, "2"));

  const Instance pair = task->problem(Split::test, 1);
  EXPECT_EQ(pair.level, 4);
  EXPECT_TRUE(is_right(*task, pair, "(3, -2)"));
  EXPECT_FALSE(is_right(*task, pair, "(-2,3)"));

  EXPECT_EQ(file.open("math500", ",level=4+5")->size(), 1U);
  EXPECT_EQ(file.open("math500", ",subject=Prealgebra")->size(), 1U);
  EXPECT_THROW((void)file.open("math500", ",level=2"), Error);
}

TEST(Readers, TakeABareNumberForAPercentageWhereTheyAreAskedTo) {
  const TextFile file(R"({"problem": "a", "answer": "10\\%", "subject": "s", "level": 1})"
                      "\n"
                      R"({"problem": "b", "answer": "0.1", "subject": "s", "level": 1})");
  const auto strict = file.open("math500");
  const auto lenient = file.open("math500", ",percent=lenient");
  const Instance percent = strict->problem(Split::test, 0), tenth = strict->problem(Split::test, 1);
  for (const auto* task : {strict.get(), lenient.get()}) {
    EXPECT_TRUE(is_right(*task, percent, "10\\%"));
    EXPECT_TRUE(is_right(*task, percent, "0.1"));
    EXPECT_TRUE(is_right(*task, tenth, "10\\%"));
    EXPECT_FALSE(is_right(*task, tenth, "10"));
    EXPECT_FALSE(is_right(*task, percent, "11"));
  }
  EXPECT_FALSE(is_right(*strict, percent, "10"));
  EXPECT_TRUE(is_right(*lenient, percent, "10"));
  EXPECT_THROW((void)file.open("math500", ",percent=maybe"), Error);
}

TEST(Readers, ABadFileSaysWhereAndWhatWasExpected) {
  EXPECT_NE(TextFile(std::string(kDucks) + "\n{\"question\": 3}")
                .refusal("gsm8k")
                .find("jsonl:2: expected a string field "
                      "'question'"),
            std::string::npos);
  EXPECT_NE(TextFile("not json").refusal("gsm8k").find("jsonl:1: expected a JSON object"), std::string::npos);
  EXPECT_NE(TextFile(R"({"question": "a", "answer": "no mark"})").refusal("gsm8k").find("####"), std::string::npos);
  EXPECT_NE(TextFile("\n\n").refusal("gsm8k").find("no problem"), std::string::npos);
  EXPECT_NE(TextFile(R"({"problem": "a", "answer": " ", "level": 1})").refusal("math500").find("jsonl:1: the answer is empty"),
            std::string::npos);
  EXPECT_NE(TextFile(R"({"problem": "", "answer": "1", "level": 1})").refusal("math500").find("jsonl:1: the problem is empty"),
            std::string::npos);
  const std::string endless(3 << 20, '\0');  // the beginning of a device without line ends
  EXPECT_NE(TextFile("\n" + endless).refusal("gsm8k").find("jsonl:2: the line is longer than 1 MiB"), std::string::npos);
  EXPECT_NE(TextFile(R"({"problem": "a", "answer": "1", "level": 7})").refusal("math500").find("level"), std::string::npos);
  EXPECT_THROW((void)make_task("gsm8k:file=/nowhere/at/all.jsonl"), Error);
  EXPECT_THROW((void)make_task("gsm8k"), Error);
}

TEST(Gsm8k, EveryPublishedSolutionPassesTheChecker) {
  const std::string path = std::string(RECKON_SHARED_DIR).append("/benchmarks/gsm8k/test.jsonl");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no file " << path;
  const auto task = make_task(std::string("gsm8k:file=").append(path));
  for (std::uint64_t i = 0; i < *task->size(); ++i) {
    const Instance instance = task->problem(Split::test, i);
    ASSERT_TRUE(task->check(instance, instance.reference).correct) << instance.id << ' ' << instance.gold;
    ASSERT_FALSE(task->check(instance, boxed("-1.5")).correct) << instance.id;
  }
}

}  // namespace
}  // namespace reckon
