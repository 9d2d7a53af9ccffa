// SentencePiece BPE with byte fallback (tokenizer.ggml.model "llama"). Source: Kudo and Richardson 2018, arXiv:1808.06226; the
// order of merges is that of sentencepiece's bpe_model: the highest score first, leftmost on ties.
#pragma once

#include <array>
#include <string_view>
#include <unordered_map>

#include "text/tokenizers/tokenizer.h"

namespace reckon {

class SentencePieceBpe final : public Tokenizer {
 public:
  explicit SentencePieceBpe(Vocabulary vocabulary);

 private:
  struct Workspace;

  void encode_fragment(std::string_view text, std::vector<Token>& out) const override;
  void write(std::string_view symbol, const Workspace& workspace, std::vector<Token>& out) const;
  void write_bytes(std::string_view character, std::vector<Token>& out) const;

  std::unordered_map<std::string_view, Token> mergeable_;  // by text: normal, user-defined and unused tokens
  std::size_t longest_ = 0;                                // bytes of the longest of them
  std::array<Token, 256> byte_tokens_{};                   // kNoToken where the vocabulary lacks <0xNN>
};

}  // namespace reckon
