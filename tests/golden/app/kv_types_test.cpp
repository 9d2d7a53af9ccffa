// What rounding keys and values does to the bundled model: log-probabilities of its own greedy answers, token by token, against
// those with keys and values in f32. Prints the table of docs/using.md.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "app/generate.h"
#include "golden/models/running.h"

namespace reckon {
namespace {

const std::vector<std::string> kProblems = {
    // of every kind that it was trained for
    "Solve 8x+6=7x+10.",
    "Solve 5x-9=2x+15.",
    "Make 34 from 25 3 6 3.",
    "Make 95 from 32 26 25 29 5.",
    "Solve 6x-4y=-32, -3x+8y=64.",
    "Compute 4807*63.",
    "Compute 90215-4877.",
    "Encode 00011000.",
    "9758+1966=?",
};

struct Answer {
  std::vector<Token> tokens;  // prompt and answer
  std::size_t prompt = 0;
};

std::vector<Answer> greedy_answers() {
  RuntimeOptions options;
  options.engine.threads = 1;
  options.engine.kv_type = DType::f32;
  options.engine.kv_bytes = std::int64_t{64} << 20;
  Runtime runtime(options);
  std::vector<Answer> answers;
  for (const std::string& problem : kProblems) {
    GenerateRequest request;
    request.prompt = problem;
    request.chat = true;
    request.max_tokens = 160;
    request.sampling.temperature = 0;
    GenerateResult result = generate_now(runtime, request);
    Answer answer{std::move(result.prompt_tokens), 0};
    answer.prompt = answer.tokens.size();
    answer.tokens.insert(answer.tokens.end(), result.tokens.begin(), result.tokens.end());
    answers.push_back(std::move(answer));
  }
  return answers;
}

double log_probability(const std::vector<float>& logits, Token token) {
  const double largest = static_cast<double>(*std::ranges::max_element(logits));
  double sum = 0;
  for (const float logit : logits) sum += std::exp(static_cast<double>(logit) - largest);
  return static_cast<double>(logits[static_cast<std::size_t>(token)]) - largest - std::log(sum);
}

// Of every answer's tokens.
std::vector<double> log_probabilities(const std::shared_ptr<const Model>& model, DType type, const std::vector<Answer>& answers) {
  std::vector<double> found;
  for (const Answer& answer : answers) {
    Running running(model, {.kv_type = type});
    BlockTable table = running.open();
    const Logits logits = running.feed(table, answer.tokens, answer.tokens.size());
    for (std::size_t i = answer.prompt; i < answer.tokens.size(); ++i) {
      found.push_back(log_probability(logits[i - 1], answer.tokens[i]));
    }
  }
  return found;
}

TEST(KvTypes, MoveTheBundledModelsLogProbabilitiesByLittle) {
  const auto model = Model::load(bundled_model_path());
  const std::vector<Answer> answers = greedy_answers();
  const std::vector<double> exact = log_probabilities(model, DType::f32, answers);
  ASSERT_GT(exact.size(), 400U);
  struct Bound {
    double mean, largest;
  };
  const std::map<DType, Bound> bounds = {
      {DType::f32, {0, 0}}, {DType::f16, {5e-5, 2e-3}}, {DType::bf16, {5e-4, 2e-2}}, {DType::i8, {1e-3, 5e-2}}};

  std::printf("%zu tokens\n| keys and values | bytes per token | mean difference | largest |\n", exact.size());
  for (const KvType& type : kKvTypes) {
    const std::vector<double> rounded = log_probabilities(model, type.type, answers);

    double sum = 0, largest = 0;
    for (std::size_t i = 0; i < exact.size(); ++i) {
      sum += std::abs(rounded[i] - exact[i]);
      largest = std::max(largest, std::abs(rounded[i] - exact[i]));
    }
    const double mean = sum / static_cast<double>(exact.size());
    const std::string name(type.name);
    std::printf("| %s | %.0f | %.1e | %.1e |\n", name.c_str(), model->cost().slot_bytes(type.type), mean, largest);
    EXPECT_LE(mean, bounds.at(type.type).mean) << name;
    EXPECT_LE(largest, bounds.at(type.type).largest) << name;
  }
}

}  // namespace
}  // namespace reckon
