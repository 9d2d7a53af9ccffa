#include "search/verifiers/program.h"

#include <gtest/gtest.h>

namespace reckon {
namespace {

std::optional<std::string> python(std::string_view text) { return last_fenced_block(text, {"python", "py", ""}); }

TEST(Program, IsTheLastFencedBlockOfItsLanguage) {
  EXPECT_EQ(python("```python\na\n```\nthen\n```py\nb\nc\n```\nend"), "b\nc\n");
  EXPECT_EQ(python("```\na\n```\n```c++\nb\n```\n"), "a\n") << "another language is not meant";
  EXPECT_EQ(python("  ``` python \r\na\n  ```"), "a\n");
  EXPECT_EQ(python("```python\na = '''```'''\n```"), "a = '''```'''\n") << "backticks inside a line end nothing";
  EXPECT_EQ(python("no code"), std::nullopt);
  EXPECT_EQ(python(""), std::nullopt);
  EXPECT_EQ(python("```python\n```"), "");
}

TEST(Program, ThatIsNotClosedGoesToTheEnd) {
  EXPECT_EQ(python("```python\nold\n```\n```python\nnew"), "new\n");
  EXPECT_EQ(python("```python\nold\n```\n```c\nnew"), "old\n");
}

TEST(Program, TestsAreTheBlocksBetweenBlankLines) {
  EXPECT_EQ(blocks_of("a\nb\n\n \t\n\nc"), (std::vector<std::string>{"a\nb\n", "c\n"}));
  EXPECT_TRUE(blocks_of("").empty());
  EXPECT_TRUE(blocks_of("\n \n").empty());
}

TEST(Program, OnlyLinesOfTheHarnessCount) {
  EXPECT_EQ(passed_tests("T 0\nT 2\n", "T", 3), 2U);
  EXPECT_EQ(passed_tests("T 0\nT 0\n", "T", 3), 1U) << "once each";
  EXPECT_EQ(passed_tests("T 3\nT -1\nT 99999999999999999999\nT x\nT \nT\nT1\nU 1\n T 1\nT 1x\n", "T", 3), 0U);
  EXPECT_EQ(passed_tests("", "T", 3), 0U);
}

}  // namespace
}  // namespace reckon
