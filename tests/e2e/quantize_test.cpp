// reckon quantize: the bundled model in smaller types still answers; what cannot be done is refused in one line.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "e2e/program.h"

namespace reckon {
namespace {

const std::string kModel = RECKON_SOURCE_DIR "/models/reckon-policy.gguf";

TEST(Quantize, MakesAModelThatAnswers) {
  const std::string path = temporary("q4.gguf");

  const Ran ran = run_reckon({"quantize", kModel, path, "--type", "q4_k", "--json"});

  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_LT(std::filesystem::file_size(path), 2'200'000U);
  EXPECT_NEAR(ran.json()["bits_per_weight"].get<double>(), 4.58, 0.05);
  EXPECT_EQ(ran.json()["tensors"][0]["to"], "Q6_K");  // the embedding, which is the output matrix too
  for (const auto& tensor : ran.json()["tensors"]) EXPECT_LT(tensor["relative_rmse"].get<double>(), 0.1) << tensor.dump();
  const Ran inspected = run_reckon({"inspect", path, "--json"});
  EXPECT_EQ(inspected.json()["types"]["Q4_K"], 42);
  const Ran solved = run_reckon({"solve", "-m", path, "--task", "countdown", "--index", "5", "-s", "best_of_n:n=16", "--json"});
  EXPECT_EQ(solved.exit_code, 0) << solved.err;
  EXPECT_EQ(solved.json()["confidence"], 1.0) << "the task's checker";
  std::filesystem::remove(path);
}

TEST(Quantize, WeighsErrorsByACalibrationText) {
  const std::string path = temporary("tq2.gguf"), text = temporary("calibration.txt");
  write_file(text, "<|im_start|>user\nMake 41 from 11 17 13.<|im_end|>\n<|im_start|>assistant\n<think>\n11+13=24 | 17 24\n");

  const Ran ran = run_reckon({"quantize", kModel, path, "--type", "TQ2_0", "--calibration", text, "--threads", "1"});

  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_NE(ran.out.find("calibration tokens; that is little text"), std::string::npos) << ran.out;
  EXPECT_EQ(run_reckon({"run", "-m", path, "-n", "4", "x"}).exit_code, 0);
  std::filesystem::remove(path);
}

struct Refused {
  std::string name;
  std::vector<std::string> options;  // after the input; a "-" is the result
  std::string said;
};

void PrintTo(const Refused& refused, std::ostream* out) { *out << refused.name; }

class QuantizeRefuses : public ::testing::TestWithParam<Refused> {};

TEST_P(QuantizeRefuses, WithOneClearLine) {
  const std::string path = temporary("refused.gguf");
  std::vector<std::string> arguments = {"quantize", kModel};
  for (const std::string& option : GetParam().options) arguments.push_back(option == "-" ? path : option);

  const Ran ran = run_reckon(arguments);

  EXPECT_EQ(ran.exit_code, 2) << ran.err;
  EXPECT_EQ(ran.error_lines(), 1U) << ran.err;
  EXPECT_EQ(ran.out, "");
  EXPECT_NE(ran.err.find(GetParam().said), std::string::npos) << ran.err;
  EXPECT_FALSE(std::filesystem::exists(path));
}

INSTANTIATE_TEST_SUITE_P(
    CommandLine, QuantizeRefuses,
    ::testing::Values(Refused{"UnknownType", {"-", "--type", "Q4_K_M"}, "did you mean 'Q4_K'?"},
                      Refused{"TypeWithoutQuantiser", {"-", "--type", "iq2_xxs"}, "no quantiser for 'iq2_xxs'"},
                      Refused{"UnknownOutputType", {"-", "--keep-output", "F61"}, "--keep-output"},
                      Refused{"NoOutput", {}, "OUT"}, Refused{"TheInputItself", {kModel}, "is the input too"},
                      Refused{"ADirectory", {RECKON_SOURCE_DIR}, "is a directory"},
                      Refused{"AMissingFolder", {"/no/such/folder/x.gguf"}, "/no/such/folder/x.gguf: cannot be written"},
                      Refused{"MissingCalibration", {"-", "--calibration", "/no/such/text"}, "/no/such/text"},
                      Refused{"EmptyCalibration", {"-", "--calibration", "/dev/null"}, "/dev/null"},
                      Refused{"NegativeThreads", {"-", "-t", "-3"}, "--threads"},
                      Refused{"NoContext", {"-", "--calibration", "/dev/null", "--context", "0"}, "--context"},
                      Refused{"ContextOfNothing", {"-", "--context", "100"}, "--calibration"},
                      Refused{"TooLongAContext",
                              {"-", "--calibration", RECKON_SOURCE_DIR "/README.md", "--context", "100000"},
                              "more than the model's context"}),
    [](const auto& instance) { return instance.param.name; });

TEST(Quantize, SaysWhereCalibrationHadNoSay) {
  const std::string path = temporary("q8.gguf"), text = temporary("calibration.txt");
  write_file(text, "<|im_start|>user\nMake 41 from 11 17 13.<|im_end|>\n");

  const Ran ran = run_reckon({"quantize", kModel, path, "--type", "Q8_0", "--calibration", text});

  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_NE(ran.out.find("changed nothing: these types leave no choice"), std::string::npos) << ran.out;
  EXPECT_EQ(ran.out.find("errors weighted"), std::string::npos) << ran.out;
  std::filesystem::remove(path);
}

TEST(Quantize, LooksAtTheResultBeforeItCalibrates) {
  const std::string once = temporary("once.gguf"), twice = temporary("twice.gguf"), missing = "/no/such/text";
  ASSERT_EQ(run_reckon({"quantize", kModel, once, "--type", "Q8_0"}).exit_code, 0);

  const Ran nowhere = run_reckon({"quantize", kModel, "/no/such/folder/x.gguf", "--calibration", missing});
  const Ran itself = run_reckon({"quantize", kModel, kModel, "--calibration", missing});
  const Ran quantised = run_reckon({"quantize", once, twice, "--calibration", missing});

  EXPECT_NE(nowhere.err.find("/no/such/folder/x.gguf: cannot be written"), std::string::npos) << nowhere.err;
  EXPECT_NE(itself.err.find("is the input too"), std::string::npos) << itself.err;
  EXPECT_NE(quantised.err.find("--requantize"), std::string::npos) << quantised.err;
  std::filesystem::remove(once);
}

TEST(Quantize, SaysWhatItCopied) {
  const std::string once = temporary("once.gguf"), twice = temporary("twice.gguf");
  ASSERT_EQ(run_reckon({"quantize", kModel, once, "--type", "Q8_0"}).exit_code, 0);

  const Ran copied = run_reckon({"quantize", once, twice, "--type", "Q8_0"});

  EXPECT_EQ(copied.exit_code, 0) << copied.err;
  EXPECT_NE(copied.out.find("Q8_0  Q8_0"), std::string::npos) << copied.out;
  EXPECT_NE(copied.out.find("has this type already: copied"), std::string::npos) << copied.out;
  std::filesystem::remove(once);
  std::filesystem::remove(twice);
}

TEST(Quantize, RefusesWhatIsQuantisedAlready) {
  const std::string once = temporary("once.gguf"), twice = temporary("twice.gguf");
  ASSERT_EQ(run_reckon({"quantize", kModel, once, "--type", "Q8_0"}).exit_code, 0);

  const Ran refused = run_reckon({"quantize", once, twice});

  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_NE(refused.err.find("--requantize"), std::string::npos) << refused.err;
  EXPECT_EQ(run_reckon({"quantize", once, twice, "--requantize"}).exit_code, 0);
  std::filesystem::remove(once);
  std::filesystem::remove(twice);
}

}  // namespace
}  // namespace reckon
