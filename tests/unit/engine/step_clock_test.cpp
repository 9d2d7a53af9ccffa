#include "engine/step_clock.h"

#include <gtest/gtest.h>

namespace reckon {
namespace {

TEST(StepClock, KnowsNothingBeforeTheFirstStep) {
  const StepClock clock;

  EXPECT_EQ(clock.predicted(512), 0);
  EXPECT_EQ(clock.row_seconds(), 0);
}

TEST(StepClock, FindsTheLineThroughStepsOfSeveralSizes) {
  StepClock clock;
  for (int round = 0; round < 20; ++round) {
    for (const int rows : {1, 40, 7, 200}) clock.note(rows, 0.002 + 0.0001 * rows);
  }

  EXPECT_NEAR(clock.row_seconds(), 0.0001, 1e-9);
  EXPECT_NEAR(clock.base_seconds(), 0.002, 1e-9);
  EXPECT_NEAR(clock.predicted(512), 0.0532, 2e-6);
}

TEST(StepClock, TakesStepsOfOneSizeForAllOfTheirRows) {
  StepClock clock;
  for (int i = 0; i < 10; ++i) clock.note(16, 0.004);

  EXPECT_NEAR(clock.predicted(16), 0.004, 1e-12);
  EXPECT_NEAR(clock.row_seconds(), 0.00025, 1e-12);
}

// Steps of nearly one size, whose times differ by chance: the line through them is far too steep.
TEST(StepClock, TakesNoRowForDearerThanRowsAreInTheMean) {
  StepClock clock;
  for (int i = 0; i < 40; ++i) clock.note(i % 2 == 0 ? 64 : 63, i % 2 == 0 ? 0.006 : 0.004);

  EXPECT_LE(clock.row_seconds(), 0.0051 / 63);
  EXPECT_LE(clock.predicted(640), 0.055);
  EXPECT_GE(clock.predicted(640), 0.04);
}

TEST(StepClock, ExpectsWhatWasLateToBeLateAgainForAWhile) {
  StepClock clock;
  for (int i = 0; i < 50; ++i) clock.note(16, 0.004);
  clock.note(16, 0.024);

  EXPECT_GE(clock.predicted(16), 0.024);
  for (int i = 0; i < 100; ++i) clock.note(16, 0.004);
  EXPECT_LT(clock.predicted(16), 0.0045);
}

TEST(StepClock, FollowsAMachineThatBecomesSlower) {
  StepClock clock;
  for (int i = 0; i < 100; ++i) clock.note(1 + i % 30, 0.001);
  for (int i = 0; i < 60; ++i) clock.note(1 + i % 30, 0.005);

  EXPECT_GE(clock.predicted(10), 0.0049);
}

}  // namespace
}  // namespace reckon
