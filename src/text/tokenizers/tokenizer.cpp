#include "text/tokenizers/tokenizer.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/error.h"
#include "text/tokenizers/byte_level_bpe.h"
#include "text/tokenizers/sentence_piece_bpe.h"
#include "text/tokenizers/special_tokens.h"
#include "text/tokenizers/stream_decoder.h"
#include "text/utf8.h"

namespace reckon {
namespace {

// Texts that end a generation in some family, whatever the metadata say.
constexpr std::array<std::string_view, 7> kEndTexts = {"<|eot_id|>",    "<|im_end|>", "<|end|>", "<end_of_turn>",
                                                       "<|endoftext|>", "<|eom_id|>", "<EOT>"};

std::vector<char> ends_of(const Vocabulary& vocabulary) {
  std::vector<char> ends(vocabulary.texts.size(), 0);
  std::vector<Token> ids = vocabulary.more_ends;
  ids.insert(ids.end(), {vocabulary.eos, vocabulary.eot, vocabulary.eom});
  for (const Token token : ids) {
    if (token != kNoToken) ends[static_cast<std::size_t>(token)] = 1;
  }
  for (std::size_t i = 0; i < ends.size(); ++i) {
    if (std::ranges::find(kEndTexts, vocabulary.texts[i]) != kEndTexts.end()) ends[i] = 1;
  }
  return ends;
}

std::vector<SpecialTokens::Entry> special_entries(const Vocabulary& vocabulary, const std::vector<std::string>& bytes) {
  std::vector<SpecialTokens::Entry> entries;
  for (std::size_t i = 0; i < vocabulary.kinds.size(); ++i) {
    const TokenKind kind = vocabulary.kinds[i];
    const bool trusted_only = kind == TokenKind::control || kind == TokenKind::unknown;
    if (!trusted_only && kind != TokenKind::user_defined) continue;
    const std::string& text = trusted_only ? vocabulary.texts[i] : bytes[i];
    if (!text.empty()) entries.push_back({text, static_cast<Token>(i), trusted_only});
  }
  return entries;
}

// A text made of pieces, as one string of valid UTF-8 that remembers which of its bytes are trusted.
class MarkedText {
 public:
  explicit MarkedText(std::span<const TextPiece> pieces) {
    for (const TextPiece& piece : pieces) {
      text_ += is_valid_utf8(piece.text) ? std::string(piece.text) : replace_invalid_utf8(piece.text);
      ends_.push_back({text_.size(), piece.parse_special});
    }
  }
  std::string_view text() const { return text_; }

  // How many bytes from `position` on lie in the same piece and are trusted. Positions must not decrease from call to call.
  std::size_t trusted_at(std::size_t position) {
    while (ends_[current_].end <= position) ++current_;
    return ends_[current_].trusted ? ends_[current_].end - position : 0;
  }

 private:
  struct End {
    std::size_t end;
    bool trusted;
  };
  std::string text_;
  std::vector<End> ends_;
  std::size_t current_ = 0;
};

}  // namespace

Tokenizer::Tokenizer(Vocabulary vocabulary, std::vector<std::string> bytes)
    : vocabulary_(std::move(vocabulary)), bytes_(std::move(bytes)), ends_generation_(ends_of(vocabulary_)) {
  vocabulary_.merges = {};
  if (vocabulary_.kinds.empty()) vocabulary_.kinds.assign(vocabulary_.texts.size(), TokenKind::normal);
  by_text_ = TextIndex(vocabulary_.texts);
  special_ = std::make_unique<const SpecialTokens>(special_entries(vocabulary_, bytes_));
}

Tokenizer::~Tokenizer() = default;

std::vector<Token> Tokenizer::encode(std::string_view text, const EncodeOptions& options) const {
  const TextPiece piece{text, options.parse_special};
  return encode_pieces({&piece, 1}, options.add_bos);
}

std::vector<Token> Tokenizer::encode_pieces(std::span<const TextPiece> pieces, bool add_bos) const {
  MarkedText marked(pieces);
  const std::string_view text = marked.text();
  std::vector<Token> out;
  if (add_bos && bos() != kNoToken) out.push_back(bos());
  std::size_t fragment = 0;  // where the text since the last special token begins
  for (std::size_t at = 0; at < text.size() && !special_->empty();) {
    const SpecialTokens::Match match = special_->match_at_front(text.substr(at), marked.trusted_at(at));
    if (match.length == 0) {
      ++at;
      continue;
    }
    if (at > fragment) encode_fragment(text.substr(fragment, at - fragment), out);
    out.push_back(match.token);
    at += match.length;
    fragment = at;
  }
  if (fragment < text.size()) encode_fragment(text.substr(fragment), out);
  return out;
}

std::string Tokenizer::decode(TokenSpan tokens, const DecodeOptions& options) const {
  StreamDecoder decoder(*this, options);
  std::string out;
  for (const Token token : tokens) out += decoder.push(token);
  return out += decoder.finish();
}

std::size_t Tokenizer::checked(Token token) const {
  if (token < 0 || token >= vocabulary_size()) {
    throw Error(ErrorCode::bad_argument, fmt::format("token {} is outside the vocabulary of {}", token, vocabulary_size()));
  }
  return static_cast<std::size_t>(token);
}

std::string_view Tokenizer::bytes_of(Token token) const { return bytes_[checked(token)]; }
std::string_view Tokenizer::text_of(Token token) const { return vocabulary_.texts[checked(token)]; }
TokenKind Tokenizer::kind_of(Token token) const { return vocabulary_.kinds[checked(token)]; }
bool Tokenizer::is_end_of_generation(Token token) const { return ends_generation_[checked(token)] != 0; }

Token Tokenizer::find(std::string_view text) const { return by_text_.find(text); }

std::unique_ptr<const Tokenizer> make_tokenizer(Vocabulary vocabulary) {
  validate(vocabulary);
  if (vocabulary.model == VocabularyModel::sentence_piece_bpe) return std::make_unique<SentencePieceBpe>(std::move(vocabulary));
  return std::make_unique<ByteLevelBpe>(std::move(vocabulary));
}

}  // namespace reckon
