#include "text/tokenizers/vocabulary.h"

#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "base/error.h"

namespace reckon {
namespace {

constexpr std::size_t kMostTokens = std::size_t{1} << 24;  // the largest vocabularies in use have some 2^18
constexpr std::size_t kMostTokenBytes = 4096;  // the longest tokens in use have some 2^9; bounds the work per character

[[noreturn]] void fail(const std::string& message, std::string_view field) {
  throw Error(ErrorCode::bad_file, message, fmt::format("tokenizer.ggml.{}", field));
}

void check_length(std::size_t length, std::size_t expected, std::string_view field) {
  if (length != expected) fail(fmt::format("{} entries, expected {}, one per token", length, expected), field);
}

void check_id(Token token, const Vocabulary& vocabulary, std::string_view field) {
  if (token == kNoToken) return;
  if (token < 0 || static_cast<std::size_t>(token) >= vocabulary.texts.size()) {
    fail(fmt::format("token {} is outside the vocabulary of {}", token, vocabulary.texts.size()), field);
  }
}

}  // namespace

void validate(const Vocabulary& vocabulary) {
  const std::size_t size = vocabulary.texts.size();
  if (size == 0) fail("no tokens; expected at least one", "tokens");
  if (size > kMostTokens) fail(fmt::format("{} tokens; at most {} are supported", size, kMostTokens), "tokens");
  for (std::size_t i = 0; i < size; ++i) {
    if (const std::size_t bytes = vocabulary.texts[i].size(); bytes > kMostTokenBytes) {
      fail(fmt::format("token {} has {} bytes; at most {} are supported", i, bytes, kMostTokenBytes), "tokens");
    }
  }
  if (!vocabulary.kinds.empty()) check_length(vocabulary.kinds.size(), size, "token_type");
  for (std::size_t i = 0; i < vocabulary.kinds.size(); ++i) {
    const auto kind = static_cast<int>(vocabulary.kinds[i]);
    if (kind < 1 || kind > 6) fail(fmt::format("token {} has type {}; known are 1..6", i, kind), "token_type");
  }
  if (vocabulary.model == VocabularyModel::sentence_piece_bpe) check_length(vocabulary.scores.size(), size, "scores");
  for (std::size_t i = 0; i < vocabulary.scores.size(); ++i) {
    if (!std::isfinite(vocabulary.scores[i])) fail(fmt::format("the score of token {} is not finite", i), "scores");
  }
  check_id(vocabulary.bos, vocabulary, "bos_token_id");
  check_id(vocabulary.eos, vocabulary, "eos_token_id");
  check_id(vocabulary.eot, vocabulary, "eot_token_id");
  check_id(vocabulary.eom, vocabulary, "eom_token_id");
  check_id(vocabulary.unknown, vocabulary, "unknown_token_id");
  check_id(vocabulary.padding, vocabulary, "padding_token_id");
  for (const Token token : vocabulary.more_ends)
    check_id(token, vocabulary, "fim_pad_token_id, fim_rep_token_id or fim_sep_token_id");
}

}  // namespace reckon
