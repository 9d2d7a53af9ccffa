// Everything a user can get wrong: one line that names the thing and the fix, exit code 2.
#include <gtest/gtest.h>

#include <filesystem>

#include "e2e/program.h"

namespace reckon {
namespace {

struct BadInput {
  std::string name;
  std::vector<std::string> arguments;
  std::string said;  // part of the message
  std::string standard_input = "";
};

void PrintTo(const BadInput& input, std::ostream* out) { *out << input.name; }

class Refuses : public ::testing::TestWithParam<BadInput> {};

TEST_P(Refuses, WithOneClearLine) {
  const Ran ran = run_reckon(GetParam().arguments, GetParam().standard_input);

  EXPECT_EQ(ran.exit_code, 2) << ran.err;
  EXPECT_EQ(ran.error_lines(), 1U) << ran.err;
  EXPECT_EQ(ran.out, "");
  EXPECT_NE(ran.err.find(GetParam().said), std::string::npos) << ran.err;
}

const std::string kFolder = RECKON_SOURCE_DIR;

INSTANTIATE_TEST_SUITE_P(
    CommandLine, Refuses,
    ::testing::Values(
        BadInput{"NoCommand", {}, "subcommand"}, BadInput{"UnknownCommand", {"sovle", "x"}, "sovle"},
        BadInput{"UnknownOption", {"solve", "--strateggy", "greedy", "x"}, "--strateggy"},
        BadInput{"MissingFile", {"solve", "-m", "/nowhere/model.gguf", "x"}, "/nowhere/model.gguf"},
        BadInput{"Directory", {"solve", "-m", kFolder, "x"}, "directory"},
        BadInput{"TextFile", {"solve", "-m", kFolder + "/CMakeLists.txt", "x"}, "GGUF"},
        BadInput{"EmptyFile", {"solve", "-m", "/dev/null", "x"}, "/dev/null"},
        BadInput{"UnknownStrategy", {"solve", "-s", "best-of-n", "x"}, "did you mean 'best_of_n'"},
        BadInput{"UnknownParameter", {"solve", "-s", "best_of_n:m=3", "x"}, "'m'"},
        BadInput{"ParameterOutOfRange", {"solve", "-s", "best_of_n:n=0", "x"}, "n"},
        BadInput{"ParameterOfWrongKind", {"solve", "-s", "best_of_n:n=many", "x"}, "many"},
        BadInput{"UnknownVerifier", {"solve", "-s", "best_of_n", "-v", "liklihood", "x"}, "did you mean 'likelihood'"},
        BadInput{"NegativeBudget", {"solve", "--budget", "tokens=-5", "x"}, "tokens"},
        BadInput{"UnknownBudget", {"solve", "--budget", "watts=5", "x"}, "watts"},
        BadInput{"EmptyProblem", {"solve", ""}, "PROBLEM"}, BadInput{"NoProblem", {"solve"}, "PROBLEM"},
        BadInput{"OneMegabyteProblem", {"solve", "-"}, "1000000 bytes", std::string(1 << 20, 'a')},
        BadInput{"ProblemBeyondTheContext", {"solve", "-"}, "context", std::string(900'000, 'a')},
        BadInput{"InvalidUtf8", {"solve", "Make 3 from \xff 2."}, "UTF-8 at byte 12"},
        BadInput{"UnknownTask", {"solve", "--task", "countdwon"}, "did you mean 'countdown'"},
        BadInput{"UnknownExtraction", {"solve", "--extract", "guess", "x"}, "guess"},
        BadInput{"TraceIntoNowhere", {"solve", "--trace", "/nowhere/trace.jsonl", "x"}, "/nowhere/trace.jsonl"},
        BadInput{"TooManyThreads", {"solve", "-t", "5000", "x"}, "threads"},
        BadInput{"NegativeThreads", {"solve", "-t", "-3", "x"}, "threads"},
        BadInput{"TinyKv", {"solve", "--kv-bytes", "10", "x"}, "--kv-bytes"},
        BadInput{"KvOfWrongKind", {"solve", "--kv-bytes", "lots", "x"}, "lots"},
        BadInput{"ZeroPageSlots", {"solve", "--page-slots", "0", "x"}, "slots"}, BadInput{"EvalWithoutTask", {"eval"}, "--task"},
        BadInput{"EvalZeroLimit", {"eval", "--task", "countdown", "--limit", "0"}, "--limit"},
        BadInput{"EvalUnknownSplit", {"eval", "--task", "countdown", "--split", "tset"}, "tset"},
        BadInput{"EvalUnknownLevel", {"eval", "--task", "countdown:level=9"}, "level"},
        BadInput{"EvalMissingTaskFile", {"eval", "--task", "gsm8k:file=/nowhere.jsonl"}, "/nowhere.jsonl"},
        BadInput{"EvalPlotIntoNowhere", {"eval", "--task", "countdown", "--plot", "/nowhere/plot.svg"}, "/nowhere/plot.svg"},
        BadInput{"RunEmptyPrompt", {"run", ""}, "PROMPT"},
        BadInput{"RunNegativeTemperature", {"run", "--temperature", "-1", "x"}, "temperature"},
        BadInput{"RunTopPAboveOne", {"run", "--top-p", "1.5", "x"}, "top_p"},
        BadInput{"RunNoTokens", {"run", "-n", "0", "x"}, "--max-tokens"},
        BadInput{"BenchTooLong", {"bench", "-p", "10000000"}, "--prompt"},
        BadInput{"BenchNoBranches", {"bench", "--parallel", "0"}, "--parallel"},
        BadInput{"InspectMissing", {"inspect", "/nowhere.gguf"}, "/nowhere.gguf"},
        BadInput{"MissingConfig", {"--config", "/nowhere.toml", "strategies"}, "/nowhere.toml"}),
    [](const auto& instance) { return instance.param.name; });

TEST(BadInput, AnAddressSpaceTooSmallForKeysAndValuesIsExplained) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers reserve more address space than this allows";
#endif
  const std::string command = std::string("ulimit -v 400000; exec '") + RECKON_PROGRAM + "' solve --threads 1 x";

  const Ran ran = run_reckon({"-c", command + " --kv-bytes 16GiB"}, "", {}, "/bin/sh");
  const Ran mended = run_reckon({"-c", command + " --kv-bytes 16MiB --budget tokens=1"}, "", {}, "/bin/sh");

  EXPECT_EQ(ran.exit_code, 2) << ran.err;
  EXPECT_EQ(ran.error_lines(), 1U) << ran.err;
  EXPECT_NE(ran.err.find("--kv-bytes"), std::string::npos) << ran.err;
  EXPECT_EQ(mended.exit_code, 1) << mended.err;  // what it was told to do gets it to run
}

TEST(BadInput, TheBundledModelsAbsenceIsExplained) {
  const std::string elsewhere = temporary("reckon");  // no models/ beside or above it
  std::filesystem::copy_file(RECKON_PROGRAM, elsewhere, std::filesystem::copy_options::overwrite_existing);

  const Ran ran = run_reckon({"solve", "x"}, "", {"RECKON_MODELS=/nowhere"}, elsewhere);

  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_EQ(ran.error_lines(), 1U) << ran.err;
  EXPECT_NE(ran.err.find("--model"), std::string::npos) << ran.err;
  std::filesystem::remove(elsewhere);
}

}  // namespace
}  // namespace reckon
