#include "cli/live_lines.h"

#include <gtest/gtest.h>

#include "cli/one_line.h"

namespace reckon {
namespace {

LiveState solving() {
  LiveState state;
  state.progress.open = 12;
  state.progress.finished = 4;
  state.progress.pruned = 9;
  state.progress.best_score = 0.934;
  state.progress.leading = "46-18+33+13";
  state.progress.votes = 3;
  state.progress.answers = 4;
  state.progress.tokens = 1024;
  state.budget.tokens = 4096;
  state.seconds = 2.5;
  state.tokens_per_second = 512.4;
  return state;
}

TEST(LiveLines, ShowTheBudgetThePathsAndTheLeadingAnswer) {
  EXPECT_EQ(live_lines(solving(), 80, false),
            (std::vector<std::string>{
                "budget    [======                  ] 1024 of 4096 tokens, 512 a second, 2.50 s",
                "paths     12 open, 4 finished, 9 pruned; best score 0.93",
                "leading   46-18+33+13  3 of 4 answers, 75 %",
            }));
}

TEST(LiveLines, BeforeAnythingIsKnownAreAsMany) {
  EXPECT_EQ(live_lines(LiveState{}, 80, false), (std::vector<std::string>{
                                                    "budget    0 tokens, 0 us",
                                                    "paths     0 open, 0 finished",
                                                    "leading   no answer yet",
                                                }));
}

TEST(LiveLines, ShowTheLimitThatIsUsedUpMost) {
  LiveState state = solving();
  state.budget.seconds = 3;

  EXPECT_NE(live_lines(state, 100, false).front().find("[====================    ] 1024 tokens in 2.50 s of 3.00 s"),
            std::string::npos)
      << live_lines(state, 100, false).front();
  state.seconds = 30;  // the time it takes to stop
  EXPECT_NE(live_lines(state, 100, false).front().find("[========================] "), std::string::npos);
}

TEST(LiveLines, ShowALimitOfOperationsOrEnergy) {
  LiveState state = solving();
  state.progress.flops = 3e9;
  state.budget = Budget();
  state.budget.flops = 4e9;
  EXPECT_EQ(live_lines(state, 100, false).front(),
            "budget    [==================      ] 1024 tokens, 3.00 GFLOP of 4.00 GFLOP, 512 a second, 2.50 s");

  state.budget.joules = 30;
  state.joules = 29;
  EXPECT_EQ(live_lines(state, 100, false).front(),
            "budget    [======================= ] 1024 tokens, 29 J of 30 J, 512 a second, 2.50 s");
}

TEST(LiveLines, FitAnyTerminalAndStayLines) {
  LiveState state = solving();
  state.progress.leading = "a\nb\x1b[2J" + std::string(300, 'x') + "世界";
  state.progress.ended = 1;
  for (int columns = 0; columns < 120; ++columns) {
    const std::vector<std::string> lines = live_lines(state, columns, false);

    EXPECT_EQ(lines.size(), kLiveLines);
    for (const std::string& line : lines) {
      EXPECT_LE(columns_of(line), static_cast<std::size_t>(columns)) << line;
      EXPECT_EQ(line.find_first_of("\n\x1b"), std::string::npos) << line;
    }
  }
  EXPECT_TRUE(live_lines(state, 80, false).back().ends_with("3 of 4 answers, 75 %"));  // the answer makes room
}

TEST(LiveLines, AreColouredWhereThatIsWanted) {
  for (const std::string& line : live_lines(solving(), 80, true)) EXPECT_TRUE(line.starts_with("\x1b[2m")) << line;
}

}  // namespace
}  // namespace reckon
