// Readers of files that a user has: aime, bbh, arc, arc_agi, logiqa, humaneval, mbpp.
#include <gtest/gtest.h>

#include <filesystem>

#include "base/error.h"
#include "search/verifiers/program.h"
#include "tasks/program_task.h"
#include "unit/tasks/task_testing.h"

namespace reckon {
namespace {

using trial::boxed;
using trial::has_sandbox;
using trial::is_right;
using trial::measure;
using trial::TextFile;

TEST(Aime, ReadsNumbersAndTextsAsAnswers) {
  const TextFile file(
      "{\"problem\": \"How many?\", \"answer\": 25, \"solution\": \"Count.\"}\n{\"question\": \"And now?\", \"answer\": "
      "\"025\"}");
  const auto task = file.open("aime");
  for (std::uint64_t i = 0; i < 2; ++i) {
    const Instance instance = task->problem(Split::test, i);
    EXPECT_EQ(instance.gold, "25");
    EXPECT_TRUE(is_right(*task, instance, "025"));
    EXPECT_TRUE(task->check(instance, "The answer is 25.").correct);
    EXPECT_FALSE(is_right(*task, instance, "26"));
  }
  EXPECT_NE(TextFile(R"({"problem": "a", "answer": 1000})").refusal("aime").find("from 0 to 999"), std::string::npos);
  EXPECT_NE(TextFile(R"({"answer": 1})").refusal("aime").find("'problem' or 'question'"), std::string::npos);
  EXPECT_NE(
      TextFile(R"({"problem": "a", "answer": 1e308})").refusal("aime").find("a text or a whole number in the field 'answer'"),
      std::string::npos);
  EXPECT_NE(TextFile(R"({"problem": "a", "answer": 18446744073709551615})").refusal("aime").find("got '18446744073709551615'"),
            std::string::npos);
}

TEST(Bbh, LettersAndWordsAreAnswers) {
  const TextFile file(R"j({"canary": "c", "examples": [)j"
                      R"j({"input": "Which?\nOptions:\n(A) the red one\n(B) the blue one", "target": "(B)"}, )j"
                      R"j({"input": "not ( True ) is", "target": "False"}]})j");
  const auto task = file.open("bbh");
  const Instance letter = task->problem(Split::test, 0);
  for (const char* right : {"(B)", "B", "the blue one", "\\text{B}"}) EXPECT_TRUE(is_right(*task, letter, right)) << right;
  for (const char* wrong : {"(A)", "C", "the red one", ""}) EXPECT_FALSE(is_right(*task, letter, wrong)) << wrong;
  EXPECT_TRUE(task->check(letter, "So the answer is (B).").correct);
  const Instance word = task->problem(Split::test, 1);
  EXPECT_TRUE(is_right(*task, word, "false"));
  EXPECT_FALSE(is_right(*task, word, "True"));
  EXPECT_NE(TextFile("{}").refusal("bbh").find("expected an object with a list 'examples'"), std::string::npos);
  EXPECT_NE(TextFile("[").refusal("bbh").find("expected one JSON document"), std::string::npos);
  EXPECT_NE(TextFile(R"({"examples": [{"input": "a"}]})").refusal("bbh").find("examples[0]"), std::string::npos);
  EXPECT_NE(TextFile(R"({"examples": []})").refusal("bbh").find("the list 'examples' is empty"), std::string::npos);
  EXPECT_NE(TextFile(R"({"examples": [{"input": "a", "target": "b"}, {"input": "a", "target": ""}]})")
                .refusal("bbh")
                .find("examples[1]: the answer is empty"),
            std::string::npos);
  EXPECT_NE(TextFile(R"({"examples": [{"input": " ", "target": "b"}]})").refusal("bbh").find("examples[0]: the problem is empty"),
            std::string::npos);
}

// A model goes on where the prompt ends: a line behind "step by step." would end the working before it begins.
TEST(Bbh, EndsBehindWorkedExamplesWhereTheWorkingBegins) {
  const TextFile problems(R"j({"examples": [{"input": "not ( True ) is", "target": "False"}]})j");
  const TextFile examples("canary\n-----\nQ: 1?\nA: Let's think step by step.\nSo the answer is 1.\n");
  const auto with = make_task("bbh:file=" + problems.path() + ",examples=" + examples.path());
  const auto without = make_task("bbh:file=" + problems.path());

  EXPECT_EQ(with->problem(Split::test, 0).prompt,
            "Q: 1?\nA: Let's think step by step.\nSo the answer is 1.\n\nQ: not ( True ) is\nA: Let's think step by step.");
  EXPECT_EQ(without->problem(Split::test, 0).prompt, "not ( True ) is\nPut the final answer in \\boxed{}.");
}

TEST(Bbh, EveryPublishedTargetPassesTheChecker) {
  const std::string folder = std::string(RECKON_SHARED_DIR).append("/benchmarks/bbh");
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no folder " << folder;
  std::size_t problems = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder + "/bbh")) {
    const std::string examples = folder + "/cot-prompts/" + file.path().stem().string() + ".txt";
    const auto task = make_task("bbh:file=" + file.path().string() + ",examples=" + examples);
    problems += *task->size();
    EXPECT_EQ(task->problem(Split::test, 0).prompt.find("canary"), std::string::npos);
    for (std::uint64_t i = 0; i < *task->size(); ++i) {
      const Instance instance = task->problem(Split::test, i);
      ASSERT_TRUE(task->check(instance, instance.reference).correct) << file.path() << ' ' << i << ' ' << instance.reference;
      ASSERT_TRUE(task->check(instance, "So the answer is " + instance.gold + ".").correct)
          << file.path() << ' ' << i << ' ' << instance.gold;
    }
  }
  EXPECT_EQ(problems, 5210U);
}

