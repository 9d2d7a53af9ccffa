// What a file says of how its reward is read, and several models under one limit on keys and values.
#include "app/reward_readout.h"

#include <gtest/gtest.h>

#include "app/runtime.h"
#include "base/error.h"
#include "text/tokenizers/vocabulary.h"
#include "unit/engine/running_engine.h"

namespace reckon {
namespace {

std::shared_ptr<const Tokenizer> three_tokens() {
  Vocabulary vocabulary;
  vocabulary.texts = {"a", "b", "c"};
  vocabulary.kinds.assign(3, TokenKind::normal);
  return make_tokenizer(std::move(vocabulary));
}

Metadata metadata_of(std::vector<std::int32_t> positive, std::vector<std::int32_t> negative) {
  Metadata metadata("reward.gguf");
  metadata.set("general.architecture", std::string("qwen2"));
  if (positive.empty()) return metadata;
  metadata.set("reckon.reward.names", MetadataArray{StringArray(std::vector<std::string>(positive.size(), "good"))});
  metadata.set("reckon.reward.temperature", MetadataArray{std::vector<float>(positive.size(), 2.0F)});
  metadata.set("reckon.reward.positive", MetadataArray{std::move(positive)});
  metadata.set("reckon.reward.negative", MetadataArray{std::move(negative)});
  return metadata;
}

RewardPair only_pair(const Metadata& metadata, int labels) {
  const RewardReadout readout = reward_readout(metadata, "reward.gguf", *three_tokens(), labels);
  EXPECT_EQ(readout.pairs.size(), 1U);
  return readout.pairs.front();
}

std::string refusal(const Metadata& metadata, int labels) {
  try {
    reward_readout(metadata, "reward.gguf", *three_tokens(), labels);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(RewardReadout, OfTokensIsWhatTheKeysSay) {
  const RewardPair pair = only_pair(metadata_of({2}, {0}), 0);

  EXPECT_EQ(pair.name, "good");
  EXPECT_EQ(pair.positive, 2);
  EXPECT_EQ(pair.negative, 0);
  EXPECT_EQ(pair.temperature, 2);
  EXPECT_NE(refusal(metadata_of({3}, {0}), 0).find("token 3 is not in the vocabulary of 3"), std::string::npos);
  EXPECT_NE(refusal(metadata_of({1}, {-1}), 0).find("token -1"), std::string::npos);
}

TEST(RewardReadout, OfAHeadWithOneOutputIsItsLogOdds) {
  const RewardPair pair = only_pair(metadata_of({}, {}), 1);

  EXPECT_EQ(pair.positive, 0);
  EXPECT_EQ(pair.negative, 1) << "the constant 0 behind the outputs";
}

TEST(RewardReadout, OfAHeadWithTwoTakesTheSecondUnlessTheFirstIsYes) {
  Metadata labelled = metadata_of({}, {});
  EXPECT_EQ(only_pair(labelled, 2).positive, 1);
  labelled.set("qwen2.classifier.output_labels", MetadataArray{StringArray({"yes", "no"})});
  EXPECT_EQ(only_pair(labelled, 2).positive, 0);
  EXPECT_EQ(only_pair(labelled, 2).negative, 1);
}

TEST(RewardReadout, OfAHeadMayBeSaidInTheKeys) {
  const RewardPair pair = only_pair(metadata_of({4}, {-1}), 5);

  EXPECT_EQ(pair.positive, 4);
  EXPECT_EQ(pair.negative, 5);
  EXPECT_NE(refusal(metadata_of({5}, {0}), 5).find("output 5 is not in the head of 5"), std::string::npos);
  EXPECT_NE(refusal(metadata_of({}, {}), 3).find("has 3 outputs, and nothing says which is good"), std::string::npos);
}

TEST(RewardReadout, NeedsKeysOrAHead) {
  EXPECT_NE(refusal(metadata_of({}, {}), 0).find("neither the key reckon.reward.positive"), std::string::npos);
}

const std::string kReward = std::string(RECKON_SOURCE_DIR) + "/models/reckon-reward.gguf";

RuntimeOptions bundled(std::int64_t kv_bytes) {
  RuntimeOptions options;
  options.model = std::string(RECKON_SOURCE_DIR) + "/models/reckon-policy.gguf";
  options.engine.kv_bytes = kv_bytes;
  return options;
}

// Whether a prompt of so many tokens has room among the engine's keys and values.
bool has_room(Engine& engine, std::size_t tokens) {
  try {
    return open(engine, std::vector<Token>(tokens, 1), request_of()).has_value();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::out_of_resources) << error.what();
    return false;
  }
}

TEST(Runtime, SharesTheLimitOnKeysAndValuesAmongItsModels) {
  constexpr std::int64_t kPages = 40;  // of the policy's, of 16 tokens each
  Runtime probe(bundled(std::int64_t{8} << 20));
  const double slot = probe.model().cost().slot_bytes(probe.engine().options().kv_type);
  const auto limit = static_cast<std::int64_t>(slot * 16) * kPages;
  Runtime runtime(bundled(limit));
  EXPECT_TRUE(has_room(runtime.engine(), 30 * 16));

  const std::shared_ptr<RewardModel> reward = runtime.reward_model(kReward);

  const double of_reward = reward->engine().model().cost().slot_bytes(reward->engine().options().kv_type);
  const auto shared = static_cast<std::size_t>(static_cast<double>(limit) / (slot + of_reward));  // tokens that each has room for
  for (Engine* engine : {&runtime.engine(), &reward->engine()}) {
    EXPECT_TRUE(has_room(*engine, shared - 17));
    EXPECT_FALSE(has_room(*engine, shared + 1));
  }
}

TEST(Runtime, RefusesWhatTheLimitHasNoRoomForAndKeepsThePolicysPart) {
  Runtime probe(bundled(std::int64_t{8} << 20));
  const double slot = probe.model().cost().slot_bytes(probe.engine().options().kv_type);
  Runtime runtime(bundled(static_cast<std::int64_t>(slot * 16)));  // a page: enough for one model, not for two

  EXPECT_THROW(runtime.reward_model(kReward), Error);

  EXPECT_TRUE(has_room(runtime.engine(), 10));
}

}  // namespace
}  // namespace reckon
