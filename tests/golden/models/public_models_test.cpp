// Small public models against logits, likelihoods and greedy texts of an independent float64 forward pass
// (RECKON_SHARED_DIR/models/*/golden.json). Skipped, visibly, where that folder is absent.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "golden/models/running.h"

namespace reckon {
namespace {

struct PublicModel {
  std::string folder;
  std::string weights;  // key of golden.json "weights", and of each case
  std::string file;
  friend void PrintTo(const PublicModel& model, std::ostream* out) { *out << model.file; }
};

class PublicModels : public testing::TestWithParam<PublicModel> {
 protected:
  void SetUp() override {
    const std::string folder = std::string(RECKON_SHARED_DIR) + "/models/" + GetParam().folder;
    for (const std::string& name : {GetParam().file, std::string("golden.json")}) {
      if (!std::filesystem::exists(folder + "/" + name)) GTEST_SKIP() << "missing: " << folder << "/" << name;
    }
    model = Model::load(folder + "/" + GetParam().file);
    const nlohmann::json goldens = nlohmann::json::parse(std::ifstream(folder + "/golden.json"));
    for (const auto& item : goldens.at("cases")) {
      if (item.value("weights", GetParam().weights) == GetParam().weights) cases.push_back(item);
    }
    ASSERT_FALSE(cases.empty());
  }
  std::shared_ptr<const Model> model;
  std::vector<nlohmann::json> cases;
};

Token best(const std::vector<float>& logits) { return static_cast<Token>(std::ranges::max_element(logits) - logits.begin()); }

double negative_log_likelihood(const Logits& logits, const std::vector<Token>& tokens) {
  double sum = 0;
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    double total = 0;
    for (const float value : logits[i - 1]) total += std::exp(static_cast<double>(value));
    sum += std::log(total) - static_cast<double>(logits[i - 1][static_cast<std::size_t>(tokens[i])]);
  }
  return sum;
}

TEST_P(PublicModels, AgreeOnThePrompt) {
  for (const nlohmann::json& item : cases) {
    const auto prompt = item.at("prompt_ids").get<std::vector<Token>>();
    Running running(model, {});
    BlockTable table = running.open();

    const Logits logits = running.feed(table, prompt, prompt.size());

    const auto expected = item.at("prompt_last_logits").get<std::vector<double>>();
    double largest = 0;
    for (const double value : expected) largest = std::max(largest, std::abs(value));
    ASSERT_EQ(logits.back().size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(logits.back()[i], expected[i], 1e-4 * largest);
    EXPECT_NEAR(negative_log_likelihood(logits, prompt), item.at("prompt_nll_nats").get<double>(), 1e-3);
    const auto argmax = item.at("prompt_logits_all_positions_argmax").get<std::vector<Token>>();
    ASSERT_EQ(logits.size(), argmax.size());
    for (std::size_t i = 0; i < argmax.size(); ++i) EXPECT_EQ(best(logits[i]), argmax[i]) << "position " << i;
  }
}

TEST_P(PublicModels, WriteTheSameGreedyText) {
  for (const nlohmann::json& item : cases) {
    const auto prompt = item.at("prompt_ids").get<std::vector<Token>>();
    const auto expected = item.at("greedy_ids").get<std::vector<Token>>();
    Running running(model, {.kv_type = DType::f16, .threads = 2});
    BlockTable table = running.open();

    Logits logits = running.feed(table, prompt, 7);
    std::vector<Token> written;
    while (written.size() < expected.size()) {
      written.push_back(best(logits.back()));
      logits = running.feed(table, TokenSpan(written).last(1), 1);
    }

    EXPECT_EQ(written, expected);
  }
}

INSTANTIATE_TEST_SUITE_P(Golden, PublicModels,
                         testing::Values(PublicModel{"stories260K", "F32", "stories260K-f32.gguf"},
                                         PublicModel{"babyllama-tok105", "F32", "babyllama-tok105-f32.gguf"},
                                         PublicModel{"babyllama-tok105", "Q8_0", "babyllama-tok105-q8_0.gguf"}),
                         [](const auto& instance) {
                           return instance.index == 0 ? "stories" : "babyllama_" + instance.param.weights;
                         });

}  // namespace
}  // namespace reckon
