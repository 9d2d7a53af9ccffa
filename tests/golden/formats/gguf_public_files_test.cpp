// Files that other programs wrote: the public test data beside the checkout. Skipped, visibly, where that is absent.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <string>

#include "formats/gguf/gguf_file.h"
#include "formats/gguf/gguf_writer.h"

namespace reckon {
namespace {

std::string shared(const std::string& path) { return std::string(RECKON_SHARED_DIR) + "/" + path; }

struct Vocabulary {
  const char* name;
  const char* model;
  std::size_t tokens;
  std::size_t merges;
};

class PublicVocabulary : public ::testing::TestWithParam<Vocabulary> {};

TEST_P(PublicVocabulary, IsReadAndWrittenBack) {
  const std::string path = shared(std::string("tokenizers/vocabs/ggml-vocab-") + GetParam().name + ".gguf");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";

  const GgufFile file = GgufFile::open(path);
  const Metadata& metadata = file.metadata();
  const std::vector<std::byte> copy = GgufWriter(metadata).to_bytes();

  EXPECT_TRUE(file.tensors().empty());
  EXPECT_EQ(metadata.get_string("tokenizer.ggml.model"), GetParam().model);
  EXPECT_EQ(metadata.get_string_array("tokenizer.ggml.tokens").size(), GetParam().tokens);
  EXPECT_EQ(metadata.get_int_array("tokenizer.ggml.token_type").size(), GetParam().tokens);
  if (GetParam().merges > 0) {
    EXPECT_EQ(metadata.get_string_array("tokenizer.ggml.merges").size(), GetParam().merges);
  }
  EXPECT_EQ(GgufFile::parse(copy, "copy").metadata().values(), metadata.values());
}

INSTANTIATE_TEST_SUITE_P(Families, PublicVocabulary,
                         ::testing::Values(Vocabulary{"gpt-2", "gpt2", 50257, 50000}, Vocabulary{"llama-spm", "llama", 32000, 0},
                                           Vocabulary{"llama-bpe", "gpt2", 128256, 280147},
                                           Vocabulary{"qwen2", "gpt2", 151669, 151387}, Vocabulary{"phi-3", "llama", 32064, 0}),
                         [](const auto& row) {
                           std::string name = row.param.name;
                           std::erase(name, '-');
                           return name;
                         });

TEST(PublicModel, Stories260KHasTheTensorsOfItsArchitecture) {
  const std::string path = shared("models/stories260K/stories260K-f32.gguf");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";

  const GgufFile file = GgufFile::open(path);

  EXPECT_EQ(file.metadata().get_string("general.architecture"), "llama");
  EXPECT_EQ(file.metadata().get_uint("llama.block_count"), 5u);
  EXPECT_EQ(file.metadata().get_uint("llama.attention.head_count_kv"), 4u);
  EXPECT_EQ(file.tensors().size(), 47u);
  const TensorInfo& embedding = file.tensor("token_embd.weight");
  EXPECT_EQ(embedding.dims, (std::vector<std::int64_t>{64, 512}));
  ASSERT_EQ(embedding.data.size(), 64u * 512 * sizeof(float));
  for (std::size_t i = 0; i < 64 * 512; ++i) {
    float value = 0;
    std::memcpy(&value, embedding.data.data() + i * sizeof(float), sizeof(float));
    ASSERT_TRUE(std::isfinite(value) && std::abs(value) < 10) << "no weights at the data start";
  }
}

}  // namespace
}  // namespace reckon
