#include "engine/budget.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <numeric>

#include "base/error.h"

namespace reckon {
namespace {

TEST(Budget, ReadsEveryLimit) {
  const Budget budget = parse_budget("tokens=4k,flops=2e9,seconds=0.5,joules=3");

  EXPECT_EQ(budget.tokens, 4000);
  EXPECT_EQ(budget.flops, 2e9);
  EXPECT_EQ(budget.seconds, 0.5);
  EXPECT_EQ(budget.joules, 3.0);
}

TEST(Budget, RefusesWhatIsNotALimit) {
  for (const char* text : {"tokens=-1", "tokens=0", "tokens=many", "seconds=-2", "seconds=nan", "seconds=inf", "flops=0",
                           "token=5", "tokens", "tokens=1,tokens=2", ""}) {
    EXPECT_THROW(parse_budget(text), Error) << text;
  }
}

std::vector<Want> unknown(std::vector<std::int64_t> most) {
  std::vector<Want> wants;
  for (const std::int64_t tokens : most) wants.push_back(Want{tokens, tokens});
  return wants;
}

TEST(ShareTokens, GivesEveryoneTheMostItCanUseIfThatFits) {
  EXPECT_EQ(share_tokens(100, unknown({10, 20, 30})), (std::vector<std::int64_t>{10, 20, 30}));
  EXPECT_EQ(share_tokens(100, std::vector<Want>{{10, 1}, {90, 2}}), (std::vector<std::int64_t>{10, 90}));
}

TEST(ShareTokens, SharesEquallyWhatIsLeftBeyondTheExpected) {
  EXPECT_EQ(share_tokens(40, std::vector<Want>{{100, 10}, {12, 10}, {100, 10}}), (std::vector<std::int64_t>{14, 12, 14}));
  EXPECT_EQ(share_tokens(10, std::vector<Want>{{100, 0}, {100, 0}, {100, 0}}), (std::vector<std::int64_t>{4, 3, 3}));
}

TEST(ShareTokens, LetsOneAfterTheOtherEndWhenTheExpectedDoesNotFit) {
  EXPECT_EQ(share_tokens(250, unknown({100, 100, 100, 100})), (std::vector<std::int64_t>{100, 100, 50, 0}));
  EXPECT_EQ(share_tokens(99, unknown({100, 100})), (std::vector<std::int64_t>{99, 0}));
}

TEST(ShareTokens, LetsThoseEndFirstThatNeedLeast) {
  EXPECT_EQ(share_tokens(50, std::vector<Want>{{100, 60}, {100, 5}, {100, 40}}), (std::vector<std::int64_t>{5, 5, 40}));
}

TEST(ShareTokens, NeverExceedsWhatThereIsNorWhatCanBeUsed) {
  EXPECT_TRUE(rc::check([] {
    const auto available = *rc::gen::inRange<std::int64_t>(0, 500);
    const auto most = *rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, 100));
    std::vector<Want> wants;
    for (const std::int64_t tokens : most) wants.push_back(Want{tokens, *rc::gen::inRange<std::int64_t>(0, tokens + 1)});

    const std::vector<std::int64_t> granted = share_tokens(available, wants);

    const std::int64_t all = std::accumulate(most.begin(), most.end(), std::int64_t{0});
    RC_ASSERT(std::accumulate(granted.begin(), granted.end(), std::int64_t{0}) == std::min(all, available));
    for (std::size_t i = 0; i < wants.size(); ++i) RC_ASSERT(granted[i] >= 0 && granted[i] <= wants[i].most);
    // Whoever gets less than it is expected to need has not been passed over for one that needs more.
    for (std::size_t i = 0; i < wants.size(); ++i) {
      if (granted[i] >= wants[i].expected) continue;
      for (std::size_t k = 0; k < wants.size(); ++k) RC_ASSERT(granted[k] == 0 || wants[k].expected <= wants[i].expected);
    }
  }));
}

}  // namespace
}  // namespace reckon
