#include "cli/eval_lines.h"

#include <gtest/gtest.h>

#include "cli/one_line.h"

namespace reckon {
namespace {

EvalState under_way() {
  EvalState state;
  state.task = "countdown";
  state.done = 15;
  state.total = 20;
  state.seconds_left = 4.0;
  state.rows = {{.label = "greedy", .done = 10, .right = 6, .tokens = 1039},
                {.label = "majority:n=16", .done = 5, .right = 2, .tokens = 5100}};
  return state;
}

TEST(EvalLines, ShowABarAndARunningTable) {
  EXPECT_EQ(eval_lines(under_way(), 64),
            (std::vector<std::string>{"countdown [==================      ] 15/20, 4.00 s left",
                                      "strategy                            done   accuracy     tokens",
                                      "greedy                                10     60.0 %      103.9",
                                      "majority:n=16                          5     40.0 %     1020.0"}));
}

TEST(EvalLines, FitWhateverTheTerminalAndTheLabels) {
  EvalState state = under_way();
  state.rows.resize(40, {.label = "a label\nof \x1b[2J several lines \xff", .done = 1, .right = 0, .tokens = 1});
  for (const int columns : {0, 5, 40, 80, 300}) {
    const std::vector<std::string> lines = eval_lines(state, columns);

    EXPECT_EQ(lines.size(), 2 + kMostEvalRows);
    for (const std::string& line : lines) {
      EXPECT_LE(columns_of(line), static_cast<std::size_t>(columns) + 1) << line;
      EXPECT_EQ(line.find_first_of("\n\x1b"), std::string::npos);
    }
  }
  EXPECT_EQ(eval_lines(EvalState{}, 80).size(), 1u) << "nothing has begun";
}

}  // namespace
}  // namespace reckon
