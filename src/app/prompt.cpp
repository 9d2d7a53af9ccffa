#include "app/prompt.h"

#include <array>

#include "base/error.h"
#include "text/utf8.h"

namespace reckon {

void check_text(std::string_view text, std::string_view what) {
  const std::string context(what);
  if (text.empty()) throw Error(ErrorCode::bad_argument, "is empty; expected its text, or - to read standard input", context);
  if (text.size() > kMaximumPromptBytes) throw Error(ErrorCode::bad_argument, "is longer than 16 MiB", context);
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Char character = decode_utf8(text.substr(at));
    if (character.state != Utf8Char::State::whole) {
      throw Error(ErrorCode::bad_argument, "is not valid UTF-8 at byte " + std::to_string(at) + "; convert it to UTF-8 first",
                  context);
    }
    at += character.length;
  }
}

std::vector<Token> prompt_tokens(const Tokenizer& tokenizer, const std::string& chat_template, const std::string& system,
                                 const std::string& text) {
  check_text(text, "the prompt");
  if (chat_template.empty()) {
    return tokenizer.encode(text, EncodeOptions{.parse_special = false, .add_bos = tokenizer.adds_bos()});
  }
  const std::array pieces{TextPiece{"<|im_start|>user\n", true}, TextPiece{text, false},
                          TextPiece{"<|im_end|>\n<|im_start|>assistant\n", true}};
  return tokenizer.encode_pieces(pieces);
}

}  // namespace reckon
