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

TEST(ShareTokens, GivesEveryoneWhatItWantsIfThatFits) {
  EXPECT_EQ(share_tokens(100, std::vector<std::int64_t>{10, 20, 30}), (std::vector<std::int64_t>{10, 20, 30}));
}

TEST(ShareTokens, SharesEquallyAndGivesRemaindersToLowerIndices) {
  EXPECT_EQ(share_tokens(10, std::vector<std::int64_t>{100, 100, 100}), (std::vector<std::int64_t>{4, 3, 3}));
}

TEST(ShareTokens, PassesOnWhatSmallWantsLeaveOver) {
  EXPECT_EQ(share_tokens(10, std::vector<std::int64_t>{1, 100, 100}), (std::vector<std::int64_t>{1, 5, 4}));
}

TEST(ShareTokens, NeverExceedsWhatThereIsNorWhatIsWanted) {
  EXPECT_TRUE(rc::check([] {
    const auto available = *rc::gen::inRange<std::int64_t>(0, 500);
    const auto wanted = *rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, 100));

    const std::vector<std::int64_t> granted = share_tokens(available, wanted);

    const std::int64_t all = std::accumulate(wanted.begin(), wanted.end(), std::int64_t{0});
    RC_ASSERT(std::accumulate(granted.begin(), granted.end(), std::int64_t{0}) == std::min(all, available));
    for (std::size_t i = 0; i < wanted.size(); ++i) RC_ASSERT(granted[i] >= 0 && granted[i] <= wanted[i]);
    // Fair: nobody who got less than it wanted has two tokens less than somebody else.
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      for (std::size_t k = 0; k < wanted.size(); ++k) RC_ASSERT(granted[i] == wanted[i] || granted[k] <= granted[i] + 1);
    }
  }));
}

}  // namespace
}  // namespace reckon
