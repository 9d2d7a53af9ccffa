// Quantising a file: which type each tensor gets, what is written, what is refused.
#include "tune/quantize.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/mapped_file.h"
#include "base/thread_pool.h"
#include "formats/gguf/gguf_writer.h"
#include "kernels/blocks/registry.h"

namespace reckon {
namespace {

struct Source {
  std::string name;
  DType type;
  std::vector<std::int64_t> dims;
};

// A file with random weights; `spoilt` of them, if any, is NaN in row 1.
class SourceFile {
 public:
  explicit SourceFile(const std::vector<Source>& tensors, const std::string& spoilt = "") {
    std::mt19937 random(1);
    std::normal_distribution<float> normal(0.0f, 0.05f);
    GgufWriter writer;
    writer.set("general.architecture", std::string("llama"));
    writer.set("general.file_type", std::uint32_t{1});
    writer.set("split.count", std::uint16_t{1});
    for (const Source& tensor : tensors) {
      std::int64_t count = 1;
      for (const std::int64_t dim : tensor.dims) count *= dim;
      std::vector<float> values(static_cast<std::size_t>(count));
      for (float& value : values) value = normal(random);
      if (tensor.name == spoilt) values[static_cast<std::size_t>(tensor.dims[0]) + 3] = std::nanf("");
      auto& bytes =
          bytes_.emplace_back(static_cast<std::size_t>(row_bytes(tensor.type, tensor.dims[0]) * (count / tensor.dims[0])));
      quantize_row(tensor.type, values, bytes);
      writer.add_tensor(tensor.name, tensor.type, tensor.dims, bytes);
    }
    file_bytes_ = writer.to_bytes();
  }
  GgufFile open() const { return GgufFile::parse(file_bytes_, "source.gguf"); }