TEST(Arc, ReadsBothPublishedForms) {
  const TextFile file(R"({"id": "1", "question": {"stem": "Why?", "choices": [{"text": "so", "label": "1"}, )"
                      R"({"text": "not so", "label": "2"}]}, "answerKey": "2"})"
                      "\n"
                      R"({"question": "Why?", "choices": {"text": ["so", "not so"], "label": ["A", "B"]}, "answerKey": "A"})");
  const auto task = file.open("arc");
  const Instance nested = task->problem(Split::test, 0);
  EXPECT_EQ(nested.prompt, "Why?\nA. so\nB. not so\nPut the final answer in \\boxed{}.");
  EXPECT_TRUE(is_right(*task, nested, "B"));
  EXPECT_TRUE(is_right(*task, nested, "not so"));
  EXPECT_FALSE(is_right(*task, nested, "A"));
  EXPECT_EQ(task->problem(Split::test, 1).gold, "A");
  for (const char* right : {"(B)", "B", "B. It has 3 legs", "The answer is B because it has 3 legs.", "The answer is not so."}) {
    EXPECT_TRUE(task->check(nested, right).correct) << right;
    EXPECT_EQ(extract_answer(right, nested.answer_form), "B") << "for votes: " << right;
  }
  EXPECT_EQ(task->check(nested, "That is what I think I").detail, "no answer found");
  EXPECT_FALSE(file.open("arc", ",extract=boxed")->check(nested, "A").correct);
  EXPECT_NE(TextFile(R"({"question": "a", "choices": {"text": ["x"], "label": ["A"]}, "answerKey": "A"})")
                .refusal("arc")
                .find("two to eight"),
            std::string::npos);
  EXPECT_NE(TextFile(R"({"question": "a", "choices": {"text": ["x", "y"], "label": ["A", "B"]}, "answerKey": "E"})")
                .refusal("arc")
                .find("'E'"),
            std::string::npos);
}

TEST(Logiqa, ReadsLinesAndTheTextFile) {
  const TextFile lines(
      R"({"text": "All is well.", "question": "Is it?", "options": ["no", "yes", "maybe", "never"], "answer": 1})");
  const TextFile* const files[] = {&lines};
  for (const TextFile* file : files) {
    const auto task = file->open("logiqa");
    const Instance instance = task->problem(Split::test, 0);
    EXPECT_EQ(instance.gold, "B");
    EXPECT_TRUE(is_right(*task, instance, "yes"));
    EXPECT_EQ(instance.prompt.find("All is well.\nIs it?\nA. no\nB. yes"), 0U);
  }
  {
    const TextFile text(
        "\nb\nAll is well.\nIs it?\nA.no\nB.yes\nC.maybe\nD.never\n\na\nNothing is.\nIs it?\nA.no\nB.yes\nC.maybe\nD.never\n");
    const auto task = text.open("logiqa");
    ASSERT_EQ(task->size(), 2U);
    EXPECT_EQ(task->problem(Split::test, 0).gold, "B");
    EXPECT_EQ(task->problem(Split::test, 1).gold, "A");
  }
  EXPECT_NE(TextFile("b\nAll is well.\nIs it?\nA.no").refusal("logiqa").find("seven lines"), std::string::npos);
  EXPECT_NE(TextFile(R"({"text": "a", "question": "b", "options": ["c", "d"], "answer": 2})").refusal("logiqa").find("index"),
            std::string::npos);
}

