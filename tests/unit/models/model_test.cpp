#include "models/model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <limits>
#include <mutex>

#include "base/error.h"
#include "base/thread_pool.h"
#include "unit/models/tiny_file.h"

namespace reckon {
namespace {

using testing::HasSubstr;

// The message of the Error that loading ends with; "" when it loads.
std::string refusal(TinyFile& tiny, ErrorCode expected = ErrorCode::bad_file) {
  const GgufFile file = tiny.open();
  try {
    Model::load(GgufFile::parse(tiny.bytes, "tiny.gguf"));
  } catch (const Error& error) {
    EXPECT_STREQ(name_of(error.code()), name_of(expected));
    return error.what();
  }
  return "";
}

TEST(Model, ReadsItsSizesFromTheFile) {
  TinyFile tiny;
  tiny.metadata.set("general.name", std::string("Tiny"));

  const auto model = Model::load(tiny.open());

  const ModelInfo& info = model->info();
  EXPECT_EQ(info.name, "Tiny");
  EXPECT_EQ(info.architecture, "qwen3");
  EXPECT_EQ(info.weight_type, DType::f32);
  EXPECT_EQ(info.layers, 2);
  EXPECT_EQ(info.width, 8);
  EXPECT_EQ(info.heads, 4);
  EXPECT_EQ(info.kv_heads, 2);
  EXPECT_EQ(info.head_dim, 6);
  EXPECT_EQ(info.feed_forward, 12);
  EXPECT_EQ(info.context_length, 32);
  EXPECT_EQ(info.vocabulary, 10);
  EXPECT_EQ(info.parameters, 10 * 8 + 8 + 2 * (8 + 192 + 96 + 96 + 192 + 6 + 6 + 8 + 3 * 96));
  EXPECT_EQ(info.file_bytes, static_cast<std::int64_t>(tiny.bytes.size()));
  EXPECT_TRUE(model->weights().tied);
}

TEST(Model, TakesTheFileNameWhereTheModelHasNone) {
  TinyFile tiny;
  EXPECT_EQ(Model::load(tiny.open())->info().name, "tiny");
}

TEST(Model, DefaultsMissingHeadSizes) {
  TinyFile tiny;
  for (const char* key : {"qwen3.attention.key_length", "qwen3.attention.value_length", "qwen3.attention.head_count_kv"}) {
    tiny.metadata.erase(key);
  }
  for (const std::string scope : {"blk.0.", "blk.1."}) {
    for (const char* name : {"attn_q.weight", "attn_k.weight", "attn_v.weight", "attn_output.weight"}) {
      tiny.tensors[scope + name].dims = {8, 8};
    }
    for (const char* name : {"attn_q_norm.weight", "attn_k_norm.weight"}) tiny.tensors[scope + name].dims = {2};
  }

  const auto model = Model::load(tiny.open());

  EXPECT_EQ(model->info().head_dim, 2);
  EXPECT_EQ(model->info().kv_heads, 4);
}

TEST(Model, LimitsItsContextToTheSlidingWindow) {
  TinyFile tiny;
  tiny.set("attention.sliding_window", 20);
  EXPECT_EQ(Model::load(tiny.open())->info().context_length, 20);
}

TEST(Model, PageLayoutFollowsItsSizes) {
  TinyFile tiny;
  const auto model = Model::load(tiny.open());

  EXPECT_EQ(model->kv_layout(DType::f16, 16), (KvLayout{DType::f16, 2, 2, 6, 16}));
  EXPECT_THROW(model->kv_layout(DType::q8_0, 16), Error);
  EXPECT_THROW(model->kv_layout(DType::f32, 0), Error);
  EXPECT_THROW(model->kv_layout(DType::f32, 24), Error);
  EXPECT_THROW(model->kv_layout(DType::f32, 128), Error);
}

TEST(Model, PagesHoldWhatTheCostOfTheirSlotsSays) {
  TinyFile tiny;
  const auto model = Model::load(tiny.open());

  for (const KvType& type : kKvTypes) {
    const KvLayout layout = model->kv_layout(type.type, 16);
    EXPECT_EQ(static_cast<double>(layout.page_bytes()), 16 * model->cost().slot_bytes(type.type)) << type.name;
    EXPECT_EQ(layout.offset(1, KvLayout::Part::value, 1) + layout.head_bytes(), layout.page_bytes()) << type.name;
  }
  EXPECT_EQ((KvLayout{DType::i8, 1, 1, 3, 3}.head_bytes()), 12 + 3 * 4) << "scales begin at a multiple of their size";
  EXPECT_EQ((KvLayout{DType::i8, 1, 1, 64, 16}.scale_offset() % 64), 0);
  EXPECT_EQ((KvLayout{DType::i8, 1, 1, 64, 16}.head_bytes() % 64), 0);
}

TEST(Model, CostCountsTheMultiplicationsAndBytesOfARow) {
  TinyFile tiny;
  const TokenCost cost = Model::load(tiny.open())->cost();

  const double matrices = 2 * (24 * 8 + 12 * 8 + 12 * 8 + 8 * 24 + 3 * 12 * 8);
  EXPECT_EQ(cost.flops(1, false), 2 * matrices + 4 * 2 * 4 * 6);
  EXPECT_EQ(cost.flops(7, true) - cost.flops(6, false), 4 * 2 * 4 * 6 + 2 * 10 * 8);
  EXPECT_EQ(cost.kv_bytes(5, DType::f16), 6 * 2 * (2 * 2 * 2 * 6));
  EXPECT_EQ(cost.kv_bytes(5, DType::f32), 2 * cost.kv_bytes(5, DType::f16));
  EXPECT_EQ(cost.kv_bytes(5, DType::bf16), cost.kv_bytes(5, DType::f16));
  EXPECT_EQ(cost.kv_bytes(5, DType::i8), 6 * (2 * 2 * 2) * (6 + 4)) << "a byte for each of six columns, and a scale";
  EXPECT_EQ(cost.step_bytes(1, false), 4 * (matrices + 2 * (8 + 6 + 6 + 8)));
  EXPECT_EQ(cost.step_bytes(1, true) - cost.step_bytes(1, false), 4 * (8 + 10 * 8));
  EXPECT_EQ(cost.embedding_bytes, 32);
}

TEST(HostileModel, NamesTheKnownArchitectures) {
  TinyFile tiny;
  tiny.metadata.set("general.architecture", std::string("gpt9"));
  EXPECT_THAT(refusal(tiny, ErrorCode::unsupported),
              HasSubstr("architecture 'gpt9' is not known; known are llama, qwen2, qwen3, qwen3moe"));
}

TEST(HostileModel, NamesAMissingKey) {
  for (const char* key : {"block_count", "embedding_length", "attention.head_count", "feed_forward_length", "context_length",
                          "attention.layer_norm_rms_epsilon"}) {
    TinyFile tiny;
    tiny.metadata.erase(std::string("qwen3.") + key);
    EXPECT_THAT(refusal(tiny), HasSubstr(key));
  }
  TinyFile tiny;
  tiny.metadata.erase("general.architecture");
  EXPECT_THAT(refusal(tiny), HasSubstr("general.architecture"));
}

TEST(HostileModel, NamesAMissingTensor) {
  const TinyFile whole;
  for (const auto& [name, tensor] : whole.tensors) {
    TinyFile tiny;
    tiny.tensors.erase(name);
    EXPECT_THAT(refusal(tiny), HasSubstr(name));
  }
}

TEST(HostileModel, NamesBothShapesOfATensorThatDoesNotFit) {
  TinyFile tiny;
  tiny.tensors["blk.1.attn_k.weight"].dims = {8, 16};
  EXPECT_THAT(refusal(tiny), HasSubstr("tensor 'blk.1.attn_k.weight' has shape [16, 8]; the metadata promise [12, 8]"));
}

TEST(HostileModel, RefusesEveryTensorOfAnotherShape) {
  const TinyFile whole;
  for (const auto& [name, tensor] : whole.tensors) {
    for (std::size_t i = 0; i < tensor.dims.size(); ++i) {
      if (name == "token_embd.weight" && i == 1) continue;  // the vocabulary is whatever this says
      TinyFile tiny;
      tiny.tensors[name].dims[i] += 1;
      EXPECT_THAT(refusal(tiny), HasSubstr("'" + name + "' has shape"));
    }
    TinyFile tiny;
    tiny.tensors[name].dims.resize(3, 1);
    tiny.tensors[name].dims[2] = 2;
    EXPECT_NE(refusal(tiny), "") << name;
  }
}

TEST(HostileModel, RefusesSizesThatCannotBe) {
  for (const char* key : {"block_count", "embedding_length", "attention.head_count", "attention.head_count_kv",
                          "attention.key_length", "feed_forward_length", "context_length", "rope.dimension_count"}) {
    for (const std::uint64_t value : {std::uint64_t{0}, std::uint64_t{1} << 31, std::numeric_limits<std::uint64_t>::max()}) {
      TinyFile tiny;
      tiny.set(key, value);
      EXPECT_THAT(refusal(tiny), HasSubstr(key)) << value;
    }
    TinyFile tiny;
    tiny.metadata.set(std::string("qwen3.") + key, std::int32_t{-4});
    EXPECT_THAT(refusal(tiny), HasSubstr(key));
  }
}

TEST(HostileModel, RefusesMoreLayersThanTheFileCouldHold) {
  TinyFile tiny;
  tiny.set("block_count", 5000);
  EXPECT_THAT(refusal(tiny), HasSubstr("block_count': is 5000, but the file has only 24 tensors"));
  tiny.set("block_count", 3);
  EXPECT_THAT(refusal(tiny), HasSubstr("blk.2.attn_norm.weight"));
}

TEST(HostileModel, RefusesHeadsThatDoNotDivide) {
  TinyFile tiny;
  tiny.set("attention.head_count_kv", 3);
  EXPECT_THAT(refusal(tiny), HasSubstr("head_count': is 4, which attention.head_count_kv 3 does not divide"));

  TinyFile undivided;
  undivided.set("attention.head_count", 3);
  undivided.set("attention.head_count_kv", 3);
  undivided.metadata.erase("qwen3.attention.key_length");
  EXPECT_THAT(refusal(undivided), HasSubstr("embedding_length': is 8, which attention.head_count 3 does not divide"));
}

TEST(HostileModel, RefusesOddOrTooManyRotaryDimensions) {
  for (const std::uint64_t dims : {3u, 8u}) {
    TinyFile tiny;
    tiny.set("rope.dimension_count", dims);
    EXPECT_THAT(refusal(tiny), HasSubstr("rope.dimension_count"));
  }
}

TEST(HostileModel, RefusesNumbersThatAreNoNumbers) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  for (const char* key : {"attention.layer_norm_rms_epsilon", "rope.freq_base", "attention.scale"}) {
    for (const float value : {nan, infinity, -1.0f, 0.0f}) {
      TinyFile tiny;
      tiny.metadata.set(std::string("qwen3.") + key, value);
      EXPECT_THAT(refusal(tiny), HasSubstr(key)) << value;
    }
  }
}

TEST(HostileModel, RefusesADivisorOfZeroInRopeFrequencies) {
  TinyFile tiny;
  tiny.tensors["rope_freqs.weight"].dims = {3};
  EXPECT_THAT(refusal(tiny), HasSubstr("rope_freqs.weight"));
  tiny.tensors["rope_freqs.weight"].fill = 1;
  EXPECT_EQ(refusal(tiny), "");
}

TEST(HostileModel, RefusesWhatItWouldComputeWrongly) {
  TinyFile experts;
  experts.set("expert_count", 8);
  EXPECT_THAT(refusal(experts, ErrorCode::unsupported), HasSubstr("expert_count"));

  TinyFile values;
  values.set("attention.value_length", 4);
  EXPECT_THAT(refusal(values, ErrorCode::unsupported), HasSubstr("value_length is 4 and attention.key_length 6"));

  TinyFile layers;
  layers.metadata.set("qwen3.feed_forward_length", MetadataArray{std::vector<std::uint32_t>{12, 16}});
  EXPECT_THAT(refusal(layers, ErrorCode::unsupported), HasSubstr("is 12 in layer 0 and 16 in layer 1"));

  TinyFile scaling;
  scaling.metadata.set("qwen3.rope.scaling.type", std::string("longrope"));
  EXPECT_THAT(refusal(scaling, ErrorCode::unsupported), HasSubstr("longrope"));

  TinyFile bias;
  bias.tensors["blk.0.attn_q.bias"].dims = {24};
  EXPECT_THAT(refusal(bias, ErrorCode::unsupported), HasSubstr("blk.0.attn_q.bias"));

  TinyFile type;
  type.tensors["blk.0.attn_q.weight"].type = DType::f64;
  EXPECT_THAT(refusal(type, ErrorCode::unsupported), HasSubstr("'blk.0.attn_q.weight' is stored as F64"));
}

TEST(HostileModel, RefusesAVocabularyThatContradictsItself) {
  TinyFile size;
  size.set("vocab_size", 11);
  EXPECT_THAT(refusal(size), HasSubstr("vocab_size': is 11, the embedding table has 10 rows"));

  TinyFile tokens;
  tokens.metadata.set("tokenizer.ggml.tokens", MetadataArray{StringArray(std::vector<std::string>(12, "t"))});
  EXPECT_THAT(refusal(tokens), HasSubstr("has 12 tokens, the embedding table only 10 rows"));

  TinyFile head;
  head.tensors["output.weight"].dims = {8, 9};
  EXPECT_THAT(refusal(head), HasSubstr("'output.weight' has shape [9, 8]; the metadata promise [10, 8]"));
}

TEST(HostileModel, RefusesAVocabularyOnlyFile) {
  TinyFile tiny;
  tiny.tensors.clear();
  EXPECT_THAT(refusal(tiny), HasSubstr("block_count': is 2, but the file has only 0 tensors"));
}

TEST(Model, IsPackedInTurnsWithThoseWhoComputeOnTheSamePool) {
  TinyFile tiny;
  const auto pool = std::make_shared<ThreadPool>(2);
  std::unique_lock turn(pool->turns());
  std::future<std::shared_ptr<const Model>> loading =
      std::async(std::launch::async, [&] { return Model::load(tiny.open(), {.pack = true, .pool = pool}); });

  EXPECT_EQ(loading.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
  turn.unlock();
  EXPECT_TRUE(loading.get()->packed());
}

}  // namespace
}  // namespace reckon
