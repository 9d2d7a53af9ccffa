// From what a user says to the tokens a model reads.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "search/path.h"
#include "text/tokenizers/tokenizer.h"

namespace reckon {

inline constexpr std::size_t kMaximumPromptBytes = 1'000'000;  // a rendered chat may have 1 MiB (text/templates)

// Throws Error bad_argument, with `what` as its context, unless `text` is 1 to 1 000 000 bytes of valid UTF-8.
void check_text(std::string_view text, std::string_view what);

// Throws Error bad_argument, with `what` as its context, where there is nothing but blanks.
void check_not_blank(std::string_view text, std::string_view what);

// Throws Error bad_argument, with `what` as its context, unless `text` is valid UTF-8. It may be empty.
void check_utf8(std::string_view text, std::string_view what);

// `chat_template` "" = the text alone, with the model's own beginning token; then there can be no system prompt. Otherwise system
// (unless "") and user turns are rendered with it and the assistant's turn is opened. Only the template's own text may become
// control tokens. Throws what check_text throws, and Error bad_argument for what the template itself refuses.
std::vector<Token> prompt_tokens(const Tokenizer& tokenizer, const std::string& chat_template, const std::string& system,
                                 const std::string& text);

// A whole conversation, of which `turns` begin with a user's: the template is not "". Throws Error bad_argument for what the
// template refuses.
std::vector<Token> conversation_tokens(const Tokenizer& tokenizer, const std::string& chat_template, const std::string& system,
                                       std::span<const Turn> turns);

}  // namespace reckon
