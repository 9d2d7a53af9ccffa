#include "models/architecture.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

namespace reckon {
namespace {

TEST(Architectures, EveryFileOfTheFolderIsInTheTable) {
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(RECKON_SOURCE_DIR "/src/models/architectures")) {
    if (entry.path().stem() != "registry") files.insert(entry.path().stem().string());
  }
  std::set<std::string> rows;
  for (const Architecture& architecture : architectures()) rows.insert(architecture.gguf_name);

  EXPECT_EQ(rows, files);
}

TEST(Architectures, AreFoundByTheirGgufName) {
  ASSERT_NE(find_architecture("qwen2"), nullptr);
  EXPECT_EQ(find_architecture("qwen2")->huggingface_name, "Qwen2ForCausalLM");
  EXPECT_EQ(find_architecture("Qwen2"), nullptr);
}

}  // namespace
}  // namespace reckon
