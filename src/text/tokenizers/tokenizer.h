// Text to token ids and back. One class per family behind one interface; make_tokenizer picks it from the vocabulary.
// Every Tokenizer is immutable after construction: all members may be called from any number of threads at once.
//
// Invalid UTF-8 in input text becomes U+FFFD, one per maximal invalid part (WHATWG "replacement", as Rust's from_utf8_lossy), and
// so does invalid UTF-8 in decoded text. bytes_of() gives a token's bytes untouched.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/token.h"
#include "text/tokenizers/text_index.h"
#include "text/tokenizers/vocabulary.h"

namespace reckon {

class SpecialTokens;

struct EncodeOptions {
  bool parse_special = false;  // turn "<|im_end|>" in the text into the control token; never for text from a user
  bool add_bos = false;        // put bos() in front, if the model has one; adds_bos() says whether the model wants it
};

// A part of a text with its own trust. Pieces are tokenised as one running text (merges may cross piece boundaries), but a
// control token is only recognised where every byte of it lies in one piece with parse_special.
struct TextPiece {
  std::string_view text;
  bool parse_special = false;
};

struct DecodeOptions {
  bool special = false;  // also write the texts of control tokens
  bool at_start = true;  // the tokens begin a text: drop the one space that encoding put in front (add_space_prefix)
};

class Tokenizer {
 public:
  virtual ~Tokenizer();
  Tokenizer(const Tokenizer&) = delete;
  Tokenizer& operator=(const Tokenizer&) = delete;

  std::vector<Token> encode(std::string_view text, const EncodeOptions& options = {}) const;
  std::vector<Token> encode_pieces(std::span<const TextPiece> pieces, bool add_bos = false) const;

  // Valid UTF-8, always. Throws Error bad_argument for an id outside the vocabulary.
  std::string decode(TokenSpan tokens, const DecodeOptions& options = {}) const;

  // The bytes a token stands for in running text: empty for control, unknown and unused tokens. The view lives as long as the
  // tokenizer. Throws Error bad_argument for an id outside the vocabulary; so do the next four.
  std::string_view bytes_of(Token token) const;
  std::string_view text_of(Token token) const;  // as the vocabulary writes it, "Ġthe" or "<|im_end|>"
  TokenKind kind_of(Token token) const;
  bool is_control(Token token) const { return kind_of(token) == TokenKind::control; }
  bool is_end_of_generation(Token token) const;

  // The token whose vocabulary text this is, or kNoToken.
  Token find(std::string_view text) const;

  int vocabulary_size() const noexcept { return static_cast<int>(vocabulary_.texts.size()); }
  Token bos() const noexcept { return vocabulary_.bos; }  // kNoToken if the model has none
  Token eos() const noexcept { return vocabulary_.eos; }
  bool adds_bos() const noexcept { return vocabulary_.add_bos && vocabulary_.bos != kNoToken; }
  bool adds_eos() const noexcept { return vocabulary_.add_eos && vocabulary_.eos != kNoToken; }
  bool adds_space_prefix() const noexcept { return vocabulary_.add_space_prefix; }

 protected:
  // `bytes`: see bytes_of, one entry per token.
  Tokenizer(Vocabulary vocabulary, std::vector<std::string> bytes);

  const Vocabulary& vocabulary() const noexcept { return vocabulary_; }  // without its merges

  // Appends the ids of one stretch of valid, non-empty UTF-8 between special tokens (or the ends of the text).
  virtual void encode_fragment(std::string_view text, std::vector<Token>& out) const = 0;

 private:
  std::size_t checked(Token token) const;

  Vocabulary vocabulary_;
  std::vector<std::string> bytes_;     // [vocabulary size]
  std::vector<char> ends_generation_;  // [vocabulary size]
  TextIndex by_text_;                  // views vocabulary_
  std::unique_ptr<const SpecialTokens> special_;
};

// Throws Error bad_file (see validate) or unsupported (a pre-tokenizer this build does not know).
std::unique_ptr<const Tokenizer> make_tokenizer(Vocabulary vocabulary);

}  // namespace reckon
