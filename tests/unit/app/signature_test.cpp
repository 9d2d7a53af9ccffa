// The signature refuses what it would refuse before it has solved anything.
#include "app/signature.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <string>

#include "base/error.h"
#include "formats/gguf/gguf_writer.h"

namespace reckon {
namespace {

// What is said of the bundled model with other metadata.
Error refusal(const std::string& name, const std::function<void(Metadata&)>& change) {
  const GgufFile bundled = GgufFile::open(RECKON_SOURCE_DIR "/models/reckon-policy.gguf");
  Metadata metadata = bundled.metadata();
  change(metadata);
  GgufWriter writer(metadata);
  for (const TensorInfo& tensor : bundled.tensors()) writer.add_tensor(tensor.name, tensor.type, tensor.dims, tensor.data);
  RuntimeOptions options;
  options.model = testing::TempDir() + "reckon-" + std::to_string(getpid()) + "-" + name + ".gguf";
  options.engine.threads = 1;
  options.engine.kv_bytes = std::int64_t{16} << 20;
  writer.write(options.model);
  Runtime runtime(options);
  std::filesystem::remove(options.model);
  try {
    answers_signature(runtime);
  } catch (const Error& error) {
    return error;
  }
  return Error(ErrorCode::internal, "nothing was refused");
}

TEST(Signature, WantsAChatTemplateBeforeItSolvesAnything) {
  const Error error = refusal("plain", [](Metadata& metadata) { metadata.erase("tokenizer.chat_template"); });

  EXPECT_EQ(error.code(), ErrorCode::bad_argument);
  EXPECT_EQ(error.context(), "--signature");
  EXPECT_NE(error.message().find("has no chat template"), std::string::npos) << error.what();
}

TEST(Signature, WantsAContextThatHoldsEveryProblem) {
  const Error error = refusal("short", [](Metadata& metadata) { metadata.set("qwen3.context_length", std::uint32_t{32}); });

  EXPECT_EQ(error.code(), ErrorCode::bad_argument);
  EXPECT_EQ(error.context(), "--signature");
  EXPECT_NE(error.message().find("a context of 32"), std::string::npos) << error.what();
}

}  // namespace
}  // namespace reckon
