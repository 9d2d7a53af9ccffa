// The table of pre-tokenizers: patterns as published in the tokenizer.json of the first model of each family.
#include <array>

#include <fmt/ranges.h>

#include "base/error.h"
#include "text/tokenizers/pre_tokenizer.h"

namespace reckon {
namespace {

constexpr std::string_view kGpt2 = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
constexpr std::string_view kLlama3 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kQwen2 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kCjkDeepSeek = R"([\x{4E00}-\x{9FA5}\x{0800}-\x{4E00}\x{AC00}-\x{D7FF}]+)";
constexpr std::string_view kCjkDeepSeekV3 = R"([\x{4E00}-\x{9FA5}\x{3040}-\x{309F}\x{30A0}-\x{30FF}]+)";
constexpr std::string_view kWordsDeepSeekV3 =
    R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*)"
    R"(|\s*[\r\n]+|\s+(?!\S)|\s+)";

}  // namespace

std::span<const PreTokenizerEntry> pre_tokenizers() {
  static const std::array table{
      PreTokenizerEntry{
          .names = {"gpt-2", "gpt2", "phi-2", "jina-en", "jina-es", "jina-de", "mpt", "olmo", "jais", "roberta-bpe", "default"},
          .patterns = {kGpt2}},
      PreTokenizerEntry{.names = {"llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "lfm2"},
                        .patterns = {kLlama3},
                        .ignore_merges = true,
                        .adds_bos = true},
      PreTokenizerEntry{.names = {"dbrx", "smaug-bpe", "smaug"}, .patterns = {kLlama3}},
      PreTokenizerEntry{.names = {"qwen2", "deepseek-r1-qwen"}, .patterns = {kQwen2}, .nfc = true},
      PreTokenizerEntry{.names = {"starcoder", "refact", "command-r", "smollm", "codeshell", "exaone"},
                        .patterns = {R"(\p{N})", kGpt2}},
      PreTokenizerEntry{.names = {"falcon"}, .patterns = {R"([\p{P}$+<=>^~|`]+)", kGpt2, "[0-9][0-9][0-9]"}},
      PreTokenizerEntry{.names = {"deepseek-coder"},
                        .patterns = {R"([\r\n])", R"(\s?\p{L}+)", R"(\s?\p{P}+)", kCjkDeepSeek, R"(\p{N})"}},
      PreTokenizerEntry{.names = {"deepseek-v3"}, .patterns = {R"(\p{N}{1,3})", kCjkDeepSeekV3, kWordsDeepSeekV3}},
  };
  return table;
}

const PreTokenizerEntry& find_pre_tokenizer(std::string_view name) {
  std::vector<std::string_view> known;
  for (const PreTokenizerEntry& entry : pre_tokenizers()) {
    for (const std::string_view candidate : entry.names) {
      if (candidate == name) return entry;
      known.push_back(candidate);
    }
  }
  throw Error(ErrorCode::unsupported, fmt::format("pre-tokenizer '{}' is unknown; known are {}", name, fmt::join(known, ", ")),
              "tokenizer.ggml.pre");
}

}  // namespace reckon
