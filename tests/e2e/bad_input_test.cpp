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
const std::string kTrace = kFolder + "/tests/fuzz/corpus/trace/beam";

INSTANTIATE_TEST_SUITE_P(
    CommandLine, Refuses,
    ::testing::Values(
        BadInput{"NoCommand", {}, "no command is given"}, BadInput{"UnknownCommand", {"sovle", "x"}, "sovle"},
        BadInput{"UnknownOption", {"solve", "--strateggy", "greedy", "x"}, "'--strateggy'; did you mean '--strategy'?"},
        BadInput{"MissingFile", {"solve", "-m", "/nowhere/model.gguf", "x"}, "/nowhere/model.gguf"},
        BadInput{"Directory", {"solve", "-m", kFolder, "x"}, "directory"},
        BadInput{"TextFile", {"solve", "-m", kFolder + "/CMakeLists.txt", "x"}, "GGUF"},
        BadInput{"EmptyFile", {"solve", "-m", "/dev/null", "x"}, "/dev/null"},
        BadInput{"UnknownStrategy", {"solve", "-s", "best-of-n", "x"}, "did you mean 'best_of_n'"},
        BadInput{"UnknownParameter", {"solve", "-s", "best_of_n:m=3", "x"}, "'m'"},
        BadInput{"ParameterOutOfRange", {"solve", "-s", "best_of_n:n=0", "x"}, "n"},
        BadInput{"ParameterOfWrongKind", {"solve", "-s", "best_of_n:n=many", "x"}, "many"},
        BadInput{"AllocatorThatChoosesBesideAStrategy",
                 {"solve", "-s", "majority:n=8", "--allocator", "auto:slack=0.1", "x"},
                 "--allocator: 'auto' chooses the strategy itself, and 'majority:n=8' is given too"},
        BadInput{"AllocatorThatChoosesBesideAPipeline",
                 {"solve", "--pipeline", "x.toml", "--allocator", "compute_optimal", "x"},
                 "'pipeline:file=x.toml' is given too"},
        BadInput{"EvalAllocatorThatChoosesBesideAStrategy",
                 {"eval", "--task", "countdown", "-s", "greedy", "--allocator", "auto"},
                 "'greedy' is given too; leave one of them out"},
        BadInput{"UnknownAllocatorBehindAnother", {"solve", "--allocator", "adaptive@rolover", "x"}, "did you mean 'rollover'?"},
        BadInput{"UnknownVerifier", {"solve", "-s", "best_of_n", "-v", "liklihood", "x"}, "did you mean 'likelihood'"},
        BadInput{"NegativeBudget", {"solve", "--budget", "tokens=-5", "x"}, "tokens: '-5' is not a whole count above 0"},
        BadInput{"UnknownBudget", {"solve", "--budget", "watts=5", "x"}, "watts"},
        BadInput{"EmptyProblem", {"solve", ""}, "PROBLEM"}, BadInput{"NoProblem", {"solve"}, "PROBLEM"},
        BadInput{"OneMegabyteProblem", {"solve", "-"}, "1000000 bytes", std::string(1 << 20, 'a')},
        BadInput{"ProblemBeyondTheContext", {"solve", "-"}, "context", std::string(900'000, 'a')},
        BadInput{"InvalidUtf8", {"solve", "Make 3 from \xff 2."}, "UTF-8 at byte 12"},
        BadInput{"UnknownTask", {"solve", "--task", "countdwon"}, "did you mean 'countdown'? 'reckon tasks' lists all"},
        BadInput{"TaskNearNone", {"eval", "--task", "zzz"}, "no such task 'zzz'; 'reckon tasks' lists all"},
        BadInput{"UnknownExtraction", {"solve", "--extract", "guess", "x"}, "guess"},
        BadInput{"TraceIntoNowhere", {"solve", "--trace", "/nowhere/trace.jsonl", "x"}, "/nowhere/trace.jsonl"},
        BadInput{"TooManyThreads", {"solve", "-t", "5000", "x"}, "threads"},
        BadInput{"NegativeThreads", {"solve", "-t", "-3", "x"}, "threads"},
        BadInput{"BlankProblem", {"solve", " \n\t "}, "PROBLEM: holds nothing but blanks"},
        BadInput{"BlankExpected", {"solve", "--expect", " ", "x"}, "--expect: holds nothing but blanks"},
        BadInput{"NoTokens", {"solve", "--budget", "tokens=0", "x"}, "'0' is not a whole count above 0"},
        BadInput{"HugeKv", {"solve", "--kv-bytes", "100000TiB", "x"}, "--kv-bytes"},
        BadInput{"SatWithoutConstraints", {"solve", "-s", "best_of_n", "-v", "sat", "x"}, "--constraints FILE"},
        BadInput{"SmtOfAFormula",
                 {"solve", "-s", "best_of_n", "-v", "smt", "--constraints", kFolder + "/CMakeLists.txt", "x"},
                 "SMT-LIB script: line 1"},
        BadInput{"StepOfNoPattern", {"solve", "-s", "beam:step=/(/", "x"}, "parameter 'step': /(/ is no regular expression"},
        BadInput{"TinyKv", {"solve", "--kv-bytes", "10", "x"}, "--kv-bytes"},
        BadInput{"KvOfWrongKind", {"solve", "--kv-bytes", "lots", "x"}, "lots"},
        BadInput{"ZeroPageSlots", {"solve", "--page-slots", "0", "x"}, "--page-slots: '0' is not one of 1, 2, 4, 8, 16, 32, 64"},
        BadInput{"PageSlotsThatAreNoPartOfAUnit", {"run", "--page-slots", "24", "x"}, "--page-slots: '24' is not one of 1, 2, 4"},
        BadInput{"HugePageSlots", {"bench", "--page-slots", "128"}, "--page-slots: '128' is not one of 1, 2, 4"},
        BadInput{"EvalWithoutTask", {"eval"}, "--task"},
        BadInput{"EvalRescoreOfNothing", {"eval", "--task", "countdown", "--rescore"}, "--rescore: needs --store FILE"},
        BadInput{"EvalStoreIntoNowhere", {"eval", "--task", "countdown", "--store", "/nowhere/a.sqlite"}, "/nowhere/a.sqlite"},
        BadInput{"EvalStoreIsAModel",
                 {"eval", "--task", "countdown", "--store", RECKON_SOURCE_DIR "/models/reckon-policy.gguf"},
                 "reckon-policy.gguf"},
        BadInput{
            "EvalGridOfNothing", {"eval", "--task", "countdown", "--grid", "temperature"}, "--grid: 'temperature' is not NAME="},
        BadInput{
            "EvalGridUnknown", {"eval", "--task", "countdown", "--grid", "colour=1,2"}, "no strategy has a parameter 'colour'"},
        BadInput{"EvalTwoOutputsOneFile", {"eval", "--task", "countdown", "--plot", "x.svg", "--curves", "x.svg"}, "--curves"},
        BadInput{"CompareOneRun", {"eval", "compare", "a.sqlite"}, "SECOND"},
        BadInput{"CompareMissingFile", {"eval", "compare", "/nowhere/a.sqlite", "b.sqlite:2"}, "/nowhere/a.sqlite: no such file"},
        BadInput{"RunsOfNoStore", {"eval", "runs", RECKON_SOURCE_DIR "/README.md"}, "README.md"},
        BadInput{"EvalZeroLimit", {"eval", "--task", "countdown", "--limit", "0"}, "--limit"},
        BadInput{"EvalUnknownSplit", {"eval", "--task", "countdown", "--split", "tset"}, "tset"},
        BadInput{"EvalUnknownLevel", {"eval", "--task", "countdown:level=9"}, "level"},
        BadInput{"EvalMissingTaskFile", {"eval", "--task", "gsm8k:file=/nowhere.jsonl"}, "/nowhere.jsonl"},
        BadInput{"EvalPlotIntoNowhere", {"eval", "--task", "countdown", "--plot", "/nowhere/plot.svg"}, "/nowhere/plot.svg"},
        BadInput{"RunEmptyPrompt", {"run", ""}, "PROMPT"},
        BadInput{"RunNegativeTemperature", {"run", "--temperature", "-1", "x"}, "temperature"},
        BadInput{"RunTopPAboveOne", {"run", "--top-p", "1.5", "x"}, "--top-p"},
        BadInput{"RunNoTokens", {"run", "-n", "0", "x"}, "--max-tokens"},
        BadInput{"BenchOfNothing", {"bench", "-p", "0", "-g", "0"}, "--prompt and --gen are both 0"},
        BadInput{"BenchTooLong", {"bench", "-p", "10000000"}, "--prompt"},
        BadInput{"BenchContextTooLong", {"bench", "--context", "64,10000000"}, "--context 10000000 and --gen"},
        BadInput{"BenchContextOfNothing", {"bench", "--context", "0"}, "--context"},
        BadInput{"BenchContextWithoutGen", {"bench", "--context", "64", "-g", "0"}, "--context needs --gen above 0"},
        BadInput{"BenchUnknownShape", {"bench", "--synthetic", "qwen3-30b:Q4_K"}, "known are qwen3-0.6b, qwen3-1.7b"},
        BadInput{"BenchUnknownQuant", {"bench", "--synthetic", "qwen3-0.6b:Q4"}, "known are F32, F16, BF16, Q8_0"},
        BadInput{"BenchShapeWithoutQuant", {"bench", "--synthetic", "qwen3-0.6b"}, "SHAPE:QUANT"},
        BadInput{"BenchMoreLayers", {"bench", "--synthetic", "qwen3-0.6b:Q4_0:layers=29"}, "N from 1 to the 28 of qwen3-0.6b"},
        BadInput{"BenchShapeOfNothing", {"bench", "--synthetic", ""}, "--synthetic: is empty"},
        BadInput{"BenchShapeAndModel", {"bench", "--synthetic", "qwen3-0.6b:Q4_0", "-m", "x"}, "leave out --model x"},
        BadInput{"BenchOutWithoutShape", {"bench", "--synthetic-out", "x"}, "requires --synthetic"},
        BadInput{"BenchOutIntoNowhere",
                 {"bench", "--synthetic", "qwen3-0.6b:Q4_0", "--synthetic-out", "/nowhere/x.gguf"},
                 "/nowhere/x.gguf: cannot be written"},
        BadInput{"BenchSignatureOfRandomWeights",
                 {"bench", "--synthetic", "qwen3-0.6b:Q4_0", "--signature"},
                 "--signature: asks a model that chats"},
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

INSTANTIATE_TEST_SUITE_P(
    Solve, Refuses,
    ::testing::Values(
        BadInput{"SystemOfInvalidUtf8", {"solve", "--system", "a\xff", "x"}, "--system: is not valid UTF-8 at byte 1"},
        BadInput{"ExpectOfInvalidUtf8", {"solve", "--expect", "\xff", "x"}, "--expect: is not valid UTF-8 at byte 0"},
        BadInput{"NegativeSeed", {"solve", "--seed", "-1", "x"}, "--seed: '-1' is not a whole number from 0"},
        BadInput{"SeedBeyond64Bits", {"solve", "--seed", "18446744073709551616", "x"}, "--seed"},
        BadInput{"SeedOfWrongKind", {"solve", "--seed", "1e3", "x"}, "--seed: '1e3' is not a whole number"},
        BadInput{"SeedTwice", {"solve", "--seed", "1", "--seed", "2", "x"}, "--seed: is given more often than once"},
        BadInput{"SeedWithoutValue", {"solve", "x", "--seed"}, "--seed: needs a value"},
        BadInput{"BudgetOfPartTokens", {"solve", "--budget", "tokens=1.5", "x"}, "--budget tokens: '1.5' is not a whole count"},
        BadInput{"BudgetTwice", {"solve", "--budget", "tokens=5,tokens=6", "x"}, "tokens"},
        BadInput{"BudgetWithoutValue", {"solve", "--budget", "tokens", "x"}, "tokens"},
        BadInput{"BudgetOfNothing", {"solve", "--budget", "", "x"}, "--budget: is empty"},
        BadInput{"BudgetOfEndlessSeconds", {"solve", "--budget", "seconds=inf", "x"}, "seconds"},
        BadInput{"TaskAndExpect", {"solve", "--task", "countdown", "--expect", "7"}, "--expect"},
        BadInput{"TaskAndProblem", {"solve", "--task", "countdown", "x"}, "PROBLEM"},
        BadInput{"IndexWithoutTask", {"solve", "--index", "3", "x"}, "--task"},
        BadInput{"SplitWithoutTask", {"solve", "--split", "train", "x"}, "--task"},
        BadInput{"NegativeIndex", {"solve", "--task", "countdown", "--index", "-1"}, "--index: '-1' is not"},
        BadInput{"UnknownSplit", {"solve", "--task", "countdown", "--split", "tset"}, "tset"},
        BadInput{"ExpectOfNothing", {"solve", "--expect", "", "x"}, "--expect: is empty"},
        BadInput{"ModelOfNothing", {"solve", "-m", "", "x"}, "--model: is empty"},
        BadInput{"StrategyOfNothing", {"solve", "-s", "", "x"}, "--strategy: is empty"},
        BadInput{"VerifierOfNothing", {"solve", "-v", "", "x"}, "--verifier: is empty"},
        BadInput{"TraceOfNothing", {"solve", "--trace", "", "x"}, "--trace: is empty"},
        BadInput{"TaskOfNothing", {"solve", "--task", ""}, "--task: is empty"},
        BadInput{"SystemWithoutTemplate", {"solve", "--plain", "--system", "be brief", "x"}, "--plain"},
        BadInput{"WordsWithoutQuotes", {"solve", "Make", "34", "from", "25"}, "quotes"},
        BadInput{"FlagWithAValue", {"solve", "--json=perhaps", "x"}, "--json = perhaps is neither true nor false"},
        BadInput{"UnknownKvType", {"solve", "--kv-type", "q8_0", "x"}, "--kv-type: q8_0 not in {f16,bf16,f32,int8}"},
        BadInput{"HugeThreads", {"solve", "-t", "99999999999", "x"}, "--threads: '99999999999' is not a whole number"},
        BadInput{"BatchRowsOfWrongKind", {"solve", "--batch-rows", "2.5", "x"}, "--batch-rows: '2.5' is not a whole number"},
        BadInput{"ZeroKv", {"solve", "--kv-bytes", "0", "x"}, "--kv-bytes"},
        BadInput{"ParameterTwice", {"solve", "-s", "best_of_n:n=2,n=3", "x"}, "'n' is given twice"},
        BadInput{"ParameterWithoutValue", {"solve", "-s", "best_of_n:n", "x"}, "key=value"},
        BadInput{"StrategyNearNone", {"solve", "-s", "zzz", "x"}, "no such strategy 'zzz'; 'reckon strategies' lists all"},
        BadInput{"VerifierNearNone", {"solve", "-v", "zzz", "x"}, "no such verifier 'zzz'; 'reckon verifiers' lists all"},
        BadInput{"TestsVerifierWithoutTests", {"solve", "-v", "tests", "x"}, "--tests"},
        BadInput{"TestsMissing", {"solve", "-v", "tests", "--tests", "/nowhere/tests.py", "x"}, "/nowhere/tests.py"},
        BadInput{"JudgeWithoutQuestions", {"solve", "-v", "judge:questions=/nowhere/judge.txt", "x"}, "/nowhere/judge.txt"},
        BadInput{"NoisyOfUnknown", {"solve", "-v", "noisy:of=exat", "--expect", "1", "x"}, "did you mean 'exact'"},
        BadInput{"VotesMissing", {"aggregate", "/nowhere/votes.jsonl"}, "/nowhere/votes.jsonl"},
        BadInput{"VotesEmpty", {"aggregate", "/dev/null"}, "no vote"},
        BadInput{"VotesNotJson", {"aggregate", kFolder + "/CMakeLists.txt"}, "CMakeLists.txt:1"},
        BadInput{"VotesWithUnknownMethod", {"aggregate", "/dev/null", "--method", "dawid"}, "no such method 'dawid'"},
        BadInput{"ExactVerifierWithoutAnswer", {"solve", "-v", "exact", "x"}, "--expect"},
        BadInput{"TraceIsADirectory", {"solve", "--trace", kFolder, "x"}, kFolder}),
    [](const auto& instance) { return instance.param.name; });

INSTANTIATE_TEST_SUITE_P(
    OtherCommands, Refuses,
    ::testing::Values(
        BadInput{"EvalSystemOfInvalidUtf8", {"eval", "--task", "countdown", "--system", "\xff"}, "--system: is not valid UTF-8"},
        BadInput{"EvalNegativeSeed", {"eval", "--task", "countdown", "--seed", "-1"}, "--seed: '-1' is not a whole number"},
        BadInput{"EvalEndlessLimit", {"eval", "--task", "countdown", "--limit", "1000000000000"}, "--limit"},
        BadInput{"EvalNegativeOffset", {"eval", "--task", "countdown", "--offset", "-1"}, "--offset"},
        BadInput{"EvalOffsetOverflow", {"eval", "--task", "countdown", "--offset", "9223372036854775807"}, "--offset"},
        BadInput{"EvalNoneAtOnce", {"eval", "--task", "countdown", "--parallel", "0"}, "--parallel"},
        BadInput{"EvalUnknownTaskParameter", {"eval", "--task", "countdown:levle=2"}, "did you mean 'level'"},
        BadInput{"EvalTaskWithoutFile", {"eval", "--task", "gsm8k"}, "file"},
        BadInput{"EvalTaskFromADirectory", {"eval", "--task", "gsm8k:file=" + kFolder}, kFolder},
        BadInput{"EvalTaskFromAnEndlessFile", {"eval", "--task", "gsm8k:file=/dev/zero"}, "/dev/zero"},
        BadInput{"EvalTaskFromAnotherFormat", {"eval", "--task", "gsm8k:file=" + kFolder + "/README.md"}, "README.md"},
        BadInput{"EvalPositional", {"eval", "countdown"}, "--task is required; 'reckon eval --help'"},
        BadInput{"EvalSameFileTwice", {"eval", "--task", "countdown", "--plot", "/nowhere", "--trace", "/nowhere"}, "--trace"},
        BadInput{"EvalReportIntoNowhere",
                 {"eval", "--task", "countdown", "-m", "/nowhere.gguf", "--report", "/nowhere/x.html"},
                 "/nowhere/x.html: cannot be written"},
        BadInput{"EvalStrategyTwice",
                 {"eval", "--task", "countdown", "-s", "majority", "-s", "majority"},
                 "'majority' is given twice"},
        BadInput{"EvalGridOfTheBudget",
                 {"eval", "--task", "countdown", "-b", "tokens=50", "--grid", "tokens=100"},
                 "--grid: 'tokens' is limited by the budget already"},
        BadInput{"EvalCompareNothing", {"eval", "compare"}, "'reckon eval compare --help' lists all options"},
        BadInput{"EvalRunsOfNothing", {"eval", "runs"}, "'reckon eval runs --help' lists all options"},
        BadInput{"EvalCompareUnknownOption", {"eval", "compare", "a", "b", "--jsn"}, "did you mean '--json'"},
        BadInput{"EvalStrategyAmongOthers", {"eval", "--task", "countdown", "-s", "greedy", "-s", "gredy"}, "'greedy'"},
        BadInput{"RunSystemOfInvalidUtf8", {"run", "--chat", "--system", "\xff", "x"}, "--system: is not valid UTF-8"},
        BadInput{"RunSystemWithoutChat", {"run", "--system", "be brief", "x"}, "--chat"},
        BadInput{"RunTopWithoutJson", {"run", "--top", "3", "x"}, "--json"},
        BadInput{"RunStopOfNothing", {"run", "--stop", "", "x"}, "--stop"},
        BadInput{"RunStopOfInvalidUtf8", {"run", "--stop", "\xff", "x"}, "--stop: is not valid UTF-8"},
        BadInput{"RunTemperatureOfWrongKind", {"run", "--temperature", "hot", "x"}, "--temperature: 'hot' is not a number"},
        BadInput{"RunTemperatureNotANumber", {"run", "--temperature", "nan", "x"}, "--temperature: 'nan' is not a number"},
        BadInput{"RunTopPZero", {"run", "--top-p", "0", "x"}, "--top-p"},
        BadInput{"RunNegativeTopK", {"run", "--top-k", "-1", "x"}, "--top-k: '-1' is not a whole number of 0 or above"},
        BadInput{"RunNoRepetitionPenalty", {"run", "--repetition-penalty", "0", "x"}, "--repetition-penalty"},
        BadInput{"RunEndlessPresencePenalty", {"run", "--presence-penalty", "1e999", "x"}, "--presence-penalty"},
        BadInput{"RunWithoutPrompt", {"run"}, "PROMPT"},
        BadInput{"BenchNegativePrompt", {"bench", "-p", "-5"}, "--prompt: '-5' is not a whole number"},
        BadInput{"BenchEmptyList", {"bench", "--parallel", ""}, "--parallel"},
        BadInput{"BenchListWithAHole", {"bench", "--parallel", "1,x,4"}, "--parallel: 'x' is not a whole number"},
        BadInput{"BenchZeroRepetitions", {"bench", "-r", "0"}, "--repetitions"},
        BadInput{"BenchGenTooLong", {"bench", "-g", "10000000"}, "--gen"},
        BadInput{"InspectNothing", {"inspect", ""}, "MODEL: is empty"},
        BadInput{"InspectTwo", {"inspect", "/nowhere.gguf", "/nowhere2.gguf"}, "unexpected argument"},
        BadInput{"InspectEndless", {"inspect", "/dev/zero"}, "/dev/zero"},
        BadInput{"InspectFolder", {"inspect", kFolder}, kFolder}, BadInput{"TreeOfNothing", {"tree"}, "TRACE is required"},
        BadInput{"TreeIntoNothing", {"tree", "/nowhere.jsonl"}, "--out is required"},
        BadInput{"TreeOfAMissingFile", {"tree", "/nowhere.jsonl", "--out", "/nowhere/x.svg"}, "/nowhere.jsonl: no such file"},
        BadInput{"TreeOfAFolder", {"tree", kFolder, "--out", "/nowhere/x.svg"}, "is not a file that can be read"},
        BadInput{"TreeOfAnEndlessFile", {"tree", "/dev/zero", "--out", "/nowhere/x.svg"}, "/dev/zero: is not a file"},
        BadInput{
            "TreeOfAnotherFormat", {"tree", kFolder + "/README.md", "--out", "/nowhere/x.svg"}, "README.md:1: expected a JSON"},
        BadInput{"TreeOfAnotherKind", {"tree", kTrace, "--out", "x.png"}, "--out: 'x.png' ends neither in .svg nor in .html"},
        BadInput{"TreeIntoNowhere", {"tree", kTrace, "--out", "/nowhere/x.svg"}, "/nowhere/x.svg: cannot be written"},
        BadInput{
            "TreeOfAnUnknownProblem", {"tree", kTrace, "--out", "/nowhere/x.svg", "--problem", "Make 5."}, "'Make 5.'; it holds"},
        BadInput{"TreeOfNoProblem", {"tree", kTrace, "--out", "/nowhere/x.svg", "--problem", ""}, "--problem: is empty"},
        BadInput{"StrategiesUnknownOption", {"strategies", "--jsn"}, "did you mean '--json'"},
        BadInput{"VerifiersPositional", {"verifiers", "exact", "orm"}, "unexpected argument 'orm'"},
        BadInput{"StrategiesUnknownName", {"strategies", "bean"}, "no such strategy 'bean'; did you mean 'beam'?"},
        BadInput{"TasksUnknownOption", {"tasks", "--zzzzzzzz"}, "no such option '--zzzzzzzz'; 'reckon tasks --help' lists all"},
        BadInput{"OptionBeforeTheCommand", {"--seed", "3", "solve", "x"}, "--seed"}),
    [](const auto& instance) { return instance.param.name; });

TEST(BadInput, FromTheEnvironmentNamesTheVariable) {
  for (const std::string variable :
       {"RECKON_SEED", "RECKON_THREADS", "RECKON_PAGE_SLOTS", "RECKON_BATCH_ROWS", "RECKON_KV_TYPE"}) {
    const Ran ran = run_reckon({"solve", "x"}, "", {variable + "=-7"});

    EXPECT_EQ(ran.exit_code, 2) << ran.err;
    EXPECT_EQ(ran.error_lines(), 1U) << ran.err;
    EXPECT_NE(ran.err.find(variable), std::string::npos) << ran.err;
  }
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
