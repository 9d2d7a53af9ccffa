#include "text/tokenizers/stream_decoder.h"

#include <utility>

#include "text/utf8.h"

namespace reckon {

StreamDecoder::StreamDecoder(const Tokenizer& tokenizer, const DecodeOptions& options)
    : tokenizer_(&tokenizer), options_(options), at_start_(options.at_start && tokenizer.adds_space_prefix()) {}

std::string StreamDecoder::push(Token token) {
  const TokenKind kind = tokenizer_->kind_of(token);
  const bool hidden = kind == TokenKind::control || kind == TokenKind::unknown;
  std::string_view bytes = hidden && options_.special ? tokenizer_->text_of(token) : tokenizer_->bytes_of(token);
  if (bytes.empty()) return {};
  if (std::exchange(at_start_, false) && bytes.front() == ' ') bytes.remove_prefix(1);
  held_ += bytes;
  const std::size_t held = incomplete_suffix(held_);
  std::string certain = held_.substr(0, held_.size() - held);
  held_.erase(0, held_.size() - held);
  return is_valid_utf8(certain) ? certain : replace_invalid_utf8(certain);
}

std::string StreamDecoder::finish() {
  at_start_ = options_.at_start && tokenizer_->adds_space_prefix();
  return replace_invalid_utf8(std::exchange(held_, {}));
}

}  // namespace reckon
