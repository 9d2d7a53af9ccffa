// Budget that moves from problem to problem of an evaluation.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "app/evaluation.h"

namespace reckon {
namespace {

Runtime rollover_runtime() {
  RuntimeOptions options;
  options.model = std::string(RECKON_SOURCE_DIR) + "/models/reckon-policy.gguf";
  return Runtime(options);
}

EvaluationRequest rolling(const std::string& strategy) {
  EvaluationRequest request;
  request.task = "arithmetic:level=1";
  request.strategies = {strategy};
  request.budget.tokens = 400;
  request.limit = 6;
  return request;
}

std::vector<std::int64_t> spent(const Evaluation& evaluation) {
  std::vector<std::int64_t> tokens;
  for (const ProblemResult& result : evaluation.cells.at(0).results) tokens.push_back(result.solved.receipt.ledger.total());
  return tokens;
}

TEST(RolloverBetweenProblems, GivesWhatIsLeftToTheNextAndKeepsTheWhole) {
  Runtime runtime = rollover_runtime();

  const std::vector<std::int64_t> tokens = spent(evaluate(runtime, rolling("majority:n=64@rollover:most=3")));
  const std::vector<std::int64_t> fixed = spent(evaluate(runtime, rolling("majority:n=64")));

  std::int64_t sum = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    sum += tokens[i];
    EXPECT_LE(tokens[i], 1200);
    EXPECT_LE(sum, 400 * static_cast<std::int64_t>(i + 1));
    EXPECT_LE(fixed[i], 400);
  }
  const std::vector<std::int64_t> saving = spent(evaluate(runtime, rolling("majority:n=64@adaptive:least=4,wave=4@rollover")));
  EXPECT_GT(*std::ranges::max_element(saving), 0);
}

TEST(RolloverBetweenProblems, GoesOnWhereItWasInterruptedAsIfItHadNotBeen) {
  Runtime runtime = rollover_runtime();
  const auto get = [&runtime]() -> Runtime& { return runtime; };
  const std::string path = ::testing::TempDir() + "reckon-rollover-" + std::to_string(getpid()) + ".sqlite";
  std::filesystem::remove(path);
  EvaluationRequest request = rolling("majority:n=12@adaptive@rollover");
  const std::vector<std::int64_t> whole = spent(evaluate(runtime, request));
  EvaluationRequest interrupted = request;
  int left = 3;
  interrupted.on_result = [&left](const std::string&, const Instance&, const SolveResult&) {
    if (left-- == 0) throw std::runtime_error("interrupted");
  };
  {
    ResultStore store(path, DatabaseAccess::create);
    EXPECT_THROW(evaluate(runtime.options(), get, interrupted, store), std::runtime_error);
  }

  ResultStore store(path, DatabaseAccess::create);
  EXPECT_EQ(spent(evaluate(runtime.options(), get, request, store)), whole);
  request.offset = 1;  // other budgets: another run
  evaluate(runtime.options(), get, request, store);
  EXPECT_EQ(store.runs().size(), 2U);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace reckon
