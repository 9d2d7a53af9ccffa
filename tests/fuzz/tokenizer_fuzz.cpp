// Tokenizers on hostile vocabularies and texts. The input is cut at newlines of its own: vocabulary entries, merges, then the
// text.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "text/tokenizers/byte_alphabet.h"
#include "text/tokenizers/pre_tokenizer.h"
#include "text/tokenizers/stream_decoder.h"
#include "text/utf8.h"

namespace {

using namespace reckon;

struct Input {
  std::string_view rest;

  unsigned byte() {
    if (rest.empty()) return 0;
    const unsigned value = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    return value;
  }
  std::string_view field() {
    const std::string_view text = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), text.size() + 1));
    return text;
  }
};

Vocabulary read_vocabulary(Input& input) {
  Vocabulary vocabulary;
  const unsigned shape = input.byte();
  const bool sentence_piece = shape & 1;
  if (sentence_piece) vocabulary.model = VocabularyModel::sentence_piece_bpe;
  vocabulary.add_space_prefix = sentence_piece && (shape & 2);
  vocabulary.pre = pre_tokenizers()[(shape >> 3) % pre_tokenizers().size()].names[0];
  if (shape & 4) {  // the 256 bytes, so that most texts encode to something
    for (int byte = 0; byte < 256; ++byte) {
      const char as_char = static_cast<char>(byte);
      vocabulary.texts.push_back(to_printable({&as_char, 1}));
      vocabulary.kinds.push_back(TokenKind::normal);
    }
  }
  for (unsigned left = input.byte() % 32; left > 0; --left) {
    vocabulary.kinds.push_back(static_cast<TokenKind>(input.byte() % 8));
    vocabulary.texts.emplace_back(input.field());
  }
  for (unsigned left = input.byte() % 16; left > 0 && !sentence_piece; --left) {
    const std::string_view first = input.field();
    vocabulary.merges.emplace_back(first, input.field());
  }
  if (sentence_piece) {
    for (std::size_t i = 0; i < vocabulary.texts.size(); ++i) vocabulary.scores.push_back(static_cast<float>(input.byte() % 16));
  }
  vocabulary.unknown = static_cast<Token>(input.byte()) - 1;
  vocabulary.bos = static_cast<Token>(input.byte()) - 1;
  return vocabulary;
}

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input{{reinterpret_cast<const char*>(data), size}};
  try {
    const Vocabulary vocabulary = read_vocabulary(input);
    const Token unknown = vocabulary.unknown;
    const auto tokenizer = make_tokenizer(vocabulary);
    const std::size_t cut = input.rest.size() / 2;
    const TextPiece pieces[] = {{input.rest.substr(0, cut), true}, {input.rest.substr(cut), false}};
    const std::vector<Token> tokens = tokenizer->encode_pieces(pieces, true);
    StreamDecoder decoder(*tokenizer, {.special = true});
    for (const Token token : tokens) require(is_valid_utf8(decoder.push(token)));
    require(is_valid_utf8(decoder.finish()));
    for (const Token token : tokenizer->encode(input.rest)) {
      require(!tokenizer->is_control(token) || token == unknown);
    }
  } catch (const Error&) {  // refusing is fine
  }
  return 0;
}
