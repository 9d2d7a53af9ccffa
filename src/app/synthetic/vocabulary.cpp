#include "app/synthetic/vocabulary.h"

#include <fmt/format.h>

#include <cstdint>
#include <vector>

#include "base/error.h"
#include "text/tokenizers/byte_alphabet.h"
#include "text/tokenizers/vocabulary.h"

namespace reckon {

void set_synthetic_vocabulary(Metadata& metadata, int size, std::string pre_tokenizer) {
  constexpr int kBytes = 256, kEnd = 257;  // 256 is the one merge: readers want the list of merges, and not empty
  if (size <= kEnd) throw Error(ErrorCode::bad_argument, fmt::format("a vocabulary of {}; expected at least {}", size, kEnd + 1));
  StringArray tokens;
  tokens.reserve(static_cast<std::size_t>(size));
  for (int byte = 0; byte < kBytes; ++byte) {
    const char as_char = static_cast<char>(byte);
    tokens.push_back(to_printable({&as_char, 1}));
  }
  const std::string space = to_printable(" ");
  tokens.push_back(space + "t");
  tokens.push_back("<|endoftext|>");
  for (int token = kEnd + 1; token < size; ++token) tokens.push_back(fmt::format("[PAD{}]", token));

  std::vector<std::int32_t> kinds(static_cast<std::size_t>(size), static_cast<std::int32_t>(TokenKind::unused));
  std::fill_n(kinds.begin(), kEnd, static_cast<std::int32_t>(TokenKind::normal));
  kinds[kEnd] = static_cast<std::int32_t>(TokenKind::control);

  metadata.set("tokenizer.ggml.model", std::string("gpt2"));
  metadata.set("tokenizer.ggml.pre", std::move(pre_tokenizer));
  metadata.set("tokenizer.ggml.tokens", MetadataArray{std::move(tokens)});
  metadata.set("tokenizer.ggml.token_type", MetadataArray{std::move(kinds)});
  metadata.set("tokenizer.ggml.merges", MetadataArray{StringArray({space + " t"})});
  metadata.set("tokenizer.ggml.bos_token_id", std::uint32_t{kEnd});
  metadata.set("tokenizer.ggml.eos_token_id", std::uint32_t{kEnd});
  metadata.set("tokenizer.ggml.add_bos_token", false);
}

}  // namespace reckon