TEST(ArcAgi, RowsOfDigitsAreGrids) {
  const TextFile file(R"({"one": {"train": [{"input": [[1, 2]], "output": [[2, 1]]}], )"
                      R"("test": [{"input": [[3, 4], [5, 6]], "output": [[4, 3], [6, 5]]}]}})");
  const auto task = file.open("arc_agi", ",instruction=false");
  const Instance instance = task->problem(Split::test, 0);
  EXPECT_EQ(instance.prompt, "in\n12\nout\n21\n\nin\n34\n56\nout?");
  for (const char* right : {"43\n65", "43/65", "[[4, 3], [6, 5]]", "4 3\n6 5"})
    EXPECT_TRUE(is_right(*task, instance, right)) << right;
  EXPECT_DOUBLE_EQ(measure(task->check(instance, boxed("43/66")), "pixels"), 0.75);
  EXPECT_DOUBLE_EQ(measure(task->check(instance, boxed("4365")), "pixels"), 0);
  for (const char* wrong : {"43/66", "4365", "", "43/65/00"}) EXPECT_FALSE(is_right(*task, instance, wrong)) << wrong;
  EXPECT_NE(TextFile(R"({"a": {"train": [], "test": [{"input": [[1]], "output": [[10]]}]}})")
                .refusal("arc_agi")
                .find("a: expected a grid"),
            std::string::npos);
  EXPECT_NE(
      TextFile(R"({"a": {"train": [], "test": [{"input": [[1], [1, 2]], "output": [[1]]}]}})").refusal("arc_agi").find("rows"),
      std::string::npos);
}

TEST(ArcAgi, ReadsThePublishedTasks) {
  const std::string path = std::string(RECKON_SHARED_DIR).append("/benchmarks/arc-agi-1/training_smallest.json");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no file " << path;
  const auto task = make_task("arc_agi:file=" + path);
  EXPECT_GE(*task->size(), 40U);
  for (std::uint64_t i = 0; i < *task->size(); ++i) {
    const Instance instance = task->problem(Split::test, i);
    ASSERT_TRUE(task->check(instance, instance.reference).correct) << instance.key;
  }
}

TEST(Programs, ABlockThatDefinesTheFunctionIsTheWholeProgram) {
  const ProgramProblem problem{.prompt = {},
                               .entry = "f",
                               .before = "import math\n",
                               .head = "def f(x):\n    \"\"\"Doubles.\"\"\"\n",
                               .solution = {},
                               .judges = {},
                               .shown = {}};
  EXPECT_EQ(program_in(problem, "Here:\n```python\ndef f(x):\n    return 2 * x\n```\nDone."),
            "import math\ndef f(x):\n    return 2 * x\n");
  EXPECT_EQ(program_in(problem, "    return 2 * x\n\nprint(f(1))\n"), "import math\n" + problem.head + "    return 2 * x\n\n");
  EXPECT_EQ(program_in(problem, "```\n    return 2 * x\n```"), "import math\n" + problem.head + "    return 2 * x\n");
}

constexpr const char* kDouble =
    R"j({"task_id": "T/0", "entry_point": "twice", "canonical_solution": "    return 2 * x\n", )j"
    R"j("prompt": "import math\n\ndef twice(x):\n    \"\"\" Doubles.\n)j"
    R"j(    >>> twice(2)\n    4\n    >>> twice(0)\n    0\n    \"\"\"\n", )j"
    R"j("test": "def check(candidate):\n    assert candidate(3) == 6\n\n    assert candidate(-1) == -2\n"})j";

TEST(HumanEval, ExamplesOfTheDescriptionMayBeShownAndTheTestsJudge) {
  const TextFile file(kDouble);
  const auto task = file.open("humaneval");
  const Instance instance = task->problem(Split::test, 0);
  EXPECT_EQ(blocks_of(instance.tests), (std::vector<std::string>{"assert (twice(2)) == (4)\n", "assert (twice(0)) == (0)\n"}));
  EXPECT_NE(instance.prompt.find("```python\nimport math"), std::string::npos);
  if (!has_sandbox()) GTEST_SKIP() << "no sandbox on this machine";
  EXPECT_TRUE(task->check(instance, instance.reference).correct);
  EXPECT_TRUE(task->check(instance, "    return x + x\n").correct);
  const Verdict square = task->check(instance, "```python\ndef twice(x):\n    return x * x\n```");  // right on what is shown
  EXPECT_FALSE(square.correct);
  EXPECT_EQ(square.detail, "0 of 1 tests pass");
  EXPECT_FALSE(task->check(instance, "I do not know.").correct);
  EXPECT_FALSE(task->check(instance, "").correct);
}

TEST(HumanEval, WithoutExamplesTheFunctionMustAtLeastBeThere) {
  const TextFile file(R"j({"entry_point": "f", "canonical_solution": "    return 2\n", "prompt": "def f():\n    'Two.'\n", )j"
                      R"j("test": "def check(candidate):\n    assert candidate() == 2\n"})j");
  EXPECT_EQ(file.open("humaneval")->problem(Split::test, 0).tests, "assert callable(f)\n\n");
}

