// Ids equal those of the `tokenizers` library on 2000 adversarial strings per family, invalid UTF-8 among them.
// The files are written by make_references.py; running this needs no Python.
#include <algorithm>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "text/tokenizers/normal_form.h"
#include "text/tokenizers/tokenizer.h"
#include "text/utf8.h"

namespace reckon {
namespace {

nlohmann::json read_json(const std::string& name) {
  std::ifstream in(std::string(RECKON_SOURCE_DIR) + "/tests/golden/text/data/" + name + ".json");
  return nlohmann::json::parse(in);
}

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return bytes;
}

std::vector<std::string> read_inputs() {
  std::vector<std::string> inputs;
  for (const auto& input : read_json("inputs")) {
    inputs.push_back(input.is_string() ? input.get<std::string>() : from_hex(input["hex"].get<std::string>()));
  }
  return inputs;
}

std::vector<Token> parse_ids(const std::string& line) {
  std::istringstream numbers(line);
  std::vector<Token> ids;
  for (Token id; numbers >> id;) ids.push_back(id);
  return ids;
}

Vocabulary read_vocabulary(const nlohmann::json& reference) {
  Vocabulary vocabulary;
  vocabulary.pre = reference["pre"].get<std::string>();
  vocabulary.texts = reference["tokens"].get<std::vector<std::string>>();
  vocabulary.kinds.assign(vocabulary.texts.size(), TokenKind::normal);
  if (reference["model"] == "llama") {
    vocabulary.model = VocabularyModel::sentence_piece_bpe;
    vocabulary.add_space_prefix = true;
    vocabulary.scores = reference["scores"].get<std::vector<float>>();
    vocabulary.unknown = 0;
    vocabulary.kinds[0] = TokenKind::unknown;
    std::fill_n(vocabulary.kinds.begin() + 3, 256, TokenKind::byte);
  } else {
    for (const auto& pair : reference["merges"]) {
      vocabulary.merges.emplace_back(vocabulary.texts[pair[0]], vocabulary.texts[pair[1]]);
    }
  }
  for (const std::size_t id : reference["control"]) vocabulary.kinds[id] = TokenKind::control;
  for (const std::size_t id : reference["user_defined"]) vocabulary.kinds[id] = TokenKind::user_defined;
  return vocabulary;
}

class ReferenceIds : public testing::TestWithParam<const char*> {
 protected:
  nlohmann::json reference_ = read_json(GetParam());
  std::unique_ptr<const Tokenizer> tokenizer_ = make_tokenizer(read_vocabulary(reference_));
  std::vector<std::string> inputs_ = read_inputs();
};

TEST_P(ReferenceIds, AreReproducedWithAndWithoutSpecialTokens) {
  const auto& expected = reference_["ids"];
  const auto& differently = reference_["ids_parse_special"];
  ASSERT_EQ(expected.size(), inputs_.size());
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    const std::string plain = expected[i].get<std::string>();
    const std::string parsed = differently.value(std::to_string(i), plain);
    EXPECT_EQ(tokenizer_->encode(inputs_[i]), parse_ids(plain)) << i << ": " << inputs_[i];
    EXPECT_EQ(tokenizer_->encode(inputs_[i], {.parse_special = true}), parse_ids(parsed)) << i << ": " << inputs_[i];
  }
}

TEST_P(ReferenceIds, DecodeToTheText) {
  const bool normalised = std::string(GetParam()) == "qwen2";
  const auto is_special = [this](Token token) { return tokenizer_->kind_of(token) == TokenKind::user_defined; };
  for (const std::string& input : inputs_) {
    const std::string valid = replace_invalid_utf8(input);
    const std::vector<Token> ids = tokenizer_->encode(input);
    // SentencePiece cannot tell its mark U+2581 from a space, and each special token adds a space behind itself.
    const bool ambiguous = input.find("\u2581") != std::string::npos || std::ranges::any_of(ids, is_special);
    if (tokenizer_->adds_space_prefix() && ambiguous) continue;
    const std::string text = tokenizer_->decode(ids);
    // Each stretch between special tokens is normalised by itself; normalising all of it again makes them comparable.
    EXPECT_EQ(normalised ? to_nfc(text) : text, normalised ? to_nfc(valid) : valid);
  }
}

TEST_P(ReferenceIds, RandomIdsDecodeAsTheReferenceDoes) {
  for (const auto& ids_and_text : reference_.value("decode", nlohmann::json::array())) {
    EXPECT_EQ(tokenizer_->decode(parse_ids(ids_and_text[0].get<std::string>())), ids_and_text[1].get<std::string>());
  }
}

INSTANTIATE_TEST_SUITE_P(Families, ReferenceIds, testing::Values("gpt-2", "llama-bpe", "qwen2", "smollm", "sentence-piece"),
                         [](const auto& family) { return std::string("family") + std::to_string(family.index); });

}  // namespace
}  // namespace reckon
