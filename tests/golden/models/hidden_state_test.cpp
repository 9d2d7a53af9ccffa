// The hidden state that is handed out is that of Hugging Face transformers: an output matrix has more rows than columns, so the
// one vector whose products with it are the reference's logits is the reference's. And its bits never depend on the rest of the
// batch.
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "base/error.h"
#include "golden/models/reference_values.h"
#include "golden/models/running.h"
#include "kernels/blocks/registry.h"

namespace reckon {
namespace {

constexpr double kTolerance = 1e-4;  // max |difference| / max |logit|, as for logits

std::string golden(const std::string& name) { return std::string(RECKON_SOURCE_DIR) + "/tests/golden/models/" + name; }

// Products of a hidden state with every row of the model's output matrix, by the book.
std::vector<double> products(const Model& model, std::span<const float> hidden) {
  const WeightView matrix = model.weights().output.matrix;
  const auto row_size = static_cast<std::size_t>(row_bytes(matrix.type, matrix.cols));
  std::vector<double> all;
  std::vector<float> row(hidden.size());
  for (std::int64_t i = 0; i < matrix.rows; ++i) {
    dequantize_row(matrix.type, {matrix.data + static_cast<std::size_t>(i) * row_size, row_size}, row);
    double sum = 0;
    for (std::size_t j = 0; j < row.size(); ++j) sum += static_cast<double>(row[j]) * static_cast<double>(hidden[j]);
    all.push_back(sum);
  }
  return all;
}

class HiddenState : public testing::TestWithParam<std::string> {
 protected:
  std::shared_ptr<const Model> model = Model::load(golden(GetParam() + ".gguf"));
  GgufFile file = GgufFile::open(golden(GetParam() + ".reference.gguf"));
  std::vector<Token> tokens = values<Token>(file, "tokens");
  std::vector<float> logits = values<float>(file, "logits");  // [tokens, vocabulary]

  // Behind every token, when the text is run at once.
  std::vector<std::vector<float>> whole() {
    Running running(model, {});
    BlockTable table = running.open();
    running.feed(table, tokens, tokens.size());
    std::vector<std::vector<float>> rows;
    for (int i = 0; i < static_cast<int>(tokens.size()); ++i) {
      const std::span<const float> hidden = running.forward().hidden(i);
      rows.emplace_back(hidden.begin(), hidden.end());
    }
    return rows;
  }
};

TEST_P(HiddenState, IsTheOneWhoseProductsAreTheLogitsOfTransformers) {
  const auto rows = whole();
  double difference = 0, largest = 0;

  for (std::size_t i = 0; i < rows.size(); ++i) {
    ASSERT_EQ(std::ssize(rows[i]), model->info().width);
    const std::vector<double> found = products(*model, rows[i]);
    ASSERT_EQ(found.size() * rows.size(), logits.size());
    for (std::size_t j = 0; j < found.size(); ++j) {
      const double expected = static_cast<double>(logits[i * found.size() + j]);
      difference = std::max(difference, std::abs(found[j] - expected));
      largest = std::max(largest, std::abs(expected));
    }
  }

  EXPECT_LE(difference / largest, kTolerance);
}

TEST_P(HiddenState, HasTheSameBitsAloneInPiecesAndBesideStrangers) {
  const auto expected = whole();
  Running running(model, {.threads = 2});
  BlockTable mine = running.open(), stranger = running.open();
  const TokenSpan all = tokens;
  const std::vector<Token> other(all.rbegin() + 7, all.rend());

  running.step({{&stranger, TokenSpan(other).first(9)}, {&mine, all.first(21)}});
  EXPECT_TRUE(std::ranges::equal(running.forward().hidden(9 + 20), expected[20]));
  running.step({{&mine, all.subspan(21, 1)}, {&stranger, TokenSpan(other).subspan(9, 3)}});
  EXPECT_TRUE(std::ranges::equal(running.forward().hidden(0), expected[21]));
  EXPECT_THROW(running.forward().hidden(4), Error);
  EXPECT_THROW(running.forward().hidden(-1), Error);
}

INSTANTIATE_TEST_SUITE_P(Golden, HiddenState,
                         testing::Values("qwen3", "qwen2", "llama-bias", "qwen3moe", "qwen3-bf16", "qwen2-q4_0"),
                         [](const auto& instance) {
                           std::string name = instance.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace reckon
