#include "formats/worked_problems.h"

#include <gtest/gtest.h>

#include <sstream>

#include "base/error.h"

namespace reckon {
namespace {

std::vector<WorkedProblem> parsed_problems(const std::string& text) {
  std::istringstream stream(text);
  return parse_worked_problems(stream, "solved.jsonl");
}

std::string refusal_of_problems(const std::string& text) {
  try {
    parsed_problems(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_file);
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown for " << text.substr(0, 80);
  return "";
}

const std::string kGood = "{\"problem\":\"p\",\"solution\":\"s\"}\n";

TEST(WorkedProblems, HaveAProblemASolutionAndPerhapsAKind) {
  const auto problems = parsed_problems(
      "{\"solution\":\"a\\nb\",\"problem\":\"p\",\"more\":[1]}\n \n{\"problem\":\"q\",\"solution\":\"ä\",\"kind\":\"k\"}");

  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(problems[0].problem, "p");
  EXPECT_EQ(problems[0].solution, "a\nb");
  EXPECT_EQ(problems[0].kind, "");
  EXPECT_EQ(problems[1].solution, "ä");
  EXPECT_EQ(problems[1].kind, "k");
}

TEST(WorkedProblems, ThatCannotBeAreRefusedWithTheirLine) {
  EXPECT_NE(refusal_of_problems(kGood + "[1]\n").find("solved.jsonl:2"), std::string::npos);
  EXPECT_NE(refusal_of_problems(kGood + "\n{\"problem\":\"p\"}\n").find("solved.jsonl:3"), std::string::npos);
  EXPECT_NE(refusal_of_problems("{\"problem\":\"\",\"solution\":\"s\"}").find("'problem'"), std::string::npos);
  EXPECT_NE(refusal_of_problems("{\"problem\":\"p\",\"solution\":1}").find("'solution'"), std::string::npos);
  EXPECT_NE(refusal_of_problems("{\"problem\":\"p\",\"solution\":\"s\",\"kind\":1}").find("'kind'"), std::string::npos);
  refusal_of_problems("{\"problem\":\"p\",\"solution\":\"" + std::string(300'000, 's') + "\"}");
  refusal_of_problems("{\"problem\":\"\xff\",\"solution\":\"s\"}");
  EXPECT_NE(refusal_of_problems(std::string(2'000'000, 'x')).find("1024 KiB"), std::string::npos);
  EXPECT_NE(refusal_of_problems("").find("no solved problem"), std::string::npos);
}

TEST(WorkedProblems, OfNoFileAreNotFound) {
  try {
    read_worked_problems("/nowhere/solved.jsonl");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
  }
}

}  // namespace
}  // namespace reckon
