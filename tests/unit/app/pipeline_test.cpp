// Pipelines of two model files: one budget, whose paths are whose, and what is charged.
#include <gtest/gtest.h>

#include <fstream>

#include "app/solve.h"
#include "base/error.h"

namespace reckon {
namespace {

const std::string kModelFolder = std::string(RECKON_SOURCE_DIR) + "/models/";

std::string file_of(const std::string& toml) {
  const std::string file = ::testing::TempDir() + "two.toml";
  std::ofstream(file) << toml;
  return file;
}

SolveRequest countdown_by(const std::string& toml) {
  SolveRequest request;
  request.problem = "Make 34 from 25 35 7 37.";
  request.strategy = "pipeline:file=" + file_of(toml);
  request.ensemble = {kModelFolder + "reckon-draft.gguf"};
  return request;
}

constexpr const char* kTwo =
    "[[stage]]\nkind = \"generate\"\nn = 2\nmodels = [0, 1]\nreserve = 0\n"
    "[[stage]]\nkind = \"rank\"\nmodel = 1\nkeep = 3\n"
    "[[stage]]\nkind = \"fuse\"\nmodels = [1, 0]\nmax_tokens = 40\n"
    "[[stage]]\nkind = \"select\"\n";

TEST(Pipeline, OfTwoFilesPaysFromOneBudget) {
  RuntimeOptions options;
  options.model = kModelFolder + "reckon-policy.gguf";
  Runtime runtime(options);
  for (const std::int64_t budget : {1, 60, 150, 600, 100000}) {
    SolveRequest request = countdown_by(kTwo);
    request.budget.tokens = budget;
    const SolveResult result = solve_now(runtime, request);

    std::int64_t drawn = 0;
    std::int64_t judged = 0;
    for (const PathRecord& path : result.outcome.paths) (path.judging ? judged : drawn) += path.tokens;
    EXPECT_LE(result.receipt.ledger.total(), budget);
    EXPECT_EQ(result.receipt.ledger.generated, drawn);
    EXPECT_TRUE(judged == 0 || result.receipt.ledger.verified > judged) << "with what it was shown";
    EXPECT_TRUE(budget < 100000 || judged > 0) << "the ranking";
    if (budget < 100000) continue;
    std::vector<int> models;
    for (const PathRecord& path : result.outcome.paths) models.push_back(path.model);
    EXPECT_EQ(models, (std::vector<int>{0, 1, 0, 1, 1, 1, 0})) << "in rounds, then the ranking, then the fused";
    EXPECT_EQ(solve_now(runtime, request).outcome.answer, result.outcome.answer);
  }
}

}  // namespace
}  // namespace reckon
