// Two models of different sizes that answer one request: whom a path belongs to, one budget, what is refused.
#include <gtest/gtest.h>

#include "app/evaluation.h"
#include "app/solve.h"
#include "base/error.h"

namespace reckon {
namespace {

const std::string kModels = std::string(RECKON_SOURCE_DIR) + "/models/";

Runtime bundled() {
  RuntimeOptions options;
  options.model = kModels + "reckon-policy.gguf";
  return Runtime(options);
}

SolveRequest countdown(const std::string& strategy) {
  SolveRequest request;
  request.problem = "Make 34 from 25 35 7 37.";
  request.strategy = strategy;
  request.ensemble = {kModels + "reckon-draft.gguf"};
  return request;
}

TEST(Ensemble, OfTwoFilesPaysFromOneBudget) {
  Runtime runtime = bundled();
  for (const std::int64_t budget : {1, 60, 150, 600, 100000}) {
    SolveRequest request = countdown("ensemble:n=3");
    request.budget.tokens = budget;
    const SolveResult result = solve_now(runtime, request);

    std::int64_t drawn = 0;
    double flops = 0;
    for (const PathRecord& path : result.outcome.paths) {
      drawn += path.tokens;
      ASSERT_LT(static_cast<std::size_t>(path.model), result.models.size());
      for (std::int64_t i = 0; i + 1 < path.tokens; ++i) {
        flops += result.models[static_cast<std::size_t>(path.model)]->cost().flops(i + 1, true);
      }
    }
    const Ledger& ledger = result.receipt.ledger;
    EXPECT_LE(ledger.total(), budget);
    EXPECT_EQ(ledger.generated, drawn);
    EXPECT_GE(ledger.flops, flops);
    if (budget < 100000) continue;
    EXPECT_EQ(result.outcome.paths.size(), 6U);
    EXPECT_EQ(result.outcome.paths.back().model, 1);
    EXPECT_LT(result.models[1]->cost().flops(1, true), result.models[0]->cost().flops(1, true) / 3);
    EXPECT_EQ(solve_now(runtime, request).outcome.answer, result.outcome.answer);
  }
}

TEST(Ensemble, OfModelsIsRefusedWhereTheStrategyAsksOnlyOne) {
  EXPECT_THROW(validate(countdown("majority")), Error);
  EXPECT_NO_THROW(validate(countdown("ensemble")));
  EvaluationRequest request;
  request.task = "countdown";
  request.strategies = {"greedy", "majority"};
  request.ensemble = {kModels + "reckon-draft.gguf"};
  EXPECT_THROW(validate(request), Error);
  request.strategies.emplace_back("ensemble");
  EXPECT_NO_THROW(validate(request));
}

TEST(Ensemble, OfAFileThatIsNotThereIsRefused) {
  Runtime runtime = bundled();
  SolveRequest request = countdown("ensemble");
  request.ensemble = {"/nowhere/model.gguf"};
  EXPECT_THROW(solve_now(runtime, request), Error);
  EXPECT_THROW(solve_now(runtime, request), Error) << "and again";
}

}  // namespace
}  // namespace reckon
