// The published file of Corr2Cause: every label against the classes found from its premise.
#include "tasks/corr2cause_published.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "unit/tasks/task_testing.h"

namespace reckon {
namespace {

std::string record(const std::string& statements, const std::string& hypothesis, const std::string& label = "1") {
  return "input,label\n\"Premise: Suppose there is a closed system of 3 variables, A, B and C. All the statistical relations "
         "among "
         "these 3 variables are as follows: " +
         statements + "\nHypothesis: " + hypothesis + "\"," + label + "\n";
}
std::string refusal(const std::string& text) {
  try {
    (void)parse_corr2cause(text, "file.csv");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_file);
    return error.what();
  }
  return "";
}

TEST(PublishedCauses, ReadsStatementsAndHypothesis) {
  const auto questions = parse_corr2cause(
      record("A correlates with C. B correlates with C. However, A is independent of B. B and A are independent given C.",
             "There exists at least one collider (i.e., common effect) of B and A."),
      "file.csv");

  ASSERT_EQ(questions.size(), 1U);
  EXPECT_EQ(questions[0].names, (std::vector<std::string>{"A", "B", "C"}));
  EXPECT_EQ(questions[0].facts, (std::vector<Independence>{{0, 1, 0}, {0, 1, 4}}));
  EXPECT_EQ(questions[0].relation, CausalRelation::collider);
  EXPECT_EQ(questions[0].i, 1);
  EXPECT_EQ(questions[0].j, 0);
  EXPECT_TRUE(questions[0].follows);
}

TEST(PublishedCauses, SaysWhatIsWrongAndWhere) {
  const char* kClaim = "A directly causes B.";
  EXPECT_NE(refusal("text,label\n").find("columns 'input' and 'label'"), std::string::npos);
  EXPECT_NE(refusal("input,label\n\"open").find("a quote does not close"), std::string::npos);
  EXPECT_NE(refusal("input,label\n").find("holds no problem"), std::string::npos);
  EXPECT_NE(refusal("input,label\nPremise,1\n").find("record 1"), std::string::npos);
  EXPECT_NE(refusal(record("A likes B.", kClaim)).find("got 'A likes B'"), std::string::npos);
  EXPECT_NE(refusal(record("A is independent of D.", kClaim)).find("no variable 'D'"), std::string::npos);
  EXPECT_NE(refusal(record("A and B are independent given A.", kClaim)).find("stands twice"), std::string::npos);
  EXPECT_NE(refusal(record("A correlates with B.", "A hates B.")).find("none of the published forms"), std::string::npos);
  EXPECT_NE(refusal(record("A correlates with B.", kClaim, "2")).find("label 0 or 1"), std::string::npos);
}

TEST(PublishedCauses, EveryLabelIsWhatItsPremiseSays) {
  const std::string path = std::string(RECKON_SHARED_DIR).append("/benchmarks/corr2cause/corr2cause.csv");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no file " << path;
  const auto task = make_task("corr2cause:published=" + path);
  ASSERT_EQ(task->size(), 308U);
  for (std::uint64_t i = 0; i < 308; ++i) {
    const Instance instance = task->problem(Split::test, i);
    EXPECT_TRUE(task->check(instance, *task->solve(instance)).correct) << instance.id << ": " << instance.prompt;
    EXPECT_TRUE(task->check(instance, instance.reference).correct);
    EXPECT_FALSE(task->check_steps(instance, instance.reference).empty());
  }
  EXPECT_THROW((void)task->problem(Split::test, 308), Error);
}

}  // namespace
}  // namespace reckon
