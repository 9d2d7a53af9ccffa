// What a tokenizer is made of, as plain data: filled from GGUF metadata (from_gguf.h) or by a test.
// Field names and numbers follow the keys `tokenizer.ggml.*` of GGUF v3.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/token.h"

namespace reckon {

enum class TokenKind : std::uint8_t {  // the numbers are those of tokenizer.ggml.token_type
  normal = 1,
  unknown = 2,
  control = 3,       // <|im_end|>: never made from user text, not shown
  user_defined = 4,  // <think>: matched as a whole in any text, shown
  unused = 5,        // never produced
  byte = 6,          // <0x41> of SentencePiece
};

enum class VocabularyModel : std::uint8_t {
  byte_level_bpe,      // tokenizer.ggml.model "gpt2": merges by rank over bytes written as printable characters
  sentence_piece_bpe,  // "llama": merges by score over characters, bytes as fallback
};

struct Vocabulary {
  VocabularyModel model = VocabularyModel::byte_level_bpe;
  std::string pre = "gpt-2";  // row of the pre-tokenizer table; not looked at when there are no merges

  std::vector<std::string> texts;                           // [vocabulary size], byte-level texts in the printable mapping
  std::vector<TokenKind> kinds;                             // [vocabulary size], or empty: all normal
  std::vector<float> scores;                                // [vocabulary size], sentence_piece_bpe only
  std::vector<std::pair<std::string, std::string>> merges;  // best rank first, byte_level_bpe only

  Token bos = kNoToken;
  Token eos = kNoToken;
  Token eot = kNoToken;  // end of turn
  Token eom = kNoToken;  // end of message
  Token unknown = kNoToken;
  Token padding = kNoToken;
  std::vector<Token> more_ends;  // further ids that end a generation (fill-in-the-middle pad, repository, separator)

  bool add_bos = false;           // the model was trained with bos in front
  bool add_eos = false;           // … and eos behind
  bool add_space_prefix = false;  // sentence_piece_bpe: a space goes before the text and after each special token
};

// Throws Error bad_file, naming the field, when the parts do not fit together: no tokens, arrays of other lengths, ids out of
// range, merges of unknown tokens, texts over 4096 bytes, scores that are not numbers.
void validate(const Vocabulary& vocabulary);

}  // namespace reckon
