#include "app/prompt.h"

#include <array>

#include "base/error.h"

namespace reckon {

std::vector<Token> prompt_tokens(const Tokenizer& tokenizer, const std::string& chat_template, const std::string& system,
                                 const std::string& text) {
  constexpr std::size_t kMaximumBytes = std::size_t{16} << 20;
  if (text.empty()) throw Error(ErrorCode::bad_argument, "the prompt is empty; expected its text");
  if (text.size() > kMaximumBytes) throw Error(ErrorCode::bad_argument, "the prompt is longer than 16 MiB");
  if (chat_template.empty()) {
    return tokenizer.encode(text, EncodeOptions{.parse_special = false, .add_bos = tokenizer.adds_bos()});
  }
  const std::array pieces{TextPiece{"<|im_start|>user\n", true}, TextPiece{text, false},
                          TextPiece{"<|im_end|>\n<|im_start|>assistant\n", true}};
  return tokenizer.encode_pieces(pieces);
}

}  // namespace reckon
