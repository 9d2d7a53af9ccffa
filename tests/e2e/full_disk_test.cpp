// What cannot be written is reported, never taken for success. /dev/full is a disk without room.
#include <gtest/gtest.h>

#include <filesystem>

#include "e2e/program.h"

namespace reckon {
namespace {

Ran run_into_a_full_disk(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"-c", "exec \"$0\" \"$@\" > /dev/full", RECKON_PROGRAM});
  return run_reckon(arguments, "", {}, "/bin/sh");
}

TEST(FullDisk, IsReportedForStandardOutput) {
  const std::vector<std::vector<std::string>> commands{{"strategies"},
                                                       {"tasks", "--json"},
                                                       {"--help"},
                                                       {"solve", "--help"},
                                                       {"--version"},
                                                       {"inspect"},
                                                       {"inspect", "--json"},
                                                       {"solve", "-s", "greedy", "Make 34 from 25 35 7 37."},
                                                       {"solve", "-s", "greedy", "--json", "Make 34 from 25 35 7 37."},
                                                       {"run", "-n", "4", "Make"},
                                                       {"run", "-n", "4", "--json", "Make"},
                                                       {"eval", "--task", "countdown", "--limit", "2"},
                                                       {"eval", "--task", "countdown", "--limit", "2", "--json"}};
  for (const std::vector<std::string>& command : commands) {
    const Ran ran = run_into_a_full_disk(command);

    EXPECT_EQ(ran.exit_code, 2) << ::testing::PrintToString(command);
    EXPECT_EQ(ran.error_lines(), 1U) << ran.err;
    EXPECT_NE(ran.err.find("standard output"), std::string::npos) << ran.err;
  }
}

TEST(FullDisk, IsReportedForTracesAndPlots) {
  const std::vector<std::vector<std::string>> commands{
      {"eval", "--task", "countdown", "--limit", "2", "--trace", "/dev/full"},
      {"eval", "--task", "countdown", "--limit", "2", "--plot", "/dev/full"},
      {"solve", "-s", "greedy", "--trace", "/dev/full", "Make 34 from 25 35 7 37."}};
  for (const std::vector<std::string>& command : commands) {
    const Ran ran = run_reckon(command);

    EXPECT_EQ(ran.exit_code, 2) << ::testing::PrintToString(command);
    EXPECT_EQ(ran.error_lines(), 1U) << ran.err;
    EXPECT_NE(ran.err.find("/dev/full"), std::string::npos) << ran.err;
  }
}

TEST(FullDisk, IsReportedForDrawings) {
  const std::string full = temporary("full.svg");  // the kind of drawing is in the name
  std::filesystem::create_symlink("/dev/full", full);

  const Ran ran = run_reckon({"tree", RECKON_SOURCE_DIR "/tests/fuzz/corpus/trace/beam", "--out", full});

  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_EQ(ran.error_lines(), 1U) << ran.err;
  EXPECT_NE(ran.err.find(full), std::string::npos) << ran.err;
  std::filesystem::remove(full);
}

}  // namespace
}  // namespace reckon
