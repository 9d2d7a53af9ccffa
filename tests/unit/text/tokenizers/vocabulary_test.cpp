#include "text/tokenizers/vocabulary.h"

#include <functional>
#include <limits>

#include <gtest/gtest.h>

#include "base/error.h"
#include "formats/gguf/metadata.h"
#include "text/tokenizers/from_gguf.h"
#include "text/tokenizers/tokenizer.h"
#include "unit/text/small_vocabularies.h"

namespace reckon {
namespace {

void expect_bad_file(const std::function<void()>& action, const std::string& field) {
  try {
    action();
    FAIL() << "accepted a bad " << field;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_file) << error.what();
    EXPECT_NE(std::string(error.what()).find(field), std::string::npos) << error.what();
  }
}

TEST(Vocabulary, PartsThatDoNotFitAreRefusedByTheirField) {
  const auto refuse = [](const std::string& field, const std::function<void(Vocabulary&)>& spoil,
                         Vocabulary vocabulary = merging_bytes()) {
    spoil(vocabulary);
    expect_bad_file([&] { make_tokenizer(vocabulary); }, field);
  };
  refuse("tokens", [](Vocabulary& v) { v = Vocabulary{}; });
  refuse("tokens", [](Vocabulary& v) { v.texts[5] = std::string(1 << 20, 'x'); });
  refuse("token_type", [](Vocabulary& v) { v.kinds.pop_back(); });
  refuse("token_type", [](Vocabulary& v) { v.kinds[3] = static_cast<TokenKind>(9); });
  refuse("merges", [](Vocabulary& v) { v.merges.emplace_back("a", "nothing"); });
  refuse("merges", [](Vocabulary& v) { v.merges.emplace_back("a", "b"); });
  refuse("bos_token_id", [](Vocabulary& v) { v.bos = 1 << 20; });
  refuse("eos_token_id", [](Vocabulary& v) { v.eos = -7; });
  refuse("fim_", [](Vocabulary& v) { v.more_ends = {5000}; });
  refuse("scores", [](Vocabulary& v) { v.scores.pop_back(); }, small_sentence_piece());
  refuse("scores", [](Vocabulary& v) { v.scores[9] = std::numeric_limits<float>::quiet_NaN(); }, small_sentence_piece());
}

TEST(Vocabulary, AnUnknownPreTokenizerIsRefusedOnlyWhereItMatters) {
  Vocabulary merging = merging_bytes("no-such");
  Vocabulary plain = plain_bytes();
  plain.pre = "no-such";

  EXPECT_THROW(make_tokenizer(merging), Error);
  EXPECT_NO_THROW(make_tokenizer(plain));
}

MetadataArray strings(const std::vector<std::string>& texts) { return {StringArray(texts)}; }

Metadata small_metadata() {
  Metadata metadata("tiny.gguf");
  Vocabulary vocabulary = plain_bytes();
  vocabulary.texts[1] = "\u0120a";  // so that a merge exists
  metadata.set("tokenizer.ggml.model", std::string("gpt2"));
  metadata.set("tokenizer.ggml.pre", std::string("qwen2"));
  metadata.set("tokenizer.ggml.tokens", strings(vocabulary.texts));
  std::vector<std::int32_t> types;
  for (const TokenKind kind : vocabulary.kinds) types.push_back(static_cast<std::int32_t>(kind));
  metadata.set("tokenizer.ggml.token_type", MetadataArray{types});
  metadata.set("tokenizer.ggml.merges", strings({"\u0120 a"}));
  metadata.set("tokenizer.ggml.eos_token_id", std::uint32_t{256});
  metadata.set("tokenizer.ggml.add_bos_token", false);
  return metadata;
}

TEST(VocabularyFromGguf, ReadsEveryKey) {
  const Vocabulary vocabulary = vocabulary_from_gguf(small_metadata());

  EXPECT_EQ(vocabulary.pre, "qwen2");
  EXPECT_EQ(vocabulary.texts.size(), 259u);
  EXPECT_EQ(vocabulary.kinds[258], TokenKind::user_defined);
  EXPECT_EQ(vocabulary.merges, (std::vector<std::pair<std::string, std::string>>{{"\u0120", "a"}}));
  EXPECT_EQ(vocabulary.eos, 256);
  EXPECT_EQ(vocabulary.bos, kNoToken);
  EXPECT_FALSE(vocabulary.add_bos);
}

TEST(VocabularyFromGguf, IllFormedKeysAreRefusedByName) {
  const auto refuse = [](const std::string& key, MetadataValue value) {
    Metadata metadata = small_metadata();
    metadata.set(key, std::move(value));
    expect_bad_file([&] { vocabulary_from_gguf(metadata); }, key);
  };
  refuse("tokenizer.ggml.tokens", std::string("one"));
  refuse("tokenizer.ggml.tokens", strings({}));
  refuse("tokenizer.ggml.token_type", MetadataArray{std::vector<std::int32_t>{1, 2}});
  refuse("tokenizer.ggml.token_type", MetadataArray{std::vector<std::int32_t>(259, 77)});
  refuse("tokenizer.ggml.merges", strings({"nospace"}));
  refuse("tokenizer.ggml.merges", strings({""}));
  refuse("tokenizer.ggml.merges", strings({"trailing "}));
  refuse("tokenizer.ggml.eos_token_id", std::uint32_t{259});
  refuse("tokenizer.ggml.eos_token_id", std::int64_t{-5});
  refuse("tokenizer.ggml.bos_token_id", std::string("first"));
}

TEST(VocabularyFromGguf, AMergeMayBeginWithASpace) {
  Metadata metadata = small_metadata();
  metadata.set("tokenizer.ggml.merges", strings({"  a"}));

  EXPECT_EQ(vocabulary_from_gguf(metadata).merges[0], (std::pair<std::string, std::string>{" ", "a"}));
}

TEST(VocabularyFromGguf, FindsTheChatTemplates) {
  Metadata metadata = small_metadata();
  EXPECT_EQ(chat_template_from_gguf(metadata), "");
  metadata.set("tokenizer.chat_template", std::string("{{ 1 }}"));
  metadata.set("tokenizer.chat_template.tool_use", std::string("{{ 2 }}"));

  EXPECT_EQ(chat_template_from_gguf(metadata), "{{ 1 }}");
  EXPECT_EQ(chat_template_from_gguf(metadata, "tool_use"), "{{ 2 }}");
}

}  // namespace
}  // namespace reckon
