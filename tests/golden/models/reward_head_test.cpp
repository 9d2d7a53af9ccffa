// Classifier heads give what PyTorch gives in float32 behind every token; references by make_references.py beside this file.
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "golden/models/reference_values.h"
#include "golden/models/running.h"
#include "models/classifier.h"

namespace reckon {
namespace {

std::string reward_golden(const std::string& name) {
  return std::string(RECKON_SOURCE_DIR) + "/tests/golden/models/classifiers/" + name;
}

class RewardHead : public testing::TestWithParam<std::string> {
 protected:
  GgufFile reference = GgufFile::open(reward_golden(GetParam() + ".reference.gguf"));
  std::vector<Token> tokens = values<Token>(reference, "tokens");
  std::vector<float> logits = values<float>(reference, "logits");  // [tokens, labels]
};

TEST_P(RewardHead, IsThatOfPyTorchBehindEveryToken) {
  for (const bool pack : {false, true}) {
    const auto model = Model::load(reward_golden(GetParam() + ".gguf"), LoadOptions{.pack = pack, .classifier = true});
    const auto labels = static_cast<std::size_t>(model->info().labels);
    ASSERT_EQ(logits.size(), tokens.size() * labels);
    Running running(model, {});
    BlockTable table = running.open();

    const Logits found = running.feed(table, tokens, 7);

    double difference = 0;
    double largest = 0;
    for (std::size_t row = 0; row < tokens.size(); ++row) {
      ASSERT_EQ(found[row].size(), labels + 1);
      EXPECT_EQ(found[row][labels], 0) << "the constant behind the outputs";
      for (std::size_t label = 0; label < labels; ++label) {
        const double expected = static_cast<double>(logits[row * labels + label]);
        difference = std::max(difference, std::abs(static_cast<double>(found[row][label]) - expected));
        largest = std::max(largest, std::abs(expected));
      }
    }
    EXPECT_LE(difference / largest, 1e-4) << (pack ? "packed" : "exact");
  }
}

TEST_P(RewardHead, IsLeftAloneUnlessItIsAskedFor) {
  const auto model = Model::load(reward_golden(GetParam() + ".gguf"));

  EXPECT_EQ(model->info().labels, 0);
  EXPECT_EQ(model->weights().output.matrix.rows, model->info().vocabulary);
}

TEST(RewardHeadModel, CostsItsOwnOutputs) {
  const auto policy = Model::load(reward_golden("reward-prm.gguf"));
  const auto reward = Model::load(reward_golden("reward-prm.gguf"), LoadOptions{.classifier = true});

  EXPECT_EQ(policy->cost().logits_flops, 2.0 * 32 * 48);
  EXPECT_EQ(reward->cost().logits_flops, 2.0 * 32 * (2 + 1) + 2.0 * 32 * 32);
}

TEST(RewardHeadModel, IsNotInventedWhereThereIsNone) {
  const auto model = Model::load(reward_golden("../qwen2.gguf"), LoadOptions{.classifier = true});

  EXPECT_EQ(model->info().labels, 0);
}

INSTANTIATE_TEST_SUITE_P(Models, RewardHead, testing::Values("reward-orm", "reward-prm", "reward-tanh"),
                         [](const auto& instance) { return instance.param.substr(7); });

}  // namespace
}  // namespace reckon
