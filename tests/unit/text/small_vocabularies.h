// Vocabularies small enough to read, for tests of text.
#pragma once

#include <string>
#include <vector>

#include "text/tokenizers/byte_alphabet.h"
#include "text/tokenizers/vocabulary.h"

namespace reckon {

inline Token add_token(Vocabulary& vocabulary, const std::string& text, TokenKind kind, float score = 0) {
  vocabulary.texts.push_back(text);
  vocabulary.kinds.push_back(kind);
  if (vocabulary.model == VocabularyModel::sentence_piece_bpe) vocabulary.scores.push_back(score);
  return static_cast<Token>(vocabulary.texts.size() - 1);
}

// Bytes 0..255 under their own ids, then <|end|> 256 and <|user|> 257 (control), <think> 258 (user-defined); no merges.
inline Vocabulary plain_bytes() {
  Vocabulary vocabulary;
  for (int byte = 0; byte < 256; ++byte) {
    const char as_char = static_cast<char>(byte);
    add_token(vocabulary, to_printable({&as_char, 1}), TokenKind::normal);
  }
  vocabulary.eos = add_token(vocabulary, "<|end|>", TokenKind::control);
  add_token(vocabulary, "<|user|>", TokenKind::control);
  add_token(vocabulary, "<think>", TokenKind::user_defined);
  return vocabulary;
}

// plain_bytes with merges: a+a = 259, aa+aa = 260, space+a = 261.
inline Vocabulary merging_bytes(const std::string& pre = "gpt-2") {
  Vocabulary vocabulary = plain_bytes();
  vocabulary.pre = pre;
  for (const auto& [left, right] : std::vector<std::pair<std::string, std::string>>{{"a", "a"}, {"aa", "aa"}, {"\u0120", "a"}}) {
    add_token(vocabulary, left + right, TokenKind::normal);
    vocabulary.merges.emplace_back(left, right);
  }
  return vocabulary;
}

// <unk> 0, <s> 1, </s> 2 (control), bytes 3..258, then pieces; the space mark is U+2581.
inline Vocabulary small_sentence_piece() {
  Vocabulary vocabulary;
  vocabulary.model = VocabularyModel::sentence_piece_bpe;
  vocabulary.add_space_prefix = true;
  vocabulary.unknown = add_token(vocabulary, "<unk>", TokenKind::unknown);
  vocabulary.bos = add_token(vocabulary, "<s>", TokenKind::control);
  vocabulary.eos = add_token(vocabulary, "</s>", TokenKind::control);
  const std::string digits = "0123456789ABCDEF";
  for (std::size_t byte = 0; byte < 256; ++byte) {
    add_token(vocabulary, std::string("<0x") + digits[byte / 16] + digits[byte % 16] + ">", TokenKind::byte);
  }
  float score = -1;
  for (const char* piece : {"\u2581", "a", "b", "c", "ab", "\u2581a", "abc", "aa"}) {
    add_token(vocabulary, piece, TokenKind::normal, score--);
  }
  return vocabulary;
}

}  // namespace reckon
