// Every type of weights that is computed on, through a whole model: what the goldens of real quantisers show of some types,
// random weights show of all.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/blocks/registry.h"
#include "models/model.h"
#include "text/tokenizers/from_gguf.h"
#include "unit/app/tiny_synthetic.h"
#include "unit/engine/running_engine.h"

namespace reckon {
namespace {

// Log-probabilities of sixty tokens, each behind those before it.
std::vector<float> scores(DType type, bool pack, int threads, int rows_per_step) {
  const std::shared_ptr<const Model> model =
      Model::load(make_synthetic_model(tiny_synthetic("qwen3", type, true), 1), LoadOptions{.pack = pack, .threads = threads});
  EngineOptions options;
  options.threads = threads;
  options.kv_bytes = std::int64_t{16} << 20;
  options.rows_per_step = rows_per_step;
  options.kv_type = DType::f32;
  Engine engine(model, make_tokenizer(vocabulary_from_gguf(model->file().metadata())), options);
  std::vector<Token> tokens;
  for (int i = 0; i < 64; ++i) tokens.push_back((i * 37 + 11) % 256);
  const auto root = open(engine, {tokens.begin(), tokens.begin() + 4}, request_of());
  return *run(engine.score(*root, {tokens.begin() + 4, tokens.end()}));
}

class FormatOfWeights : public testing::TestWithParam<DType> {};

TEST_P(FormatOfWeights, GivesTheSameBitsWhateverTheThreadsAndChunks) {
  const std::vector<float> alone = scores(GetParam(), true, 1, 512);

  EXPECT_EQ(scores(GetParam(), true, 3, 512), alone);
  EXPECT_EQ(scores(GetParam(), true, 1, 7), alone);
  EXPECT_EQ(scores(GetParam(), true, 2, 33), alone);
}

TEST_P(FormatOfWeights, ComputesPackedWhatItComputesInFullPrecision) {
  const std::vector<float> exact = scores(GetParam(), false, 1, 512);
  const std::vector<float> packed = scores(GetParam(), true, 2, 512);

  ASSERT_EQ(packed.size(), exact.size());
  double difference = 0, spread = 0, mean = 0;
  for (const float score : exact) mean += score / static_cast<double>(exact.size());
  for (std::size_t i = 0; i < exact.size(); ++i) {
    ASSERT_TRUE(std::isfinite(exact[i]) && std::isfinite(packed[i]));
    difference += std::pow(packed[i] - exact[i], 2);
    spread += std::pow(exact[i] - mean, 2);
  }
  EXPECT_GT(spread, 0.01 * static_cast<double>(exact.size())) << "the model says nothing";
  EXPECT_LT(difference, 0.01 * spread) << "activations of eight bits, rounded";
}

std::vector<DType> computed_types() {
  std::vector<DType> types{DType::f32, DType::f16, DType::bf16};
  for (const BlockCodec& codec : block_codecs()) types.push_back(codec.type);
  std::erase(types, DType::q8_k);  // of activations only
  std::ranges::sort(types);
  types.erase(std::unique(types.begin(), types.end()), types.end());
  return types;
}

INSTANTIATE_TEST_SUITE_P(All, FormatOfWeights, testing::ValuesIn(computed_types()),
                         [](const auto& type) { return std::string(name_of(type.param)); });

}  // namespace
}  // namespace reckon
