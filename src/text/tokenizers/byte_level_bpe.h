// Byte-level BPE (tokenizer.ggml.model "gpt2"). Source: Radford et al. 2019, the GPT-2 release; pieces and special cases as the
// `tokenizers` library treats them. Without merges it is a plain byte tokenizer, and the pre-tokenizer does not matter.
#pragma once

#include <array>
#include <string_view>
#include <unordered_map>

#include "text/tokenizers/merge_table.h"
#include "text/tokenizers/pre_tokenizer.h"
#include "text/tokenizers/tokenizer.h"

namespace reckon {

class ByteLevelBpe final : public Tokenizer {
 public:
  explicit ByteLevelBpe(Vocabulary vocabulary);

 private:
  struct Workspace;

  void encode_fragment(std::string_view text, std::vector<Token>& out) const override;
  void encode_piece(std::string_view piece, Workspace& workspace, std::vector<Token>& out) const;

  bool nfc_ = false;
  bool ignore_merges_ = false;
  PreTokenizer pre_tokenizer_;
  std::array<Token, 256> byte_tokens_{};  // `unknown`, or kNoToken, where the vocabulary lacks the byte
  MergeTable merges_;
  std::unordered_map<std::string_view, Token> whole_pieces_;  // bytes of the normal tokens; filled if ignore_merges_
};

}  // namespace reckon
