#include "app/aggregation.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace reckon {
namespace {

Aggregation aggregated(const std::vector<VoteLine>& votes, const std::string& method, bool answers = false) {
  AggregationRequest request;
  request.method = method;
  request.answers = answers;
  return aggregate(votes, request);
}

TEST(Aggregation, GivesNamesBackInTheirOrder) {
  const Aggregation result =
      aggregated({{"second", "w", "b"}, {"first", "w", "a"}, {"second", "v", "b"}, {"second", "u", "a"}}, "majority");

  ASSERT_EQ(result.items.size(), 2U);
  EXPECT_EQ(result.items[0].item, "second");
  EXPECT_EQ(result.items[0].label, "b");
  EXPECT_DOUBLE_EQ(result.items[0].confidence, 2.0 / 3);
  EXPECT_EQ(result.items[0].votes, 3);
  EXPECT_EQ(result.items[1].label, "a");
  ASSERT_EQ(result.workers.size(), 3U);
  EXPECT_EQ(result.workers[0].worker, "w");
  EXPECT_EQ(result.workers[0].votes, 2);
  EXPECT_EQ(result.iterations, 0);
}

TEST(Aggregation, OfAnswersCountsEqualValuesTogether) {
  const std::vector<VoteLine> votes{{"q", "a", "0.5"}, {"q", "b", "3"}, {"q", "c", "1/2"},
                                    {"r", "a", "0.5"}, {"r", "b", "7"}, {"r", "c", "7.0"}};

  EXPECT_EQ(aggregated(votes, "majority", true).items[0].label, "0.5");
  EXPECT_DOUBLE_EQ(aggregated(votes, "majority", true).items[0].confidence, 2.0 / 3);
  EXPECT_EQ(aggregated(votes, "one_coin", true).items[1].label, "7");
  EXPECT_THROW(aggregated(votes, "dawid_skene", true), Error);
}

TEST(Aggregation, OfOneLabelIsThatLabel) {
  for (const char* method : {"majority", "dawid_skene", "one_coin", "zencrowd", "glad"}) {
    EXPECT_EQ(aggregated({{"q", "a", "x"}, {"q", "b", "x"}}, method).items[0].label, "x") << method;
  }
}

TEST(Aggregation, RefusesTheMethodBeforeTheFile) {
  AggregationRequest request;
  request.file = "/nowhere/votes.jsonl";
  request.method = "one_coyn";
  try {
    aggregate(request);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean 'one_coin'"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace reckon
