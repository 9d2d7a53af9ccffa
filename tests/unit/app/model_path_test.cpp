// Which file a model's name means.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "app/runtime.h"
#include "base/error.h"

namespace reckon {
namespace {

std::string file_name(const std::string& model) { return std::filesystem::path(model_path(model)).filename().string(); }

TEST(ModelPath, KnowsTheBundledModelsByName) {
  EXPECT_EQ(model_path(""), bundled_model_path());
  EXPECT_EQ(file_name("policy"), "reckon-policy.gguf");
  EXPECT_EQ(file_name("skills"), "reckon-skills.gguf");
  EXPECT_EQ(file_name("draft"), "reckon-draft.gguf");
}

TEST(ModelPath, LeavesFilesAsTheyAre) {
  EXPECT_EQ(model_path("nowhere/skills"), "nowhere/skills");
  EXPECT_EQ(model_path("model.gguf"), "model.gguf");
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(std::filesystem::path(::testing::TempDir()));
  std::ofstream("draft") << "a file of that name comes first";
  EXPECT_EQ(model_path("draft"), "draft");
  std::filesystem::remove("draft");
  std::filesystem::current_path(before);
}

TEST(ModelPath, SaysWhereItLookedForANameThatIsNone) {
  try {
    model_path("skils");
    FAIL() << "there is no such model";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_NE(std::string(error.what()).find("reckon-skils.gguf is not in"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace reckon
