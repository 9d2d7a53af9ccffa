// Incremental detokenisation: tokens in, whole characters out. Each piece is valid UTF-8, and all pieces together equal
// Tokenizer::decode of all tokens.
#pragma once

#include <string>

#include "text/tokenizers/tokenizer.h"

namespace reckon {

class StreamDecoder {  // one per stream; not thread-safe; the tokenizer must outlive it
 public:
  explicit StreamDecoder(const Tokenizer& tokenizer, const DecodeOptions& options = {});

  // The text that became certain: bytes of a character that may still be completed are held back (at most 3), bytes that can
  // no longer be valid come out as U+FFFD.
  std::string push(Token token);

  // What was held back, as U+FFFD, and a fresh start.
  std::string finish();

 private:
  const Tokenizer* tokenizer_;
  DecodeOptions options_;
  bool at_start_;
  std::string held_;  // an incomplete character
};

}  // namespace reckon
