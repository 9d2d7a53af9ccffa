#include "search/answers/fenced_block.h"

#include <gtest/gtest.h>

namespace reckon {
namespace {

std::optional<std::string> python(std::string_view text) {
  const std::optional<FencedBlock> block = last_fenced_block(text, python_fences());
  return block ? std::optional(block->code) : std::nullopt;
}

TEST(FencedBlock, IsTheLastOfItsLanguage) {
  EXPECT_EQ(python("```python\na\n```\nthen\n```py\nb\nc\n```\nend"), "b\nc\n");
  EXPECT_EQ(python("```\na\n```\n```c++\nb\n```\n"), "a\n") << "another language is not meant";
  EXPECT_EQ(python("  ``` python \r\na\n  ```"), "a\n");
  EXPECT_EQ(python("```python\na = '''```'''\n```"), "a = '''```'''\n") << "backticks inside a line end nothing";
  EXPECT_EQ(python("no code"), std::nullopt);
  EXPECT_EQ(python(""), std::nullopt);
  EXPECT_EQ(python("```python\n```"), "");
}

TEST(FencedBlock, ThatIsNotClosedGoesToTheEnd) {
  EXPECT_EQ(python("```python\nold\n```\n```python\nnew"), "new\n");
  EXPECT_EQ(python("```python\nold\n```\n```c\nnew"), "old\n");
  EXPECT_FALSE(last_fenced_block("```python\nnew", python_fences())->closed);
  EXPECT_TRUE(last_fenced_block("```python\nold\n```\n```c\nnew", python_fences())->closed);
}

TEST(ProgramAnswer, IsTheBlockOrTheWholeText) {
  EXPECT_EQ(program_answer("Sure:\n```python\nx = 2\n```\nDone 3.", true), "x = 2\n");
  EXPECT_EQ(program_answer("    return 2", true), "    return 2") << "a continuation keeps its indent";
  EXPECT_EQ(program_answer("```python\n\n```", true), std::nullopt);
  EXPECT_EQ(program_answer(" \n", true), std::nullopt);
  EXPECT_EQ(program_answer("<think>```python\nx\n```", true), std::nullopt);
  EXPECT_EQ(program_answer("<think>```python\nx\n```</think>\n```\ny\n```", true), "y\n");
}

TEST(ProgramAnswer, OfATextThatWasCutOffIsAClosedBlock) {
  EXPECT_EQ(program_answer("```python\nx = 2\n```\nThis", false), "x = 2\n");
  EXPECT_EQ(program_answer("```python\nx = 2", false), std::nullopt);
  EXPECT_EQ(program_answer("return 2", false), std::nullopt);
}

}  // namespace
}  // namespace reckon