// Errors of the published descriptions, which these examples repeat: HumanEval/47, /116 and /130.
TEST(HumanEval, NearlyAllExamplesOfTheDescriptionsAreRight) {
  const std::string path = std::string(RECKON_SHARED_DIR).append("/benchmarks/humaneval/HumanEval.jsonl");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no file " << path;
  const auto task = make_task("humaneval:file=" + path);
  std::size_t shown = 0;
  std::size_t without = 0;
  for (std::uint64_t i = 0; i < *task->size(); ++i) {
    const Instance instance = task->problem(Split::test, i);
    const std::vector<std::string> tests = blocks_of(instance.tests);
    if (tests.front().starts_with("assert callable"))
      ++without;
    else
      shown += tests.size();
  }
  EXPECT_EQ(shown, 323U);
  EXPECT_EQ(without, 19U);
}

TEST(HumanEval, AProgramThatNeverEndsIsStopped) {
  if (!has_sandbox()) GTEST_SKIP() << "no sandbox on this machine";
  const TextFile file(kDouble);
  const auto task = file.open("humaneval", ",seconds=1");
  const Verdict verdict = task->check(task->problem(Split::test, 0), "    while True: pass\n");
  EXPECT_FALSE(verdict.correct);
  EXPECT_NE(verdict.detail.find("0 of 1"), std::string::npos);
}

TEST(Mbpp, ShownTestsStandInThePromptAndAllJudge) {
  const TextFile file(
      R"({"text": "Write a function to double.", "code": "def twice(x):\r\n  return 2 * x", "task_id": 1, )"
      R"("test_setup_code": "", "test_list": ["assert twice(2) == 4", "assert twice(0) == 0", "assert twice(3) == 6"], )"
      R"("challenge_test_list": []})");
  const auto task = file.open("mbpp", ",shown=1");
  const Instance instance = task->problem(Split::test, 0);
  EXPECT_TRUE(instance.prompt.ends_with("It must pass:\nassert twice(2) == 4"));
  EXPECT_EQ(blocks_of(instance.tests).size(), 1U);
  EXPECT_EQ(blocks_of(file.open("mbpp")->problem(Split::test, 0).tests).size(), 3U);
  EXPECT_EQ(file.open("mbpp", ",shown=0")->problem(Split::test, 0).tests, "pass\n\n") << "whether it runs";
  const Instance other = file.open("mbpp", ",shown=1,wording=evalplus")->problem(Split::test, 0);
  EXPECT_TRUE(other.prompt.ends_with("```\n\"\"\"\nWrite a function to double.\nassert twice(2) == 4\n\"\"\"\n```"))
      << other.prompt;
  EXPECT_EQ(other.tests, instance.tests);
  if (!has_sandbox()) GTEST_SKIP() << "no sandbox on this machine";
  EXPECT_TRUE(task->check(instance, instance.reference).correct);
  const Verdict square = task->check(instance, "```python\ndef twice(x): return x * x\n```");
  EXPECT_FALSE(square.correct);
  EXPECT_NEAR(measure(square, "tests passed"), 2.0 / 3, 1e-9);
}

TEST(Mbpp, LinesOfTheHandVerifiedPartAreRead) {
  const TextFile file(R"({"source_file": "x", "task_id": 2, "prompt": "Write a function to round down.", )"
                      R"("code": "def down(x): return math.floor(x) + 0", "test_imports": ["import math", "import re"], )"
                      R"("test_list": ["assert down(2.5) == 2"]})");
  const auto task = file.open("mbpp");
  const Instance instance = task->problem(Split::test, 0);
  EXPECT_TRUE(instance.prompt.starts_with("Write a function to round down."));
  if (!has_sandbox()) GTEST_SKIP() << "no sandbox on this machine";
  EXPECT_TRUE(task->check(instance, instance.reference).correct);
}

// A sample: every program starts an interpreter.
void expect_published_solutions_pass(const std::string& task_name, const std::string& file, std::uint64_t every) {
  const std::string path = std::string(RECKON_SHARED_DIR).append("/benchmarks/").append(file);
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no file " << path;
  if (!has_sandbox()) GTEST_SKIP() << "no sandbox on this machine";
  const auto task = make_task(task_name + ":file=" + path);
  for (std::uint64_t i = 0; i < *task->size(); i += every) {
    const Instance instance = task->problem(Split::test, i);
    EXPECT_TRUE(task->check(instance, instance.reference).correct) << instance.id << ' ' << instance.prompt;
    EXPECT_FALSE(task->check(instance, "```python\npass\n```").correct) << instance.id;
  }
}

TEST(HumanEval, PublishedSolutionsPass) { expect_published_solutions_pass("humaneval", "humaneval/HumanEval.jsonl", 11); }
TEST(Mbpp, PublishedSolutionsPass) { expect_published_solutions_pass("mbpp", "mbpp/mbpp.jsonl", 71); }

}  // namespace
}  // namespace reckon
