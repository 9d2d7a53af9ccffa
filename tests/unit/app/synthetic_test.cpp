#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "app/synthetic/model.h"
#include "app/synthetic/random_weights.h"
#include "base/error.h"
#include "kernels/blocks/registry.h"
#include "models/model.h"
#include "text/tokenizers/from_gguf.h"
#include "text/tokenizers/tokenizer.h"
#include "unit/app/tiny_synthetic.h"

namespace reckon {
namespace {

TEST(RandomWeights, OfEveryTypeAreFiniteAndOfModerateSize) {
  for (const BlockCodec& codec : block_codecs()) {
    constexpr std::int64_t kElements = 1 << 18;
    std::vector<std::byte> bytes(static_cast<std::size_t>(row_bytes(codec.type, kElements)));
    std::vector<float> values(kElements);
    ThreadPool threads(1);

    RandomWeights(codec.type).fill(bytes, 3, threads);
    dequantize_row(codec.type, bytes, values);

    double sum = 0, squares = 0;
    for (const float value : values) {
      ASSERT_TRUE(std::isfinite(value)) << name_of(codec.type);
      sum += value;
      squares += double{value} * value;
    }
    EXPECT_LT(std::fabs(sum / kElements), 0.004) << name_of(codec.type);
    EXPECT_GT(std::sqrt(squares / kElements), 0.012) << name_of(codec.type);
    EXPECT_LT(std::sqrt(squares / kElements), 0.03) << name_of(codec.type);
  }
}

TEST(RandomWeights, DependOnTheTensorAndNotOnThreads) {
  const RandomWeights random(DType::q4_k);
  std::vector<std::byte> one(144 * 10'001), three(one.size()), other(one.size());
  ThreadPool single(1), several(3);

  random.fill(one, 7, single);
  random.fill(three, 7, several);
  random.fill(other, 8, single);

  EXPECT_EQ(one, three);
  EXPECT_NE(one, other);
}

TEST(RandomWeights, OfTypesThatNothingComputesOnAreRefused) {
  EXPECT_THROW(RandomWeights(DType::i8), Error);
  EXPECT_THROW(parse_synthetic_model("qwen3-0.6b:Q8_K"), Error);
}

TEST(SyntheticModel, OfEveryArchitectureLoadsWithItsSizes) {
  for (const Architecture& architecture : architectures()) {
    for (const bool tied : {true, false}) {
      const SyntheticModel wanted = tiny_synthetic(architecture.gguf_name, DType::q4_k, tied);

      const auto model = Model::load(make_synthetic_model(wanted, 2), LoadOptions{.pack = true});

      EXPECT_EQ(model->info().name, "tiny Q4_K, 2 layers, random weights");
      EXPECT_EQ(model->info().architecture, architecture.gguf_name);
      EXPECT_EQ(model->info().weight_type, DType::q4_k);
      EXPECT_EQ(model->info().vocabulary, 300);
      EXPECT_EQ(model->info().parameters, parameters_of(wanted));
      EXPECT_EQ(model->weights().tied, tied);
      EXPECT_TRUE(model->packed());
    }
  }
}

TEST(SyntheticModel, IsTheSameOnDiskAsInMemory) {
  const SyntheticModel model = tiny_synthetic("llama", DType::q2_k, false);
  const std::string path = (std::filesystem::temp_directory_path() / "reckon_synthetic_test.gguf").string();
  std::int64_t calls = 0;

  const std::uint64_t bytes = write_synthetic_model(model, path, 2, [&calls](std::int64_t, std::int64_t) { ++calls; });
  const GgufFile on_disk = GgufFile::open(path);
  std::filesystem::remove(path);
  const GgufFile in_memory = make_synthetic_model(model, 1);

  EXPECT_EQ(bytes, on_disk.file_bytes());
  EXPECT_EQ(bytes, in_memory.file_bytes());
  EXPECT_EQ(on_disk.metadata().values(), in_memory.metadata().values());
  ASSERT_EQ(on_disk.tensors().size(), in_memory.tensors().size());
  EXPECT_EQ(calls, std::ssize(on_disk.tensors()));
  for (std::size_t i = 0; i < on_disk.tensors().size(); ++i) {
    EXPECT_EQ(on_disk.tensors()[i].name, in_memory.tensors()[i].name);
    EXPECT_TRUE(std::ranges::equal(on_disk.tensors()[i].data, in_memory.tensors()[i].data)) << on_disk.tensors()[i].name;
  }
}

// A tied output is packed, and its rows are looked up as embeddings all the same.
TEST(SyntheticModel, KeepsItsEmbeddingInMemoryWhenItIsPacked) {
  SyntheticModel wanted = tiny_synthetic("qwen3", DType::q4_k, true);
  wanted.shape.vocabulary = 10'000;  // many pages
  const GgufFile untouched = make_synthetic_model(wanted, 1);

  const auto model = Model::load(make_synthetic_model(wanted, 2), LoadOptions{.pack = true});

  ASSERT_TRUE(model->weights().tied);
  const std::span<const std::byte> expected = untouched.tensor("token_embd.weight").data;
  EXPECT_TRUE(std::ranges::equal(expected, std::span(model->weights().embedding.data, expected.size())));
}

TEST(SyntheticModel, HasTokensForAnyText) {
  const GgufFile file = make_synthetic_model(tiny_synthetic("qwen3", DType::f16, true), 1);
  const auto tokenizer = make_tokenizer(vocabulary_from_gguf(file.metadata()));
  const std::string text = "Größe: 3 \xe2\x82\xac at the\tend\n";

  EXPECT_EQ(tokenizer->vocabulary_size(), 300);
  EXPECT_EQ(tokenizer->decode(tokenizer->encode(text)), text);
}

TEST(SyntheticShapes, CanBeCutToTheirFirstLayers) {
  const SyntheticModel whole = parse_synthetic_model("qwen3-0.6b:Q4_K");
  const SyntheticModel cut = parse_synthetic_model("qwen3-0.6b:Q4_K:layers=4");

  EXPECT_EQ(cut.shape.layers, 4);
  EXPECT_EQ(cut.type, DType::q4_k);
  // 28 layers and an embedding: what is left is the embedding, the last norm and a seventh of the layers.
  const std::int64_t rest = std::int64_t{whole.shape.vocabulary + 1} * whole.shape.width;
  EXPECT_EQ(7 * (parameters_of(cut) - rest), parameters_of(whole) - rest);
  for (const char* wrong : {"layers=0", "layers=29", "layers=", "layers=4x", "layers=-1", "4", "", "layers=99999999999"}) {
    EXPECT_THROW(parse_synthetic_model(std::string("qwen3-0.6b:Q4_K:") + wrong), Error) << wrong;
  }
}

TEST(SyntheticShapes, HaveThePublishedNumbersOfParameters) {
  const std::vector<std::pair<std::string, std::int64_t>> published = {
      {"qwen3-0.6b", 596'049'920},       {"qwen3-1.7b", 1'720'574'976}, {"qwen3-4b", 4'022'468'096},
      {"qwen3-30b-a3b", 30'532'122'624}, {"llama-1b", 1'235'814'400},   {"llama-8b", 8'030'261'248},
  };

  ASSERT_EQ(published.size(), synthetic_shapes().size());
  for (const auto& [name, parameters] : published) {
    EXPECT_EQ(parameters_of(parse_synthetic_model(name + ":q4_k")), parameters) << name;
  }
}

TEST(SyntheticShapes, FitEveryBlock) {
  for (const SyntheticShape& shape : synthetic_shapes()) {
    for (const int columns : {shape.width, shape.heads * shape.head_dim, shape.feed_forward}) {
      EXPECT_EQ(columns % 256, 0) << shape.name;
    }
  }
}

}  // namespace
}  // namespace reckon
