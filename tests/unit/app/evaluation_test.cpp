#include "app/evaluation.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace reckon {
namespace {

EvaluationRequest greedy_countdown(std::int64_t limit) {
  EvaluationRequest request;
  request.task = "countdown";
  request.strategies = {"greedy"};
  request.limit = limit;
  return request;
}

Runtime bundled() {
  RuntimeOptions options;
  options.model = std::string(RECKON_SOURCE_DIR) + "/models/reckon-policy.gguf";
  return Runtime(options);
}

TEST(Evaluation, HandsOverEachResultAsItsProblemFinishes) {
  Runtime runtime = bundled();
  EvaluationRequest request = greedy_countdown(6);
  request.parallel = 2;
  std::int64_t results = 0;
  request.on_result = [&results](const std::string&, const Instance&, const SolveResult&) { ++results; };
  std::vector<std::int64_t> results_at_progress;
  request.on_progress = [&](std::int64_t, std::int64_t) { results_at_progress.push_back(results); };

  evaluate(runtime, request);

  EXPECT_EQ(results_at_progress, (std::vector<std::int64_t>{1, 2, 3, 4, 5, 6}));
}

TEST(Evaluation, EndsWhenAResultCannotBeTaken) {
  Runtime runtime = bundled();
  EvaluationRequest request = greedy_countdown(50);
  request.parallel = 1;
  std::int64_t results = 0;
  request.on_result = [&results](const std::string&, const Instance&, const SolveResult&) {
    ++results;
    throw std::runtime_error("disk full");
  };

  EXPECT_THROW(evaluate(runtime, request), std::runtime_error);
  EXPECT_EQ(results, 1);
}

}  // namespace
}  // namespace reckon
