#include "app/measure_scores.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "app/evaluation.h"
#include "app/json.h"
#include "app/strategy_score.h"

namespace reckon {
namespace {

ProblemResult with(std::vector<Measure> measures) {
  ProblemResult result;
  result.verdict.measures = std::move(measures);
  return result;
}

std::map<std::string, MeasureScore> by_name(const std::vector<ProblemResult>& results) {
  std::map<std::string, MeasureScore> scores;
  for (MeasureScore& one : measure_scores(results)) scores.emplace(one.name, one);
  return scores;
}

TEST(MeasureScores, AreMeansOverTheProblemsThatHaveThem) {
  const auto scores = by_name({with({{"recall", 1.0}, {"calls", 4}}), with({{"recall", 0.0}}),
                               with({{"recall", 0.5}, {"calls", 2}}), with({{"calls", 3}}), with({})});

  ASSERT_EQ(scores.size(), 2U);
  EXPECT_EQ(scores.at("recall").problems, 3);
  EXPECT_DOUBLE_EQ(scores.at("recall").value, 0.5);
  EXPECT_EQ(scores.at("calls").problems, 3);
  EXPECT_DOUBLE_EQ(scores.at("calls").value, 3);
  EXPECT_LE(scores.at("recall").interval.low, 0.5);
  EXPECT_GE(scores.at("recall").interval.high, 0.5);
  EXPECT_TRUE(measure_scores(std::vector<ProblemResult>{with({}), with({})}).empty());
  EXPECT_TRUE(measure_scores({}).empty());
}

TEST(MeasureScores, MakeF1OfAClassFromWhatIsSoAndWhatIsSaid) {
  const auto pair = [](double is, double said) { return with({{"yes", is}, {"said yes", said}}); };
  // precision 2 of 3, recall 2 of 4
  const auto scores = by_name({pair(1, 1), pair(1, 1), pair(1, 0), pair(1, 0), pair(0, 1), pair(0, 0)});

  const MeasureScore& f1 = scores.at("F1 of yes");
  EXPECT_NEAR(f1.value, 4.0 / 7, 1e-12);
  ASSERT_TRUE(f1.baseline);
  EXPECT_NEAR(*f1.baseline, 0.8, 1e-12) << "always yes: precision 4 of 6, recall 1";
  EXPECT_LT(f1.interval.low, f1.value);
  EXPECT_GT(f1.interval.high, f1.value);
  EXPECT_EQ(by_name({pair(0, 0)}).at("F1 of yes").value, 0);
}

TEST(MeasureScores, AreReportedOfTheTasksThatHaveThem) {
  RuntimeOptions options;
  options.model = std::string(RECKON_SOURCE_DIR) + "/models/reckon-policy.gguf";
  Runtime runtime(options);
  EvaluationRequest request;
  request.task = "procedure:level=1";
  request.strategies = {"greedy"};
  request.limit = 6;

  const StrategyScore score = evaluate(runtime, request).scores().front();

  ASSERT_EQ(score.measures.size(), 3U);
  EXPECT_EQ(score.measures[2].name, "FM");
  EXPECT_DOUBLE_EQ(score.measures[2].value, score.accuracy) << "the last state is what counts";
  const Json document = to_json(request.task, score, std::nullopt);
  EXPECT_EQ(document["measures"]["FM"]["n"], 6);
  EXPECT_EQ(document["measures"]["FM"]["value"], score.accuracy);
}

}  // namespace
}  // namespace reckon
