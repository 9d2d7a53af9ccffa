// Token ids of public vocabularies on the 46 shared strings (shared/data/tokenizers). Skipped, visibly, where that folder is
// absent.
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include <gtest/gtest.h>

#include "formats/gguf/gguf_file.h"
#include "text/tokenizers/from_gguf.h"
#include "text/tokenizers/tokenizer.h"

namespace reckon {
namespace {

const std::filesystem::path kVectors = std::filesystem::path(RECKON_SHARED_DIR) / "tokenizers" / "vocabs";

std::string vector_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// Every case is followed by the separator; some cases are empty or all white space.
std::vector<std::string> read_cases() {
  static constexpr std::string_view kSeparator = "\n__ggml_vocab_test__\n";
  std::vector<std::string> cases;
  std::string text = vector_file(kVectors / "cases.inp");
  for (std::size_t at; (at = text.find(kSeparator)) != std::string::npos; text.erase(0, at + kSeparator.size())) {
    cases.push_back(text.substr(0, at));
  }
  return cases;
}

std::vector<std::vector<Token>> read_ids(const std::filesystem::path& path) {
  std::vector<std::vector<Token>> lines;
  std::istringstream in(vector_file(path));
  for (std::string line; std::getline(in, line);) {
    std::istringstream numbers(line);
    std::vector<Token> ids;
    for (Token id; numbers >> id;) ids.push_back(id);
    lines.push_back(ids);
  }
  return lines;
}

class PublicVectors : public testing::TestWithParam<const char*> {};

TEST_P(PublicVectors, AreReproducedAndDecodeToTheText) {
  const std::filesystem::path vocabulary = kVectors / ("ggml-vocab-" + std::string(GetParam()) + ".gguf");
  if (!std::filesystem::exists(vocabulary)) GTEST_SKIP() << "public test data absent: " << vocabulary;
  const auto tokenizer = make_tokenizer(vocabulary_from_gguf(GgufFile::open(vocabulary.string()).metadata()));
  const std::vector<std::string> cases = read_cases();
  const auto expected = read_ids(kVectors / ("ggml-vocab-" + std::string(GetParam()) + ".out"));

  ASSERT_EQ(cases.size(), 46u);
  ASSERT_EQ(expected.size(), cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const std::vector<Token> ids = tokenizer->encode(cases[i]);
    EXPECT_EQ(ids, expected[i]) << "case " << i << ": " << cases[i];
    EXPECT_EQ(tokenizer->decode(ids), cases[i]);
  }
}

INSTANTIATE_TEST_SUITE_P(Families, PublicVectors,
                         testing::Values("gpt-2", "llama-bpe", "qwen2", "llama-spm", "phi-3", "starcoder", "falcon",
                                         "deepseek-coder"),
                         [](const auto& family) { return std::regex_replace(family.param, std::regex("-"), "_"); });

}  // namespace
}  // namespace reckon
