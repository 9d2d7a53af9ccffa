// Stages as TOML: what is read, and that hostile files are refused before they take memory or stack.
#include <gtest/gtest.h>

#include "base/error.h"
#include "formats/stage_file.h"

namespace reckon {
namespace {

TEST(StageFile, ReadsKindsAndValuesInOrder) {
  const std::vector<StageText> stages = parse_stages(
      "[[stage]]\nkind = \"generate\"\nn = 8\ntemperature = 0.5\nmodels = [0, 2]\n\n[[stage]]\nkind = \"fuse\"\nprompt = '''\na "
      "{b}'''\nok = true\n",
      "f.toml");

  ASSERT_EQ(stages.size(), 2U);
  EXPECT_EQ(stages[0].kind, "generate");
  EXPECT_EQ(stages[0].values, (std::map<std::string, std::string>{{"models", "0+2"}, {"n", "8"}, {"temperature", "0.5"}}));
  EXPECT_EQ(stages[1].values, (std::map<std::string, std::string>{{"ok", "true"}, {"prompt", "a {b}"}}));
  EXPECT_EQ(stages[0].place, "f.toml:1: stage 1 'generate'");
  EXPECT_EQ(stages[1].place, "f.toml:7: stage 2 'fuse'");
}

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST(StageFile, RefusesHostileDepthAndLength) {
  for (const std::string& toml :
       {repeated("a.", 400'000) + "a = 1\n", "[" + repeated("a.", 400'000) + "a]\n", "a = " + repeated("[", 400'000),
        "a = " + repeated("{a=", 200'000), repeated("[[stage]]\nkind='x'\n", 65), repeated("# much\n", 200'000),
        std::string("\xff = 1"), std::string("a = \"\0\"", 7)}) {
    try {
      parse_stages(toml, "f.toml");
      ADD_FAILURE() << toml.substr(0, 20);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_file);
      EXPECT_TRUE(error.context().starts_with("f.toml")) << error.what();
      EXPECT_LT(std::string(error.what()).size(), 400U);
    }
  }
}

}  // namespace
}  // namespace reckon
