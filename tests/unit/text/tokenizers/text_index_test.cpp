#include "text/tokenizers/text_index.h"

#include <gtest/gtest.h>

namespace reckon {
namespace {

TEST(TextIndex, FindsEachTextAndNothingElse) {
  std::vector<std::string> texts;
  for (int i = 0; i < 5000; ++i) texts.push_back("token " + std::to_string(i));
  const TextIndex index(texts);

  for (int i = 0; i < 5000; ++i) EXPECT_EQ(index.find(texts[static_cast<std::size_t>(i)]), i);
  for (int i = 5000; i < 10'000; ++i) EXPECT_EQ(index.find("token " + std::to_string(i)), kNoToken);
}

TEST(TextIndex, FindsTheFirstOfEqualTextsAndTheEmptyOne) {
  const std::vector<std::string> texts = {"b", "a", "", "a", ""};
  const TextIndex index(texts);

  EXPECT_EQ(index.find("a"), 1);
  EXPECT_EQ(index.find(""), 2);
}

TEST(TextIndex, WithoutTextsFindsNothing) {
  EXPECT_EQ(TextIndex().find("a"), kNoToken);
  EXPECT_EQ(TextIndex(std::span<const std::string>()).find(""), kNoToken);
}

}  // namespace
}  // namespace reckon
