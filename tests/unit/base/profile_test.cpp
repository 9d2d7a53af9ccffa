// Profiles on a clock that tests move: every moment is charged once, to the innermost scope.
#include "base/profile.h"

#include <gtest/gtest.h>

#include <memory>

#include "base/thread_pool.h"

namespace reckon {
namespace {

class ProfileTest : public testing::Test {
 protected:
  double now = 100;
  Profile profile{[this] { return now; }};

  static double sum(const Profile::Entries& entries) {
    double seconds = 0;
    for (const auto& [name, entry] : entries) seconds += entry.seconds;
    return seconds;
  }
};

TEST_F(ProfileTest, ChargesTheInnermostScopeOnly) {
  {
    const ProfileScope outer(&profile, "step");
    now += 1;
    {
      const ProfileScope inner(&profile, "op");
      now += 4;
    }
    now += 2;
    const ProfileScope again(&profile, "op");
    now += 8;
  }

  const Profile::Entries entries = profile.take();

  EXPECT_EQ(entries.at("step").seconds, 3);
  EXPECT_EQ(entries.at("step").calls, 1);
  EXPECT_EQ(entries.at("op").seconds, 12);
  EXPECT_EQ(entries.at("op").calls, 2);
  EXPECT_EQ(entries.size(), 2U);
}

TEST_F(ProfileTest, AddsUpToAllTimeBetweenTwoLooksWhateverIsOpenThen) {
  ProfileScope loop(&profile, "loop");
  auto op = std::make_unique<ProfileScope>(&profile, "op");
  now += 5;
  profile.take();
  now += 1;
  op.reset();
  now += 2;
  op = std::make_unique<ProfileScope>(&profile, "op");
  now += 4;

  const Profile::Entries entries = profile.take();
  now += 16;

  EXPECT_EQ(entries.at("op").seconds, 5) << "the end of the first, the beginning of the second";
  EXPECT_EQ(entries.at("op").calls, 1);
  EXPECT_EQ(entries.at("loop").seconds, 2);
  EXPECT_EQ(sum(entries), 7);
  EXPECT_EQ(sum(profile.take()), 16);
}

TEST_F(ProfileTest, ChargesNobodyWhereNoScopeIsOpen) {
  now += 5;
  {
    const ProfileScope scope(&profile, "op");
  }
  now += 5;

  EXPECT_EQ(sum(profile.take()), 0);
}

TEST(ThreadPoolProfile, NamesWakingAndWaitingApartFromTheWork) {
  Profile profile;
  ThreadPool alone(1), together(2);
  for (ThreadPool* pool : {&alone, &together}) {
    {
      const ProfiledPool profiled(*pool, &profile);
      pool->parallel_for(8, [](int) {});
    }
    const Profile::Entries entries = profile.take();
    pool->parallel_for(8, [](int) {});

    const bool waits = pool->threads() > 1;
    EXPECT_EQ(entries.contains("wake workers"), waits);
    EXPECT_EQ(entries.contains("wait for workers"), waits);
    EXPECT_TRUE(profile.take().empty()) << "nobody asks any more";
  }
}

}  // namespace
}  // namespace reckon