 private:
  std::vector<std::vector<std::byte>> bytes_;
  std::vector<std::byte> file_bytes_;
};

const std::vector<Source> kTensors = {
    {"token_embd.weight", DType::f16, {256, 10}},    {"blk.0.attn_norm.weight", DType::f16, {256}},
    {"blk.0.attn_q.weight", DType::f16, {256, 300}}, {"blk.0.ffn_down.weight", DType::bf16, {96, 256}},
    {"blk.0.ffn_up.weight", DType::f32, {40, 3}},    {"blk.0.ffn_gate_inp.weight", DType::f16, {256, 4}},
    {"output.weight", DType::f16, {256, 10}}};

std::string temporary(const std::string& name) {
  return ::testing::TempDir() + "reckon-" + std::to_string(getpid()) + "-" + name + ".gguf";
}

std::vector<std::string> types_of(const std::vector<PlannedTensor>& plan) {
  std::vector<std::string> names;
  for (const PlannedTensor& tensor : plan) names.emplace_back(name_of(tensor.type));
  return names;
}

TEST(QuantizePlan, KeepsVectorsAndRoutersAndSparesTheOutput) {
  const SourceFile source(kTensors);
  const GgufFile file = source.open();

  const std::vector<PlannedTensor> q4 = plan_types(file, {.type = DType::q4_k, .output = {}});
  EXPECT_EQ(types_of(q4), (std::vector<std::string>{"Q4_K", "F32", "Q4_K", "Q5_0", "F16", "F32", "Q6_K"}));
  EXPECT_EQ(q4[2].note, "");
  EXPECT_EQ(q4[3].note, "rows of 96 are no multiple of 256");
  EXPECT_EQ(q4[4].note, "rows of 40 are no multiple of 256");

  EXPECT_EQ(types_of(plan_types(file, {.type = DType::q5_k, .output = {}}))[3], "Q5_1");
  EXPECT_EQ(types_of(plan_types(file, {.type = DType::q6_k, .output = {}}))[3], "Q8_0");
  EXPECT_EQ(types_of(plan_types(file, {.type = DType::tq2_0, .output = {}})),
            (std::vector<std::string>{"Q6_K", "F32", "TQ2_0", "Q4_0", "F16", "F32", "Q6_K"}));
  EXPECT_EQ(types_of(plan_types(file, {.type = DType::q8_0, .output = {}})).back(), "Q8_0");
  EXPECT_EQ(types_of(plan_types(file, {.type = DType::q4_k, .output = DType::f16})).back(), "F16");
  EXPECT_THROW(plan_types(file, {.type = DType::q2_k, .output = {}}), Error);
}

TEST(QuantizePlan, TakesATiedEmbeddingForTheOutput) {
  const SourceFile source({kTensors[0], kTensors[2]});
  EXPECT_EQ(types_of(plan_types(source.open(), {.type = DType::q4_k, .output = {}})), (std::vector<std::string>{"Q6_K", "Q4_K"}));
}

TEST(QuantizePlan, KnowsEveryQuantiser) {  // a new one needs its fallback and file type
  for (const DType type : quantizable_types()) EXPECT_NO_THROW(file_type_of(type)) << name_of(type);
}

std::vector<float> decoded(const TensorInfo& tensor) {
  std::vector<float> values(static_cast<std::size_t>(tensor.elements()));
  dequantize_row(tensor.type, tensor.data, values);
  return values;
}

TEST(QuantizeFile, WritesWhatItReports) {
  const SourceFile source(kTensors);
  const GgufFile before = source.open();
  const std::string path = temporary("written");
  ThreadPool threads(2);

  const QuantizeReport report = quantize_file(before, path, {}, threads);

  const GgufFile after = GgufFile::open(path);
  EXPECT_EQ(after.metadata().get_uint("general.file_type"), 14u);
  EXPECT_EQ(after.metadata().get_uint("general.quantization_version"), 2u);
  EXPECT_EQ(after.metadata().get_string("general.architecture"), "llama");
  EXPECT_FALSE(after.metadata().contains("split.count"));
  ASSERT_EQ(report.tensors.size(), before.tensors().size());
  std::int64_t bytes = 0;
  for (std::size_t i = 0; i < report.tensors.size(); ++i) {
    const TensorReport& row = report.tensors[i];
    const TensorInfo& tensor = after.tensors()[i];
    EXPECT_EQ(tensor.name, row.name);
    EXPECT_EQ(tensor.type, row.to);
    EXPECT_EQ(tensor.dims, before.tensors()[i].dims);
    EXPECT_EQ(static_cast<std::int64_t>(tensor.data.size()), row.bytes);
    bytes += row.bytes;
    const std::vector<float> was = decoded(before.tensors()[i]), is = decoded(tensor);
    double error = 0, squares = 0, largest = 0;
    for (std::size_t e = 0; e < was.size(); ++e) {
      error += std::pow(double{was[e]} - is[e], 2);
      squares += std::pow(double{was[e]}, 2);
      largest = std::max(largest, std::fabs(double{was[e]} - is[e]));
    }
    EXPECT_NEAR(row.relative_rmse, std::sqrt(error / squares), 1e-9) << row.name;
    EXPECT_EQ(row.largest_error, largest) << row.name;
  }
  EXPECT_EQ(report.bytes, bytes);
  EXPECT_EQ(report.tensors[1].largest_error, 0);  // F16 to F32
  EXPECT_GT(report.tensors[2].relative_rmse, 0.05);
  std::filesystem::remove(path);
}

std::string bytes_of(const std::string& path) {
  const MappedFile file(path);
  return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

TEST(QuantizeFile, GivesTheSameBytesOnAnyNumberOfThreads) {
  const SourceFile source({{"blk.0.ffn_up.weight", DType::f16, {512, 700}}});
  const std::string one = temporary("one"), three = temporary("three");
  ThreadPool single(1), triple(3);

  const QuantizeReport alone = quantize_file(source.open(), one, {}, single);
  const QuantizeReport together = quantize_file(source.open(), three, {}, triple);

  EXPECT_EQ(bytes_of(one), bytes_of(three));
  EXPECT_EQ(alone.tensors[0].relative_rmse, together.tensors[0].relative_rmse);
  std::filesystem::remove(one);
  std::filesystem::remove(three);
}

// What the call throws; nothing of it may be left on disk.
Error refusal(const GgufFile& file, const std::string& path, const QuantizeOptions& options = {}) {
  ThreadPool threads(2);
  try {
    quantize_file(file, path, options, threads);
  } catch (const Error& error) {
    EXPECT_FALSE(std::filesystem::exists(path));
    EXPECT_FALSE(std::filesystem::exists(path + ".part"));
    return error;
  }
  return Error(ErrorCode::internal, "nothing was refused");
}

TEST(QuantizeFile, RefusesNaNByTensorAndRow) {
  const SourceFile source(kTensors, "blk.0.attn_q.weight");
  const Error error = refusal(source.open(), temporary("nan"));
  EXPECT_STREQ(error.what(), "tensor 'blk.0.attn_q.weight': row 1: element 3 is infinite or no number (NaN)");
}

TEST(QuantizeFile, RefusesNaNInWhatItCopiesOrOnlyConverts) {
  QuantizeOptions options;
  options.types.type = DType::bf16;
  for (const char* spoilt : {"blk.0.attn_q.weight", "blk.0.ffn_down.weight", "blk.0.ffn_gate_inp.weight"}) {
    const SourceFile source(kTensors, spoilt);
    const Error error = refusal(source.open(), temporary("nan"), options);
    EXPECT_EQ(error.what(), "tensor '" + std::string(spoilt) + "': row 1: element 3 is infinite or no number (NaN)");
  }
}

TEST(QuantizeFile, SaysFirstWhatNothingDecodes) {
  std::vector<std::byte> bytes(row_bytes(DType::iq2_xxs, 256) * 4);
  GgufWriter writer;
  writer.set("general.architecture", std::string("llama"));
  writer.add_tensor("blk.0.attn_q.weight", DType::iq2_xxs, {256, 4}, bytes);
  const std::vector<std::byte> file = writer.to_bytes();

  const Error error = refusal(GgufFile::parse(file, "source.gguf"), temporary("undecoded"));

  EXPECT_NE(std::string(error.what()).find("stored as IQ2_XXS, which nothing decodes"), std::string::npos) << error.what();
}

TEST(QuantizeFile, RefusesWhatTheTypeCannotHold) {
  std::vector<float> values(64, 0.5F);
  values[40] = 1e6F;
  std::vector<std::byte> bytes(256);
  quantize_row(DType::f32, values, bytes);
  GgufWriter writer;
  writer.set("general.architecture", std::string("llama"));
  writer.add_tensor("blk.0.ffn_up.weight", DType::f32, {32, 2}, bytes);
  const std::vector<std::byte> file = writer.to_bytes();
  const std::string out = testing::TempDir() + "overflow.gguf";
  ThreadPool threads(2);
  QuantizeOptions options;
  options.types.type = DType::f16;

  try {
    quantize_file(GgufFile::parse(file, "source.gguf"), out, options, threads);
    FAIL() << "1e6 became a half";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("row 1: column 8 holds 1000000, which is beyond the largest of F16"),
              std::string::npos)
        << error.what();
  }
}

TEST(QuantizeFile, TakesQuantisedInputOnlyOnRequest) {
  const SourceFile source({{"blk.0.attn_q.weight", DType::q8_0, {256, 4}}});
  const std::string path = temporary("twice");
  EXPECT_NE(refusal(source.open(), path).message().find("quantised already (Q8_0)"), std::string::npos);

  ThreadPool threads(1);
  QuantizeOptions options;
  options.requantize = true;
  const QuantizeReport report = quantize_file(source.open(), path, options, threads);

  EXPECT_EQ(report.tensors[0].to, DType::q4_k);
  std::filesystem::remove(path);
}

TEST(QuantizeFile, SaysThatTheDiskIsFull) {
  const SourceFile source({{"blk.0.ffn_up.weight", DType::f16, {512, 700}}});
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{.rlim_cur = 100'000, .rlim_max = before.rlim_max};  // of 201 600 bytes
  setrlimit(RLIMIT_FSIZE, &small);

  const Error error = refusal(source.open(), temporary("full"));

  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(error.code(), ErrorCode::bad_argument);
  EXPECT_NE(error.message().find("cannot be written: File too large"), std::string::npos) << error.what();
}

TEST(QuantizeFile, WeightsErrorsByImportance) {
  const SourceFile source({{"blk.0.attn_q.weight", DType::f16, {256, 300}}});
  Importance importance;
  std::vector<float>& weights = importance.inputs["blk.0.attn_q.weight"];
  for (int i = 0; i < 256; ++i) weights.push_back(i % 8 == 0 ? 1.0f : 0.001f);
  const std::string path = temporary("weighted");
  ThreadPool threads(1);
  const auto loss_where_it_matters = [&](const QuantizeOptions& options) {
    quantize_file(source.open(), path, options, threads);
    const std::vector<float> was = decoded(source.open().tensors()[0]), is = decoded(GgufFile::open(path).tensors()[0]);
    double loss = 0;
    for (std::size_t i = 0; i < was.size(); i += 8) loss += std::pow(double{was[i]} - is[i], 2);
    return loss;
  };

  QuantizeOptions options;
  options.importance = &importance;
  options.calibration = "text.txt";
  const double weighted = loss_where_it_matters(options);

  EXPECT_EQ(GgufFile::open(path).metadata().get_string("quantize.imatrix.dataset"), "text.txt");
  EXPECT_LT(weighted, 0.4 * loss_where_it_matters({}));
  std::filesystem::remove(path);
}

TEST(QuantizeFile, ReportsWhichErrorsImportanceWeighted) {
  const SourceFile source({{"blk.0.attn_q.weight", DType::f16, {256, 8}},
                           {"blk.0.ffn_up.weight", DType::f16, {256, 8}},
                           {"output.weight", DType::f16, {256, 8}}});
  Importance importance;
  for (const char* name : {"blk.0.attn_q.weight", "output.weight"}) {
    std::vector<float>& weights = importance.inputs[name];
    for (int i = 0; i < 256; ++i) weights.push_back(i % 8 == 0 ? 1.0f : 0.001f);
  }
  const std::string path = temporary("reported"), plain = temporary("plain");
  ThreadPool threads(1);
  QuantizeOptions options;
  options.types.output = DType::q8_0;

  const QuantizeReport without = quantize_file(source.open(), plain, options, threads);
  options.importance = &importance;
  const QuantizeReport with = quantize_file(source.open(), path, options, threads);

  const GgufFile before = GgufFile::open(plain), after = GgufFile::open(path);
  for (std::size_t i = 0; i < with.tensors.size(); ++i) {
    EXPECT_FALSE(without.tensors[i].weighted);
    EXPECT_EQ(with.tensors[i].weighted, decoded(before.tensors()[i]) != decoded(after.tensors()[i])) << with.tensors[i].name;
  }
  EXPECT_TRUE(with.tensors[0].weighted);
  EXPECT_FALSE(with.tensors[1].weighted) << "the text never reached it";
  EXPECT_FALSE(with.tensors[2].weighted) << "Q8_0 has nothing to choose";
  std::filesystem::remove(path);
  std::filesystem::remove(plain);
}

TEST(QuantizeFile, CopiesWhatHasItsTypeAlreadyAndSaysSo) {
  const SourceFile source({{"blk.0.attn_q.weight", DType::q8_0, {256, 4}},
                           {"blk.0.attn_norm.weight", DType::f32, {256}},
                           {"blk.0.ffn_up.weight", DType::f16, {256, 4}}});
  const std::string path = temporary("copied");
  ThreadPool threads(1);
  for (const bool requantize : {false, true}) {
    QuantizeOptions options;
    options.types.type = DType::q8_0;
    options.requantize = requantize;

    const QuantizeReport report = quantize_file(source.open(), path, options, threads);

    const GgufFile before = source.open(), after = GgufFile::open(path);
    EXPECT_TRUE(std::ranges::equal(before.tensors()[0].data, after.tensors()[0].data));
    EXPECT_EQ(report.tensors[0].note, "has this type already: copied");
    EXPECT_EQ(report.tensors[1].note, "") << "vectors are always F32";
    EXPECT_EQ(report.tensors[2].note, "");
  }
  std::filesystem::remove(path);
}

TEST(QuantizeFile, IsRefusedBeforeAnyWorkWhereItCouldNotBeWritten) {
  const SourceFile source({{"blk.0.ffn_up.weight", DType::f16, {256, 4}}});
  const std::string folder = temporary("folder"), taken = folder + "/taken.gguf";
  std::filesystem::create_directory(folder);
  std::filesystem::copy_file("/etc/hostname", taken);

  EXPECT_THROW(check_quantizable(source.open(), "/no/such/folder/out.gguf", {}), Error);
  EXPECT_THROW(check_quantizable(source.open(), folder, {}), Error);
  EXPECT_THROW(check_quantizable(source.open(), "/dev/null", {}), Error);
  EXPECT_NO_THROW(check_quantizable(source.open(), folder + "/out.gguf", {}));
  EXPECT_NO_THROW(check_quantizable(source.open(), taken, {}));

  EXPECT_EQ(bytes_of(taken), bytes_of("/etc/hostname"));
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files += entry.exists() ? 1 : 0;
  EXPECT_EQ(files, 1U) << "looking leaves nothing behind";
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace reckon
