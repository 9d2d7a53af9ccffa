// What flows into each matrix, against the one place where it is easy to compute by hand, and what knowing it gains.
#include "tune/importance.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/thread_pool.h"
#include "formats/gguf/gguf_writer.h"
#include "kernels/blocks/registry.h"
#include "kv/block_table.h"
#include "kv/page_pool.h"
#include "models/forward.h"
#include "tensor/cpu_ops.h"
#include "tune/quantize.h"

namespace reckon {
namespace {

const std::string kTiny = RECKON_SOURCE_DIR "/tests/golden/models/qwen3.gguf";
const std::string kBundled = RECKON_SOURCE_DIR "/models/reckon-policy.gguf";

Importance measured(const std::string& path, const std::vector<Token>& tokens, int chunk) {
  ThreadPool threads(2);
  return measure_importance(Model::load(path), tokens, chunk, threads);
}

TEST(Importance, OfTheFirstLayerIsTheMeanSquareOfNormedEmbeddings) {
  const auto model = Model::load(kTiny);
  const std::vector<Token> tokens = {3, 7, 7, 40, 0, 21};

  const Importance importance = measured(kTiny, tokens, 4);

  const auto width = static_cast<std::size_t>(model->sizes().width);
  const TensorInfo& table = model->file().tensor("token_embd.weight");
  std::vector<float> embedding(static_cast<std::size_t>(table.elements()));
  dequantize_row(table.type, table.data, embedding);
  const std::span<const float> norm = model->weights().layers[0][0].norm;
  std::vector<double> want(width);
  for (const Token token : tokens) {
    const float* x = embedding.data() + static_cast<std::size_t>(token) * width;
    double squares = 0;
    for (std::size_t i = 0; i < width; ++i) squares += double{x[i]} * x[i];
    for (std::size_t i = 0; i < width; ++i) {
      const double normed = x[i] * norm[i] / std::sqrt(squares / static_cast<double>(width) + model->sizes().rms_epsilon);
      want[i] += normed * normed / static_cast<double>(tokens.size());
    }
  }
  const std::vector<float>& q = importance.inputs.at("blk.0.attn_q.weight");
  ASSERT_EQ(q.size(), width);
  for (std::size_t i = 0; i < width; ++i) EXPECT_NEAR(q[i], want[i], 1e-5 * want[i] + 1e-7) << i;
  EXPECT_EQ(q, importance.inputs.at("blk.0.attn_k.weight"));
  EXPECT_EQ(importance.tokens, 6);
}

TEST(Importance, CoversEveryMatrixAndIsPositive) {
  const auto model = Model::load(kTiny);
  const Importance importance = measured(kTiny, {1, 2, 3, 4, 5}, 512);

  for (const TensorInfo& tensor : model->file().tensors()) {
    if (tensor.rows() == 1) continue;
    const auto found = importance.inputs.find(tensor.name);
    ASSERT_NE(found, importance.inputs.end()) << tensor.name;
    EXPECT_EQ(static_cast<std::int64_t>(found->second.size()), tensor.dims[0]);
    for (const float weight : found->second) EXPECT_GT(weight, 0.0f) << tensor.name;
  }
}

TEST(Importance, ReadsChunksThatDoNotSeeEachOther) {
  const std::vector<Token> first = {1, 2, 3, 4}, second = {9, 8, 7, 6};
  std::vector<Token> both = first;
  both.insert(both.end(), second.begin(), second.end());
  const std::string last = "blk.1.ffn_down.weight";

  const auto together = measured(kTiny, both, 4).inputs.at(last);
  const auto a = measured(kTiny, first, 4).inputs.at(last), b = measured(kTiny, second, 4).inputs.at(last);

  const float largest = *std::ranges::max_element(together);
  for (std::size_t i = 0; i < together.size(); ++i) {  // values below a thousandth of the mean were raised to it
    EXPECT_NEAR(together[i], (a[i] + b[i]) / 2, 1e-5 * together[i] + 1e-3 * largest);
  }
}

TEST(Importance, RefusesAnEmptyTextAndUnknownTokens) {
  EXPECT_THROW(measured(kTiny, {}, 4), Error);
  EXPECT_THROW(measured(kTiny, {100000}, 4), Error);
}

// The tiny model with one weight of one tensor set to `value`.
Error refusal_with(const std::string& tensor, std::size_t element, float value) {
  const GgufFile tiny = GgufFile::open(kTiny);
  std::vector<std::vector<std::byte>> held;
  GgufWriter writer(tiny.metadata());
  for (const TensorInfo& info : tiny.tensors()) {
    std::vector<float> values(static_cast<std::size_t>(info.elements()));
    dequantize_row(info.type, info.data, values);
    if (info.name == tensor) values[element] = value;
    auto& bytes = held.emplace_back(values.size() * sizeof(float));
    quantize_row(DType::f32, values, bytes);
    writer.add_tensor(info.name, DType::f32, info.dims, bytes);
  }
  const std::vector<std::byte> file = writer.to_bytes();
  ThreadPool threads(2);
  try {
    measure_importance(Model::load(GgufFile::parse(file, "spoilt.gguf")), std::vector<Token>{1, 2, 3, 4, 5}, 512, threads);
  } catch (const Error& error) {
    return error;
  }
  return Error(ErrorCode::internal, "nothing was refused");
}

TEST(Importance, BlamesTheTensorThatHoldsNoNumber) {
  const auto width = static_cast<std::size_t>(Model::load(kTiny)->sizes().width);
  for (const float bad : {std::nanf(""), HUGE_VALF}) {
    const Error error = refusal_with("blk.1.attn_k.weight", 2 * width + 3, bad);

    EXPECT_EQ(error.code(), ErrorCode::bad_argument);
    EXPECT_STREQ(error.what(), "tensor 'blk.1.attn_k.weight': row 2: element 3 is infinite or no number (NaN)");
  }
}

TEST(Importance, SaysWhereInputsOverflow) {
  const Error error = refusal_with("blk.0.attn_norm.weight", 1, 3e38f);

  EXPECT_EQ(error.code(), ErrorCode::bad_argument);
  EXPECT_NE(std::string(error.what()).find("what flows into it overflows on this text"), std::string::npos) << error.what();
}

// A turn of the bundled model's chats: its tokens are the bytes and a few control tokens.
void append_turn(std::vector<Token>& tokens, const std::string& role, const std::string& text) {
  const auto model = Model::load(kBundled);
  const StringArray& texts = model->file().metadata().get_string_array("tokenizer.ggml.tokens");
  const auto control = [&](std::string_view name) {
    Token found = 0;
    while (texts[static_cast<std::size_t>(found)] != name) ++found;
    return found;
  };
  const auto append = [&](const std::string& bytes) {
    for (const char c : bytes) tokens.push_back(static_cast<unsigned char>(c));
  };
  tokens.push_back(control("<|im_start|>"));
  append(role + "\n" + text);
  tokens.push_back(control("<|im_end|>"));
  append("\n");
}

// Logits of every position.
std::vector<float> logits_of(const std::string& path, const std::vector<Token>& tokens) {
  const auto model = Model::load(path);
  const KvLayout layout = model->kv_layout(DType::f32, 16);
  PagePool pool({.page_bytes = layout.page_bytes(), .slots_per_page = 16, .pages = 64});
  ThreadPool threads(2);
  CpuOps ops(threads);
  Forward forward(model, ops, KvView{layout, pool.base(), pool.capacity()}, 512);
  BlockTable table(pool, nullptr);
  EXPECT_TRUE(table.reserve(static_cast<std::int64_t>(tokens.size())));
  std::vector<BatchRow> rows;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    rows.push_back({.token = tokens[i], .position = static_cast<std::int32_t>(i), .sequence = 0, .wants_logits = true});
  }
  const BatchSequence sequence{table.pages()};
  forward.run({rows, {&sequence, 1}});
  std::vector<float> all;
  for (int i = 0; i < forward.logits_count(); ++i) all.insert(all.end(), forward.logits(i).begin(), forward.logits(i).end());
  return all;
}

// Mean over positions of the Kullback-Leibler divergence of the second from the first.
double divergence(const std::vector<float>& exact, const std::vector<float>& rounded, std::size_t vocabulary) {
  const auto log_sum = [&](const float* row) {
    double sum = 0;
    for (std::size_t i = 0; i < vocabulary; ++i) sum += std::exp(double{row[i]});
    return std::log(sum);
  };
  double total = 0;
  for (std::size_t at = 0; at < exact.size(); at += vocabulary) {
    const double exact_sum = log_sum(&exact[at]), rounded_sum = log_sum(&rounded[at]);
    for (std::size_t i = at; i < at + vocabulary; ++i) {
      const double log_p = exact[i] - exact_sum;
      total += std::exp(log_p) * (log_p - (rounded[i] - rounded_sum));
    }
  }
  return total * static_cast<double>(vocabulary) / static_cast<double>(exact.size());
}

TEST(Importance, BringsTheDistributionsOfOtherTextsNearer) {
  std::vector<Token> seen, other;
  append_turn(seen, "user", "Make 41 from 11 17 13.");
  append_turn(seen, "assistant", "<think>\n11+13=24 | 17 24\n17+24=41 | 41\n</think>\n\\boxed{17+11+13}");
  append_turn(seen, "user", "Make 57 from 8 6 9.");
  append_turn(seen, "assistant", "<think>\n8*6=48 | 9 48\n9+48=57 | 57\n</think>\n\\boxed{8*6+9}");
  append_turn(other, "user", "Make 62 from 25 32 26 29.");
  append_turn(other, "assistant",
              "<think>\n29+32=61 | 25 26 61\n61+26=87 | 25 87\n87-25=62 | 62\n</think>\n\\boxed{29+32+26-25}");
  const Importance importance = measured(kBundled, seen, 512);
  const std::vector<float> exact = logits_of(kBundled, other);
  const std::string path = ::testing::TempDir() + "reckon-" + std::to_string(getpid()) + "-calibrated.gguf";
  ThreadPool threads(2);
  const auto divergence_of = [&](DType type, const Importance* weights) {
    QuantizeOptions options;
    options.types.type = type;
    options.importance = weights;
    quantize_file(GgufFile::open(kBundled), path, options, threads);
    return divergence(exact, logits_of(path, other), exact.size() / other.size());
  };

  EXPECT_LT(divergence_of(DType::q4_k, &importance), 0.9 * divergence_of(DType::q4_k, nullptr));
  EXPECT_LT(divergence_of(DType::tq2_0, &importance), 0.5 * divergence_of(DType::tq2_0, nullptr));
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace reckon
