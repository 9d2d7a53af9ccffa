#include "text/tokenizers/stream_decoder.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "text/utf8.h"
#include "unit/text/small_vocabularies.h"

namespace reckon {
namespace {

// The reference: all bytes first, then one pass over them.
std::string decode_all_at_once(const Tokenizer& tokenizer, const std::vector<Token>& tokens) {
  std::string bytes;
  for (const Token token : tokens) bytes += tokenizer.bytes_of(token);
  if (tokenizer.adds_space_prefix() && bytes.starts_with(' ')) bytes.erase(0, 1);
  return replace_invalid_utf8(bytes);
}

void check_stream(const Tokenizer& tokenizer) {
  const auto any_token = rc::gen::inRange<Token>(0, tokenizer.vocabulary_size());
  // Leads and continuations of long characters, so that whole ones come up often.
  const Token base = tokenizer.vocabulary_size() > 260 ? 3 : 0;
  const auto character_byte = rc::gen::map(rc::gen::element(0xF0, 0x9F, 0x98, 0x80, 0xE2, 0x82, 0xC3, 0xED, 0xA0, 0xF4),
                                           [base](int byte) { return static_cast<Token>(base + byte); });
  const auto tokens = *rc::gen::container<std::vector<Token>>(rc::gen::oneOf(any_token, character_byte));

  StreamDecoder decoder(tokenizer);
  std::string streamed;
  std::size_t bytes = 0;
  for (const Token token : tokens) {
    const std::string piece = decoder.push(token);
    RC_ASSERT(is_valid_utf8(piece));
    streamed += piece;
    bytes += tokenizer.bytes_of(token).size();
    RC_ASSERT(streamed.size() + 4 >= bytes);  // at most three bytes, and one leading space, are not out yet
  }
  const std::string rest = decoder.finish();
  RC_ASSERT(is_valid_utf8(rest));
  RC_ASSERT(streamed + rest == decode_all_at_once(tokenizer, tokens));
  RC_ASSERT(streamed + rest == tokenizer.decode(tokens));
}

RC_GTEST_PROP(StreamDecoder, PiecesAreValidAndMakeUpTheWholeText, ()) { check_stream(*make_tokenizer(plain_bytes())); }

RC_GTEST_PROP(StreamDecoder, WorksAlikeOnSentencePiece, ()) { check_stream(*make_tokenizer(small_sentence_piece())); }

RC_GTEST_PROP(Tokenizer, AnyBytesRoundTripUpToReplacement, (const std::string& text)) {
  for (const Vocabulary& vocabulary : {plain_bytes(), merging_bytes("llama-bpe"), small_sentence_piece()}) {
    const auto tokenizer = make_tokenizer(vocabulary);
    RC_ASSERT(tokenizer->decode(tokenizer->encode(text)) == replace_invalid_utf8(text));
  }
}

}  // namespace
}  // namespace reckon
